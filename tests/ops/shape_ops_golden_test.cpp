// Padding, pooling, joining and rearranging against PyTorch (tests/golden/make_shape_ops.py): values, positions,
// gradients, the names of the nodes and the errors' words.
#include <convgrad/autograd/autograd.h>
#include <convgrad/ops/join.h>
#include <convgrad/ops/pad.h>
#include <convgrad/ops/pool.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "ops/sample.h"

namespace convgrad {
namespace {

using nlohmann::json;
using Sizes = std::vector<int64_t>;
using Tensors = std::vector<Tensor>;

Tensor filled(IntArrayRef sizes, int64_t salt) {
  Tensor t = make_tensor(sizes, kFloat64);
  for (int64_t i = 0; i < t.numel(); ++i)
    t.data_ptr<double>()[i] = static_cast<double>((i * 37 + 11 * salt) % 101) / 8 - 6;
  return t;
}

Tensor cotangent(IntArrayRef sizes) {
  Tensor t = make_tensor(sizes, kFloat64);
  for (int64_t i = 0; i < t.numel(); ++i) t.data_ptr<double>()[i] = static_cast<double>((i * 29 + 5) % 53) / 16 - 1.5;
  return t;
}

template <class T>
std::optional<T> maybe(const json& j) {
  return j.is_null() ? std::optional<T>() : j.get<T>();
}

Tensors of(std::tuple<Tensor, Tensor> pair) { return {std::get<0>(pair), std::get<1>(pair)}; }

/// Runs one operation by its name; `a` are its arguments.
Tensors run_pool(const std::string& op, const Tensor& x, const json& a) {
  const auto list = [&](size_t i) { return a[i].get<Sizes>(); };
  const auto max = [&](auto f) { return of(f(x, list(0), list(1), list(2), list(3), a[4])); };
  const auto average = [&](auto f) {
    return Tensors{f(x, list(0), list(1), list(2), a[3], a[4], maybe<int64_t>(a[5]))};
  };
  if (op == "max_pool1d") return max(max_pool1d_with_indices);
  if (op == "max_pool1d_values") return {max_pool1d(x, list(0), list(1), list(2), list(3), a[4])};
  if (op == "max_pool2d") return max(max_pool2d_with_indices);
  if (op == "max_pool3d") return max(max_pool3d_with_indices);
  if (op == "avg_pool1d") return {avg_pool1d(x, list(0), list(1), list(2), a[3], a[4])};
  if (op == "avg_pool2d") return average(avg_pool2d);
  if (op == "avg_pool3d") return average(avg_pool3d);
  if (op == "adaptive_avg_pool1d") return {adaptive_avg_pool1d(x, list(0))};
  if (op == "adaptive_avg_pool2d") return {adaptive_avg_pool2d(x, list(0))};
  if (op == "adaptive_avg_pool3d") return {adaptive_avg_pool3d(x, list(0))};
  if (op == "adaptive_max_pool1d") return of(adaptive_max_pool1d(x, list(0)));
  if (op == "adaptive_max_pool2d") return of(adaptive_max_pool2d(x, list(0)));
  if (op == "adaptive_max_pool3d") return of(adaptive_max_pool3d(x, list(0)));
  throw std::logic_error("no operation " + op);
}

Tensors run(const std::string& op, const Tensors& x, const json& a) {
  const auto list = [&](size_t i) { return a[i].get<Sizes>(); };
  if (op == "pad") return {pad(x[0], list(0), a[1], maybe<double>(a[2]))};
  if (op == "flip") return {x[0].flip(list(0))};
  if (op == "roll") return {x[0].roll(list(0), list(1))};
  if (op == "repeat") return {x[0].repeat(list(0))};
  if (op == "tile") return {tile(x[0], list(0))};
  if (op == "cat") return {cat(x, a[0])};
  if (op == "stack") return {stack(x, a[0])};
  if (op == "hstack") return {hstack(x)};
  if (op == "vstack") return {vstack(x)};
  return run_pool(op, x[0], a);
}

template <class E>
bool throws(const std::string& kind, const char* name, const std::string& text, const std::exception& e) {
  if (kind != name) return false;
  EXPECT_TRUE(dynamic_cast<const E*>(&e)) << "another class of error than " << name;
  EXPECT_EQ(e.what(), text);
  return true;
}

void check_error(const json& test, const Tensors& x) {
  try {
    run(test["op"], x, test["args"]);
    ADD_FAILURE() << "no error; PyTorch says " << test["text"];
  } catch (const Error& e) {
    const std::string kind = test["error"], text = test["text"];
    throws<IndexError>(kind, "IndexError", text, e) || throws<ValueError>(kind, "ValueError", text, e) ||
        throws<NotImplementedError>(kind, "NotImplementedError", text, e) || throws<Error>(kind, kind.c_str(), text, e);
  }
}

void expect_near(const Tensor& t, const std::vector<double>& values) {
  const auto got = t.to_vector<double>();
  ASSERT_EQ(got.size(), values.size());
  for (size_t i = 0; i < got.size(); ++i)
    ASSERT_NEAR(got[i], values[i], 1e-12 * (1 + std::abs(values[i]))) << "at " << i;
}

void check_case(const json& test) {
  Tensors x;
  for (const json& sizes : test["inputs"])
    x.push_back(filled(sizes.get<Sizes>(), static_cast<int64_t>(x.size())).requires_grad_());
  if (test.contains("error")) return check_error(test, x);
  const Tensors y = run(test["op"], x, test["args"]);
  ASSERT_EQ(y.size(), test["outputs"].size());
  for (size_t i = 0; i < y.size(); ++i) {
    ASSERT_EQ(y[i].sizes().vec(), test["outputs"][i]["sizes"].get<Sizes>());
    expect_near(y[i], test["outputs"][i]["values"]);
  }
  EXPECT_EQ(y[0].grad_fn()->name(), test["grad_fn"]);
  const auto gradients = autograd::grad({y[0]}, x, {cotangent(y[0].sizes())});
  for (size_t i = 0; test.contains("gradients") && i < x.size(); ++i) expect_near(gradients[i], test["gradients"][i]);
}

TEST(ShapeOpsGolden, AgreeWithPyTorch) {
  const auto cases = json::parse(std::ifstream(CONVGRAD_TEST_DIR "/golden/shape_ops.json"));
  ASSERT_GE(cases.size(), 400u);
  for (const json& test : cases) {
    SCOPED_TRACE(json({test["op"], test["inputs"], test["args"]}).dump());
    try {
      check_case(test);
    } catch (const std::exception& e) {
      ADD_FAILURE() << e.what();
    }
  }
}

}  // namespace
}  // namespace convgrad
