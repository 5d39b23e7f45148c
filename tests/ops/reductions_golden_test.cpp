// Reductions, products, softmax, losses and sorting against what PyTorch gives, with node names, gradients and errors
// (tests/golden/make_reductions.py).
#include <convgrad/autograd/autograd.h>
#include <convgrad/autograd/node.h>
#include <convgrad/ops/linalg.h>
#include <convgrad/ops/loss.h>
#include <convgrad/ops/reduce.h>
#include <convgrad/ops/softmax.h>
#include <convgrad/ops/sort.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "ops/sample.h"
#include "places.h"

namespace convgrad {
namespace {

using autograd::variable_list;
using nlohmann::json;

double number(const json& j) { return j.is_string() ? std::stod(j.get<std::string>()) : j.get<double>(); }

ScalarType type_of(const std::string& text) {
  for (const ScalarType t : {kFloat32, kFloat64, kInt64, kInt32, kUInt8, kBool})
    if (text == name(t)) return t;
  throw std::runtime_error(text);
}

/// The values in index order, in memory laid out as `layout` says (dimensions, outermost first).
Tensor tensor_of(const json& j) {
  const std::vector<int64_t> sizes = j["sizes"];
  std::vector<double> values;
  std::vector<int64_t> integers;  // which doubles may not hold
  const ScalarType type = type_of(j["dtype"]);
  for (const json& v : j["values"])
    if (is_floating_point(type))
      values.push_back(number(v));
    else
      integers.push_back(v.is_boolean() ? v.get<bool>() : v.get<int64_t>());
  Tensor t = (is_floating_point(type) ? vector_of(values) : vector_of(integers)).to(type).reshape(sizes);
  if (j.contains("layout")) {
    const std::vector<int64_t> order = j["layout"];
    std::vector<int64_t> back(order.size());
    for (size_t d = 0; d < order.size(); ++d) back[static_cast<size_t>(order[d])] = static_cast<int64_t>(d);
    t = t.permute(order).contiguous().permute(back);
  }
  return j.value("requires_grad", false) ? t.requires_grad_() : t;
}

/// The keyword arguments of a case.
struct Arguments {
  const json& j;
  bool has(const char* key) const { return j.contains(key); }
  bool flag(const char* key, bool otherwise = false) const { return j.value(key, otherwise); }
  int64_t integer(const char* key, int64_t otherwise) const { return j.value(key, otherwise); }
  std::vector<int64_t> dims() const { return j.at("dims"); }
  double real(const char* key, double otherwise) const { return has(key) ? number(j[key]) : otherwise; }
  Scalar scalar(const char* key, Scalar otherwise) const {
    if (!has(key)) return otherwise;
    return j[key].is_number_integer() ? Scalar(j[key].get<int64_t>()) : Scalar(number(j[key]));
  }
  std::optional<ScalarType> dtype() const { return has("dtype") ? type_of(j["dtype"]) : std::optional<ScalarType>(); }
  Reduction reduction() const { return reduction_from_name(j.value("reduction", "mean")); }
};

using Operation = std::function<variable_list(const variable_list&, const Arguments&)>;

variable_list list(std::tuple<Tensor, Tensor> pair) { return {std::get<0>(pair), std::get<1>(pair)}; }

/// f(x) without `dims`, f(x, dims, keepdim) with them.
template <class All, class Dims>
Operation over_dims(All all, Dims dims) {
  return [=](const variable_list& x, const Arguments& a) -> variable_list {
    return {a.has("dims") ? dims(x[0], a.dims(), a) : all(x[0], a)};
  };
}
/// The same for one dimension.
template <class All, class Dim>
Operation over_dim(All all, Dim dim) {
  return [=](const variable_list& x, const Arguments& a) -> variable_list {
    if (!a.has("dim")) return {all(x[0], a)};
    return dim(x[0], a.integer("dim", 0), a);
  };
}

const Tensor& third(const variable_list& t) {
  static const Tensor none;
  return t.size() > 2 ? t[2] : none;
}

using In = const variable_list&;
using Args = const Arguments&;
using Dims = const std::vector<int64_t>&;
using X = const Tensor&;

std::map<std::string, Operation> reductions() {
  return {
      {"sum", over_dims([](X x, Args a) { return x.sum(a.dtype()); },
                        [](X x, Dims d, Args a) { return x.sum(d, a.flag("keepdim"), a.dtype()); })},
      {"mean", over_dims([](X x, Args a) { return x.mean(a.dtype()); },
                         [](X x, Dims d, Args a) { return x.mean(d, a.flag("keepdim"), a.dtype()); })},
      {"amax",
       over_dims([](X x, Args) { return x.amax(); }, [](X x, Dims d, Args a) { return x.amax(d, a.flag("keepdim")); })},
      {"amin",
       over_dims([](X x, Args) { return x.amin(); }, [](X x, Dims d, Args a) { return x.amin(d, a.flag("keepdim")); })},
      {"var", over_dims([](X x, Args a) { return x.var(a.flag("unbiased", true)); },
                        [](X x, Dims d, Args a) { return x.var(d, a.flag("unbiased", true), a.flag("keepdim")); })},
      {"std", over_dims([](X x, Args a) { return x.std(a.flag("unbiased", true)); },
                        [](X x, Dims d, Args a) { return x.std(d, a.flag("unbiased", true), a.flag("keepdim")); })},
      {"norm", over_dims([](X x, Args a) { return x.norm(a.scalar("p", 2)); },
                         [](X x, Dims d, Args a) { return x.norm(a.scalar("p", 2), d, a.flag("keepdim")); })},
      {"logsumexp",
       over_dims([](X x, Args) { return x; }, [](X x, Dims d, Args a) { return x.logsumexp(d, a.flag("keepdim")); })},
      {"prod",
       over_dim([](X x, Args a) { return x.prod(a.dtype()); },
                [](X x, int64_t d, Args a) -> variable_list { return {x.prod(d, a.flag("keepdim"), a.dtype())}; })},
      {"max", over_dim([](X x, Args) { return x.max(); },
                       [](X x, int64_t d, Args a) { return list(x.max(d, a.flag("keepdim"))); })},
      {"min", over_dim([](X x, Args) { return x.min(); },
                       [](X x, int64_t d, Args a) { return list(x.min(d, a.flag("keepdim"))); })},
      {"argmax", over_dim([](X x, Args) { return x.argmax(); },
                          [](X x, int64_t d, Args a) -> variable_list { return {x.argmax(d, a.flag("keepdim"))}; })},
      {"argmin", over_dim([](X x, Args) { return x.argmin(); },
                          [](X x, int64_t d, Args a) -> variable_list { return {x.argmin(d, a.flag("keepdim"))}; })},
      {"any", over_dim([](X x, Args) { return x.any(); },
                       [](X x, int64_t d, Args a) -> variable_list { return {x.any(d, a.flag("keepdim"))}; })},
      {"all", over_dim([](X x, Args) { return x.all(); },
                       [](X x, int64_t d, Args a) -> variable_list { return {x.all(d, a.flag("keepdim"))}; })},
  };
}

std::map<std::string, Operation> along_a_dimension() {
  const auto dim = [](Args a, int64_t otherwise) { return a.integer("dim", otherwise); };
  return {
      {"cumsum", [=](In x, Args a) -> variable_list { return {x[0].cumsum(dim(a, 0), a.dtype())}; }},
      {"cumprod", [=](In x, Args a) -> variable_list { return {x[0].cumprod(dim(a, 0), a.dtype())}; }},
      {"softmax", [=](In x, Args a) -> variable_list { return {x[0].softmax(dim(a, 0), a.dtype())}; }},
      {"log_softmax", [=](In x, Args a) -> variable_list { return {x[0].log_softmax(dim(a, 0), a.dtype())}; }},
      {"sort", [=](In x, Args a) { return list(x[0].sort(dim(a, -1), a.flag("descending"))); }},
      {"argsort", [=](In x, Args a) -> variable_list { return {x[0].argsort(dim(a, -1), a.flag("descending"))}; }},
      {"topk",
       [=](In x, Args a) {
         return list(x[0].topk(a.integer("k", 0), dim(a, -1), a.flag("largest", true), a.flag("sorted", true)));
       }},
  };
}

std::map<std::string, Operation> products_and_losses() {
  return {
      {"mm", [](In x, Args) -> variable_list { return {x[0].mm(x[1])}; }},
      {"bmm", [](In x, Args) -> variable_list { return {x[0].bmm(x[1])}; }},
      {"mv", [](In x, Args) -> variable_list { return {x[0].mv(x[1])}; }},
      {"dot", [](In x, Args) -> variable_list { return {x[0].dot(x[1])}; }},
      {"outer", [](In x, Args) -> variable_list { return {x[0].outer(x[1])}; }},
      {"matmul", [](In x, Args) -> variable_list { return {x[0].matmul(x[1])}; }},
      {"addmm",
       [](In x, Args a) -> variable_list {
         return {x[0].addmm(x[1], x[2], a.scalar("beta", 1), a.scalar("alpha", 1))};
       }},
      {"linear", [](In x, Args) -> variable_list { return {linear(x[0], x[1], third(x))}; }},
      {"nll_loss",
       [](In x, Args a) -> variable_list {
         return {nll_loss(
             x[0], x[1],
             {.weight = third(x), .ignore_index = a.integer("ignore_index", -100), .reduction = a.reduction()})};
       }},
      {"cross_entropy",
       [](In x, Args a) -> variable_list {
         return {cross_entropy(x[0], x[1],
                               {.weight = third(x),
                                .ignore_index = a.integer("ignore_index", -100),
                                .reduction = a.reduction(),
                                .label_smoothing = a.real("label_smoothing", 0)})};
       }},
      {"mse_loss", [](In x, Args a) -> variable_list { return {mse_loss(x[0], x[1], a.reduction())}; }},
      {"l1_loss", [](In x, Args a) -> variable_list { return {l1_loss(x[0], x[1], a.reduction())}; }},
  };
}

/// Kinds of errors as Python calls them.
template <class F>
std::string kind_of_error(F f, std::string& text) {
  try {
    f();
  } catch (const Error& e) {
    text = e.what();
    if (dynamic_cast<const IndexError*>(&e)) return "IndexError";
    if (dynamic_cast<const ValueError*>(&e)) return "ValueError";
    if (dynamic_cast<const NotImplementedError*>(&e)) return "NotImplementedError";
    if (dynamic_cast<const TypeError*>(&e)) return "TypeError";
    return "RuntimeError";
  }
  return "no error";
}

/// Goldens hold ten digits; of float32 a few units in the last place may differ.
void expect_values(const Tensor& t, const json& values) {
  const double tolerance = t.dtype() == kFloat32 ? 1e-6 : 2e-9;
  if (!t.is_floating_point()) {
    json got = t.dtype() == kBool ? json(t.to_vector<bool>()) : json(t.to_vector<int64_t>());
    EXPECT_EQ(got, values);
    return;
  }
  const std::vector<double> got = t.to_vector<double>();
  ASSERT_EQ(got.size(), values.size());
  for (size_t i = 0; i < got.size(); ++i) {
    const double want = number(values[i]);
    if (std::isfinite(want))
      EXPECT_NEAR(got[i], want, tolerance * std::max(1.0, std::abs(want))) << "at " << i;
    else
      EXPECT_TRUE(std::isnan(want) ? std::isnan(got[i]) : got[i] == want) << got[i] << " for " << want << " at " << i;
  }
}

std::vector<std::string> node_names(const Tensor& t) {
  std::vector<std::string> names;
  auto node = t.grad_fn();
  while (node && node->name().find("Accumulate") == std::string::npos) {
    names.push_back(node->name());
    detail::Ref<autograd::Node> next;
    for (const auto& edge : node->next_edges())
      if (!next && edge.function) next = edge.function;
    node = next;
  }
  return names;
}

void check_case(const json& test, const Operation& operation) {
  variable_list inputs;
  for (const json& j : test["inputs"]) inputs.push_back(tensor_of(j));
  const Arguments arguments{test["args"]};
  if (test.contains("error")) {
    std::string text;
    EXPECT_EQ(kind_of_error([&] { operation(inputs, arguments); }, text), test["error"]);
    EXPECT_EQ(text, test["text"]);
    return;
  }
  const variable_list outputs = operation(inputs, arguments);
  ASSERT_EQ(outputs.size(), test["outputs"].size());
  for (size_t i = 0; i < outputs.size(); ++i) {
    const json& want = test["outputs"][i];
    EXPECT_EQ(outputs[i].sizes().vec(), want["sizes"].get<std::vector<int64_t>>());
    EXPECT_STREQ(name(outputs[i].dtype()), want["dtype"].get<std::string>().c_str());
    expect_values(outputs[i], want["values"]);
  }
  if (test.contains("nodes")) {
    EXPECT_EQ(json(node_names(outputs[0])), test["nodes"]);
  }
  if (!test.contains("gradients")) return;
  variable_list wanted;
  for (const Tensor& t : inputs)
    if (t.requires_grad()) wanted.push_back(t);
  const json cotangent{
      {"sizes", outputs[0].sizes().vec()}, {"dtype", name(outputs[0].dtype())}, {"values", test["cotangent"]}};
  const variable_list gradients = autograd::grad({outputs[0]}, wanted, {tensor_of(cotangent)}, {}, false, true);
  for (size_t i = 0; i < gradients.size(); ++i)
    if (test["gradients"][i].is_null())
      EXPECT_FALSE(gradients[i].defined());
    else
      expect_values(gradients[i], test["gradients"][i]);
}

void check_all(const std::map<std::string, Operation>& operations) {
  static const json cases = [] {
    std::ifstream file(test::golden("reductions.json"));
    return json::parse(file);
  }();
  std::map<std::string, int> counts;
  for (const json& test : cases) {
    const auto operation = operations.find(test["op"]);
    if (operation == operations.end()) continue;
    ++counts[test["op"]];
    SCOPED_TRACE(test.dump());
    EXPECT_NO_THROW(check_case(test, operation->second));
  }
  EXPECT_EQ(counts.size(), operations.size());
}

TEST(ReductionsGolden, Reductions) { check_all(reductions()); }
TEST(ReductionsGolden, AlongADimension) { check_all(along_a_dimension()); }
TEST(ReductionsGolden, ProductsAndLosses) { check_all(products_and_losses()); }

}  // namespace
}  // namespace convgrad
