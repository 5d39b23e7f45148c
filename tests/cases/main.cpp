// The cases' program: the tests of every case (GoogleTest), --dump DIR for the comparison with the oracle, --time for
// the speed table. A failure names the line that runs the case again alone.
#include <convgrad/autograd/gradcheck.h>
#include <convgrad/backends.h>
#include <convgrad/error.h>
#include <convgrad/io/safetensors.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cases/inputs.h"
#include "cases/record.h"
#include "core/make.h"

namespace convgrad::cases {
namespace {

uint64_t seed = 0;

std::string again(const std::string& name) {
  return "run again alone: test_cases --case " + name + " --seed " + std::to_string(seed);
}

class EachCase : public testing::TestWithParam<NamedCase> {
 protected:
  const std::string& name() const { return GetParam().name; }
  const Case& value() const { return GetParam().value; }
  variable_list inputs() const { return make_inputs(name(), value().inputs, seed); }
  autograd::TensorFunction function() const {
    return [run = value().run](const variable_list& x) { return run(x); };
  }
  bool has_leaf() const {
    for (const Tensor& x : inputs())
      if (x.requires_grad()) return value().finite_differences;
    return false;
  }
};

TEST_P(EachCase, HasTheGradientOfFiniteDifferences) {
  if (!has_leaf()) return;
  EXPECT_NO_THROW(autograd::gradcheck(function(), inputs(), {.seed = seed})) << again(name());
}

TEST_P(EachCase, HasTheSecondOrderOfFiniteDifferences) {
  if (!has_leaf() || !value().second_order) return;
  EXPECT_NO_THROW(autograd::gradgradcheck(function(), inputs(), {.seed = seed})) << again(name());
}

void expect_near(const Results& got, const Results& want, double tolerance, const std::string& where) {
  ASSERT_EQ(got.outputs.size(), want.outputs.size());
  for (size_t i = 0; i < want.outputs.size(); ++i)
    EXPECT_LE(difference(got.outputs[i], want.outputs[i]), tolerance) << "output " << i << where;
  for (size_t i = 0; i < want.gradients.size(); ++i)
    EXPECT_LE(difference(got.gradients[i], want.gradients[i]), tolerance) << "gradient " << i << where;
}

TEST_P(EachCase, ReadsAnyStrides) {
  const Results want = evaluate(value(), inputs(), seed), got = evaluate(value(), with_odd_strides(inputs()), seed);
  expect_near(got, want, value().tolerance64, "; " + again(name()));
}

TEST_P(EachCase, GivesTheSameOnEveryInstructionSet) {
  const std::string before = backends::isa();
  const Results want = evaluate(value(), inputs(), seed);
  for (const std::string& isa : backends::supported_isas()) {
    backends::set_isa(isa);
    const std::string where = " on " + isa + "; " + again(name());
    expect_near(evaluate(value(), inputs(), seed), want, value().tolerance64, where);
    expect_near(evaluate(value(), as_type(inputs(), kFloat32), seed), want, value().tolerance32, " (float32)" + where);
  }
  backends::set_isa(before);
}

TEST_P(EachCase, GivesTheSameOnOneThreadAndOnTwo) {
  if (value().large.empty()) return;
  const variable_list x = as_type(make_inputs(name(), value().large, seed), kFloat32);
  const int before = get_num_threads();
  set_num_threads(1);
  const Results want = evaluate(value(), x, seed);
  set_num_threads(2);
  expect_near(evaluate(value(), x, seed), want, 0, "; " + again(name()));
  set_num_threads(before);
}

TEST_P(EachCase, FailsWithAnErrorWhereItMust) {
  for (const Failure& failure : value().failures)
    EXPECT_THROW(failure.call(), Error) << failure.oracle << "; " << again(name());
}

// A kernel would read beyond the end of a gradient that is too small.
TEST_P(EachCase, RefusesAGradientOfAnotherShape) {
  for (const Tensor& y : value().run(inputs())) {
    const auto node = y.defined() ? y.grad_fn() : nullptr;
    if (!node) continue;
    DimVector more = y.sizes();
    more.push_back(2);
    for (const DimVector& sizes : {DimVector{0}, DimVector{7}, more}) {
      variable_list gradients(node->num_inputs());
      gradients[static_cast<size_t>(y.output_nr())] = make_tensor(sizes, kFloat64).fill_(1);
      if (y.sizes() == IntArrayRef(sizes)) continue;
      EXPECT_THROW((*node)(variable_list(gradients)), Error) << node->name() << "; " << again(name());
    }
  }
}

void expect_sum(const Tensor& got, double want, double tolerance, const std::string& where) {
  const Checksum sum = checksum(got);
  EXPECT_NEAR(sum.value, want, tolerance * std::max(sum.size, 1.0)) << where;
}

TEST_P(EachCase, IsWhatPyTorchGave) {
  const nlohmann::json& want = recorded(name());
  if (want.is_null() || seed != 0) GTEST_SKIP() << "not recorded; compare_cases.py --record records";
  const Results r = evaluate(value(), inputs(), seed);
  ASSERT_EQ(r.outputs.size(), want["outputs"].size());
  for (size_t i = 0; i < r.outputs.size(); ++i) {
    EXPECT_EQ(facts(r.outputs[i]), want["outputs"][i]) << "output " << i;
    expect_sum(r.outputs[i], want["sums"][i], value().tolerance64, "output " + std::to_string(i));
  }
  for (size_t i = 0; i < r.gradients.size(); ++i)
    expect_sum(r.gradients[i], want["gradient_sums"][i], value().tolerance64, "gradient " + std::to_string(i));
  for (size_t i = 0; i < value().failures.size(); ++i) EXPECT_EQ(outcome(value().failures[i]), want["failures"].at(i));
}

INSTANTIATE_TEST_SUITE_P(Cases, EachCase, testing::ValuesIn(all_cases()),
                         [](const auto& info) { return info.param.name; });

// ---- for the oracle

void dump_tensors(io::TensorMap& tensors, const std::string& prefix, const variable_list& list) {
  for (size_t i = 0; i < list.size(); ++i)
    if (list[i].defined()) tensors[prefix + std::to_string(i)] = list[i].detach().contiguous();
}

int dump(const std::string& folder) {
  nlohmann::json list = nlohmann::json::array();
  io::TensorMap tensors;
  for (const NamedCase& c : all_cases()) {
    nlohmann::json failures = nlohmann::json::array();
    for (const Failure& failure : c.value.failures) failures.push_back(outcome(failure));
    const variable_list inputs = make_inputs(c.name, c.value.inputs, seed);
    nlohmann::json outputs = nlohmann::json::array();
    for (const ScalarType dtype : {kFloat32, kFloat64}) {
      const Results r = evaluate(c.value, as_type(inputs, dtype), seed);
      const std::string prefix = c.name + "/" + name(dtype) + "/";
      dump_tensors(tensors, prefix + "out", r.outputs);
      dump_tensors(tensors, prefix + "cotangent", r.cotangents);
      dump_tensors(tensors, prefix + "gradient", r.gradients);
      if (dtype == kFloat64)
        for (const Tensor& y : r.outputs) outputs.push_back(facts(y));
    }
    dump_tensors(tensors, c.name + "/in", inputs);
    std::vector<bool> leaves;
    for (const Tensor& x : inputs) leaves.push_back(x.requires_grad());
    list.push_back({{"name", c.name},
                    {"given", c.value.given},
                    {"oracle", c.value.oracle},
                    {"requires_grad", leaves},
                    {"outputs", outputs},
                    {"failures", failures},
                    {"tolerance32", c.value.tolerance32},
                    {"tolerance64", c.value.tolerance64}});
  }
  std::filesystem::create_directories(folder);
  io::save_safetensors(folder + "/cases.safetensors", tensors);
  std::ofstream(folder + "/cases.json") << list.dump(1) << "\n";
  std::printf("%zu cases written to %s\n", all_cases().size(), folder.c_str());
  return 0;
}

int time_all(const std::string& only) {
  for (const NamedCase& c : all_cases()) {
    if (c.value.large.empty() || (!only.empty() && c.name != only)) continue;
    const variable_list x = as_type(make_inputs(c.name, c.value.large, seed), kFloat32);
    std::vector<double> forward, backward;
    for (int round = 0; round < 9; ++round) {
      const auto now = [] { return std::chrono::steady_clock::now(); };
      const auto seconds = [](auto a, auto b) { return std::chrono::duration<double>(b - a).count(); };
      const auto start = now();
      const variable_list y = c.value.run(x);
      const auto middle = now();
      forward.push_back(seconds(start, middle));
      const variable_list v = make_cotangents(y, seed);
      const auto before = now();
      if (v[0].defined()) autograd::backward({y[0]}, {v[0]});
      backward.push_back(seconds(before, now()));
    }
    std::sort(forward.begin(), forward.end()), std::sort(backward.begin(), backward.end());
    std::printf("%-32s forward %9.3f ms  backward %9.3f ms", c.name.c_str(), forward[4] * 1e3, backward[4] * 1e3);
    if (c.value.flops > 0) std::printf("  %8.1f GFLOP/s", c.value.flops / forward[4] * 1e-9);
    std::printf("\n");
  }
  return 0;
}

}  // namespace
}  // namespace convgrad::cases

int main(int argc, char** argv) {
  using namespace convgrad::cases;
  std::string only, folder;
  bool timing = false;
  testing::InitGoogleTest(&argc, argv);
  for (int i = 1; i < argc; ++i) {
    const bool more = i + 1 < argc;
    if (!std::strcmp(argv[i], "--seed") && more)
      seed = std::stoull(argv[++i]);
    else if (!std::strcmp(argv[i], "--case") && more)
      only = argv[++i];
    else if (!std::strcmp(argv[i], "--dump") && more)
      folder = argv[++i];
    else if (!std::strcmp(argv[i], "--time"))
      timing = true;
    else
      return std::fprintf(stderr, "usage: test_cases [--case NAME] [--seed N] [--dump DIR | --time]\n"), 2;
  }
  if (!folder.empty()) return dump(folder);
  if (timing) return time_all(only);
  if (!only.empty()) testing::GTEST_FLAG(filter) = "*/" + only;
  return RUN_ALL_TESTS();
}
