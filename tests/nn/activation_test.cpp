#include "convgrad/nn/activation.h"

#include <gtest/gtest.h>

#include "convgrad/nn/sequential.h"
#include "convgrad/ops/creation.h"
#include "convgrad/ops/random.h"
#include "convgrad/ops/softmax.h"
#include "error_text.h"

namespace convgrad::nn {
namespace {

/// Both sides of 0, even along both dimensions.
Tensor input() { return linspace(-4, 4, 24).view({4, 6}); }

struct Layer {
  AnyModule module;
  std::string repr;  // torch 2.13's
  std::function<Tensor(const Tensor&)> same;
};

const std::vector<Layer>& layers() {
  static const std::vector<Layer> all{
      {LeakyReLU({.negative_slope = 1}), "LeakyReLU(negative_slope=1)", [](auto& x) { return leaky_relu(x, 1); }},
      {LeakyReLU({.negative_slope = 0.2, .inplace = true}), "LeakyReLU(negative_slope=0.2, inplace=True)",
       [](auto& x) { return leaky_relu(x, 0.2); }},
      {PReLU(), "PReLU(num_parameters=1)", [](auto& x) { return leaky_relu(x, 0.25); }},
      {PReLU({.num_parameters = 6, .init = 0.1}), "PReLU(num_parameters=6)",
       [](auto& x) { return leaky_relu(x, 0.1); }},
      {ELU(), "ELU(alpha=1.0)", [](auto& x) { return elu(x); }},
      {ELU({.alpha = 1.5, .inplace = true}), "ELU(alpha=1.5, inplace=True)", [](auto& x) { return elu(x, 1.5); }},
      {SELU(), "SELU()", [](auto& x) { return selu(x); }},
      {SELU({.inplace = true}), "SELU(inplace=True)", [](auto& x) { return selu(x); }},
      {CELU(), "CELU(alpha=1.0)", [](auto& x) { return celu(x); }},
      {CELU({.alpha = 2., .inplace = true}), "CELU(alpha=2.0, inplace=True)", [](auto& x) { return celu(x, 2); }},
      {GELU(), "GELU(approximate='none')", [](auto& x) { return gelu(x); }},
      {GELU({.approximate = "tanh"}), "GELU(approximate='tanh')", [](auto& x) { return gelu(x, "tanh"); }},
      {SiLU(), "SiLU()", [](auto& x) { return silu(x); }},
      {SiLU({.inplace = true}), "SiLU(inplace=True)", [](auto& x) { return silu(x); }},
      {Mish(), "Mish()", [](auto& x) { return mish(x); }},
      {Mish({.inplace = true}), "Mish(inplace=True)", [](auto& x) { return mish(x); }},
      {Softplus(), "Softplus(beta=1.0, threshold=20.0)", [](auto& x) { return softplus(x); }},
      {Softplus({.beta = 2, .threshold = 30}), "Softplus(beta=2, threshold=30)",
       [](auto& x) { return softplus(x, 2, 30); }},
      {LogSigmoid(), "LogSigmoid()", [](auto& x) { return logsigmoid(x); }},
      {Softsign(), "Softsign()", [](auto& x) { return softsign(x); }},
      {Tanhshrink(), "Tanhshrink()", [](auto& x) { return tanhshrink(x); }},
      {Softshrink(), "Softshrink(0.5)", [](auto& x) { return softshrink(x); }},
      {Hardshrink({.lambda = 1}), "Hardshrink(1)", [](auto& x) { return hardshrink(x, 1); }},
      {Hardtanh(), "Hardtanh(min_val=-1.0, max_val=1.0)", [](auto& x) { return hardtanh(x); }},
      {Hardtanh({.min_val = -2, .max_val = 3., .inplace = true}), "Hardtanh(min_val=-2, max_val=3.0, inplace=True)",
       [](auto& x) { return hardtanh(x, -2, 3); }},
      {ReLU6(), "ReLU6()", [](auto& x) { return relu6(x); }},
      {ReLU6({.inplace = true}), "ReLU6(inplace=True)", [](auto& x) { return relu6(x); }},
      {Hardsigmoid(), "Hardsigmoid()", [](auto& x) { return hardsigmoid(x); }},
      {Hardsigmoid({.inplace = true}), "Hardsigmoid()", [](auto& x) { return hardsigmoid(x); }},
      {Hardswish(), "Hardswish()", [](auto& x) { return hardswish(x); }},
      {Hardswish({.inplace = true}), "Hardswish()", [](auto& x) { return hardswish(x); }},
      {Threshold({.threshold = 0.1, .value = 20}), "Threshold(threshold=0.1, value=20)",
       [](auto& x) { return threshold(x, 0.1, 20); }},
      {Threshold({.threshold = 1, .value = 2.5, .inplace = true}), "Threshold(threshold=1, value=2.5, inplace=True)",
       [](auto& x) { return threshold(x, 1, 2.5); }},
      {GLU(), "GLU(dim=-1)", [](auto& x) { return glu(x); }},
      {GLU({.dim = 0}), "GLU(dim=0)", [](auto& x) { return glu(x, 0); }},
      {Softmin(1), "Softmin(dim=1)", [](auto& x) { return softmin(x, 1); }},
  };
  return all;
}

TEST(Activations, PrintAsPyTorch) {
  for (const Layer& layer : layers()) EXPECT_EQ(layer.module.ptr()->str(), layer.repr);
}

TEST(Activations, ComputeWhatTheirFunctionsDo) {
  for (const Layer& layer : layers()) EXPECT_TRUE(layer.module(input()).equal(layer.same(input()))) << layer.repr;
}

TEST(Activations, WriteIntoTheirInputWhereTold) {
  for (const Layer& layer : layers()) {
    Tensor x = input();
    const bool in_place = layer.module(x).is_same(x);
    EXPECT_TRUE(in_place || layer.repr.find("inplace=True") == std::string::npos) << layer.repr;
    EXPECT_TRUE(in_place || x.equal(input())) << layer.repr;
  }
}

TEST(Activations, PReLULearnsItsSlopes) {
  PReLU layer(6);
  EXPECT_EQ(layer->state_dict().keys(), std::vector<std::string>{"weight"});
  layer(input()).sum().backward();
  EXPECT_TRUE(layer->weight.grad().allclose(input().clamp_max(0).sum({0})));
  EXPECT_EQ(PReLU({.dtype = kFloat64})->weight.dtype(), kFloat64);
}

TEST(Activations, RReLUDrawsWhileTraining) {
  RReLU layer;
  EXPECT_EQ(layer->str(), "RReLU(lower=0.125, upper=0.3333333333333333)");
  EXPECT_EQ(RReLU({.lower = 0.1, .upper = 0.2, .inplace = true})->str(), "RReLU(lower=0.1, upper=0.2, inplace=True)");
  manual_seed(0);  // torch 2.13's numbers
  const Tensor y = layer(linspace(-4, 4, 9));
  EXPECT_TRUE(y.allclose(tensor({-1.3084, -0.8174, -0.4414, -0.3168, 0., 1., 2., 3., 4.}).to(kFloat32), 1e-3));
  EXPECT_NEAR(rand({1}).item<float>(), 0.3489, 1e-4);
  layer->eval();
  EXPECT_TRUE(layer(input()).equal(leaky_relu(input(), (1.0 / 8 + 1.0 / 3) / 2)));
}

TEST(Activations, Softmax2dIsOverTheChannels) {
  Softmax2d layer;
  const Tensor x = rand({2, 3, 4, 5});
  EXPECT_TRUE(layer(x).equal(softmax(x, 1)));
  EXPECT_TRUE(layer(x[0]).equal(softmax(x[0], 0)));
  EXPECT_EQ(error_text<ValueError>([&] { layer(input()); }),
            "Softmax2d: expected input to be 3D or 4D, got 2D instead");
}

TEST(Activations, HardtanhRefusesBoundsThatCross) {
  EXPECT_EQ(error_text([] { Hardtanh({.min_val = 3, .max_val = 2}); }), "max_val (2) must be greater than min_val (3)");
}

TEST(Activations, InPlaceOnALeafIsRefused) {
  Tensor x = input().requires_grad_();
  for (const Layer& layer : layers()) {
    if (layer.repr.find("inplace=True") == std::string::npos) continue;
    EXPECT_THROW(layer.module(x), Error) << layer.repr;
  }
}

}  // namespace
}  // namespace convgrad::nn
