#include "convgrad/ops/activation.h"

#include "core/check.h"
#include "ops/elementwise.h"

namespace convgrad {
namespace {

using kernels::Op;

/// dy where x > threshold, else 0.
struct ThresholdBackward : Function<ThresholdBackward> {
  static constexpr auto name = "ThresholdBackwardBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& dy, const Tensor& x, Scalar threshold) {
    ctx.save(x);
    ctx.keep(threshold);
    return elementwise(ctx, Op::threshold_backward, {dy, x}, Types::common, threshold);
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& ddx) {
    return {ThresholdBackward::apply(ddx, ctx.saved(0), ctx.kept<Scalar>()), Tensor()};
  }
};

struct Relu : Function<Relu> {
  static constexpr auto name = "ReluBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& x) {
    check(x.dtype() != kBool, "Boolean inputs not supported for relu");
    Tensor y = elementwise(ctx, Op::relu, Operand(x));
    ctx.save(y);
    return y;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    return ThresholdBackward::apply(dy, ctx.saved(0), Scalar(0));
  }
};

}  // namespace

Tensor relu(const Tensor& x) { return Relu::apply(x); }

Tensor Tensor::relu() const { return convgrad::relu(*this); }
Tensor& Tensor::relu_() { return Relu::apply_in_place(*this), *this; }

}  // namespace convgrad
