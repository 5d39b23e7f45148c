#include <convgrad/ops/conv.h>

#include "ops/conv_case.h"

namespace convgrad::testing {
namespace {

/// A vector of small whole numbers, every second one of a larger one now and then.
Tensor random_bias(Random& random, int64_t n, ScalarType dtype) {
  if (pick(random, 0, 1)) return {};
  return random_tensor(random, {n}, dtype);
}

std::vector<double> reference(const Case& c, const Tensor& x, const Tensor& w, const Tensor& bias) {
  const std::vector<double> xs = numbers(x), ws = numbers(w);
  int64_t plane = 1, count = c.batch * c.groups * c.out_group;
  for (const Axis& a : c.axes) plane *= a.output();
  std::vector<double> y(static_cast<size_t>(count * plane));
  if (bias.defined()) {
    const std::vector<double> b = numbers(bias);
    for (size_t i = 0; i < y.size(); ++i) y[i] = b[i / static_cast<size_t>(plane) % b.size()];
  }
  for_each_product(c, [&](int64_t i, int64_t t, int64_t o) { y[o] += xs[i] * ws[t]; });
  return y;
}

TEST(Conv, RandomProblemsInAnyLayoutAgreeWithPlainLoops) {
  Random random(1);
  for (int i = 0; i < 1500; ++i) {
    const Case c(random);
    const ScalarType dtype = std::array{kFloat32, kFloat64, kInt64, kInt32}[static_cast<size_t>(pick(random, 0, 3))];
    SCOPED_TRACE((::testing::Message() << "case " << i << ": " << c));
    const Tensor x = random_tensor(random, c.x_sizes(), dtype), w = random_tensor(random, c.w_sizes(), dtype);
    const Tensor bias = random_bias(random, c.groups * c.out_group, dtype);
    const Tensor y = conv_of(c.rank)(x, w, bias, c.options());
    ASSERT_EQ(y.sizes().vec(), c.y_sizes());
    ASSERT_EQ(y.dtype(), dtype);
    ASSERT_EQ(numbers(y), reference(c, x, w, bias));
  }
}

TEST(Conv, ATransposedConvolutionIsTheAdjoint) {
  Random random(2);
  for (int i = 0; i < 1500; ++i) {
    const Case c(random);
    const ScalarType dtype = std::array{kFloat32, kFloat64, kInt64, kInt32}[static_cast<size_t>(pick(random, 0, 3))];
    SCOPED_TRACE((::testing::Message() << "case " << i << ": " << c));
    const Tensor y = random_tensor(random, c.y_sizes(), dtype), w = random_tensor(random, c.w_sizes(), dtype);
    const Tensor bias = random_bias(random, c.groups * c.in_group, dtype);
    const Tensor x = conv_transpose_of(c.rank)(y, w, bias, c.transposed_options());
    ASSERT_EQ(x.sizes().vec(), c.x_sizes());
    std::vector<double> expected(static_cast<size_t>(x.numel())), ys = numbers(y), ws = numbers(w);
    if (bias.defined() && x.numel() > 0) {
      const std::vector<double> b = numbers(bias);
      const size_t plane = expected.size() / static_cast<size_t>(c.batch) / b.size();
      for (size_t j = 0; j < expected.size(); ++j) expected[j] = b[j / plane % b.size()];
    }
    for_each_product(c, [&](int64_t at, int64_t t, int64_t o) { expected[at] += ys[o] * ws[t]; });
    ASSERT_EQ(numbers(x), expected);
  }
}

TEST(Conv, OneSampleWithoutABatchIsABatchOfOne) {
  Random random(3);
  const Tensor x = random_tensor(random, {3, 6, 7}), w = random_tensor(random, {4, 3, 3, 2});
  EXPECT_EQ(conv2d(x, w).sizes().vec(), (std::vector<int64_t>{4, 4, 6}));
  EXPECT_EQ(numbers(conv2d(x, w)), numbers(conv2d(x.unsqueeze(0), w)));
  const Tensor v = random_tensor(random, {3, 2, 3, 2});
  EXPECT_EQ(conv_transpose2d(x, v).sizes().vec(), (std::vector<int64_t>{2, 8, 8}));
  EXPECT_EQ(numbers(conv_transpose2d(x, v)), numbers(conv_transpose2d(x.unsqueeze(0), v)));
}

TEST(Conv, SamePaddingKeepsTheSizeAndPutsTheOddCellAtTheEnd) {
  const Tensor x = tensor({1., 2., 3., 4., 5.}).view({1, 1, 5});
  const Tensor w = ones({1, 1, 2});
  EXPECT_EQ(numbers(conv1d(x, w, {}, {.padding = "same"})), (std::vector<double>{3, 5, 7, 9, 5}));
}

TEST(Conv, SamePaddingWithStrideRoundsTheSizeUp) {
  const Tensor x = tensor({1., 2., 3., 4., 5.}).view({1, 1, 5});
  const Tensor w = ones({1, 1, 3});
  // Three windows at stride 2 need 7 cells: one of padding at each end.
  EXPECT_EQ(numbers(conv1d(x, w, {}, {.stride = 2, .padding = "same"})), (std::vector<double>{3, 9, 9}));
  // Two at stride 3 need 6: the one cell stands at the end.
  EXPECT_EQ(numbers(conv1d(x, w, {}, {.stride = 3, .padding = "same"})), (std::vector<double>{6, 9}));
  for (int64_t stride = 1; stride < 6; ++stride)
    for (int64_t dilation = 1; dilation < 4; ++dilation)
      EXPECT_EQ(conv1d(x, w, {}, {.stride = stride, .padding = "same", .dilation = dilation}).size(2),
                (5 + stride - 1) / stride);
}

TEST(Conv, ValidPaddingIsNone) {
  Random random(4);
  const Tensor x = random_tensor(random, {2, 3, 6}), w = random_tensor(random, {2, 3, 4});
  EXPECT_EQ(numbers(conv1d(x, w, {}, {.stride = 2, .padding = "valid"})), numbers(conv1d(x, w, {}, {.stride = 2})));
}

TEST(Conv, OneNumberStandsForAllAxes) {
  Random random(5);
  const Tensor x = random_tensor(random, {1, 2, 9, 9}), w = random_tensor(random, {2, 2, 3, 3});
  EXPECT_EQ(numbers(conv2d(x, w, {}, {.stride = 2, .padding = 1, .dilation = 2})),
            numbers(conv2d(x, w, {}, {.stride = {2, 2}, .padding = {1, 1}, .dilation = {2, 2}})));
  EXPECT_EQ(numbers(conv2d(x, w, {}, {.stride = {2}})), numbers(conv2d(x, w, {}, {.stride = 2})));
}

TEST(Conv, OutputSizeChoosesTheOutputPadding) {
  Random random(6);
  const Tensor x = random_tensor(random, {1, 1, 8, 8}), w = random_tensor(random, {1, 1, 3, 3});
  EXPECT_EQ(numbers(conv_transpose2d(x, w, {}, {.stride = 2, .output_size = {17, 18}})),
            numbers(conv_transpose2d(x, w, {}, {.stride = 2, .output_padding = {0, 1}})));
  EXPECT_EQ(conv_transpose2d(x, w, {}, {.stride = 2, .output_size = {1, 1, 17, 18}}).sizes().vec(),
            (std::vector<int64_t>{1, 1, 17, 18}));
}

TEST(Conv, IntegersWrapAroundAsTheirTypeDoes) {
  const Tensor x = full({1, 1, 4, 4}, 200, {.dtype = kUInt8}), w = ones({1, 1, 2, 2}, {.dtype = kUInt8});
  EXPECT_EQ(conv2d(x, w, ones({1}, {.dtype = kUInt8})).to_vector<uint8_t>(), std::vector<uint8_t>(9, 33));
  const Tensor big = full({1, 1, 2}, int64_t{1} << 62, {.dtype = kInt64}), two = full({1, 1, 2}, 2, {.dtype = kInt64});
  EXPECT_EQ(conv1d(big, two).to_vector<int64_t>(), std::vector<int64_t>{0});
}

TEST(Conv, NodesAreNamedAsInPyTorch) {
  const Tensor x = ones({1, 1, 5}, {.requires_grad = true}), w = ones({1, 1, 3}, {.requires_grad = true});
  EXPECT_EQ(conv1d(x, w).grad_fn()->name(), "ConvolutionBackward0");
  EXPECT_EQ(conv_transpose1d(x, w).grad_fn()->name(), "ConvolutionBackward0");
  EXPECT_EQ(conv1d(x[0], w).grad_fn()->name(), "SqueezeBackward1");
  const Tensor y = conv1d(x, w);
  const auto gradients = autograd::grad({y}, {x, w}, {ones_like(y)}, {}, true);
  EXPECT_EQ(gradients[0].grad_fn()->name(), "ConvolutionBackwardBackward0");
  EXPECT_EQ(gradients[1].grad_fn()->name(), "ConvolutionBackwardBackward0");
}

}  // namespace
}  // namespace convgrad::testing
