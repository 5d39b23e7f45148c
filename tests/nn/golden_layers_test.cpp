// Modules against what PyTorch's printed, drew and computed (tests/golden/make_layers.py).
#include "nn/golden_layers.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "convgrad/autograd/autograd.h"
#include "convgrad/autograd/function.h"
#include "convgrad/ops/random.h"
#include "ops/golden_bits.h"
#include "places.h"

namespace convgrad::nn {
namespace {

using nlohmann::json;

const json& recorded() {
  static const auto document = json::parse(std::ifstream(test::golden("layers.json")));
  return document;
}

void expect_like(const Tensor& t, const json& want, const std::string& where) {
  ASSERT_EQ(t.defined(), !want.is_null()) << where;
  if (!t.defined()) return;
  EXPECT_EQ(t.sizes().vec(), want.at(0).get<std::vector<int64_t>>()) << where;
  double sum = 0;
  int64_t i = 0;
  for (const double x : t.detach().to_vector<double>()) sum += x * static_cast<double>(i++ % 31 + 1);
  const double allowed = (t.dtype() == kFloat64 ? 1e-12 : 2e-6) * want.at(2).get<double>() + 1e-12;
  EXPECT_NEAR(sum, want.at(1).get<double>(), allowed) << where;
}

/// Two steps of training and one of evaluation, as make_layers.py takes them.
void expect_same_steps(const AnyModule& module, const json& want, const std::string& name) {
  const auto sizes = want.at("sizes").get<std::vector<int64_t>>();
  const auto integers = want.at("integers").get<int64_t>();
  const auto parameters = module->parameters();
  const ScalarType dtype = parameters.empty() ? kFloat32 : parameters[0].dtype();
  const Tensor x = integers > 0 ? randint(integers, sizes) : randn(sizes, {.dtype = dtype, .requires_grad = true});
  variable_list leaves;
  if (integers == 0) leaves.push_back(x);
  for (const Tensor& p : parameters)
    if (p.requires_grad()) leaves.push_back(p);
  int number = 0;
  for (const json& step : want.at("steps")) {
    const std::string where = name + ", step " + std::to_string(number);
    module->train(number++ < 2);
    const Tensor y = module(x);
    expect_like(y, step.at(0), where);
    const variable_list v{randn(y.sizes(), {.dtype = y.dtype()})};
    const variable_list gradients = autograd::grad({y}, leaves, v, {}, false, /*allow_unused=*/true);
    for (size_t i = 0; i < gradients.size(); ++i)
      expect_like(gradients[i], step.at(i + 1), where + ", gradient " + std::to_string(i));
  }
  for (const auto& [key, tensor] : module->state_dict())
    expect_like(tensor, want.at("after").at(key), name + ' ' + key);
}

TEST(GoldenLayers, PrintDrawAndComputeAsPyTorch) {
  ASSERT_EQ(recorded().size(), golden_layers().size());
  for (const auto& [name, make] : golden_layers()) {
    const json& want = recorded().at(name);
    manual_seed(0);
    const AnyModule module = make();
    EXPECT_EQ(module->str(), want.at("repr"));
    const auto state = module->state_dict();
    ASSERT_EQ(state.size(), want.at("values").size()) << name;
    for (const auto& [key, tensor] : state)
      EXPECT_EQ(golden_bits(tensor), want.at("values").at(key).at(1)) << name << ' ' << key;
    EXPECT_EQ(randint(1 << 16, {1}).item<int64_t>(), want.at("next")) << name << ": the stream stands elsewhere";
    expect_same_steps(module, want, name);
  }
}

}  // namespace
}  // namespace convgrad::nn
