#include "convgrad/nn/utils/parametrize.h"

#include <gtest/gtest.h>

#include "convgrad/nn/conv.h"
#include "convgrad/nn/linear.h"
#include "convgrad/nn/sequential.h"
#include "convgrad/ops/creation.h"
#include "convgrad/ops/random.h"
#include "convgrad/optim/sgd.h"
#include "error_text.h"

namespace convgrad::nn::utils {
namespace {

using parametrizations::weight_norm;
using parametrize::is_parametrized;
using parametrize::register_parametrization;
using parametrize::remove_parametrizations;

struct Symmetric : parametrize::Parametrization {
  Tensor forward(TensorList x) override { return x[0].triu() + x[0].triu(1).t(); }
};
struct Doubled : parametrize::Parametrization {
  Tensor forward(TensorList x) override { return x[0] * 2; }
};
struct FirstRow : parametrize::Parametrization {
  Tensor forward(TensorList x) override { return x[0].slice(0, 0, 1); }
};

// torch 2.13's numbers for seed 0
TEST(WeightNorm, IsPyTorchs) {
  manual_seed(0);
  Linear layer(3, 4);
  const Tensor before = layer->weight.detach().clone();
  weight_norm(*layer);
  EXPECT_EQ(layer->str(),
            "ParametrizedLinear(\n  in_features=3, out_features=4, bias=True\n  (parametrizations): ModuleDict(\n    "
            "(weight): ParametrizationList(\n      (0): _WeightNorm()\n    )\n  )\n)");
  const StateDict state = layer->state_dict();
  EXPECT_EQ(state.keys(), (std::vector<std::string>{"bias", "parametrizations.weight.original0",
                                                    "parametrizations.weight.original1"}));
  EXPECT_EQ(layer->named_parameters().keys(), state.keys());
  EXPECT_EQ(state["parametrizations.weight.original0"].sizes(), IntArrayRef({4, 1}));
  EXPECT_TRUE(layer->weight.allclose(before));

  const Tensor y = layer(arange(6.).to(kFloat32).view({2, 3}));
  EXPECT_TRUE(y.allclose(
      tensor({{-1.1922, -0.2951, 0.1173, -0.3801}, {-1.7016, -1.7724, 1.3026, -0.7857}}).to(kFloat32), 0, 1e-4));
  y.sum().backward();
  const auto parameters = layer->named_parameters();
  EXPECT_TRUE(parameters["parametrizations.weight.original0"].grad().flatten().allclose(
      tensor({-3.1569, -2.5852, 4.1146, -4.6806}).to(kFloat32), 0, 1e-4));
  EXPECT_TRUE(parameters["parametrizations.weight.original1"].grad()[0].allclose(
      tensor({2.9759, 6.7237, 4.3553}).to(kFloat32), 0, 1e-4));
}

TEST(WeightNorm, TakesTheNormAlongOneDimension) {
  const auto norms = [](std::optional<int64_t> dim) {
    Conv2d layer(2, 3, 2);
    weight_norm(*layer, "weight", dim);
    return DimVector(layer->named_parameters()["parametrizations.weight.original0"].sizes());
  };
  EXPECT_EQ(IntArrayRef(norms(0)), IntArrayRef({3, 1, 1, 1}));
  EXPECT_EQ(IntArrayRef(norms(1)), IntArrayRef({1, 2, 1, 1}));
  EXPECT_EQ(IntArrayRef(norms({})), IntArrayRef());
  EXPECT_EQ(IntArrayRef(norms(-1)), IntArrayRef());
}

TEST(WeightNorm, IsTrainedByItsParts) {
  auto net = Sequential{Linear(3, 4), Linear(4, 1)};
  weight_norm(net->at<Linear>(0));
  optim::SGD optimizer(net->parameters(), {.lr = 0.1});
  const Tensor x = rand({5, 3});
  const double before = net(x).square().mean().item<double>();
  for (int i = 0; i < 5; ++i) {
    optimizer.zero_grad();
    net(x).square().mean().backward();
    optimizer.step();
  }
  EXPECT_LT(net(x).square().mean().item<double>(), before);
  auto other = Sequential{Linear(3, 4), Linear(4, 1)};
  weight_norm(other->at<Linear>(0));
  other->load_state_dict(net->state_dict());
  EXPECT_TRUE(other(x).equal(net(x)));
}

TEST(Parametrize, ComputesAndGivesBack) {
  Linear layer(3, 3);
  const Tensor& weight = layer->weight;
  register_parametrization(*layer, "weight", std::make_shared<Symmetric>());
  EXPECT_EQ(layer->state_dict().keys(), (std::vector<std::string>{"bias", "parametrizations.weight.original"}));
  EXPECT_TRUE(weight.equal(weight.t()));
  EXPECT_TRUE(is_parametrized(*layer) && is_parametrized(*layer, "weight") && !is_parametrized(*layer, "bias"));
  const Tensor value = weight.detach().clone(), original = layer->parameters()[1];
  remove_parametrizations(*layer, "weight");
  EXPECT_EQ(layer->str(), "Linear(in_features=3, out_features=3, bias=True)");
  EXPECT_EQ(layer->state_dict().keys(), (std::vector<std::string>{"bias", "weight"}));
  EXPECT_TRUE(layer->weight.detach().equal(value));
  EXPECT_TRUE(layer->weight.is_same(original));
  EXPECT_TRUE(layer->weight.requires_grad() && layer->weight.is_leaf());
  EXPECT_FALSE(is_parametrized(*layer) || layer->has_hooks());
}

TEST(Parametrize, TakesSeveralOneAfterAnother) {
  Linear layer(3, 3);
  const Tensor before = layer->weight.detach().clone();
  register_parametrization(*layer, "weight", std::make_shared<Symmetric>());
  register_parametrization(*layer, "weight", std::make_shared<Doubled>());
  EXPECT_TRUE(layer->weight.allclose((before.triu() + before.triu(1).t()) * 2));
  remove_parametrizations(*layer, "weight", false);
  EXPECT_TRUE(layer->weight.detach().equal(before));
}

TEST(Parametrize, RefusesWhatPyTorchRefuses) {
  Linear layer(2, 3);
  EXPECT_EQ(error_text<ValueError>([&] { weight_norm(*layer, "foo"); }),
            "Module 'Linear(in_features=2, out_features=3, bias=True)' does not have a parameter, a buffer, or a "
            "parametrized element with name 'foo'");
  EXPECT_EQ(error_text<ValueError>([&] { remove_parametrizations(*layer, "weight"); }),
            "Module Linear(in_features=2, out_features=3, bias=True) does not have a parametrization on weight");
  EXPECT_EQ(
      error_text<ValueError>([&] { register_parametrization(*Linear(3, 3), "weight", std::make_shared<FirstRow>()); }),
      "Registering a parametrization may not change the shape of the tensor, unless `unsafe` flag is "
      "enabled.\nunparametrized shape: torch.Size([3, 3])\nparametrized shape: torch.Size([1, 3])");
  weight_norm(*layer);
  EXPECT_EQ(error_text<ValueError>([&] { remove_parametrizations(*layer, "weight", false); }),
            "Cannot leave unparametrized (`leave_parametrized=False`) a tensor that is parametrized in terms of a "
            "sequence of tensors.");
  EXPECT_THROW(register_parametrization(*layer, "weight", std::make_shared<FirstRow>()), ValueError);
  EXPECT_THROW(register_parametrization(*layer, "bias", nullptr), TypeError);
}

}  // namespace
}  // namespace convgrad::nn::utils
