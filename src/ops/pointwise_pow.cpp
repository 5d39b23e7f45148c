// Powers and the roots and reciprocals that PyTorch computes them by.
#include <cmath>
#include "convgrad/ops/pointwise.h"

#include "core/check.h"
#include "ops/elementwise.h"

namespace convgrad {
namespace {

using kernels::Op;

/// The cheaper form of some exponents of floats, as PyTorch has them: their results differ from pow's in the last bit.
Op power_op(ScalarType type, Scalar exponent) {
  const double e = exponent.toDouble();
  if (e == 2) return Op::square;
  if (e == 3) return Op::cube;
  if (!is_floating_point(type)) return Op::pow;
  if (e == 0.5) return Op::sqrt;
  if (e == -0.5) return Op::rsqrt;
  if (e == -1) return Op::reciprocal;
  if (e == -2) return Op::reciprocal_square;
  return Op::pow;
}

struct PowNumber : Function<PowNumber> {
  static constexpr auto name = "PowBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& base, Scalar exponent) {
    ctx.save(base);
    ctx.keep(exponent);
    const ScalarType type = result_type({base, exponent});
    check(is_floating_point(type) || exponent.toLong() >= 0, "Integers to negative integer powers are not allowed.");
    if (type == kBool) return elementwise(ctx, exponent.to<bool>() ? Op::mul : Op::maximum, {base, Scalar(true)});
    return elementwise(ctx, power_op(type, exponent), {base, exponent});
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const Scalar exponent = ctx.kept<Scalar>();
    if (exponent.toDouble() == 0) return dy * 0;
    const Scalar one_less =
        exponent.isFloatingPoint() ? Scalar(exponent.toDouble() - 1) : Scalar(exponent.toLong() - 1);
    return dy * (ctx.saved(0).pow(one_less) * exponent);
  }
};

struct Pow : Function<Pow> {
  static constexpr auto name = "PowBackward1";

  static Tensor forward(AutogradContext& ctx, const Tensor& base, const Tensor& exponent) {
    Tensor power = elementwise(ctx, Op::pow, {base, exponent});
    ctx.save(base, exponent, power);
    return power;
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) {
    const Tensor base = ctx.saved(0), exponent = ctx.saved(1);
    return {ctx.needs(0, [&] { return zero_where(exponent == 0, dy * (exponent * base.pow(exponent - 1))); }),
            ctx.needs(1, [&] { return zero_where((base == 0) & (exponent >= 0), dy * (ctx.saved(2) * base.log())); })};
  }
};

struct NumberPow : Function<NumberPow> {
  static constexpr auto name = "PowBackward2";

  static Tensor forward(AutogradContext& ctx, Scalar base, const Tensor& exponent) {
    Tensor power = elementwise(ctx, Op::pow, {base, exponent.contiguous()});  // contiguous in any case, as PyTorch's
    ctx.save(exponent, power);
    ctx.keep(base);
    return power;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const double base = ctx.kept<Scalar>().toDouble();
    const Tensor dx = dy * (ctx.saved(1) * std::log(base));
    return base == 0 ? zero_where(ctx.saved(0) >= 0, dx) : dx;
  }
};

struct Square : Function<Square> {
  static constexpr auto name = "PowBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& x) {
    ctx.save(x);
    // bool · bool would stay bool; PyTorch's x ** 2 does not
    return x.dtype() == kBool ? elementwise(ctx, Op::pow, {x, Scalar(2)}) : elementwise(ctx, Op::square, Operand(x));
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) { return dy * (ctx.saved(0) * 2); }
};

struct Sqrt : Function<Sqrt> {
  static constexpr auto name = "SqrtBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& x) {
    Tensor y = elementwise(ctx, Op::sqrt, Operand(x), Types::floating);
    ctx.save(y);
    return y;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) { return dy / (ctx.saved(0) * 2); }
};

struct Rsqrt : Function<Rsqrt> {
  static constexpr auto name = "RsqrtBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& x) {
    Tensor y = elementwise(ctx, Op::rsqrt, Operand(x), Types::floating);
    ctx.save(y);
    return y;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) { return dy * -0.5 * ctx.saved(0).pow(3); }
};

struct Reciprocal : Function<Reciprocal> {
  static constexpr auto name = "ReciprocalBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& x) {
    Tensor y = elementwise(ctx, Op::reciprocal, Operand(x), Types::floating);
    ctx.save(y);
    return y;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const Tensor y = ctx.saved(0);
    return -dy * (y * y);
  }
};

}  // namespace

Tensor pow(const Tensor& base, const Tensor& exponent) { return Pow::apply(base, exponent); }
Tensor pow(const Tensor& base, Scalar exponent) { return PowNumber::apply(base, exponent); }
Tensor pow(Scalar base, const Tensor& exponent) { return NumberPow::apply(base, exponent); }
Tensor square(const Tensor& x) { return Square::apply(x); }
Tensor sqrt(const Tensor& x) { return Sqrt::apply(x); }
Tensor rsqrt(const Tensor& x) { return Rsqrt::apply(x); }
Tensor reciprocal(const Tensor& x) { return Reciprocal::apply(x); }

Tensor Tensor::pow(const Tensor& exponent) const { return convgrad::pow(*this, exponent); }
Tensor Tensor::pow(Scalar exponent) const { return convgrad::pow(*this, exponent); }
Tensor Tensor::square() const { return convgrad::square(*this); }
Tensor Tensor::sqrt() const { return convgrad::sqrt(*this); }
Tensor Tensor::rsqrt() const { return convgrad::rsqrt(*this); }
Tensor Tensor::reciprocal() const { return convgrad::reciprocal(*this); }
Tensor& Tensor::pow_(Scalar exponent) { return PowNumber::apply_in_place(*this, exponent), *this; }
Tensor& Tensor::sqrt_() { return Sqrt::apply_in_place(*this), *this; }
Tensor& Tensor::reciprocal_() { return Reciprocal::apply_in_place(*this), *this; }

}  // namespace convgrad
