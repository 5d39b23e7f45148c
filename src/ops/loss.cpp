#include "convgrad/ops/loss.h"

#include "convgrad/autograd/function.h"
#include "convgrad/ops/softmax.h"
#include "core/check.h"
#include "core/shape.h"
#include "kernels/folds.h"
#include "ops/reduced_shape.h"

namespace convgrad {
namespace {

// Products with numbers under the names that they have inside PyTorch's own losses (in a program: MulBackward0).
struct Times : Function<Times> {
  static constexpr auto name = "MulBackward1";
  static Tensor forward(AutogradContext& ctx, const Tensor& x, double factor) {
    ctx.keep(factor);
    return x.mul(factor);
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) { return dy.mul(ctx.kept<double>()); }
};
struct Over : Function<Over> {
  static constexpr auto name = "DivBackward1";
  static Tensor forward(AutogradContext& ctx, const Tensor& x, int64_t divisor) {
    ctx.keep(divisor);
    return x.div(divisor);
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) { return dy.div(ctx.kept<int64_t>()); }
};

void check_smoothing(double smoothing) {
  check(smoothing <= 1, "label_smoothing must be between 0.0 and 1.0. Got: {}", smoothing);
}

/// The weights of the classes in a shape that broadcasts with x.
Tensor as_class_dimension(const Tensor& weight, const Tensor& x, int64_t class_dim) {
  DimVector sizes(x.sizes().size(), 1);
  sizes[static_cast<size_t>(class_dim)] = weight.size(0);
  return weight.view(sizes);
}

Tensor with_probabilities(const Tensor& x, const Tensor& given, const CrossEntropyLossOptions& o, int64_t class_dim) {
  check(given.is_floating_point(), "Expected floating point type for target with class probabilities, got {}",
        legacy_name(given.dtype()));
  check(o.ignore_index < 0, "ignore_index is not supported for floating point target");
  const int64_t classes = x.size(class_dim);
  check<ShapeError>(!o.weight.defined() || (o.weight.dim() == 1 && o.weight.numel() == classes),
                    "cross_entropy: weight tensor should be defined either for all {} classes or no classes but got "
                    "weight tensor of shape: {}",
                    classes, o.weight.defined() ? to_string(o.weight.sizes()) : "");
  Tensor target = given;
  const Tensor log_p = log_softmax(x, class_dim);
  if (o.label_smoothing > 0) {
    check_smoothing(o.label_smoothing);
    target = Times::apply(given, 1 - o.label_smoothing).add(o.label_smoothing / static_cast<double>(classes));
  }
  Tensor terms = log_p.mul(target);
  if (o.weight.defined()) terms = terms.mul(as_class_dimension(o.weight, x, class_dim));
  if (o.reduction == Reduction::None) return terms.sum(class_dim).neg();
  const Tensor total = terms.sum().neg();
  if (o.reduction == Reduction::Sum) return total;
  return Over::apply(total, classes > 0 ? x.numel() / classes : 0);  // NaN where there is nothing to average
}

Tensor with_smoothing(const Tensor& x, const Tensor& target, const CrossEntropyLossOptions& o, int64_t class_dim) {
  check_smoothing(o.label_smoothing);
  const Tensor log_p = log_softmax(x, class_dim);
  const Tensor hard =
      nll_loss(log_p, target, {.weight = o.weight, .ignore_index = o.ignore_index, .reduction = o.reduction});
  const Tensor weighted = o.weight.defined() ? log_p.mul(as_class_dimension(o.weight, x, class_dim)) : log_p;
  const Tensor ignored = target.eq(o.ignore_index);
  Tensor smooth = weighted.sum(class_dim).neg().masked_fill(ignored, 0);
  if (o.reduction == Reduction::Sum) smooth = smooth.sum();
  if (o.reduction == Reduction::Mean) {
    const Tensor counted = ignored.logical_not();
    // the mean's divisor is nll_loss's: the weights of the targets that count
    const Tensor divisor = o.weight.defined()
                               ? o.weight.gather(0, target.to(kInt64).masked_select(counted).flatten()).sum()
                               : counted.sum();
    smooth = smooth.sum().div(divisor);
  }
  const double share = o.label_smoothing / static_cast<double>(x.size(class_dim));
  return Times::apply(hard, 1 - o.label_smoothing).add(Times::apply(smooth, share));
}

Tensor expanded(const Tensor& t, IntArrayRef sizes) { return t.sizes() == sizes ? t : t.expand(sizes); }

struct MseLoss : Function<MseLoss> {
  static constexpr auto name = "MseLossBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& x, const Tensor& target, Reduction reduction) {
    ctx.save(x, target);
    ctx.keep(reduction);
    const Tensor difference = x.sub(target);
    if (reduction == Reduction::None) return difference.mul(difference);
    const double factor = reduction == Reduction::Mean ? 1 / static_cast<double>(difference.numel()) : 1;
    return fold(difference, ReducedShape(difference.sizes(), {}, false),
                kernels::square_sum_fold(difference.dtype(), factor), difference.dtype());
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) {
    const auto [x, target] = ctx.saved<2>();
    const bool mean = ctx.kept<Reduction>() == Reduction::Mean;
    const double factor = mean ? 2 / static_cast<double>(x.numel()) : 2;
    const Tensor dx = x.sub(target).mul(factor).mul(dy);
    return {dx, ctx.needs(1, [&] { return dx.neg(); })};
  }
};

}  // namespace

Reduction reduction_from_name(const std::string& name) {
  if (name == "none") return Reduction::None;
  if (name == "mean") return Reduction::Mean;
  check<ValueError>(name == "sum", "{} is not a valid value for reduction", name);
  return Reduction::Sum;
}

Tensor cross_entropy(const Tensor& x, const Tensor& target, const CrossEntropyLossOptions& options) {
  const int64_t class_dim = x.dim() == 1 ? 0 : 1;
  if (x.sizes() == target.sizes()) return with_probabilities(x, target, options, class_dim);
  if (options.label_smoothing > 0) return with_smoothing(x, target, options, class_dim);
  return nll_loss(log_softmax(x, class_dim), target,
                  {.weight = options.weight, .ignore_index = options.ignore_index, .reduction = options.reduction});
}

Tensor mse_loss(const Tensor& x, const Tensor& target, Reduction reduction) {
  const ScalarType dtype = promote_types(x.dtype(), target.dtype());
  const DimVector sizes = broadcast_shapes(x.sizes(), target.sizes());
  check<NotImplementedError>(is_floating_point(dtype), "\"mse_cpu\" not implemented for '{}'", legacy_name(dtype));
  return MseLoss::apply(expanded(x, sizes), expanded(target, sizes), reduction);
}

Tensor l1_loss(const Tensor& x, const Tensor& target, Reduction reduction) {
  const DimVector sizes = broadcast_shapes(x.sizes(), target.sizes());
  const Tensor losses = expanded(x, sizes).sub(expanded(target, sizes)).abs();
  return reduction == Reduction::None ? losses : reduction == Reduction::Sum ? losses.sum() : losses.mean();
}

}  // namespace convgrad
