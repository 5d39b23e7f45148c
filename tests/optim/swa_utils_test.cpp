#include "convgrad/optim/swa_utils.h"

#include <gtest/gtest.h>

#include "convgrad/autograd/grad_mode.h"
#include "convgrad/nn/linear.h"
#include "convgrad/ops/creation.h"
#include "error_text.h"

namespace convgrad::optim {
namespace {

nn::Linear line() { return nn::Linear({.in_features = 2, .out_features = 1, .bias = false}); }

/// The first weight after each of three updates, of weights 1.5, 2.5, 4.
std::vector<float> averages(const AveragedModelOptions& options) {
  NoGradGuard guard;
  auto net = line(), copy = line();
  net->weight.copy_(tensor({1., 2.}));
  AveragedModel average(copy, *net, options);
  EXPECT_TRUE(copy->weight.equal(net->weight));
  std::vector<float> out;
  for (int i = 0; i < 3; ++i) {
    net->weight.add_(0.5 * (i + 1));
    average->update_parameters(*net);
    out.push_back(copy->weight[0][0].item<float>());
  }
  EXPECT_EQ(average->n_averaged.item<int64_t>(), 3);
  return out;
}

// torch 2.13's numbers
TEST(AveragedModel, TakesTheMeanOfAll) { EXPECT_EQ(averages({}), (std::vector<float>{1.5f, 2, 2.6666667461395264f})); }

TEST(AveragedModel, FollowsExponentially) {
  EXPECT_EQ(averages({.multi_avg_fn = get_ema_multi_avg_fn(0.9)}),
            (std::vector<float>{1.5f, 1.600000023841858f, 1.840000033378601f}));
}

TEST(AveragedModel, SavesAndPrintsAsPyTorch) {
  auto net = line();
  const AveragedModel average(line(), *net);
  EXPECT_EQ(average->state_dict().keys(), (std::vector<std::string>{"n_averaged", "module.weight"}));
  EXPECT_EQ(average->str(), "AveragedModel(\n  (module): Linear(in_features=2, out_features=1, bias=False)\n)");
  EXPECT_EQ(average(ones({3, 2})).sizes(), IntArrayRef({3, 1}));
}

/// A weight and a running statistic.
struct Counting : nn::Module {
  Tensor& weight = register_parameter("weight", ones({1}));
  Tensor& seen = register_buffer("seen", zeros({1}));
  Tensor forward(const Tensor& x) { return x * weight; }
};

TEST(AveragedModel, CopiesBuffersUnlessTold) {
  for (const bool use_buffers : {false, true}) {
    auto net = std::make_shared<Counting>(), copy = std::make_shared<Counting>();
    AveragedModel average(nn::AnyModule(copy), *net, AveragedModelOptions{.use_buffers = use_buffers});
    for (int i = 0; i < 2; ++i) {
      net->seen.add_(2);
      average->update_parameters(*net);
    }
    EXPECT_EQ(copy->seen.item<double>(), use_buffers ? 3 : 4);
  }
}

TEST(AveragedModel, RefusesWhatCannotBe) {
  EXPECT_EQ(error_text<ValueError>([] { get_ema_multi_avg_fn(1.5); }),
            "Invalid decay value 1.5 provided. Please provide a value in [0,1] range.");
  auto net = line();
  EXPECT_THROW(AveragedModel(net, *net), ValueError);
  EXPECT_THROW(AveragedModel(nn::Linear(3, 4), *net), Error);
  AveragedModel average(line(), *net);
  EXPECT_THROW(average->update_parameters(*nn::Linear(2, 1)), ValueError);
}

}  // namespace
}  // namespace convgrad::optim
