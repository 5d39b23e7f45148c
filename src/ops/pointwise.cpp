// Arithmetic on elements: sums, products, quotients, powers.
#include "convgrad/ops/pointwise.h"

#include "core/check.h"
#include "core/make.h"
#include "ops/elementwise.h"

namespace convgrad {
namespace {

using kernels::Op;

// In the functions below `b` may be undefined: then the number behind it stands in its place. So that x + 2 has the
// graph of x + tensor, as in PyTorch, without a tensor being made.
const Tensor kNumber;

/// b as the caller gave it: it must hold something.
const Tensor& given(const Tensor& b) {
  (void)b.impl();
  return b;
}

void check_alpha(const Operand& a, const Operand& b, Scalar alpha) {
  if (alpha.isIntegral()) return;
  const ScalarType type = result_type({a, b});
  check(!alpha.isBoolean() || type == kBool, "Boolean alpha only supported for Boolean results.");
  check(is_floating_point(type) || !alpha.isFloatingPoint(),
        "For integral input tensors, argument alpha must not be a floating point number.");
}

bool is_one(Scalar s) { return s.toDouble() == 1; }
Scalar negated(Scalar s) { return s.isFloatingPoint() ? Scalar(-s.toDouble()) : Scalar(-s.toLong()); }
Tensor times(const Tensor& t, Scalar factor) { return is_one(factor) ? t : t.mul(factor); }

/// a + alpha · b.
Tensor sum(AutogradContext& ctx, const Operand& a, const Operand& b, Scalar alpha) {
  check_alpha(a, b, alpha);
  if (is_one(alpha)) return elementwise(ctx, Op::add, {a, b});
  return elementwise(ctx, Op::add_scaled, {a, b}, Types::common, alpha);
}

struct Add : Function<Add> {
  static constexpr auto name = "AddBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& a, const Tensor& b, Scalar number, Scalar alpha) {
    ctx.keep(alpha);
    return sum(ctx, a, {b, number}, alpha);
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) {
    return {dy, ctx.needs(1, [&] { return times(dy, ctx.kept<Scalar>()); })};
  }
};

/// a − alpha · b.
Tensor difference(AutogradContext& ctx, const Operand& a, const Operand& b, Scalar alpha) {
  check(
      a.dtype() != kBool || b.dtype() != kBool,
      "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` operator "
      "instead.");
  check(a.dtype() != kBool && b.dtype() != kBool,
        "Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to invert a mask, use "
        "the `~` or `logical_not()` operator instead.");
  check_alpha(a, b, alpha);
  if (is_one(alpha)) return elementwise(ctx, Op::sub, {a, b});
  return elementwise(ctx, Op::add_scaled, {a, b}, Types::common, negated(alpha));
}

struct Sub : Function<Sub> {
  static constexpr auto name = "SubBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& a, const Tensor& b, Scalar number, Scalar alpha) {
    ctx.keep(alpha);
    return difference(ctx, a, {b, number}, alpha);
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) {
    return {dy, ctx.needs(1, [&] { return times(dy.neg(), ctx.kept<Scalar>()); })};
  }
};

/// b − alpha · a
struct Rsub : Function<Rsub> {
  static constexpr auto name = "RsubBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& a, const Tensor& b, Scalar alpha) {
    ctx.keep(alpha);
    return difference(ctx, b, a, alpha);
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) {
    return {ctx.needs(0, [&] { return times(dy.neg(), ctx.kept<Scalar>()); }), dy};
  }
};

struct RsubNumber : Function<RsubNumber> {
  static constexpr auto name = "RsubBackward1";

  static Tensor forward(AutogradContext& ctx, const Tensor& a, Scalar b, Scalar alpha) {
    ctx.keep(alpha);
    return difference(ctx, b, a, alpha);
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) { return times(dy.neg(), ctx.kept<Scalar>()); }
};

/// Keeps each of two factors only where the other's gradient needs it: the rest may then be changed in place.
void save_factors(AutogradContext& ctx, const Tensor& a, const Tensor& b) {
  if (!ctx.recording()) return;
  const bool for_a = a.requires_grad(), for_b = b.defined() && b.requires_grad();
  ctx.save(for_b ? a : Tensor(), for_a ? b : Tensor());
}

struct Mul : Function<Mul> {
  static constexpr auto name = "MulBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& a, const Tensor& b, Scalar number) {
    save_factors(ctx, a, b);
    if (!b.defined()) ctx.keep(number);
    return elementwise(ctx, Op::mul, {a, {b, number}});
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) {
    const auto da = [&] {
      const Tensor b = ctx.saved(1);
      return b.defined() ? dy * b : dy * ctx.kept<Scalar>();
    };
    return {ctx.needs(0, da), ctx.needs(1, [&] { return dy * ctx.saved(0); })};
  }
};

struct Div : Function<Div> {
  static constexpr auto name = "DivBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& a, const Tensor& b, Scalar number) {
    if (ctx.recording()) ctx.save(b.defined() && b.requires_grad() ? a : Tensor(), b);
    if (!b.defined()) ctx.keep(number);
    return elementwise(ctx, Op::div, {a, {b, number}}, Types::floating);
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) {
    const Tensor b = ctx.saved(1);
    return {ctx.needs(0, [&] { return b.defined() ? dy / b : dy / ctx.kept<Scalar>(); }),
            ctx.needs(1, [&] { return -dy * ((ctx.saved(0) / b) / b); })};
  }
};

/// Rounded: piecewise constant, so the gradients are zeros.
struct DivRounded : Function<DivRounded> {
  static constexpr auto name = "DivBackward2";

  static Tensor forward(AutogradContext& ctx, const Tensor& a, const Tensor& b, Scalar number, Op op) {
    return elementwise(ctx, op, {a, {b, number}});
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) {
    const Tensor zero = dy * 0;
    return {zero, ctx.needs(1, [&] { return zero; })};
  }
};

Op rounded_division(const std::string& mode) {
  check(mode == "trunc" || mode == "floor",
        "div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '{}'", mode);
  return mode == "trunc" ? Op::trunc_divide : Op::floor_divide;
}

struct FloorDivide : Function<FloorDivide> {
  static constexpr auto name = "NotImplemented";

  static Tensor forward(AutogradContext& ctx, const Tensor& a, const Tensor& b, Scalar number) {
    return elementwise(ctx, Op::floor_divide, {a, {b, number}});
  }
  static Grads<2> backward(AutogradContext&, const Tensor&) {
    throw NotImplementedError("derivative for aten::floor_divide is not implemented");
  }
};

struct RemainderNumber : Function<RemainderNumber> {
  static constexpr auto name = "RemainderBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& a, Scalar b) {
    return elementwise(ctx, Op::remainder, {a, b});
  }
  static Tensor backward(AutogradContext&, const Tensor& dy) { return dy; }
};

struct Remainder : Function<Remainder> {
  static constexpr auto name = "RemainderBackward1";
  static Tensor forward(AutogradContext& ctx, const Tensor& a, const Tensor& b) {
    if (ctx.recording() && b.requires_grad()) ctx.save(a, b);
    return elementwise(ctx, Op::remainder, {a, b});
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) {
    return {dy, ctx.needs(1, [&] { return -dy * div(ctx.saved(0), ctx.saved(1), "floor"); })};
  }
};

struct FmodNumber : Function<FmodNumber> {
  static constexpr auto name = "FmodBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& a, Scalar b) { return elementwise(ctx, Op::fmod, {a, b}); }
  static Tensor backward(AutogradContext&, const Tensor& dy) { return dy; }
};

struct Fmod : Function<Fmod> {
  static constexpr auto name = "FmodBackward1";
  static Tensor forward(AutogradContext& ctx, const Tensor& a, const Tensor& b) {
    if (ctx.recording() && b.requires_grad()) ctx.save(a, b);
    return elementwise(ctx, Op::fmod, {a, b});
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) {
    return {dy, ctx.needs(1, [&] { return -dy * div(ctx.saved(0), ctx.saved(1), "trunc"); })};
  }
};

struct Neg : Function<Neg> {
  static constexpr auto name = "NegBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& x) {
    check(x.dtype() != kBool,
          "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use the "
          "`~` or `logical_not()` operator instead.");
    return elementwise(ctx, Op::neg, Operand(x));
  }
  static Tensor backward(AutogradContext&, const Tensor& dy) { return dy.neg(); }
};

}  // namespace

Tensor add(const Tensor& a, const Tensor& b, Scalar alpha) { return Add::apply(a, given(b), Scalar(), alpha); }
Tensor add(const Tensor& a, Scalar b, Scalar alpha) { return Add::apply(a, kNumber, b, alpha); }
Tensor sub(const Tensor& a, const Tensor& b, Scalar alpha) { return Sub::apply(a, given(b), Scalar(), alpha); }
Tensor sub(const Tensor& a, Scalar b, Scalar alpha) { return Sub::apply(a, kNumber, b, alpha); }
Tensor rsub(const Tensor& a, const Tensor& b, Scalar alpha) { return Rsub::apply(a, b, alpha); }
Tensor rsub(const Tensor& a, Scalar b, Scalar alpha) { return RsubNumber::apply(a, b, alpha); }
Tensor mul(const Tensor& a, const Tensor& b) { return Mul::apply(a, given(b), Scalar()); }
Tensor mul(const Tensor& a, Scalar b) { return Mul::apply(a, kNumber, b); }
Tensor div(const Tensor& a, const Tensor& b) { return Div::apply(a, given(b), Scalar()); }
Tensor div(const Tensor& a, Scalar b) { return Div::apply(a, kNumber, b); }
Tensor div(const Tensor& a, const Tensor& b, const std::string& rounding_mode) {
  return DivRounded::apply(a, given(b), Scalar(), rounded_division(rounding_mode));
}
Tensor div(const Tensor& a, Scalar b, const std::string& rounding_mode) {
  return DivRounded::apply(a, kNumber, b, rounded_division(rounding_mode));
}
Tensor floor_divide(const Tensor& a, const Tensor& b) { return FloorDivide::apply(a, given(b), Scalar()); }
Tensor floor_divide(const Tensor& a, Scalar b) { return FloorDivide::apply(a, kNumber, b); }
Tensor remainder(const Tensor& a, const Tensor& b) { return Remainder::apply(a, b); }
Tensor remainder(const Tensor& a, Scalar b) { return RemainderNumber::apply(a, b); }
Tensor remainder(Scalar a, const Tensor& b) {
  Tensor wrapped = Tensor::of(a);
  wrapped.impl().wrapped_number = true;
  return Remainder::apply(wrapped, b);
}
Tensor fmod(const Tensor& a, const Tensor& b) { return Fmod::apply(a, b); }
Tensor fmod(const Tensor& a, Scalar b) { return FmodNumber::apply(a, b); }
Tensor neg(const Tensor& x) { return Neg::apply(x); }

Tensor& Tensor::add_(const Tensor& other, Scalar alpha) {
  return Add::apply_in_place(*this, given(other), Scalar(), alpha), *this;
}
Tensor& Tensor::add_(Scalar other, Scalar alpha) { return Add::apply_in_place(*this, kNumber, other, alpha), *this; }
Tensor& Tensor::sub_(const Tensor& other, Scalar alpha) {
  return Sub::apply_in_place(*this, given(other), Scalar(), alpha), *this;
}
Tensor& Tensor::sub_(Scalar other, Scalar alpha) { return Sub::apply_in_place(*this, kNumber, other, alpha), *this; }
Tensor& Tensor::mul_(const Tensor& other) { return Mul::apply_in_place(*this, given(other), Scalar()), *this; }
Tensor& Tensor::mul_(Scalar other) { return Mul::apply_in_place(*this, kNumber, other), *this; }
Tensor& Tensor::div_(const Tensor& other) { return Div::apply_in_place(*this, given(other), Scalar()), *this; }
Tensor& Tensor::div_(Scalar other) { return Div::apply_in_place(*this, kNumber, other), *this; }
Tensor& Tensor::neg_() { return Neg::apply_in_place(*this), *this; }

}  // namespace convgrad
