// Elementary functions, each with its derivative.
#include <cmath>
#include <numbers>

#include "convgrad/ops/pointwise.h"
#include "core/check.h"
#include "ops/elementwise.h"

namespace convgrad {
namespace {

using kernels::Op;

/// y = f(x) whose gradient F::gradient(dy, x) is made of the input.
template <class F, Op op, Types types = Types::floating>
struct OfInput : Function<F> {
  static Tensor forward(AutogradContext& ctx, const Tensor& x) {
    ctx.save(x);
    return elementwise(ctx, op, Operand(x), types);
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) { return F::gradient(dy, ctx.saved(0)); }
};

/// y = f(x) whose gradient F::gradient(dy, y) is made of the output.
template <class F, Op op>
struct OfOutput : Function<F> {
  static Tensor forward(AutogradContext& ctx, const Tensor& x) {
    Tensor y = elementwise(ctx, op, Operand(x), Types::floating);
    ctx.save(y);
    return y;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) { return F::gradient(dy, ctx.saved(0)); }
};

/// y = f(x), piecewise constant. Integers are whole already.
template <class F, Op op>
struct Rounding : Function<F> {
  static Tensor forward(AutogradContext& ctx, const Tensor& x) {
    check<NotImplementedError>(x.dtype() != kBool, "\"{}\" not implemented for 'Bool'", F::kernel);
    if (is_floating_point(x.dtype())) return elementwise(ctx, op, Operand(x));
    return ctx.in_place() ? x : x.clone();
  }
  static Tensor backward(AutogradContext&, const Tensor& dy) { return dy * 0; }
};

struct Exp : OfOutput<Exp, Op::exp> {
  static constexpr auto name = "ExpBackward0";
  static Tensor gradient(const Tensor& dy, const Tensor& y) { return dy * y; }
};
struct Exp2 : OfOutput<Exp2, Op::exp2> {
  static constexpr auto name = "Exp2Backward0";
  static Tensor gradient(const Tensor& dy, const Tensor& y) { return dy * y * std::numbers::ln2; }
};
struct Expm1 : OfOutput<Expm1, Op::expm1> {
  static constexpr auto name = "Expm1Backward0";
  static Tensor gradient(const Tensor& dy, const Tensor& y) { return dy * (y + 1); }
};
struct Log : OfInput<Log, Op::log> {
  static constexpr auto name = "LogBackward0";
  static Tensor gradient(const Tensor& dy, const Tensor& x) { return dy / x; }
};
struct Log2 : OfInput<Log2, Op::log2> {
  static constexpr auto name = "Log2Backward0";
  static Tensor gradient(const Tensor& dy, const Tensor& x) { return dy / (x * std::numbers::ln2); }
};
struct Log10 : OfInput<Log10, Op::log10> {
  static constexpr auto name = "Log10Backward0";
  static Tensor gradient(const Tensor& dy, const Tensor& x) { return dy / (x * std::numbers::ln10); }
};
struct Log1p : OfInput<Log1p, Op::log1p> {
  static constexpr auto name = "Log1PBackward0";
  static Tensor gradient(const Tensor& dy, const Tensor& x) { return dy / (x + 1); }
};
struct Sin : OfInput<Sin, Op::sin> {
  static constexpr auto name = "SinBackward0";
  static Tensor gradient(const Tensor& dy, const Tensor& x) { return dy * cos(x); }
};
struct Cos : OfInput<Cos, Op::cos> {
  static constexpr auto name = "CosBackward0";
  static Tensor gradient(const Tensor& dy, const Tensor& x) { return dy * -sin(x); }
};
struct Tan : OfOutput<Tan, Op::tan> {
  static constexpr auto name = "TanBackward0";
  static Tensor gradient(const Tensor& dy, const Tensor& y) { return dy * (1 + y.square()); }
};
struct Asin : OfInput<Asin, Op::asin> {
  static constexpr auto name = "AsinBackward0";
  static Tensor gradient(const Tensor& dy, const Tensor& x) { return dy * (1 - x * x).rsqrt(); }
};
struct Acos : OfInput<Acos, Op::acos> {
  static constexpr auto name = "AcosBackward0";
  static Tensor gradient(const Tensor& dy, const Tensor& x) { return dy * -(1 - x * x).rsqrt(); }
};
struct Atan : OfInput<Atan, Op::atan> {
  static constexpr auto name = "AtanBackward0";
  static Tensor gradient(const Tensor& dy, const Tensor& x) { return dy / (x * x + 1); }
};
struct Sinh : OfInput<Sinh, Op::sinh> {
  static constexpr auto name = "SinhBackward0";
  static Tensor gradient(const Tensor& dy, const Tensor& x) { return dy * cosh(x); }
};
struct Cosh : OfInput<Cosh, Op::cosh> {
  static constexpr auto name = "CoshBackward0";
  static Tensor gradient(const Tensor& dy, const Tensor& x) { return dy * sinh(x); }
};
struct Erf : OfInput<Erf, Op::erf> {
  static constexpr auto name = "ErfBackward0";
  static Tensor gradient(const Tensor& dy, const Tensor& x) {
    return exp(-x.square()) * dy * (2 * std::numbers::inv_sqrtpi);
  }
};
struct Erfc : OfInput<Erfc, Op::erfc> {
  static constexpr auto name = "ErfcBackward0";
  static Tensor gradient(const Tensor& dy, const Tensor& x) {
    return exp(-x.square()) * dy * (-2 * std::numbers::inv_sqrtpi);
  }
};
struct Sign : Function<Sign> {
  static constexpr auto name = "SignBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& x) { return elementwise(ctx, Op::sign, Operand(x)); }
  static Tensor backward(AutogradContext&, const Tensor& dy) { return dy * 0; }
};
struct Abs : OfInput<Abs, Op::abs, Types::common> {
  static constexpr auto name = "AbsBackward0";
  static Tensor gradient(const Tensor& dy, const Tensor& x) { return dy * sign(x); }
};

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
struct Tanh : OfOutput<Tanh, Op::tanh> {
  static constexpr auto name = "TanhBackward0";
  static Tensor gradient(const Tensor& dy, const Tensor& y) { return TanhBackward::apply(dy, y); }
};

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
struct Sigmoid : OfOutput<Sigmoid, Op::sigmoid> {
  static constexpr auto name = "SigmoidBackward0";
  static Tensor gradient(const Tensor& dy, const Tensor& y) { return SigmoidBackward::apply(dy, y); }
};

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

struct Floor : Rounding<Floor, Op::floor> {
  static constexpr auto name = "FloorBackward0", kernel = "floor_vml_cpu";
};
struct Ceil : Rounding<Ceil, Op::ceil> {
  static constexpr auto name = "CeilBackward0", kernel = "ceil_vml_cpu";
};
struct Trunc : Rounding<Trunc, Op::trunc> {
  static constexpr auto name = "TruncBackward0", kernel = "trunc_vml_cpu";
};
struct Round : Rounding<Round, Op::round> {
  static constexpr auto name = "RoundBackward0", kernel = "round_vml_cpu";
};
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

Tensor abs(const Tensor& x) { return Abs::apply(x); }
Tensor sign(const Tensor& x) { return Sign::apply(x); }
Tensor exp(const Tensor& x) { return Exp::apply(x); }
Tensor exp2(const Tensor& x) { return Exp2::apply(x); }
Tensor expm1(const Tensor& x) { return Expm1::apply(x); }
Tensor log(const Tensor& x) { return Log::apply(x); }
Tensor log2(const Tensor& x) { return Log2::apply(x); }
Tensor log10(const Tensor& x) { return Log10::apply(x); }
Tensor log1p(const Tensor& x) { return Log1p::apply(x); }
Tensor sin(const Tensor& x) { return Sin::apply(x); }
Tensor cos(const Tensor& x) { return Cos::apply(x); }
Tensor tan(const Tensor& x) { return Tan::apply(x); }
Tensor asin(const Tensor& x) { return Asin::apply(x); }
Tensor acos(const Tensor& x) { return Acos::apply(x); }
Tensor atan(const Tensor& x) { return Atan::apply(x); }
Tensor atan2(const Tensor& y, const Tensor& x) { return Atan2::apply(y, x); }
Tensor sinh(const Tensor& x) { return Sinh::apply(x); }
Tensor cosh(const Tensor& x) { return Cosh::apply(x); }
Tensor tanh(const Tensor& x) { return Tanh::apply(x); }
Tensor sigmoid(const Tensor& x) { return Sigmoid::apply(x); }
Tensor erf(const Tensor& x) { return Erf::apply(x); }
Tensor erfc(const Tensor& x) { return Erfc::apply(x); }
Tensor round(const Tensor& x) { return Round::apply(x); }
Tensor round(const Tensor& x, int64_t decimals) { return RoundDecimals::apply(x, decimals); }
Tensor floor(const Tensor& x) { return Floor::apply(x); }
Tensor ceil(const Tensor& x) { return Ceil::apply(x); }
Tensor trunc(const Tensor& x) { return Trunc::apply(x); }
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
Tensor& Tensor::abs_() { return Abs::apply_in_place(*this), *this; }
Tensor& Tensor::exp_() { return Exp::apply_in_place(*this), *this; }
Tensor& Tensor::log_() { return Log::apply_in_place(*this), *this; }
Tensor& Tensor::sin_() { return Sin::apply_in_place(*this), *this; }
Tensor& Tensor::cos_() { return Cos::apply_in_place(*this), *this; }
Tensor& Tensor::tanh_() { return Tanh::apply_in_place(*this), *this; }
Tensor& Tensor::sigmoid_() { return Sigmoid::apply_in_place(*this), *this; }
Tensor& Tensor::round_() { return Round::apply_in_place(*this), *this; }
Tensor& Tensor::floor_() { return Floor::apply_in_place(*this), *this; }
Tensor& Tensor::ceil_() { return Ceil::apply_in_place(*this), *this; }

}  // namespace convgrad
