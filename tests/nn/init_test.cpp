#include "convgrad/nn/init.h"

#include <gtest/gtest.h>

#include <cmath>

#include "convgrad/ops/creation.h"
#include "convgrad/ops/random.h"
#include "error_text.h"

namespace convgrad::nn::init {
namespace {

TEST(Init, GainsOfNonlinearities) {
  EXPECT_EQ(calculate_gain("conv_transpose2d"), 1);
  EXPECT_EQ(calculate_gain("tanh"), 5.0 / 3);
  EXPECT_EQ(calculate_gain("relu"), std::sqrt(2.0));
  EXPECT_EQ(calculate_gain("leaky_relu"), std::sqrt(2 / (1 + 0.01 * 0.01)));
  EXPECT_EQ(calculate_gain("selu"), 0.75);
  EXPECT_EQ(error_text<ValueError>([] { calculate_gain("gelu"); }), "Unsupported nonlinearity gelu");
}

TEST(Init, FansCountTheKernelsCells) {
  EXPECT_EQ(_calculate_fan_in_and_fan_out(zeros({6, 4, 3, 2})), std::make_pair(int64_t{24}, int64_t{36}));
  EXPECT_EQ(error_text<ValueError>([] { _calculate_fan_in_and_fan_out(zeros({6})); }),
            "Fan in and fan out can not be computed for tensor with fewer than 2 dimensions");
  EXPECT_EQ(error_text<ValueError>([] {
              kaiming_normal_(zeros({2, 2}), 0, "fan");
            }),
            "Mode fan not supported, please use one of ['fan_in', 'fan_out']");
}

TEST(Init, UniformBoundsHold) {
  manual_seed(1);
  const Tensor kaiming = kaiming_uniform_(empty({50, 40}), 0, "fan_out", "relu");
  EXPECT_LE(kaiming.abs().max().item<double>(), std::sqrt(6.0 / 50));
  EXPECT_GE(kaiming.abs().max().item<double>(), 0.99 * std::sqrt(6.0 / 50));
  const Tensor xavier = xavier_uniform_(empty({50, 40}), 2);
  EXPECT_LE(xavier.abs().max().item<double>(), 2 * std::sqrt(6.0 / 90));
}

TEST(Init, NormalHasItsDeviation) {
  manual_seed(1);
  EXPECT_NEAR(kaiming_normal_(empty({100, 50})).std().item<double>(), std::sqrt(2.0 / 50), 0.005);
  EXPECT_NEAR(xavier_normal_(empty({100, 50})).std().item<double>(), std::sqrt(2.0 / 150), 0.003);
}

TEST(Init, EyeAndDirac) {
  EXPECT_TRUE(eye_(empty({2, 3})).equal(eye(2, 3)));
  const Tensor w = dirac_(empty({4, 2, 3, 3}), 2);
  EXPECT_EQ(w.sum().item<float>(), 4);
  for (int64_t k = 0; k < 4; ++k) EXPECT_EQ(w[k][k % 2][1][1].item<float>(), 1);
  EXPECT_THROW(dirac_(empty({3, 2, 3}), 2), ValueError);
  EXPECT_THROW(eye_(empty({3})), ValueError);
}

TEST(Init, FillsParametersUnseenByAutograd) {
  Tensor p = zeros({2, 2}, {.requires_grad = true});
  constant_(p, 3);
  EXPECT_TRUE(p.is_leaf() && p.requires_grad());
  EXPECT_TRUE(p.detach().equal(full({2, 2}, 3.0)));
}

TEST(Init, LeavesEmptyTensorsAlone) {
  EXPECT_EQ(kaiming_uniform_(empty({0, 3})).numel(), 0);
  EXPECT_EQ(xavier_normal_(empty({3, 0})).numel(), 0);
}

}  // namespace
}  // namespace convgrad::nn::init
