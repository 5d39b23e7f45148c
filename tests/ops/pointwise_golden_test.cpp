// Values, types, layouts and errors of element-wise operations against torch's (tests/golden/make_pointwise.py).
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "convgrad/ops/activation.h"
#include "convgrad/ops/compare.h"
#include "convgrad/ops/pointwise.h"
#include "ops/sample.h"
#include "places.h"

namespace convgrad {
namespace {

using nlohmann::json;
using Operation = std::function<Tensor(const std::vector<Tensor>&)>;

#define UNARY(f)                                              \
  {                                                           \
#f, [](const std::vector <Tensor>& x) { return f(x[0]); } \
  }
#define BINARY(f)                                                   \
  {                                                                 \
#f, [](const std::vector <Tensor>& x) { return f(x[0], x[1]); } \
  }
#define CALL(name, expression)                                               \
  {                                                                          \
    name, [](const std::vector<Tensor>& v) {                                 \
      [[maybe_unused]] const Tensor &x = v[0], &y = v.size() > 1 ? v[1] : x; \
      return expression;                                                     \
    }                                                                        \
  }

const std::map<std::string, Operation>& operations() {
  static const std::map<std::string, Operation> table = {
      UNARY(abs),
      UNARY(sign),
      UNARY(neg),
      UNARY(square),
      UNARY(sqrt),
      UNARY(rsqrt),
      UNARY(reciprocal),
      UNARY(exp),
      UNARY(exp2),
      UNARY(expm1),
      UNARY(log),
      UNARY(log2),
      UNARY(log10),
      UNARY(log1p),
      UNARY(sin),
      UNARY(cos),
      UNARY(tan),
      UNARY(asin),
      UNARY(acos),
      UNARY(atan),
      UNARY(sinh),
      UNARY(cosh),
      UNARY(tanh),
      UNARY(sigmoid),
      UNARY(erf),
      UNARY(erfc),
      UNARY(round),
      UNARY(floor),
      UNARY(ceil),
      UNARY(trunc),
      UNARY(frac),
      UNARY(relu),
      UNARY(leaky_relu),
      UNARY(elu),
      UNARY(gelu),
      UNARY(silu),
      UNARY(softplus),
      UNARY(hardtanh),
      UNARY(relu6),
      UNARY(logical_not),
      UNARY(bitwise_not),
      UNARY(isnan),
      UNARY(isinf),
      UNARY(isfinite),
      CALL("gelu_tanh", gelu(x, "tanh")),
      CALL("round_1", round(x, 1)),
      CALL("round_minus_1", round(x, -1)),
      CALL("pow_2", x.pow(2)),
      CALL("pow_3", x.pow(3)),
      CALL("pow_half", x.pow(0.5)),
      CALL("pow_minus_1", x.pow(-1)),
      CALL("pow_minus_2", x.pow(-2)),
      CALL("pow_minus_half", x.pow(-0.5)),
      CALL("pow_2.5", x.pow(2.5)),
      CALL("two_pow", pow(2, x)),
      CALL("clamp", clamp(x, -1, 2)),
      CALL("clamp_min", x.clamp(0.5)),
      CALL("clamp_max", x.clamp({}, 1)),
      CALL("clamp_crossed", x.clamp(2, 1)),
      CALL("add_number", x + 3),
      CALL("sub_number", x - 2.5),
      CALL("rsub_number", 3 - x),
      CALL("mul_number", x * -2),
      CALL("div_number", x / 3),
      CALL("rdiv_number", 2 / x),
      CALL("remainder_number", x % 2),
      CALL("rremainder_number", 7 % (x + 1)),
      CALL("fmod_number", fmod(x, 2)),
      CALL("floor_divide_number", floor_divide(x, 2)),
      CALL("to_float32", x.to(kFloat32)),
      CALL("to_float64", x.to(kFloat64)),
      CALL("to_int64", x.to(kInt64)),
      CALL("to_int32", x.to(kInt32)),
      CALL("to_uint8", x.to(kUInt8)),
      CALL("to_bool", x.to(kBool)),
      CALL("eq_number", x == 1),
      CALL("lt_number", x < 0.5),
      BINARY(add),
      BINARY(sub),
      BINARY(mul),
      BINARY(div),
      CALL("add_2", add(x, y, 2)),
      CALL("sub_3", sub(x, y, 3)),
      BINARY(rsub),
      CALL("div_trunc", div(x, y, "trunc")),
      CALL("div_floor", div(x, y, "floor")),
      BINARY(floor_divide),
      BINARY(remainder),
      BINARY(fmod),
      BINARY(pow),
      BINARY(atan2),
      BINARY(maximum),
      BINARY(minimum),
      BINARY(eq),
      BINARY(ne),
      BINARY(lt),
      BINARY(le),
      BINARY(gt),
      BINARY(ge),
      BINARY(logical_and),
      BINARY(logical_or),
      BINARY(logical_xor),
      BINARY(bitwise_and),
      BINARY(bitwise_or),
      BINARY(bitwise_xor),
      BINARY(isclose),
      CALL("addcmul", addcmul(x, y, x, 0.3)),
      CALL("addcdiv", addcdiv(x, x, y, 0.3)),
      CALL("lerp", lerp(x, y, 0.3)),
      CALL("lerp_far", lerp(x, y, 0.7)),
  };  // clang-format off
  return table;
}
// clang-format on

ScalarType type_named(const std::string& text) {
  for (const ScalarType t : {kBool, kUInt8, kInt32, kInt64, kFloat32, kFloat64})
    if (text == name(t)) return t;
  throw Error("no such type: " + text);
}

Tensor tensor_of(const json& a) {
  const auto sizes = a["sizes"].get<std::vector<int64_t>>(), strides = a["strides"].get<std::vector<int64_t>>();
  Tensor dense = make_tensor(sizes, type_named(a["dtype"]));
  std::istringstream text(a["values"].get<std::string>());
  std::string value;
  for (int64_t i = 0; text >> value; ++i)
    visit_dtype(dense.dtype(), [&]<class T>(std::type_identity<T>) {
      if constexpr (std::is_floating_point_v<T>)
        dense.data_ptr<T>()[i] = static_cast<T>(std::strtod(value.c_str(), nullptr));
      else
        dense.data_ptr<T>()[i] = static_cast<T>(std::strtoll(value.c_str(), nullptr, 10));
    });
  if (dense.numel() == 0) return dense;
  Tensor t = make_strided(sizes, strides, dense.dtype());
  t.copy_(dense);
  return t;
}

/// How far two results may differ, in units of the last place: functions that neither side rounds correctly.
double tolerance(const std::string& op) {
  for (const char* f :
       {"exp",  "exp2",     "expm1", "log",     "log2",     "log10",          "log1p",   "sin",   "cos",  "tan",
        "asin", "acos",     "atan",  "sinh",    "cosh",     "tanh",           "sigmoid", "erf",   "erfc", "elu",
        "silu", "softplus", "pow",   "pow_2.5", "pow_half", "pow_minus_half", "two_pow", "atan2", "sqrt", "rsqrt"})
    if (op == f) return 2;
  return 0;
}

/// Differences this small do not count: PyTorch's sigmoid gives 0 where the result is denormal, its GELU subtracts
/// nearly equal numbers.
double negligible(const std::string& op) { return op == "sigmoid" ? 1e-37 : op.starts_with("gelu") ? 1e-6 : 0; }

template <class T>
double distance(T got, T want, double negligible, [[maybe_unused]] bool any_zero) {
  if constexpr (std::is_floating_point_v<T>) {
    if (std::isnan(got) && std::isnan(want)) return 0;
    if (negligible > 0 && std::isnan(want) && got > 0) return 0;  // PyTorch's GELU at infinity
    if (std::abs(got - want) < negligible) return 0;
    if (got == want) return std::signbit(got) == std::signbit(want) || any_zero ? 0 : HUGE_VAL;
    if (!std::isfinite(got) || !std::isfinite(want)) return HUGE_VAL;
    const T unit = std::nextafter(std::abs(want), std::numeric_limits<T>::infinity()) - std::abs(want);
    return static_cast<double>(std::abs(got - want) / unit);
  } else {
    return got == want ? 0 : HUGE_VAL;
  }
}

class GoldenPointwise : public testing::Test {
 protected:
  static const json& golden() {
    static const json data = json::parse(std::ifstream(test::golden("pointwise.json")));
    return data;
  }
};

/// The place where two results differ most.
struct Difference {
  double ulps = 0;
  int64_t at = 0;
  double got = 0, want = 0;
};
Difference largest_difference(const Tensor& got, const Tensor& want, const std::string& op) {
  // PyTorch's maximum of zeros has the sign of either, by length; ours is the positive one
  const bool any_zero = op == "maximum" || op == "minimum";
  Difference worst;
  visit_dtype(want.dtype(), [&]<class T>(std::type_identity<T>) {
    const Tensor a = got.contiguous(), b = want.contiguous();
    for (int64_t i = 0; i < a.numel(); ++i) {
      const T x = a.data_ptr<T>()[i], y = b.data_ptr<T>()[i];
      if (const double d = distance(x, y, negligible(op), any_zero); d > worst.ulps)
        worst = {d, i, static_cast<double>(x), static_cast<double>(y)};
    }
  });
  return worst;
}

void expect_as_golden(const std::string& op, const json& arguments, const json& expected) {
  std::vector<Tensor> x;
  for (const json& a : arguments) x.push_back(tensor_of(a));
  SCOPED_TRACE(op + " of " + arguments.dump().substr(0, 300));
  if (expected.contains("error")) {
    EXPECT_EQ(error_text([&] { operations().at(op)(x); }), expected["error"]);
    return;
  }
  Tensor got;
  ASSERT_NO_THROW(got = operations().at(op)(x));
  const Tensor want = tensor_of(expected);
  ASSERT_EQ(got.dtype(), want.dtype());
  ASSERT_EQ(got.sizes(), want.sizes());
  EXPECT_TRUE(want.numel() == 0 || got.strides() == want.strides()) << got.strides();
  const Difference worst = largest_difference(got, want, op);
  if (std::getenv("CONVGRAD_SHOW_ULP") && worst.ulps > 0)
    std::printf("%-20s %-8s %g ulp\n", op.c_str(), name(want.dtype()), worst.ulps);
  EXPECT_LE(worst.ulps, tolerance(op)) << "element " << worst.at << " is " << worst.got << ", torch's " << worst.want;
}

TEST_F(GoldenPointwise, ValuesTypesLayoutsAndErrors) {
  std::set<std::string> seen;
  for (const json& c : golden()["cases"]) {
    const std::string op = c["op"];
    seen.insert(op);
    for (size_t i = 0; i < c["out"].size(); ++i)
      expect_as_golden(op, golden()["inputs"][c["input"].get<size_t>() + i], c["out"][i]);
  }
  EXPECT_EQ(seen.size(), operations().size());
}

struct GoldenOperand {
  Tensor tensor;
  Scalar number;
};

std::vector<GoldenOperand> golden_operands() {
  std::vector<GoldenOperand> list;
  for (const int dims : {1, 0})
    for (const ScalarType t : {kBool, kUInt8, kInt32, kInt64, kFloat32, kFloat64}) {
      Tensor one = make_tensor(DimVector(dims, 1), t);
      one.fill_(1);
      list.push_back({one, 0});
    }
  list.push_back({{}, true}), list.push_back({{}, 2}), list.push_back({{}, 2.0});
  return list;
}

template <class F>
std::function<Tensor(const Tensor&, const GoldenOperand&)> either(F f) {
  return [f](const Tensor& a, const GoldenOperand& b) { return b.tensor.defined() ? f(a, b.tensor) : f(a, b.number); };
}

std::string outcome(const std::function<Tensor(const Tensor&, const GoldenOperand&)>& f, const Tensor& a,
                    const GoldenOperand& b) {
  try {
    return name(f(a.clone(), b).dtype());
  } catch (const Error& e) {
    return e.what();
  }
}

TEST_F(GoldenPointwise, Promotion) {
  using F = std::function<Tensor(const Tensor&, const GoldenOperand&)>;
  const std::map<std::string, F> table = {
      {"maximum", [](const Tensor& a, const GoldenOperand& b) { return maximum(a, b.tensor); }},
      {"atan2", [](const Tensor& a, const GoldenOperand& b) { return atan2(a, b.tensor); }},
      {"add", either([](const Tensor& a, const auto& b) { return a + b; })},
      {"sub", either([](const Tensor& a, const auto& b) { return a - b; })},
      {"mul", either([](const Tensor& a, const auto& b) { return a * b; })},
      {"div", either([](const Tensor& a, const auto& b) { return a / b; })},
      {"pow", either([](const Tensor& a, const auto& b) { return pow(a, b); })},
      {"remainder", either([](const Tensor& a, const auto& b) { return a % b; })},
      {"floor_divide", either([](const Tensor& a, const auto& b) { return floor_divide(a, b); })},
      {"eq", either([](const Tensor& a, const auto& b) { return a == b; })},
      {"bitwise_and", either([](const Tensor& a, const auto& b) { return a & b; })},
      {"add_", either([](Tensor a, const auto& b) { return a.add_(b); })},
      {"mul_", either([](Tensor a, const auto& b) { return a.mul_(b); })},
      {"div_", either([](Tensor a, const auto& b) { return a.div_(b); })},
  };
  const auto operands = golden_operands();
  const auto messages = golden()["messages"].get<std::vector<std::string>>();
  for (const auto& [op, row] : golden()["promotion"].items()) {
    const size_t columns = op == "maximum" || op == "atan2" ? 12 : 15;
    for (size_t i = 0; i < row.size(); ++i) {
      const Tensor& a = operands[i / columns].tensor;
      const GoldenOperand& b = operands[i % columns];
      EXPECT_EQ(outcome(table.at(op), a, b), messages[row[i].get<size_t>()])
          << op << " of " << name(a.dtype()) << " with " << a.dim() << " dimensions and operand " << i % columns;
    }
  }
}

}  // namespace
}  // namespace convgrad
