#include "convgrad/nn/summary.h"

#include <gtest/gtest.h>

#include "convgrad/nn/activation.h"
#include "convgrad/nn/conv.h"
#include "convgrad/nn/dropout.h"
#include "convgrad/nn/linear.h"
#include "convgrad/nn/models.h"
#include "convgrad/nn/sequential.h"
#include "convgrad/nn/shape.h"
#include "convgrad/ops/creation.h"
#include "convgrad/ops/random.h"

namespace convgrad::nn {
namespace {

TEST(Summary, CountsTheCoursesLeNet5) {
  const Summary s = summary(lenet5(), {1, 1, 32, 32});
  EXPECT_EQ(s.parameters, 4083626);
  EXPECT_EQ(s.trainable_parameters, 4083626);
  EXPECT_EQ(s.multiply_adds, 117600 + 1382400 + 19200000 + 4032000 + 840);
  ASSERT_EQ(s.layers.size(), 11u);
  EXPECT_EQ(s.layers[1].multiply_adds, 117600);
  EXPECT_EQ(s.layers[5].output_size, (std::vector<int64_t>{1, 120, 20, 20}));
  EXPECT_EQ(s.layers[10].name, "9");
  EXPECT_EQ(s.layers[10].type, "Linear");
}

TEST(Summary, CountsTheClassicLeNet5) { EXPECT_EQ(summary(lenet5_classic(), {1, 1, 32, 32}).parameters, 61706); }

TEST(Summary, CountsABatchAsOftenAsItHasPictures) {
  Conv2d conv({.in_channels = 4, .out_channels = 6, .kernel_size = 3, .groups = 2});
  EXPECT_EQ(summary(conv, {5, 4, 8, 8}).multiply_adds, 5 * 6 * 6 * 6 * 2 * 9);
  EXPECT_EQ(summary(conv, {4, 8, 8}).multiply_adds, 6 * 6 * 6 * 2 * 9);
}

TEST(Summary, CountsTransposedConvolutionsByInputPosition) {
  ConvTranspose2d conv({.in_channels = 4, .out_channels = 6, .kernel_size = 3, .stride = 2, .groups = 2});
  EXPECT_EQ(summary(conv, {1, 4, 5, 5}).multiply_adds, 5 * 5 * 4 * 3 * 9);
}

TEST(Summary, CountsLinearLayersByRow) { EXPECT_EQ(summary(Linear(3, 4), {2, 5, 3}).multiply_adds, 2 * 5 * 3 * 4); }

TEST(Summary, CountsSharedTensorsOnceHoweverTheyAreShared) {
  Linear a(4, 4), b(4, 4);
  b->weight.set_data(a->weight.data());  // another parameter over the same memory
  const Summary s = summary(Sequential{a, Tanh(), a, b}, {1, 4});
  EXPECT_EQ(s.parameters, 16 + 4 + 4);
  EXPECT_EQ(s.multiply_adds, 3 * 16);
}

TEST(Summary, TellsWhatIsTrained) {
  Linear frozen(3, 3);
  frozen->requires_grad_(false);
  const Summary s = summary(Sequential{frozen, Linear(3, 1)}, {1, 3});
  EXPECT_EQ(s.parameters, 16);
  EXPECT_EQ(s.trainable_parameters, 4);
}

TEST(Summary, LeavesModelModesAndRandomStreamAsTheyWere) {
  Sequential net{Dropout(), Sequential{Dropout()}};
  net[1]->eval();
  manual_seed(0);
  const Tensor next = rand({1});
  manual_seed(0);
  summary(net, {1, 3});
  EXPECT_TRUE(rand({1}).equal(next));
  EXPECT_TRUE(net->is_training() && net[0]->is_training() && !net[1]->is_training());
  EXPECT_FALSE(net[0]->has_forward_hooks());
  EXPECT_ANY_THROW(summary(Sequential(Linear(2, 2)), {1, 3}));
}

TEST(Summary, DrawsNestedModulesAsATree) {
  Sequential net{{"features", Sequential{Conv2d({.in_channels = 1, .out_channels = 2, .kernel_size = 3}), Tanh()}},
                 {"flat", Flatten()},
                 {"head", Linear(72, 10)}};
  EXPECT_EQ(summary(net, {1, 1, 8, 8}).str(), R"(===========================================================
Layer (type: name)       Output Shape   Param #   Mult-Adds
===========================================================
Sequential               [1, 10]             --          --
├─Sequential: features   [1, 2, 6, 6]        --          --
│    ├─Conv2d: 0         [1, 2, 6, 6]        20         648
│    └─Tanh: 1           [1, 2, 6, 6]        --          --
├─Flatten: flat          [1, 72]             --          --
└─Linear: head           [1, 10]            730         720
===========================================================
Total params: 750
Trainable params: 750
Non-trainable params: 0
Total mult-adds: 1,368
===========================================================
Input size (MB): 0.00
Layer outputs (MB): 0.00
Params size (MB): 0.00
===========================================================)");
}

}  // namespace
}  // namespace convgrad::nn
