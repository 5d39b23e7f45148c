// A product, a quotient or a difference added to a tensor, in one pass.
#include "convgrad/ops/pointwise.h"
#include "core/check.h"
#include "ops/elementwise.h"

namespace convgrad {
namespace {

using kernels::Op;

struct Addcmul : Function<Addcmul> {
  static constexpr auto name = "AddcmulBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& x, const Tensor& a, const Tensor& b, Scalar value) {
    ctx.save(a, b);
    ctx.keep(value);
    check<NotImplementedError>(result_type({x, a, b}) != kBool, "\"addcmul_cpu_out\" not implemented for 'Bool'");
    return elementwise(ctx, Op::addcmul, {x, a, b}, Types::common, value);
  }
  static Grads<3> backward(AutogradContext& ctx, const Tensor& dy) {
    const Scalar value = ctx.kept<Scalar>();
    return {dy, ctx.needs(1, [&] { return dy * (ctx.saved(1) * value); }),
            ctx.needs(2, [&] { return dy * (ctx.saved(0) * value); })};
  }
};

struct Addcdiv : Function<Addcdiv> {
  static constexpr auto name = "AddcdivBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& x, const Tensor& a, const Tensor& b, Scalar value) {
    ctx.save(a, b);
    ctx.keep(value);
    check(
        a.is_floating_point() || b.is_floating_point(),
        "Integer division with addcdiv is no longer supported, and in a future  release addcdiv will perform a true "
        "division of tensor1 and tensor2. The historic addcdiv behavior can be implemented as (input + value * "
        "torch.trunc(tensor1 / tensor2)).to(input.dtype) for integer inputs and as (input + value * tensor1 / tensor2) "
        "for float inputs. The future addcdiv behavior is just the latter implementation: (input + value * tensor1 / "
        "tensor2), for all dtypes.");
    return elementwise(ctx, Op::addcdiv, {x, a, b}, Types::common, value);
  }
  static Grads<3> backward(AutogradContext& ctx, const Tensor& dy) {
    const Scalar value = ctx.kept<Scalar>();
    const Tensor b = ctx.saved(1);
    return {dy, ctx.needs(1, [&] { return dy * (value / b); }),
            ctx.needs(2, [&] { return -dy * ((ctx.saved(0) * value) / (b * b)); })};
  }
};

void check_lerp(const Tensor& start, const Tensor& end, const char* kernel) {
  check(start.dtype() == end.dtype(), "expected dtype {} for `end` but got dtype {}", demangled_name(start.dtype()),
        demangled_name(end.dtype()));
  check<NotImplementedError>(start.is_floating_point(), "\"{}\" not implemented for '{}'", kernel,
                             legacy_name(start.dtype()));
}

struct LerpNumber : Function<LerpNumber> {
  static constexpr auto name = "LerpBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& start, const Tensor& end, Scalar weight) {
    check_lerp(start, end, "lerp_kernel_scalar");
    ctx.keep(weight);
    return elementwise(ctx, Op::lerp, {start, end}, Types::common, weight);
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) {
    const double weight = ctx.kept<Scalar>().toDouble();
    return {ctx.needs(0, [&] { return dy * (1 - weight); }), ctx.needs(1, [&] { return dy * weight; })};
  }
};

struct Lerp : Function<Lerp> {
  static constexpr auto name = "LerpBackward1";
  static Tensor forward(AutogradContext& ctx, const Tensor& start, const Tensor& end, const Tensor& weight) {
    check_lerp(start, end, "lerp_kernel_tensor");
    ctx.save(start, end, weight);
    return elementwise(ctx, Op::lerp, {start, end, weight});
  }
  static Grads<3> backward(AutogradContext& ctx, const Tensor& dy) {
    const Tensor weight = ctx.saved(2);
    return {ctx.needs(0, [&] { return dy * (1 - weight); }), ctx.needs(1, [&] { return dy * weight; }),
            ctx.needs(2, [&] { return dy * (ctx.saved(1) - ctx.saved(0)); })};
  }
};

}  // namespace

Tensor addcmul(const Tensor& x, const Tensor& tensor1, const Tensor& tensor2, Scalar value) {
  return Addcmul::apply(x, tensor1, tensor2, value);
}
Tensor addcdiv(const Tensor& x, const Tensor& tensor1, const Tensor& tensor2, Scalar value) {
  return Addcdiv::apply(x, tensor1, tensor2, value);
}
Tensor lerp(const Tensor& start, const Tensor& end, Scalar weight) { return LerpNumber::apply(start, end, weight); }
Tensor lerp(const Tensor& start, const Tensor& end, const Tensor& weight) { return Lerp::apply(start, end, weight); }

Tensor Tensor::addcmul(const Tensor& a, const Tensor& b, Scalar value) const {
  return convgrad::addcmul(*this, a, b, value);
}
Tensor Tensor::addcdiv(const Tensor& a, const Tensor& b, Scalar value) const {
  return convgrad::addcdiv(*this, a, b, value);
}
Tensor& Tensor::addcmul_(const Tensor& a, const Tensor& b, Scalar value) {
  return Addcmul::apply_in_place(*this, a, b, value), *this;
}
Tensor& Tensor::addcdiv_(const Tensor& a, const Tensor& b, Scalar value) {
  return Addcdiv::apply_in_place(*this, a, b, value), *this;
}
Tensor Tensor::lerp(const Tensor& end, Scalar weight) const { return convgrad::lerp(*this, end, weight); }
Tensor& Tensor::lerp_(const Tensor& end, Scalar weight) {
  return LerpNumber::apply_in_place(*this, end, weight), *this;
}

}  // namespace convgrad
