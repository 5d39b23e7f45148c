// Bounds: clamp, maximum, minimum.
#include <limits>

#include "convgrad/ops/pointwise.h"
#include "core/check.h"
#include "ops/elementwise.h"

namespace convgrad {
namespace {

using kernels::Op;
using Bound = std::optional<Scalar>;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Tensor clamp_numbers(AutogradContext& ctx, const Tensor& x, const Bound& min, const Bound& max) {
  check(min || max, "torch.clamp: At least one of 'min' or 'max' must not be None");
  const ScalarType type = result_type({x, min ? Operand(*min) : Operand(x), max ? Operand(*max) : Operand(x)});
  check<NotImplementedError>(type != kBool, "\"clamp_scalar_cpu\" not implemented for 'Bool'");
  check(!ctx.in_place() || can_cast(type, x.dtype()), "result type {} can't be cast to the desired output type {}",
        legacy_name(type), demangled_name(x.dtype()));
  if (min) check_fits(*min, type);
  if (max) check_fits(*max, type);
  if (min && max) return elementwise(ctx, Op::clamp, {x, *min, *max});
  return min ? elementwise(ctx, Op::clamp_min, {x, *min}) : elementwise(ctx, Op::clamp_max, {x, *max});
}

struct ClampNumbers : Function<ClampNumbers> {
  static constexpr auto name = "ClampBackward1";
  struct Bounds {
    Bound min, max;
  };
  static Tensor forward(AutogradContext& ctx, const Tensor& x, const Bound& min, const Bound& max) {
    ctx.save(x);
    ctx.keep(Bounds{min, max});
    return clamp_numbers(ctx, x, min, max);
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const auto& [min, max] = ctx.kept<Bounds>();
    return masked_gradient(dy, ctx.saved(0), Op::clamp_backward,
                           {min.value_or(Scalar(-kInfinity)), max.value_or(Scalar(kInfinity))});
  }
};

struct ClampMin : Function<ClampMin> {
  static constexpr auto name = "ClampMinBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& x, Scalar min) {
    ctx.save(x);
    ctx.keep(min);
    return clamp_numbers(ctx, x, min, {});
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    return masked_gradient(dy, ctx.saved(0), Op::clamp_backward, {ctx.kept<Scalar>(), Scalar(kInfinity)});
  }
};

struct ClampMax : Function<ClampMax> {
  static constexpr auto name = "ClampMaxBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& x, Scalar max) {
    ctx.save(x);
    ctx.keep(max);
    return clamp_numbers(ctx, x, {}, max);
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    return masked_gradient(dy, ctx.saved(0), Op::clamp_backward, {Scalar(-kInfinity), ctx.kept<Scalar>()});
  }
};

/// Bounds that are tensors; either may be undefined.
struct ClampTensors : Function<ClampTensors> {
  static std::string name_of(const autograd::FunctionNode& node) { return *std::any_cast<const char*>(&node.kept); }
  static Tensor forward(AutogradContext& ctx, const Tensor& x, const Tensor& min, const Tensor& max, const char* node) {
    ctx.keep(node);
    check(min.defined() || max.defined(), "torch.clamp: At least one of 'min' or 'max' must not be None");
    ctx.save(x, min, max);
    if (min.defined() && max.defined()) return elementwise(ctx, Op::clamp, {x, min, max});
    return min.defined() ? elementwise(ctx, Op::clamp_min, {x, min}) : elementwise(ctx, Op::clamp_max, {x, max});
  }
  static Grads<3> backward(AutogradContext& ctx, const Tensor& dy) {
    const Tensor x = ctx.saved(0), min = ctx.saved(1), max = ctx.saved(2);
    const auto pass_where = [&](const Tensor& condition) { return zero_where(condition.logical_not(), dy); };
    if (!max.defined())
      return {
          ctx.needs(0, [&] { return pass_where(x >= min); }), ctx.needs(1, [&] { return pass_where(x < min); }), {}};
    if (!min.defined())
      return {
          ctx.needs(0, [&] { return pass_where(x <= max); }), {}, ctx.needs(2, [&] { return pass_where(x > max); })};
    return {ctx.needs(0, [&] { return pass_where((x >= min) & (x <= max)); }),
            ctx.needs(1, [&] { return pass_where((min < max) & (x < min)); }),
            ctx.needs(2, [&] { return pass_where((x > max) | (max < min)); })};
  }
};

/// dy to the one that was taken; half to each of two that are equal.
Tensor winners_share(const Tensor& dy, const Tensor& a, const Tensor& b, const Tensor& lost) {
  return zero_where(lost, dy * (1 - (a == b) * 0.5));
}

struct Maximum : Function<Maximum> {
  static constexpr auto name = "MaximumBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& a, const Tensor& b) {
    ctx.save(a, b);
    return elementwise(ctx, Op::maximum, {a, b});
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) {
    const Tensor a = ctx.saved(0), b = ctx.saved(1);
    return {ctx.needs(0, [&] { return winners_share(dy, a, b, a < b); }),
            ctx.needs(1, [&] { return winners_share(dy, a, b, a > b); })};
  }
};

struct Minimum : Function<Minimum> {
  static constexpr auto name = "MinimumBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& a, const Tensor& b) {
    ctx.save(a, b);
    return elementwise(ctx, Op::minimum, {a, b});
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) {
    const Tensor a = ctx.saved(0), b = ctx.saved(1);
    return {ctx.needs(0, [&] { return winners_share(dy, a, b, a > b); }),
            ctx.needs(1, [&] { return winners_share(dy, a, b, a < b); })};
  }
};

}  // namespace

Tensor clamp(const Tensor& x, std::optional<Scalar> min, std::optional<Scalar> max) {
  return ClampNumbers::apply(x, min, max);
}
Tensor clamp(const Tensor& x, const Tensor& min, const Tensor& max) {
  return ClampTensors::apply(x, min, max, "ClampBackward0");
}
Tensor clamp_min(const Tensor& x, const Tensor& min) {
  return ClampTensors::apply(x, min, Tensor(), "ClampMinBackward1");
}
Tensor clamp_max(const Tensor& x, const Tensor& max) {
  return ClampTensors::apply(x, Tensor(), max, "ClampMaxBackward1");
}
Tensor clamp_min(const Tensor& x, Scalar min) { return ClampMin::apply(x, min); }
Tensor clamp_max(const Tensor& x, Scalar max) { return ClampMax::apply(x, max); }
Tensor maximum(const Tensor& a, const Tensor& b) { return Maximum::apply(a, b); }
Tensor minimum(const Tensor& a, const Tensor& b) { return Minimum::apply(a, b); }

Tensor Tensor::clamp(std::optional<Scalar> min, std::optional<Scalar> max) const {
  return convgrad::clamp(*this, min, max);
}
Tensor Tensor::clamp_min(Scalar min) const { return convgrad::clamp_min(*this, min); }
Tensor Tensor::clamp_max(Scalar max) const { return convgrad::clamp_max(*this, max); }
Tensor Tensor::maximum(const Tensor& other) const { return convgrad::maximum(*this, other); }
Tensor Tensor::minimum(const Tensor& other) const { return convgrad::minimum(*this, other); }
Tensor& Tensor::clamp_(std::optional<Scalar> min, std::optional<Scalar> max) {
  return ClampNumbers::apply_in_place(*this, min, max), *this;
}

}  // namespace convgrad
