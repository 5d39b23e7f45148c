#include <convgrad/autograd/gradcheck.h>
#include <convgrad/error.h>
#include <convgrad/ops/conv_matrix.h>

#include "ops/conv_case.h"

namespace convgrad::testing {
namespace {

/// M·x, and Mᵀ·y.
std::vector<double> times(const Tensor& m, const std::vector<double>& x) {
  const std::vector<double> a = numbers(m);
  std::vector<double> y(static_cast<size_t>(m.size(0)));
  for (size_t r = 0; r < y.size(); ++r)
    for (size_t c = 0; c < x.size(); ++c) y[r] += a[r * x.size() + c] * x[c];
  return y;
}

Tensor dense(const CsrMatrix& m) {
  Tensor out = zeros({m.rows, m.columns}, {.dtype = kFloat64});
  const auto starts = m.crow_indices.to_vector<int64_t>(), columns = m.col_indices.to_vector<int64_t>();
  const auto values = numbers(m.values);
  for (int64_t r = 0; r < m.rows; ++r)
    for (int64_t i = starts[r]; i < starts[r + 1]; ++i) {
      EXPECT_TRUE(i == starts[r] || columns[i - 1] < columns[i]) << "ascending";
      out.data_ptr<double>()[r * m.columns + columns[i]] = values[i];
    }
  return out;
}

TEST(ConvMatrix, TheDocumentsMatrixOfAConvolutionOfSevenCells) {
  const Tensor weight = tensor({1., 2., 3.}).view({1, 1, 3});
  const Tensor m = conv_matrix(weight, 7, {.padding = 1});
  EXPECT_EQ(numbers(m), (std::vector<double>{2, 3, 0, 0, 0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0, 1, 2,
                                             3, 0, 0, 0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0, 1, 2}));
  EXPECT_EQ(times(m, {5, 4, 8, 7, 9, 3, 6}), (std::vector<double>{22, 37, 41, 49, 34, 33, 15}));
}

TEST(ConvMatrix, TheDocumentsKernel2Matrix) {
  const Tensor kernel = tensor({0., 1., 2., 3.}).view({1, 1, 2, 2});
  const Tensor w = conv_matrix(kernel, 3);
  EXPECT_EQ(numbers(w), (std::vector<double>{0, 1, 0, 2, 3, 0, 0, 0, 0, 0, 0, 1, 0, 2, 3, 0, 0, 0,
                                             0, 0, 0, 0, 1, 0, 2, 3, 0, 0, 0, 0, 0, 0, 1, 0, 2, 3}));
  const Tensor x = tensor({0., 1., 2., 3.}).view({1, 1, 2, 2});
  EXPECT_EQ(times(w.t(), numbers(x)), numbers(conv_transpose2d(x, kernel)));
}

TEST(ConvMatrix, TimesAnInputIsTheConvolutionAndItsTransposeTheTransposed) {
  Random random(1);
  for (int i = 0; i < 200; ++i) {
    Case c(random, 6);
    c.batch = 1;
    if (c.rank == 3) c.axes.pop_back(), c.rank = 2;
    if (c.in_group == 0) continue;
    ConvOptions options = c.options();
    ConvTransposeOptions transposed = c.transposed_options();
    bool reflects = true;
    for (const Axis& a : c.axes) reflects = reflects && a.low < a.input && a.high < a.input;
    if (reflects) options.padding_mode = transposed.padding_mode = static_cast<PaddingMode>(pick(random, 0, 3));
    SCOPED_TRACE((::testing::Message() << "case " << i << ": " << c));
    const Tensor w = random_tensor(random, c.w_sizes());
    const Tensor x = random_tensor(random, c.x_sizes()), y = random_tensor(random, c.y_sizes());
    const std::vector<int64_t> input = c.each([](const Axis& a) { return a.input; });
    const Tensor m = conv_matrix(w, input, options);
    ASSERT_EQ(m.sizes().vec(), (std::vector<int64_t>{y.numel(), x.numel()}));
    ASSERT_EQ(times(m, numbers(x)), numbers(conv_of(c.rank)(x, w, {}, options)));
    ASSERT_EQ(times(m.t(), numbers(y)), numbers(conv_transpose_of(c.rank)(y, w, {}, transposed)));
    ASSERT_EQ(numbers(dense(conv_matrix_csr(w, input, options))), numbers(m));
  }
}

TEST(ConvMatrix, TheSparseFormStoresWhatTheKernelTouches) {
  const CsrMatrix m = conv_matrix_csr(zeros({2, 1, 3, 3}), {4, 5});
  EXPECT_EQ(m.rows, 2 * 2 * 3);
  EXPECT_EQ(m.columns, 4 * 5);
  EXPECT_EQ(m.values.numel(), 2 * 2 * 3 * 9);
}

TEST(ConvMatrix, IsDifferentiableByTheWeight) {
  Random random(2);
  const Tensor w = random_tensor(random, {2, 2, 2, 2}).clone().contiguous().requires_grad_();
  const auto f = [](const autograd::variable_list& in) {
    const ConvOptions options{.padding = 1, .padding_mode = kCircular};
    return autograd::variable_list{conv_matrix(in[0], {3, 2}, options), conv_matrix_csr(in[0], {3, 2}, options).values};
  };
  EXPECT_TRUE(autograd::gradcheck(f, {w}));
}

TEST(ConvMatrix, WrongCallsAreRefused) {
  EXPECT_THROW(conv_matrix(ones({1, 1, 3, 3, 3}), 5), ShapeError);
  EXPECT_THROW(conv_matrix(ones({3, 3}), 5), ShapeError);
  EXPECT_THROW(conv_matrix(Tensor(), 5), ShapeError);
  EXPECT_THROW(conv_matrix(ones({1, 1, 3, 3}), {5, 5, 5}), ShapeError);
  EXPECT_THROW(conv_matrix(ones({1, 1, 3, 3}), 2), ShapeError);
  EXPECT_THROW(conv_matrix(ones({1, 1, 3, 3}), 5, {.groups = 0}), Error);
  EXPECT_THROW(conv_matrix(ones({1, 1, 3, 3}), 5, {.padding = 9, .padding_mode = kReflect}), Error);
  EXPECT_THROW(conv_matrix(ones({1, 1, 3}), int64_t{1} << 61), Error);
}

}  // namespace
}  // namespace convgrad::testing
