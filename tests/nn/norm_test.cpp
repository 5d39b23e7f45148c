#include "convgrad/nn/norm.h"

#include <gtest/gtest.h>

#include "convgrad/ops/creation.h"
#include "convgrad/ops/random.h"
#include "error_text.h"

namespace convgrad::nn {
namespace {

TEST(NormLayers, RefuseInputsOfOtherDimensions) {
  const Tensor picture = ones({2, 3, 4, 4}), vectors = ones({2, 3});
  EXPECT_EQ(error_text<ValueError>([&] { BatchNorm1d(3)(picture); }), "expected 2D or 3D input (got 4D input)");
  EXPECT_EQ(error_text<ValueError>([&] { BatchNorm2d(3)(vectors); }), "expected 4D input (got 2D input)");
  EXPECT_EQ(error_text<ValueError>([&] { BatchNorm3d(3)(picture); }), "expected 5D input (got 4D input)");
  EXPECT_EQ(error_text<ValueError>([&] { InstanceNorm2d(3)(vectors); }), "expected 3D or 4D input (got 2D input)");
  EXPECT_EQ(error_text<Error>([&] { BatchNorm2d(4)(picture); }), "running_mean should contain 3 elements not 4");
}

TEST(NormLayers, RefuseWhatTheyCannotNormalise) {
  EXPECT_EQ(error_text<ValueError>([] {
              BatchNorm2d(3)(ones({1, 3, 1, 1}));
            }),
            "Expected more than 1 value per channel when training, got input size torch.Size([1, 3, 1, 1])");
  EXPECT_EQ(error_text<ValueError>([] { GroupNorm(2, 3); }), "num_channels (3) must be divisible by num_groups (2)");
  EXPECT_THROW(GroupNorm(0, 3), ValueError);
  EXPECT_THROW(BatchNorm2d(-1), Error);
  EXPECT_EQ(error_text<ValueError>([] {
              InstanceNorm2d({.num_features = 4, .affine = true})(ones({2, 3, 4, 4}));
            }),
            "expected input's size at dim=1 to match num_features (4), but got: 3.");
}

TEST(BatchNorm, CountsBatchesAndStandsStillInEvaluation) {
  BatchNorm2d norm(3);
  norm(rand({2, 3, 4, 4}));
  norm(rand({2, 3, 4, 4}));
  EXPECT_EQ(norm->num_batches_tracked.item<int64_t>(), 2);
  norm->eval();
  const Tensor before = norm->running_mean.clone();
  norm(rand({1, 3, 1, 1}));
  EXPECT_EQ(norm->num_batches_tracked.item<int64_t>(), 2);
  EXPECT_TRUE(norm->running_mean.equal(before));
  norm->reset_running_stats();
  EXPECT_TRUE(norm->running_mean.equal(zeros({3})));
  EXPECT_TRUE(norm->running_var.equal(ones({3})));
}

TEST(BatchNorm, TakesEmptyBatches) {
  BatchNorm1d norm(3);
  const Tensor x = ones({0, 3}, {.requires_grad = true});
  norm(x).sum().backward();
  EXPECT_EQ(x.grad().sizes(), IntArrayRef({0, 3}));
  EXPECT_TRUE(norm->weight.grad().equal(zeros({3})));
  EXPECT_TRUE(norm->running_mean.equal(zeros({3})));
}

TEST(BatchNorm, KeepsItsDigitsFarFromZero) {
  // the variance of numbers around 10⁴ that differ in their last bits
  const Tensor x = randn({64, 2, 32}) * 0.5 + 10000, wide = x.to(kFloat64);
  const Tensor y = BatchNorm1d({.num_features = 2, .affine = false})(x);
  const Tensor want = BatchNorm1d({.num_features = 2, .affine = false, .dtype = kFloat64})(wide);
  EXPECT_TRUE(y.to(kFloat64).allclose(want, 1e-5, 1e-5));
}

}  // namespace
}  // namespace convgrad::nn
