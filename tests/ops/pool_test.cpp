// Pooling beyond tests/cases: NaN and infinity, numbers that crashed others, strides.
#include "convgrad/ops/pool.h"

#include <convgrad/autograd/grad_mode.h>
#include <convgrad/autograd/node.h>

#include "ops/sample.h"

namespace convgrad {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity(), kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(MaxPool, TheLastNanOfAWindowWins) {
  Tensor x = counted({1, 1, 4, 4});
  x.data_ptr<double>()[5] = kNaN;
  const auto [y, at] = max_pool2d_with_indices(x, 3, 1);
  EXPECT_EQ(values(at), Numbers({5, 5, 5, 5}));
  EXPECT_TRUE(std::isnan(values(y)[0]));
  x.fill_(kNaN);
  x.data_ptr<double>()[10] = 1;
  EXPECT_EQ(values(std::get<1>(max_pool2d_with_indices(x, 2))), Numbers({5, 7, 13, 15}));
  EXPECT_EQ(values(std::get<1>(adaptive_max_pool2d(x, {2, 2}))), Numbers({5, 7, 13, 15}));
}

TEST(MaxPool, OfEqualsTheFirstWins) {
  const Tensor x = counted({1, 1, 4, 4}).mul(0.0);
  EXPECT_EQ(values(std::get<1>(max_pool2d_with_indices(x, 2))), Numbers({0, 2, 8, 10}));
}

TEST(MaxPool, AWindowOfMinusInfinityPointsIntoTheInput) {
  Tensor x = counted({1, 1, 4, 4}).requires_grad_();
  {
    NoGradGuard guard;
    x.fill_(-kInf);
  }
  const auto [y, at] = max_pool2d_with_indices(x, 3, 1, 1);
  EXPECT_EQ(values(at), Numbers({0, 0, 1, 2, 0, 0, 1, 2, 4, 4, 5, 6, 8, 8, 9, 10}));
  y.backward(counted({1, 1, 4, 4}).mul(0.0).add(1.0));
  double sum = 0;
  for (const double v : values(x.grad())) sum += v;
  EXPECT_EQ(sum, 16);
}

// All cells of the window lie in the padding: PyTorch's index is one that does not exist.
TEST(MaxPool, AWindowBesideTheInputPointsIntoTheInput) {
  const Tensor x = counted({1, 1, 1}).requires_grad_();
  const auto [y, at] = max_pool1d_with_indices(x, 2, 1, 1, 2);
  EXPECT_EQ(values(y), Numbers({-kInf}));
  EXPECT_EQ(values(at), Numbers({0}));
  y.backward(counted({1, 1, 1}));
}

TEST(MaxPool, OfIntegers) {
  const Tensor x = counted({1, 4, 4}, kInt64);
  EXPECT_EQ(max_pool2d(x, 2).dtype(), kInt64);
  EXPECT_EQ(values(max_pool2d(x.sub(100), 2)), Numbers({-95, -93, -87, -85}));
  EXPECT_EQ(error_text<NotImplementedError>([&] { max_pool2d(x.to(kBool), 2); }),
            "\"max_pool2d\" not implemented for 'Bool'");
  EXPECT_EQ(error_text<NotImplementedError>([&] { max_pool1d(x.select(0, 0), 2); }),
            "\"max_pool1d_impl\" not implemented for 'Long'");
}

TEST(MaxPool, IndicesThatPointNowhereAreAnErrorInBackward) {
  for (const int64_t wrong : {int64_t{1000000000}, int64_t{-1}, INT64_MIN}) {
    const Tensor x = counted({1, 1, 4, 4}).requires_grad_();
    const auto [y, at] = max_pool2d_with_indices(x, 2);
    at.data_ptr<int64_t>()[0] = wrong;  // behind the version counter's back
    EXPECT_THROW(y.backward(counted({1, 1, 2, 2})), Error) << wrong;
  }
}

TEST(Pool, HugeNumbersAreRefused) {
  const Tensor line = counted({1, 1, 4}), x = counted({1, 1, 8, 8});
  const int64_t huge = INT64_MAX, half = int64_t{1} << 62;
  for (const int64_t n : {huge, half, int64_t{1} << 31}) {
    EXPECT_THROW(max_pool1d(line, n), Error);
    EXPECT_THROW(max_pool2d(x, n), Error);
    EXPECT_THROW(max_pool2d(x, 2, n), Error);
    EXPECT_THROW(max_pool2d(x, 2, 1, n), Error);
    EXPECT_THROW(max_pool2d(x, 2, 1, 0, n), Error);
    EXPECT_THROW(avg_pool1d(line, n), Error);
    EXPECT_THROW(avg_pool2d(x, 2, 2, n), Error);
    EXPECT_THROW(avg_pool2d(x, n, 1, n / 2), Error);
  }
  EXPECT_THROW(max_pool2d(x, INT32_MAX, INT32_MAX, 0, INT32_MAX), Error);
  EXPECT_EQ(values(max_pool2d(x, 1, INT32_MAX)), Numbers({0}));
  EXPECT_THROW(adaptive_avg_pool1d(counted({2, 2, 2}), int64_t{9132760301568586890}), Error);
  EXPECT_THROW(adaptive_max_pool2d(x, {half, 4}), Error);
  EXPECT_THROW(adaptive_avg_pool2d(x, {-1, 2}), Error);
  EXPECT_THROW(adaptive_avg_pool2d(x, {}), Error);
}

TEST(Pool, ManyAdaptiveWindowsStayInside) {  // starts computed in float left the range at these sizes
  const Tensor x = counted({1, 1, 5877});
  const Numbers y = values(std::get<0>(adaptive_max_pool1d(x, 2855)));
  EXPECT_EQ(y.front(), 2);
  EXPECT_EQ(y.back(), 5876);
  EXPECT_EQ(values(adaptive_avg_pool1d(counted({1, 1, 3}), 5)), Numbers({0, 0.5, 1, 1.5, 2}));
}

TEST(AveragePool, TheDivisorCountsPaddingButNotWhatHangsOver) {
  const Tensor x = counted({1, 1, 7, 7});
  EXPECT_EQ(values(avg_pool2d(x, 2, 3, 0, true)), Numbers({4, 7, 9.5, 25, 28, 30.5, 42.5, 45.5, 48}));
  const Numbers all = values(avg_pool2d(counted({1, 2, 8, 8}), {1, 2}, 2, {0, 1}, true));
  EXPECT_TRUE(std::all_of(all.begin(), all.end(), [](double v) { return std::isfinite(v); }));
}

// A gradient of another shape would be read beyond its end.
TEST(Pool, TheGradientsShapeIsChecked) {
  const Tensor x = counted({1, 1, 4, 4}).requires_grad_();
  for (const Tensor& y : {max_pool2d(x, 2), avg_pool2d(x, 2), adaptive_avg_pool2d(x, {3, 3})})
    EXPECT_THROW(y.grad_fn()->apply({counted({1, 1, 1, 1})}), Error);
}

TEST(Pool, AStridedInputIsItsCopy) {
  const Tensor x = random_tensor({2, 9, 10, 3}, 1).permute({0, 3, 2, 1}).slice(2, 1, {}, 2), packed = x.contiguous();
  EXPECT_EQ(values(max_pool2d(x, 2, 1, 1)), values(max_pool2d(packed, 2, 1, 1)));
  EXPECT_EQ(values(avg_pool2d(x, 2, 1, 1)), values(avg_pool2d(packed, 2, 1, 1)));
  const Tensor a = x.detach().requires_grad_();
  const Tensor y = max_pool2d(a, 2);
  y.backward(Tensor::of(1.0).to(kFloat64).expand(y.sizes()));  // all strides zero
  double sum = 0;
  for (const double v : values(a.grad())) sum += v;
  EXPECT_EQ(sum, static_cast<double>(y.numel()));
}

TEST(Pool, LinesArePlanesOfHeightOne) {
  const Tensor x = counted({1, 2, 8}).requires_grad_();
  const Tensor y = max_pool1d(x, 2);
  EXPECT_EQ(y.grad_fn()->name(), "SqueezeBackward1");
  EXPECT_EQ(y.grad_fn()->next_edges()[0].function->name(), "MaxPool2DWithIndicesBackward0");
  EXPECT_EQ(adaptive_avg_pool2d(x, {1, 1}).grad_fn()->name(), "MeanBackward1");
}

}  // namespace
}  // namespace convgrad
