// Elementary functions, each with its derivative.
#include <cmath>
#include <numbers>

#include "convgrad/ops/pointwise.h"
#include "core/check.h"
#include "ops/elementwise.h"

namespace convgrad {
namespace {

using kernels::Op;

/// A function of every element by its rule: they differ in little else.
struct Elementary : Function<Elementary> {
  enum class Keeps : uint8_t { nothing, input, output };  // what the gradient is made of
  struct Rule {
    const char* node;  // what grad_fn prints
    Op op;
    Keeps keeps;
    Tensor (*gradient)(const Tensor& dy, const Tensor& kept);
    Types types = Types::floating;
    const char* rounding = nullptr;  // of functions that leave integers alone: PyTorch's kernel, which refuses bool
  };

  static std::string name_of(const autograd::FunctionNode& node) {
    return (*std::any_cast<const Rule*>(&node.kept))->node;
  }
  static Tensor forward(AutogradContext& ctx, const Tensor& x, const Rule* rule) {
    ctx.keep(rule);
    if (rule->keeps == Keeps::input) ctx.save(x);
    if (rule->rounding) {
      check<NotImplementedError>(x.dtype() != kBool, "\"{}\" not implemented for 'Bool'", rule->rounding);
      if (!x.is_floating_point()) return ctx.in_place() ? x : x.clone();
    }
    Tensor y = elementwise(ctx, rule->op, Operand(x), rule->types);
    if (rule->keeps == Keeps::output) ctx.save(y);
    return y;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const Rule* rule = ctx.kept<const Rule*>();
    return rule->gradient(dy, rule->keeps == Keeps::nothing ? Tensor() : ctx.saved(0));
  }
};
using Keeps = Elementary::Keeps;
using Rule = Elementary::Rule;

Tensor nothing(const Tensor& dy, const Tensor&) { return dy * 0; }

const Rule kExp{"ExpBackward0", Op::exp, Keeps::output, [](const Tensor& dy, const Tensor& y) { return dy * y; }};
const Rule kExp2{"Exp2Backward0", Op::exp2, Keeps::output,
                 [](const Tensor& dy, const Tensor& y) { return dy * y * std::numbers::ln2; }};
const Rule kExpm1{"Expm1Backward0", Op::expm1, Keeps::output,
                  [](const Tensor& dy, const Tensor& y) { return dy * (y + 1); }};
const Rule kLog{"LogBackward0", Op::log, Keeps::input, [](const Tensor& dy, const Tensor& x) { return dy / x; }};
const Rule kLog2{"Log2Backward0", Op::log2, Keeps::input,
                 [](const Tensor& dy, const Tensor& x) { return dy / (x * std::numbers::ln2); }};
const Rule kLog10{"Log10Backward0", Op::log10, Keeps::input,
                  [](const Tensor& dy, const Tensor& x) { return dy / (x * std::numbers::ln10); }};
const Rule kLog1p{"Log1PBackward0", Op::log1p, Keeps::input,
                  [](const Tensor& dy, const Tensor& x) { return dy / (x + 1); }};
const Rule kSin{"SinBackward0", Op::sin, Keeps::input, [](const Tensor& dy, const Tensor& x) { return dy * cos(x); }};
const Rule kCos{"CosBackward0", Op::cos, Keeps::input, [](const Tensor& dy, const Tensor& x) { return dy * -sin(x); }};
const Rule kTan{"TanBackward0", Op::tan, Keeps::output,
                [](const Tensor& dy, const Tensor& y) { return dy * (1 + y.square()); }};
const Rule kAsin{"AsinBackward0", Op::asin, Keeps::input,
                 [](const Tensor& dy, const Tensor& x) { return dy * (1 - x * x).rsqrt(); }};
const Rule kAcos{"AcosBackward0", Op::acos, Keeps::input,
                 [](const Tensor& dy, const Tensor& x) { return dy * -(1 - x * x).rsqrt(); }};
const Rule kAtan{"AtanBackward0", Op::atan, Keeps::input,
                 [](const Tensor& dy, const Tensor& x) { return dy / (x * x + 1); }};
const Rule kSinh{"SinhBackward0", Op::sinh, Keeps::input,
                 [](const Tensor& dy, const Tensor& x) { return dy * cosh(x); }};
const Rule kCosh{"CoshBackward0", Op::cosh, Keeps::input,
                 [](const Tensor& dy, const Tensor& x) { return dy * sinh(x); }};
const Rule kErf{"ErfBackward0", Op::erf, Keeps::input, [](const Tensor& dy, const Tensor& x) {
                  return exp(-x.square()) * dy * (2 * std::numbers::inv_sqrtpi);
                }};
const Rule kErfc{"ErfcBackward0", Op::erfc, Keeps::input, [](const Tensor& dy, const Tensor& x) {
                   return exp(-x.square()) * dy * (-2 * std::numbers::inv_sqrtpi);
                 }};
const Rule kSign{"SignBackward0", Op::sign, Keeps::nothing, nothing, Types::common};
const Rule kAbs{"AbsBackward0", Op::abs, Keeps::input, [](const Tensor& dy, const Tensor& x) { return dy * sign(x); },
                Types::common};

/// dy · (1 − y²) in one pass over memory; differentiable itself, so that tanh has a second derivative.
struct TanhBackward : Function<TanhBackward> {
  static constexpr auto name = "TanhBackwardBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& dy, const Tensor& y) {
    ctx.save(dy, y);
    return elementwise(ctx, Op::tanh_backward, {dy, y});
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& ddx) {
    const Tensor dy = ctx.saved(0), y = ctx.saved(1);
    return {ctx.needs(0, [&] { return TanhBackward::apply(ddx, y); }),
            ctx.needs(1, [&] { return ddx * (-2 * dy * y); })};
  }
};
const Rule kTanh{"TanhBackward0", Op::tanh, Keeps::output,
                 [](const Tensor& dy, const Tensor& y) { return TanhBackward::apply(dy, y); }};

/// dy · (1 − y) · y
struct SigmoidBackward : Function<SigmoidBackward> {
  static constexpr auto name = "SigmoidBackwardBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& dy, const Tensor& y) {
    ctx.save(dy, y);
    return elementwise(ctx, Op::sigmoid_backward, {dy, y});
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& ddx) {
    const Tensor dy = ctx.saved(0), y = ctx.saved(1);
    return {ctx.needs(0, [&] { return SigmoidBackward::apply(ddx, y); }),
            ctx.needs(1, [&] { return ddx * dy * (1 - 2 * y); })};
  }
};
const Rule kSigmoid{"SigmoidBackward0", Op::sigmoid, Keeps::output,
                    [](const Tensor& dy, const Tensor& y) { return SigmoidBackward::apply(dy, y); }};

struct Atan2 : Function<Atan2> {
  static constexpr auto name = "Atan2Backward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& y, const Tensor& x) {
    ctx.save(y, x);
    return elementwise(ctx, Op::atan2, {y, x}, Types::floating);
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) {
    const Tensor y = ctx.saved(0), x = ctx.saved(1);
    const Tensor square = y * y + x * x;
    const Tensor scaled = dy * zero_where(square == 0, square.reciprocal());
    return {ctx.needs(0, [&] { return scaled * x; }), ctx.needs(1, [&] { return scaled * -y; })};
  }
};

const Rule kFloor{"FloorBackward0", Op::floor, Keeps::nothing, nothing, Types::common, "floor_vml_cpu"};
const Rule kCeil{"CeilBackward0", Op::ceil, Keeps::nothing, nothing, Types::common, "ceil_vml_cpu"};
const Rule kTrunc{"TruncBackward0", Op::trunc, Keeps::nothing, nothing, Types::common, "trunc_vml_cpu"};
const Rule kRound{"RoundBackward0", Op::round, Keeps::nothing, nothing, Types::common, "round_vml_cpu"};
struct RoundDecimals : Function<RoundDecimals> {
  static constexpr auto name = "RoundBackward1";
  static Tensor forward(AutogradContext& ctx, const Tensor& x, int64_t decimals) {
    check<NotImplementedError>(x.is_floating_point(), "\"round_cpu\" not implemented for '{}'", legacy_name(x.dtype()));
    const double ten = std::pow(10.0, static_cast<double>(std::abs(decimals)));
    return elementwise(ctx, Op::round_decimals, Operand(x), Types::common, Scalar(decimals < 0 ? -ten : ten));
  }
  static Tensor backward(AutogradContext&, const Tensor& dy) { return dy * 0; }
};
struct Frac : Function<Frac> {
  static constexpr auto name = "FracBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& x) {
    check<NotImplementedError>(x.is_floating_point(), "\"frac_cpu\" not implemented for '{}'", legacy_name(x.dtype()));
    return elementwise(ctx, Op::frac, Operand(x));
  }
  static Tensor backward(AutogradContext&, const Tensor& dy) { return dy; }
};

}  // namespace

Tensor abs(const Tensor& x) { return Elementary::apply(x, &kAbs); }
Tensor sign(const Tensor& x) { return Elementary::apply(x, &kSign); }
Tensor exp(const Tensor& x) { return Elementary::apply(x, &kExp); }
Tensor exp2(const Tensor& x) { return Elementary::apply(x, &kExp2); }
Tensor expm1(const Tensor& x) { return Elementary::apply(x, &kExpm1); }
Tensor log(const Tensor& x) { return Elementary::apply(x, &kLog); }
Tensor log2(const Tensor& x) { return Elementary::apply(x, &kLog2); }
Tensor log10(const Tensor& x) { return Elementary::apply(x, &kLog10); }
Tensor log1p(const Tensor& x) { return Elementary::apply(x, &kLog1p); }
Tensor sin(const Tensor& x) { return Elementary::apply(x, &kSin); }
Tensor cos(const Tensor& x) { return Elementary::apply(x, &kCos); }
Tensor tan(const Tensor& x) { return Elementary::apply(x, &kTan); }
Tensor asin(const Tensor& x) { return Elementary::apply(x, &kAsin); }
Tensor acos(const Tensor& x) { return Elementary::apply(x, &kAcos); }
Tensor atan(const Tensor& x) { return Elementary::apply(x, &kAtan); }
Tensor atan2(const Tensor& y, const Tensor& x) { return Atan2::apply(y, x); }
Tensor sinh(const Tensor& x) { return Elementary::apply(x, &kSinh); }
Tensor cosh(const Tensor& x) { return Elementary::apply(x, &kCosh); }
Tensor tanh(const Tensor& x) { return Elementary::apply(x, &kTanh); }
Tensor sigmoid(const Tensor& x) { return Elementary::apply(x, &kSigmoid); }
Tensor erf(const Tensor& x) { return Elementary::apply(x, &kErf); }
Tensor erfc(const Tensor& x) { return Elementary::apply(x, &kErfc); }
Tensor round(const Tensor& x) { return Elementary::apply(x, &kRound); }
Tensor round(const Tensor& x, int64_t decimals) { return RoundDecimals::apply(x, decimals); }
Tensor floor(const Tensor& x) { return Elementary::apply(x, &kFloor); }
Tensor ceil(const Tensor& x) { return Elementary::apply(x, &kCeil); }
Tensor trunc(const Tensor& x) { return Elementary::apply(x, &kTrunc); }
Tensor frac(const Tensor& x) { return Frac::apply(x); }

Tensor Tensor::abs() const { return convgrad::abs(*this); }
Tensor Tensor::sign() const { return convgrad::sign(*this); }
Tensor Tensor::exp() const { return convgrad::exp(*this); }
Tensor Tensor::expm1() const { return convgrad::expm1(*this); }
Tensor Tensor::log() const { return convgrad::log(*this); }
Tensor Tensor::log2() const { return convgrad::log2(*this); }
Tensor Tensor::log10() const { return convgrad::log10(*this); }
Tensor Tensor::log1p() const { return convgrad::log1p(*this); }
Tensor Tensor::sin() const { return convgrad::sin(*this); }
Tensor Tensor::cos() const { return convgrad::cos(*this); }
Tensor Tensor::tan() const { return convgrad::tan(*this); }
Tensor Tensor::asin() const { return convgrad::asin(*this); }
Tensor Tensor::acos() const { return convgrad::acos(*this); }
Tensor Tensor::atan() const { return convgrad::atan(*this); }
Tensor Tensor::sinh() const { return convgrad::sinh(*this); }
Tensor Tensor::cosh() const { return convgrad::cosh(*this); }
Tensor Tensor::tanh() const { return convgrad::tanh(*this); }
Tensor Tensor::sigmoid() const { return convgrad::sigmoid(*this); }
Tensor Tensor::erf() const { return convgrad::erf(*this); }
Tensor Tensor::erfc() const { return convgrad::erfc(*this); }
Tensor Tensor::round() const { return convgrad::round(*this); }
Tensor Tensor::floor() const { return convgrad::floor(*this); }
Tensor Tensor::ceil() const { return convgrad::ceil(*this); }
Tensor Tensor::trunc() const { return convgrad::trunc(*this); }
Tensor& Tensor::abs_() { return Elementary::apply_in_place(*this, &kAbs), *this; }
Tensor& Tensor::exp_() { return Elementary::apply_in_place(*this, &kExp), *this; }
Tensor& Tensor::log_() { return Elementary::apply_in_place(*this, &kLog), *this; }
Tensor& Tensor::sin_() { return Elementary::apply_in_place(*this, &kSin), *this; }
Tensor& Tensor::cos_() { return Elementary::apply_in_place(*this, &kCos), *this; }
Tensor& Tensor::tanh_() { return Elementary::apply_in_place(*this, &kTanh), *this; }
Tensor& Tensor::sigmoid_() { return Elementary::apply_in_place(*this, &kSigmoid), *this; }
Tensor& Tensor::round_() { return Elementary::apply_in_place(*this, &kRound), *this; }
Tensor& Tensor::floor_() { return Elementary::apply_in_place(*this, &kFloor), *this; }
Tensor& Tensor::ceil_() { return Elementary::apply_in_place(*this, &kCeil), *this; }

}  // namespace convgrad
