// Forms of calls that C++ users try, LibTorch's above all: they compile, and mean what they say.
#include <convgrad/convgrad.h>
#include <gtest/gtest.h>

namespace convgrad {
namespace {

Tensor x234() { return arange(24, kFloat32).view({2, 3, 4}); }
std::vector<int64_t> sizes(const Tensor& t) { return t.sizes().vec(); }
using Sizes = std::vector<int64_t>;

TEST(CallForms, BracesAreDimensions) {
  const Tensor x = x234();
  for (const Tensor& y : {x.std({2}),
                          x.std(2),
                          x.var({2}),
                          x.var(2),
                          x.sum({2}),
                          x.sum(2),
                          x.sum(-1),
                          x.mean({2}),
                          x.mean(2),
                          x.amax({2}),
                          x.amin(2),
                          x.norm(2, {2}),
                          x.norm(2, 2),
                          x.logsumexp({2}),
                          x.any(2),
                          x.all(2),
                          sum(x, {2}),
                          mean(x, 2),
                          var(x, {2}),
                          convgrad::std(x, {2}),
                          std::get<0>(x.max(2)),
                          x.argmax(2),
                          std::get<0>(x.median(2)),
                          x.prod(2),
                          x.softmax(2).sum(2)})
    EXPECT_EQ(sizes(y), Sizes({2, 3}));
  for (const Tensor& y :
       {x.std({0, 1}), x.var({0, 1}), x.sum({0, 1}), x.mean({0, 1}), x.amax({0, 1}), x.norm(2, {0, 1}),
        x.logsumexp({0, 1}), x.any({0, 1}), x.all({0, 1}), sum(x, {0, 1}), any(x, {0, 1})})
    EXPECT_EQ(sizes(y), Sizes({4}));
  for (const Tensor& y : {x.sum({0, 1}, true), x.std({0, 1}, true, true), x.mean({0, 1}, true), x.all({0, 1}, true)})
    EXPECT_EQ(sizes(y), Sizes({1, 1, 4}));
}

TEST(CallForms, EmptyBracesAndNothingAreAllDimensions) {
  const Tensor x = x234();
  for (const Tensor& y : {x.sum(), x.sum({}), sum(x, {}), x.mean(), x.mean({}), x.std(), x.std({}), x.var(), x.amax(),
                          x.norm(), x.norm(1), x.any(), x.max(), x.argmax(), x.median(), x.sum(kFloat64)})
    EXPECT_EQ(sizes(y), Sizes());
  EXPECT_EQ(x.sum({}).item<float>(), 276);
  EXPECT_EQ(x.sum(kFloat64).dtype(), kFloat64);
  EXPECT_EQ(x.sum(std::optional<ScalarType>()).dtype(), kFloat32);
}

TEST(CallForms, ABoolIsNoDimension) {
  const Tensor x = x234();
  EXPECT_EQ(x.std(false).dim(), 0);
  EXPECT_LT(x.std(false).item<float>(), x.std(true).item<float>());
  EXPECT_EQ(var(x, false).dim(), 0);
}

TEST(CallForms, ConvolutionsWithoutBias) {
  const Tensor x = randn({1, 2, 5, 5}), w = randn({3, 2, 3, 3}), b = zeros(3);
  const Tensor y = conv2d(x, w);
  for (const Tensor& same : {conv2d(x, w, {}), conv2d(x, w, b), conv2d(x, w, Tensor()), conv2d(x, w, {}, {}),
                             conv2d(x, w, zeros(3)), conv2d(x, w, {.stride = 1}), conv2d(x, w, {}, {.padding = 0}),
                             conv2d(x, w, b, {.padding = {0, 0}}), conv2d(x, w, {}, {.padding = "valid"})})
    EXPECT_TRUE(equal(same, y));
  const Tensor narrow = randn({2, 3, 3, 3});
  for (const Tensor& z : {conv_transpose2d(x, narrow), conv_transpose2d(x, narrow, {}), conv_transpose2d(x, narrow, b),
                          conv_transpose2d(x, narrow, {}, {.stride = 1})})
    EXPECT_EQ(sizes(z), Sizes({1, 3, 7, 7}));
  EXPECT_EQ(sizes(conv1d(x[0], randn({4, 5, 3}), {})), Sizes({2, 4, 3}));
  EXPECT_EQ(sizes(conv3d(x, randn({1, 1, 1, 1, 1}), {})), Sizes({1, 2, 5, 5}));
}

TEST(CallForms, ADtypeAlone) {
  for (const Tensor& t :
       {zeros({2}, kInt64), ones({2}, kInt64), empty(2, kInt64), full({2}, 3, kInt64), arange(2, kInt64),
        arange(0, 2, kInt64), arange(0, 4, 2, kInt64), eye(2, kInt64), tensor({1, 2}, kInt64),
        tensor({1.5, 2.5}, kInt64), zeros_like(x234(), kInt64), randint(9, {2}, kInt64), randperm(2, kInt64)})
    EXPECT_EQ(t.dtype(), kInt64);
  for (const Tensor& t : {linspace(0, 1, 3, kFloat64), randn({2}, kFloat64), rand(2, kFloat64),
                          randn_like(x234(), kFloat64), ones_like(x234(), kFloat64), full_like(x234(), 2, kFloat64)})
    EXPECT_EQ(t.dtype(), kFloat64);
  EXPECT_EQ(zeros({2}, {}).dtype(), kFloat32);
  EXPECT_EQ(zeros({2}, {.dtype = kInt64}).dtype(), kInt64);
}

TEST(CallForms, NumbersAndListsOfSizes) {
  const Tensor x = x234();
  for (const Tensor& y : {x.view(-1), x.view({-1}), x.reshape(-1), x.reshape({24}), x.flatten(), x.view(-1).repeat(1)})
    EXPECT_EQ(sizes(y), Sizes({24}));
  EXPECT_TRUE(equal(x.flip(0), x.flip({0})));
  EXPECT_TRUE(equal(x.roll(1), x.roll({1})));
  EXPECT_TRUE(equal(max_pool2d(x, 2), max_pool2d(x, {2, 2})));
  EXPECT_TRUE(equal(where(x > 3, x, 0), x.clone().masked_fill_(x <= 3, 0)));
  EXPECT_TRUE(equal(x.max(tensor(5.)), maximum(x, tensor(5.f))));
  EXPECT_EQ(x.split({1, 2}, 1).size(), 2u);
  EXPECT_EQ(x.split(2).size(), 1u);
  EXPECT_TRUE(equal(x.index({"...", 0}), x.index({indexing::Ellipsis, 0})));
  EXPECT_TRUE(equal(pad(x, {1, 1}), pad(x, {1, 1}, "constant", 0)));
  EXPECT_TRUE(equal(x.clamp({}, 3), clamp_max(x, 3)));
}

}  // namespace
}  // namespace convgrad
