#include "convgrad/optim/sgd.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "convgrad/ops/creation.h"
#include "convgrad/ops/random.h"
#include "error_text.h"
#include "ops/golden_bits.h"
#include "places.h"

namespace convgrad::optim {
namespace {

Tensor parameter(int64_t n = 2) { return zeros({n}, {.requires_grad = true}); }

SGDOptions options_of(const nlohmann::json& j) {
  SGDOptions o{.lr = j.at("lr").get<double>()};
  o.momentum = j.value("momentum", 0.0);
  o.dampening = j.value("dampening", 0.0);
  o.weight_decay = j.value("weight_decay", 0.0);
  o.nesterov = j.value("nesterov", false);
  o.maximize = j.value("maximize", false);
  return o;
}

TEST(SGD, StepsAsPyTorchToTheLastBit) {
  for (const auto& test : nlohmann::json::parse(std::ifstream(test::golden("sgd.json")))) {
    const int64_t size = test.at("size");
    const ScalarType dtype = test.at("dtype") == "float64" ? kFloat64 : kFloat32;
    manual_seed(static_cast<uint64_t>(size));
    Tensor p = rand({size}, {.dtype = dtype}).sub_(0.5).requires_grad_();
    SGD optimizer({p}, options_of(test.at("options")));
    for (const auto& expected : test.at("steps")) {
      p.mutable_grad() = rand({size}, {.dtype = dtype}).sub_(0.5);
      optimizer.step();
      EXPECT_EQ(golden_bits(p), expected.at(0)) << test.at("options") << ' ' << size << ' ' << dtype;
      OptimizerState state = optimizer.state_dict();
      const std::string momentum = state.state.empty() ? "" : golden_bits(state.state[0]["momentum_buffer"]);
      EXPECT_EQ(momentum, expected.at(1)) << test.at("options") << ' ' << size << ' ' << dtype;
    }
  }
}

TEST(SGD, StepsParametersOfAnyStridesAlike) {
  const SGDOptions options{.lr = 0.1, .momentum = 0.9, .weight_decay = 0.01, .nesterov = true};
  manual_seed(3);
  const Tensor values = rand({5, 7}), gradient = rand({5, 7});
  Tensor plain = values.clone().requires_grad_(), turned = empty({7, 5}).t().copy_(values).requires_grad_();
  ASSERT_FALSE(turned.is_contiguous());
  SGD a({plain}, options), b({turned}, options);
  for (int i = 0; i < 3; ++i) {
    plain.mutable_grad() = gradient.clone();
    turned.mutable_grad() = gradient.clone();
    a.step(), b.step();
  }
  EXPECT_TRUE(plain.detach().equal(turned.detach()));
}

TEST(SGD, RefusesAGradientOfAnotherShape) {
  Tensor p = parameter(3);
  SGD optimizer({p});
  p.mutable_grad() = ones({2});
  EXPECT_THROW(optimizer.step(), Error);
}

TEST(SGD, PrintsAsPyTorch) {
  const auto golden = nlohmann::json::parse(std::ifstream(test::golden("nn.json"))).at("optimizers");
  Tensor p = parameter(), q = parameter(3);
  EXPECT_EQ(SGD({p, q}).str(), golden.at("sgd"));
  EXPECT_EQ(SGD({{.params = {p}}, {.params = {q}, .options = {{"lr", 1e-3}, {"momentum", 0.9}}}},
                {.lr = 0.1, .weight_decay = 1e-6})
                .str(),
            golden.at("sgd_groups"));
  EXPECT_EQ(SGD({p, q}, {.lr = 1, .momentum = 0.5, .nesterov = true, .maximize = true}).str(),
            golden.at("sgd_nesterov"));
}

TEST(SGD, RefusesWhatPyTorchRefuses) {
  Tensor p = parameter();
  auto text = [&](SGDOptions options) { return error_text<ValueError>([&] { SGD({p}, options); }); };
  EXPECT_EQ(text({.lr = -1}), "Invalid learning rate: -1");
  EXPECT_EQ(text({.lr = -0.5}), "Invalid learning rate: -0.5");
  EXPECT_EQ(text({.lr = std::nan("")}), "Invalid learning rate: nan");
  EXPECT_EQ(text({.momentum = -1.0}), "Invalid momentum value: -1.0");
  EXPECT_EQ(text({.weight_decay = -1e-3}), "Invalid weight_decay value: -0.001");
  EXPECT_EQ(text({.nesterov = true}), "Nesterov momentum requires a momentum and zero dampening");
  EXPECT_EQ(text({.momentum = 0.9, .dampening = 0.1, .nesterov = true}),
            "Nesterov momentum requires a momentum and zero dampening");
  EXPECT_EQ(error_text<ValueError>([] { SGD(std::vector<Tensor>{}); }), "optimizer got an empty parameter list");
  EXPECT_EQ(error_text<ValueError>([&] { SGD({p * 2}); }), "can't optimize a non-leaf Tensor");
  EXPECT_EQ(error_text<ValueError>([&] {
              SGD({{.params = {p}}, {.params = {p}}});
            }),
            "some parameters appear in more than one parameter group");
  EXPECT_EQ(error_text<ValueError>([&] {
              SGD({p, p});
            }),
            "optimizer contains a parameter group with duplicate parameters");
  EXPECT_EQ(error_text<KeyError>([&] {
              SGD({{.params = {p}, .options = {{"rate", 1}}}});
            }),
            "SGD has no option 'rate'");
}

TEST(SGD, LeavesParametersWithoutGradientAlone) {
  Tensor p = ones({2}, {.requires_grad = true});
  SGD optimizer({p}, {.lr = 0.1, .weight_decay = 0.5});
  optimizer.step();
  EXPECT_TRUE(p.detach().equal(ones({2})));
}

TEST(SGD, CallsTheClosureWithGradients) {
  Tensor p = ones({2}, {.requires_grad = true});
  SGD optimizer({p}, {.lr = 0.5});
  const Tensor loss = optimizer.step([&] {
    optimizer.zero_grad();
    Tensor l = (p * p).sum();
    l.backward();
    return l;
  });
  EXPECT_EQ(loss.item<float>(), 2);
  EXPECT_TRUE(p.detach().equal(zeros({2})));
  EXPECT_TRUE(p.is_leaf() && p.requires_grad());
}

TEST(SGD, CountsAsAChangeInPlace) {
  Tensor p = ones({2}, {.requires_grad = true});
  const Tensor y = (p * p).sum();
  p.mutable_grad() = ones({2});
  SGD({p}).step();
  EXPECT_THROW(y.backward(), Error);
}

TEST(SGD, ZeroGradForgetsOrZeroes) {
  Tensor p = parameter();
  SGD optimizer({p});
  p.mutable_grad() = ones({2});
  optimizer.zero_grad(false);
  EXPECT_TRUE(p.grad().equal(zeros({2})));
  optimizer.zero_grad();
  EXPECT_FALSE(p.grad().defined());
}

TEST(SGD, RatesCanChangeBetweenSteps) {
  Tensor p = parameter(), q = parameter();
  SGD optimizer({{.params = {p}}, {.params = {q}, .options = {{"lr", 2}}}}, {.lr = 1});
  p.mutable_grad() = ones({2});
  q.mutable_grad() = ones({2});
  optimizer.step();
  EXPECT_EQ(p[0].item<float>(), -1);
  EXPECT_EQ(q[0].item<float>(), -2);
  optimizer.param_groups()[1].options["lr"] = 10;
  optimizer.step();
  EXPECT_EQ(q[0].item<float>(), -12);
  optimizer.set_lr(0.5);
  EXPECT_EQ(optimizer.get_lr(), 0.5);
}

TEST(SGD, GoesOnFromAStateDict) {
  auto gradient = [](int step) { return full({3}, 0.1 * step); };
  auto steps = [&](SGD& optimizer, Tensor& p, int from, int to) {
    for (int i = from; i < to; ++i) p.mutable_grad() = gradient(i), optimizer.step();
  };
  const SGDOptions options{.lr = 0.1, .momentum = 0.9};
  Tensor whole = parameter(3), first = parameter(3);
  SGD unbroken({whole}, options), before({first}, options);
  steps(unbroken, whole, 0, 5);
  steps(before, first, 0, 3);
  Tensor second = first.detach().clone().requires_grad_();
  SGD after({second}, {.lr = 7});
  after.load_state_dict(before.state_dict());
  steps(before, first, 3, 4);  // must not touch the other's momentum
  steps(after, second, 3, 5);
  EXPECT_TRUE(second.detach().equal(whole.detach()));
}

TEST(SGD, RefusesAnotherModelsState) {
  Tensor p = parameter(), q = parameter(3);
  SGD one({p}, {.momentum = 0.9}), other({q}, {.momentum = 0.9});
  q.mutable_grad() = ones({3});
  other.step();
  EXPECT_THROW(one.load_state_dict(other.state_dict()), ShapeError);
  EXPECT_EQ(error_text<ValueError>([&] { one.load_state_dict({}); }),
            "loaded state dict has a different number of parameter groups");
  EXPECT_EQ(error_text<ValueError>([&] {
              one.load_state_dict(SGD({p, q}).state_dict());
            }),
            "loaded state dict contains a parameter group that doesn't match the size of optimizer's group");
}

}  // namespace
}  // namespace convgrad::optim
