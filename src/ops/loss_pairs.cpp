// Losses of two tensors, element for element: Huber's, and the binary ones.
#include "convgrad/autograd/function.h"
#include "convgrad/ops/activation.h"
#include "convgrad/ops/creation.h"
#include "convgrad/ops/loss.h"
#include "convgrad/ops/pointwise.h"
#include "convgrad/print.h"
#include "core/check.h"
#include "core/shape.h"
#include "ops/elementwise.h"
#include "ops/loss_reduction.h"

namespace convgrad {
namespace {

using kernels::Op;

void check_floating(const Tensor& x, const char* kernel) {
  check<NotImplementedError>(x.is_floating_point(), "\"{}\" not implemented for '{}'", kernel, legacy_name(x.dtype()));
}

void check_constant(const Tensor& t, const char* loss, const char* argument) {
  check(!t.defined() || !t.requires_grad() || !GradMode::is_enabled(),
        "The function '{}' is not differentiable with respect to argument '{}'. This input cannot have requires_grad "
        "True.",
        loss, argument);
}

/// Whether a backward pass is itself recorded: then it is made of differentiable operations, else of one pass.
bool recorded(const Tensor& dy, const Tensor& x, const Tensor& t) {
  return GradMode::is_enabled() && (dy.requires_grad() || x.requires_grad() || t.requires_grad());
}

// Each: the losses of the elements; their gradient for x times dy and a number, in one pass or by operations; that for
// t.

struct Huber {
  static constexpr auto name = "HuberLossBackward0";
  double beta, scale;

  Tensor values(const Tensor& x, const Tensor& t) const {
    return elementwise(Op::huber_loss, {x, t}, Types::common, {Scalar(beta), Scalar(scale)});
  }
  Tensor of_x(const Tensor& dy, const Tensor& x, const Tensor& t, double factor) const {
    if (!recorded(dy, x, t))
      return elementwise(Op::huber_loss_backward, {dy, x, t}, Types::common, {Scalar(beta), Scalar(scale * factor)});
    return dy * ((x - t) / beta).clamp(-1, 1) * (scale * factor);
  }
  Tensor of_t(const Tensor& dy, const Tensor& x, const Tensor& t, double factor) const {
    return of_x(dy, x, t, factor).neg();
  }
};
/// The same without the factor delta.
struct SmoothL1 : Huber {
  static constexpr auto name = "SmoothL1LossBackward0";
};

struct Bce {
  static constexpr auto name = "BinaryCrossEntropyBackward0";

  Tensor values(const Tensor& x, const Tensor& t) const { return elementwise(Op::bce_loss, {x, t}); }
  Tensor of_x(const Tensor& dy, const Tensor& x, const Tensor& t, double factor) const {
    if (!recorded(dy, x, t)) return elementwise(Op::bce_loss_backward, {dy, x, t}, Types::common, Scalar(factor));
    return dy * (x - t) / ((1 - x) * x).clamp_min(1e-12) * factor;
  }
  Tensor of_t(const Tensor& dy, const Tensor& x, const Tensor&, double factor) const {
    return dy * ((1 - x).log().clamp_min(-100) - x.log().clamp_min(-100)) * factor;
  }
};

struct BceLogits {
  static constexpr auto name = "BinaryCrossEntropyWithLogitsBackward0";
  Tensor pos_weight;  // or undefined

  Operand factor_of_ones() const { return pos_weight.defined() ? Operand(pos_weight) : Operand(Scalar(1.0)); }
  Tensor values(const Tensor& x, const Tensor& t) const {
    return elementwise(Op::bce_logits_loss, {x, t, factor_of_ones()});
  }
  Tensor of_x(const Tensor& dy, const Tensor& x, const Tensor& t, double factor) const {
    if (!recorded(dy, x, t))
      return elementwise(Op::bce_logits_loss_backward, {dy, x, t, factor_of_ones()}, Types::common, Scalar(factor));
    if (!pos_weight.defined()) return dy * (sigmoid(x) - t) * factor;
    return dy * (((pos_weight - 1) * t + 1) * sigmoid(x) - pos_weight * t) * factor;
  }
  Tensor of_t(const Tensor& dy, const Tensor& x, const Tensor&, double factor) const {
    const Tensor g = pos_weight.defined() ? x + (pos_weight - 1) * logsigmoid(x) : x;
    return dy * g * -factor;
  }
};

struct SoftMargin {
  static constexpr auto name = "SoftMarginLossBackward0";

  Tensor values(const Tensor& x, const Tensor& t) const { return softplus(-(t * x)); }
  Tensor of_x(const Tensor& dy, const Tensor& x, const Tensor& t, double factor) const {
    return dy * t * sigmoid(-(t * x)) * -factor;
  }
  Tensor of_t(const Tensor&, const Tensor&, const Tensor&, double) const { return {}; }
};

template <class Loss>
struct PairLoss : Function<PairLoss<Loss>> {
  static constexpr auto name = Loss::name;
  struct Kept {
    Loss loss;
    Tensor weight;  // of the elements, broadcast; or undefined
    Reduction reduction;
  };

  static Tensor forward(AutogradContext& ctx, const Tensor& x, const Tensor& t, const Kept& kept) {
    ctx.save(x, t);
    ctx.keep(kept);
    Tensor y = kept.loss.values(x, t);
    if (kept.weight.defined()) y = y.mul(kept.weight);
    return reduced(y, kept.reduction);
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& given) {
    const auto [x, t] = ctx.template saved<2>();
    const auto& [loss, weight, reduction] = ctx.template kept<Kept>();
    const double factor = reduction == Reduction::Mean ? 1 / static_cast<double>(x.numel()) : 1;
    const Tensor dy = weight.defined() ? given * weight : given;
    Grads<2> out;
    if (ctx.needs_input_grad(0)) out[0] = loss.of_x(dy, x, t, factor);
    if (ctx.needs_input_grad(1)) out[1] = loss.of_t(dy, x, t, factor);
    return out;
  }
};

Tensor expanded(const Tensor& t, IntArrayRef sizes) { return t.sizes() == sizes ? t : t.expand(sizes); }

template <class Loss>
Tensor broadcast_loss(const Tensor& x, const Tensor& t, const Loss& loss, Reduction reduction, const char* kernel) {
  const DimVector sizes = broadcast_shapes(x.sizes(), t.sizes());
  check<NotImplementedError>(is_floating_point(promote_types(x.dtype(), t.dtype())), "\"{}\" not implemented for '{}'",
                             kernel, legacy_name(promote_types(x.dtype(), t.dtype())));
  return PairLoss<Loss>::apply(expanded(x, sizes), expanded(t, sizes),
                               typename PairLoss<Loss>::Kept{loss, Tensor(), reduction});
}

}  // namespace

Tensor smooth_l1_loss(const Tensor& x, const Tensor& target, const SmoothL1LossOptions& o) {
  check(o.beta >= 0, "smooth_l1_loss does not support negative values for beta.");
  if (o.beta == 0) return l1_loss(x, target, o.reduction);
  return broadcast_loss(x, target, SmoothL1{{.beta = o.beta, .scale = 1}}, o.reduction, "smooth_l1_cpu");
}

Tensor huber_loss(const Tensor& x, const Tensor& target, const HuberLossOptions& o) {
  check(o.delta > 0, "huber_loss does not support non-positive values for delta.");
  return broadcast_loss(x, target, Huber{.beta = o.delta, .scale = o.delta}, o.reduction, "huber_cpu");
}

Tensor binary_cross_entropy(const Tensor& x, const Tensor& target, const BCELossOptions& o) {
  check<ValueError>(x.sizes() == target.sizes(),
                    "Using a target size ({}) that is different to the input size ({}) is deprecated. Please ensure "
                    "they have the same size.",
                    size_repr(target.sizes()), size_repr(x.sizes()));
  check(x.dtype() == target.dtype(), "Found dtype {} but expected {}", legacy_name(target.dtype()),
        legacy_name(x.dtype()));
  check_floating(x, "binary_cross_entropy");
  check_constant(o.weight, "binary_cross_entropy", "weight");
  if (x.numel() > 0) {
    NoGradGuard guard;
    const double lowest = x.amin().item<double>(), highest = x.amax().item<double>();
    check(lowest >= 0 && highest <= 1, "all elements of input should be between 0 and 1");
  }
  return PairLoss<Bce>::apply(x, target, PairLoss<Bce>::Kept{Bce(), o.weight, o.reduction});
}

Tensor binary_cross_entropy_with_logits(const Tensor& x, const Tensor& target, const BCEWithLogitsLossOptions& o) {
  check<ValueError>(x.sizes() == target.sizes(), "Target size ({}) must be the same as input size ({})",
                    size_repr(target.sizes()), size_repr(x.sizes()));
  check_floating(x, "log_sigmoid_cpu");
  check_constant(o.weight, "binary_cross_entropy_with_logits", "weight");
  check_constant(o.pos_weight, "binary_cross_entropy_with_logits", "pos_weight");
  return PairLoss<BceLogits>::apply(x, target, PairLoss<BceLogits>::Kept{{o.pos_weight}, o.weight, o.reduction});
}

Tensor soft_margin_loss(const Tensor& x, const Tensor& target, Reduction reduction) {
  check_constant(target, "soft_margin_loss", "target");
  return broadcast_loss(x, target, SoftMargin(), reduction, "exp");
}

}  // namespace convgrad
