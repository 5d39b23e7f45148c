#include "convgrad/nn/receptive_field.h"

#include <gtest/gtest.h>

#include "convgrad/nn/activation.h"
#include "convgrad/nn/conv.h"
#include "convgrad/nn/init.h"
#include "convgrad/nn/linear.h"
#include "convgrad/nn/models.h"
#include "convgrad/nn/pooling.h"
#include "convgrad/nn/shape.h"
#include "convgrad/ops/creation.h"

namespace convgrad::nn {
namespace {

TEST(ReceptiveField, GrowsByKernelsAndStrides) {
  const ReceptiveField f = receptive_field(
      Sequential{Conv2d({.in_channels = 1, .out_channels = 2, .kernel_size = {5, 3}, .stride = 2, .padding = {2, 0}}),
                 Tanh(), MaxPool2d({.kernel_size = 2}),
                 Sequential{Conv2d({.in_channels = 2, .out_channels = 2, .kernel_size = 3, .dilation = 2})}});
  EXPECT_EQ(f.axes[0], (ReceptiveFieldAxis{.size = 5 + 2 + 4 * 4, .jump = 4, .start = -2}));
  EXPECT_EQ(f.axes[1], (ReceptiveFieldAxis{.size = 3 + 2 + 4 * 4, .jump = 4, .start = 0}));
  EXPECT_EQ(f.steps.back().name, "3.0");
}

// The gradient of one output shows which inputs it saw.
TEST(ReceptiveField, IsWhereTheGradientIsNotZero) {
  Conv1d first({.in_channels = 1, .out_channels = 1, .kernel_size = 4, .stride = 3, .padding = 2});
  ConvTranspose1d second({.in_channels = 1, .out_channels = 1, .kernel_size = 3, .padding = 1, .dilation = 1});
  AvgPool1d third({.kernel_size = 3, .stride = 2, .padding = 1});
  Sequential net{first, second, third};
  for (Tensor& p : net->parameters()) init::constant_(p, 1);
  const ReceptiveFieldAxis axis = receptive_field(net).axes[0];
  Tensor x = zeros({1, 1, 90}, {.requires_grad = true});
  const Tensor y = net(x);
  for (int64_t o = 3; o < 8; ++o) {
    x.mutable_grad() = Tensor();
    y[0][0][o].backward({}, true);
    const auto gradient = x.grad().to_vector<float>();
    for (int64_t i = 0; i < 90; ++i) {
      const bool inside = i >= axis.start + o * axis.jump && i < axis.start + o * axis.jump + axis.size;
      EXPECT_EQ(gradient[static_cast<size_t>(i)] != 0, inside) << "output " << o << ", input " << i;
    }
  }
}

TEST(ReceptiveField, SpeaksOfItselfInWords) {
  const Sequential net{Conv2d({.in_channels = 1, .out_channels = 6, .kernel_size = {5, 3}, .padding = {2, 0}}), Tanh(),
                       Flatten(), Linear(3, 4)};
  EXPECT_EQ(
      receptive_field(net).str(),
      "one output sees, after\n"
      "  0 Conv2d(1, 6, kernel_size=(5, 3), stride=(1, 1), padding=(2, 0)): 5×3 cells, step 1×1, the first from cell "
      "-2×0\n"
      "  1 Tanh(): 5×3 cells, step 1×1, the first from cell -2×0\n"
      "  2 Flatten(start_dim=1, end_dim=-1): the whole input\n"
      "  3 Linear(in_features=3, out_features=4, bias=True): the whole input\n"
      "receptive field: the whole input");
  EXPECT_TRUE(receptive_field(lenet5()).whole);
}

TEST(ReceptiveField, SaysWhereItsFormulaEnds) {
  EXPECT_THROW(receptive_field(
                   Sequential{ConvTranspose1d({.in_channels = 1, .out_channels = 1, .kernel_size = 3, .stride = 2})}),
               NotImplementedError);
  EXPECT_THROW(receptive_field(Sequential{
                   Conv1d({.in_channels = 1, .out_channels = 1, .kernel_size = 3, .stride = 2, .padding = "same"})}),
               NotImplementedError);
}

}  // namespace
}  // namespace convgrad::nn
