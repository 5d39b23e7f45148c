// The optimizers that adapt their rate, against PyTorch's bits after 20 steps at random settings.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "convgrad/backends.h"
#include "convgrad/ops/creation.h"
#include "convgrad/ops/random.h"
#include "convgrad/optim/adadelta.h"
#include "convgrad/optim/adagrad.h"
#include "convgrad/optim/adam.h"
#include "convgrad/optim/adamax.h"
#include "convgrad/optim/nadam.h"
#include "convgrad/optim/rmsprop.h"
#include "error_text.h"
#include "ops/golden_bits.h"
#include "places.h"

namespace convgrad::optim {
namespace {

using nlohmann::json;

const json& golden() {
  static const json document = json::parse(std::ifstream(test::golden("optim.json")));
  return document;
}

Number number_of(const json& value) {
  return value.is_number_integer() ? Number(value.get<int64_t>()) : Number(value.get<double>());
}

/// An optimizer by its name; options given by name override the defaults through the group, and are checked there.
std::unique_ptr<Optimizer> make(const std::string& name, const Tensor& p, const json& options = json::object()) {
  ParamGroup group{.params = {p}};
  for (const auto& [key, value] : options.items()) {
    if (value.is_array())
      group.options.insert(key, {number_of(value[0]), number_of(value[1])});
    else if (value.is_boolean())
      group.options.insert(key, value.get<bool>());
    else
      group.options.insert(key, number_of(value));
  }
  const std::vector<ParamGroup> groups{group};
  if (name == "Adam") return std::make_unique<Adam>(groups);
  if (name == "AdamW") return std::make_unique<AdamW>(groups);
  if (name == "NAdam") return std::make_unique<NAdam>(groups);
  if (name == "Adamax") return std::make_unique<Adamax>(groups);
  if (name == "RMSprop") return std::make_unique<RMSprop>(groups);
  if (name == "Adadelta") return std::make_unique<Adadelta>(groups);
  const Number sum =
      options.contains("initial_accumulator_value") ? number_of(options["initial_accumulator_value"]) : Number(0);
  return std::make_unique<Adagrad>(groups, AdagradOptions{.initial_accumulator_value = sum});
}

TEST(AdaptiveOptimizers, StepAsPyTorchToTheLastBit) {
  for (const json& test : golden().at("steps")) {
    const int64_t size = test.at("size");
    const ScalarType dtype = test.at("dtype") == "float64" ? kFloat64 : kFloat32;
    manual_seed(static_cast<uint64_t>(size));
    Tensor p = rand({size}, {.dtype = dtype}).sub_(0.5).requires_grad_();
    const auto optimizer = make(test.at("optimizer"), p, test.at("options"));
    for (int i = 0; i < 20; ++i) {
      p.mutable_grad() = rand({size}, {.dtype = dtype}).sub_(0.5);
      optimizer->step();
    }
    const std::string where = test.dump();
    EXPECT_EQ(golden_bits(p), test.at("param")) << where;
    json state;
    const OptimizerState whole = optimizer->state_dict();
    for (const auto& [name, tensor] : whole.state.at(0)) state[name] = golden_bits(tensor);
    EXPECT_EQ(state, test.at("state")) << where;
  }
}

TEST(AdaptiveOptimizers, PrintAsPyTorch) {
  for (const auto& [name, text] : golden().at("printed").items()) EXPECT_EQ(make(name, zeros({2}))->str(), text);
}

TEST(AdaptiveOptimizers, RefuseWhatPyTorchRefuses) {
  for (const json& test : golden().at("refused")) {
    const auto call = [&] { make(test.at("optimizer"), zeros({1}), test.at("options")); };
    EXPECT_EQ(error_text<ValueError>(call), test.at("text")) << test.dump();
  }
}

const char* const kNames[] = {"Adam", "AdamW", "NAdam", "Adamax", "RMSprop", "Adagrad", "Adadelta"};

TEST(AdaptiveOptimizers, StepParametersOfAnyStridesAlike) {
  for (const char* name : kNames) {
    manual_seed(3);
    const Tensor values = rand({5, 7}), gradient = rand({5, 7});
    Tensor plain = values.clone().requires_grad_(), turned = empty({7, 5}).t().copy_(values).requires_grad_();
    ASSERT_FALSE(turned.is_contiguous());
    const auto a = make(name, plain), b = make(name, turned);
    for (int i = 0; i < 3; ++i) {
      plain.mutable_grad() = gradient.clone();
      turned.mutable_grad() = gradient.clone();
      a->step(), b->step();
    }
    EXPECT_TRUE(plain.detach().equal(turned.detach())) << name;
  }
}

TEST(AdaptiveOptimizers, GoOnFromAStateDict) {
  for (const char* name : kNames) {
    const auto steps = [](Optimizer& optimizer, Tensor& p, int from, int to) {
      for (int i = from; i < to; ++i) p.mutable_grad() = full({3}, 0.1 * (i + 1)), optimizer.step();
    };
    Tensor whole = ones({3}, {.requires_grad = true}), first = ones({3}, {.requires_grad = true});
    const auto unbroken = make(name, whole, {{"lr", 0.3}}), before = make(name, first, {{"lr", 0.3}});
    steps(*unbroken, whole, 0, 5);
    steps(*before, first, 0, 3);
    Tensor second = first.detach().clone().requires_grad_();
    const auto after = make(name, second);
    after->load_state_dict(before->state_dict());
    steps(*before, first, 3, 4);  // must not touch the other's state
    steps(*after, second, 3, 5);
    EXPECT_TRUE(second.detach().equal(whole.detach())) << name;
  }
}

TEST(AdaptiveOptimizers, GiveTheSameOnEveryInstructionSetUpToTheFusing) {
  const std::string isa_before = backends::isa();
  for (const char* name : kNames) {
    std::vector<Tensor> results;
    for (const std::string& isa : backends::supported_isas()) {
      backends::set_isa(isa);
      manual_seed(1);
      Tensor p = rand({37}).requires_grad_();
      const auto optimizer = make(name, p);
      for (int i = 0; i < 4; ++i) p.mutable_grad() = rand({37}).sub_(0.5), optimizer->step();
      results.push_back(p.detach());
      EXPECT_TRUE(results.back().allclose(results.front(), 1e-5, 1e-6)) << name << " on " << isa;
    }
  }
  backends::set_isa(isa_before);
}

TEST(AdaptiveOptimizers, SplitLongParametersOverThreads) {
  Tensor p = ones({100003}, {.requires_grad = true});
  Adam optimizer({p}, {.lr = 0.5});
  p.mutable_grad() = ones({100003});
  optimizer.step();
  EXPECT_TRUE(p.detach().equal(p[0].detach().expand({100003})));
}

TEST(AdaptiveOptimizers, RefuseAGradientOfAnotherShape) {
  Tensor p = ones({3}, {.requires_grad = true});
  Adam optimizer({p});
  p.mutable_grad() = ones({2});
  EXPECT_THROW(optimizer.step(), ShapeError);
}

TEST(AdaptiveOptimizers, TakeBetasByGroup) {
  Tensor p = ones({1}, {.requires_grad = true}), q = ones({1}, {.requires_grad = true});
  Adam optimizer({{.params = {p}}, {.params = {q}, .options = {{"betas", {0.5, 0.9}}}}}, {.betas = {0.8, 0.99}});
  EXPECT_EQ(optimizer.param_groups()[0].options["betas"].pair().first, 0.8);
  EXPECT_EQ(optimizer.param_groups()[1].options["betas"].pair().second, 0.9);
  EXPECT_NE(optimizer.str().find("betas: (0.5, 0.9)"), std::string::npos);
}

}  // namespace
}  // namespace convgrad::optim
