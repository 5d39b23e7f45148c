#include "convgrad/autograd/function.h"
#include "convgrad/ops/loss.h"
#include "core/check.h"
#include "core/dispatch.h"
#include "core/make.h"
#include "core/shape.h"
#include "kernels/nll.h"

namespace convgrad {
namespace {

/// The arguments of a loss whose shapes were checked, in dense memory.
struct Labels {
  Tensor target, weight;  // int64; of x's type, or undefined
  DimVector x_sizes, loss_sizes;
  int64_t ignore_index;
  Reduction reduction;
  bool spatial;  // which name the node has

  /// Throws for a target that is no class.
  kernels::NllProblem problem() const {
    kernels::NllProblem p{.targets = target.const_data_ptr<int64_t>(),
                          .weights = weight.defined() ? weight.data_ptr() : nullptr,
                          .ignore_index = ignore_index};
    p.classes = x_sizes[x_sizes.size() > 1 ? 1 : 0];
    if (x_sizes.size() > 1) p.batch = x_sizes[0];
    for (size_t d = 2; d < x_sizes.size(); ++d) p.inner *= x_sizes[d];
    const int64_t bad = kernels::bad_target(p);
    if (bad >= 0) [[unlikely]]
      throw IndexError(ErrorDetails{.op = "nll_loss",
                                    .argument = "target",
                                    .what = fmt::format("Target {} is out of bounds.", p.targets[bad]),
                                    .expected = fmt::format("class numbers from 0 to {}", p.classes - 1),
                                    .got = fmt::format("{} at position {}", p.targets[bad], bad),
                                    .hint = p.targets[bad] == p.classes
                                                ? "labels start at 0: subtract 1 if yours start at 1"
                                                : "set ignore_index to the value that marks what has no label"});
    return p;
  }
};

Tensor nll_forward(const Tensor& x, const Labels& labels, double& total_weight);

/// The gradient, itself differentiable: its gradient is the loss again.
struct NllGradient : Function<NllGradient> {
  static constexpr auto name = "NllLossBackwardBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& given, const Labels& labels, double total_weight) {
    const kernels::NllProblem p = labels.problem();
    const Tensor dy = given.contiguous();
    Tensor dx = make_tensor(labels.x_sizes, dy.dtype());
    const double factor = labels.reduction == Reduction::Mean ? 1 / total_weight : 1;
    visit_floating(dy.dtype(), [&]<class T>(std::type_identity<T>) {
      kernels::nll_gradient<T>(p, dy.const_data_ptr<T>(), labels.reduction == Reduction::None, static_cast<T>(factor),
                               dx.data_ptr<T>());
    });
    ctx.keep(labels);
    return dx;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& g);
};

template <bool spatial>
struct NllLoss : Function<NllLoss<spatial>> {
  static constexpr auto name = spatial ? "NllLoss2DBackward0" : "NllLossBackward0";
  struct Kept {
    Labels labels;
    double total_weight;
  };

  static Tensor forward(AutogradContext& ctx, const Tensor& x, const Labels& labels) {
    double total_weight = 0;
    Tensor loss = nll_forward(x, labels, total_weight);
    ctx.save(labels.target);  // so that a change of the labels is noticed
    ctx.keep(Kept{labels, total_weight});
    return loss;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const auto& [labels, total_weight] = ctx.kept<Kept>();
    (void)ctx.saved(0);
    return NllGradient::apply(dy, labels, total_weight);
  }
};

Tensor nll_forward(const Tensor& given, const Labels& labels, double& total_weight) {
  const kernels::NllProblem p = labels.problem();
  const Tensor x = given.contiguous();
  Tensor loss = make_tensor(labels.reduction == Reduction::None ? labels.loss_sizes : DimVector(), x.dtype());
  visit_floating(x.dtype(), [&]<class T>(std::type_identity<T>) {
    if (labels.reduction == Reduction::None) {
      kernels::nll_each<T>(p, x.const_data_ptr<T>(), loss.data_ptr<T>());
    } else {
      const kernels::NllSums sums = kernels::nll_sums<T>(p, x.const_data_ptr<T>());
      total_weight = sums.weight;
      const double divisor = labels.reduction == Reduction::Mean ? sums.weight : 1;
      *loss.data_ptr<T>() = static_cast<T>(sums.loss / divisor);
    }
  });
  return loss;
}

Tensor NllGradient::backward(AutogradContext& ctx, const Tensor& g) {
  const auto& labels = ctx.kept<Labels>();
  return labels.spatial ? NllLoss<true>::apply(g, labels) : NllLoss<false>::apply(g, labels);
}

void check_flat(const Tensor& x, const Tensor& target, const Tensor& weight) {
  check<ShapeError>(target.dim() <= 1, "0D or 1D target tensor expected, multi-target not supported");
  check<ValueError>(x.dim() != 1 || target.dim() == 0 || target.size(0) == 1,
                    "For 1D input, 1D target must have size 1, but got target size: {}",
                    target.dim() == 0 ? 0 : target.size(0));
  const int64_t classes = x.size(-1);
  check<ShapeError>(!weight.defined() || (weight.dim() == 1 && weight.numel() == classes),
                    "weight tensor should be defined either for all {} classes or no classes but got weight tensor of "
                    "shape: {}",
                    classes, weight.defined() ? to_string(weight.sizes()) : "");
}

void check_spatial(const Tensor& x, const Tensor& target, const Tensor& weight) {
  DimVector expected = x.sizes();
  expected.erase(1);
  if (x.dim() == 4) {
    check<ShapeError>(target.dim() == 3,
                      "only batches of spatial targets supported (3D tensors) but got targets of dimension: {}",
                      target.dim());
    check<ShapeError>(target.sizes() == IntArrayRef(expected), "size mismatch (got input: {} , target: {}", x.sizes(),
                      target.sizes());  // PyTorch forgets the bracket, too
  } else {
    check<ShapeError>(target.sizes() == IntArrayRef(expected), "Expected target size {}, got {}", expected,
                      target.sizes());
  }
  check<ShapeError>(!weight.defined() || weight.numel() == x.size(1),
                    "weight tensor should be defined either for all or no classes");
}

void check_arguments(const Tensor& x, const Tensor& target, const Tensor& weight) {
  check<ValueError>(x.dim() > 0, "Expected 1 or more dimensions (got {})", x.dim());
  const int64_t targets = target.dim() == 0 ? 0 : target.size(0);
  check<ValueError>(x.dim() == 1 || (target.dim() > 0 && x.size(0) == targets),
                    "Expected input batch_size ({}) to match target batch_size ({}).", x.size(0), targets);
  const bool spatial = x.dim() > 2;
  if (spatial)
    check_spatial(x, target, weight);
  else
    check_flat(x, target, weight);
  check(target.dtype() == kInt64 || target.dtype() == kUInt8, "expected target dtype to be Long or Byte, but got {}",
        legacy_name(target.dtype()));
  check<NotImplementedError>(x.is_floating_point(), "\"{}\" not implemented for '{}'",
                             spatial ? "nll_loss2d_forward_out_frame" : "nll_loss_out_frame", legacy_name(x.dtype()));
  check(!weight.defined() || weight.dtype() == x.dtype(), "expected scalar type {} but found {}",
        legacy_name(x.dtype()), weight.defined() ? legacy_name(weight.dtype()) : "");
  check(!weight.defined() || !weight.requires_grad() || !GradMode::is_enabled(),
        "The function '{}' is not differentiable with respect to argument 'weight'. This input cannot have "
        "requires_grad True.",
        spatial ? "nll_loss2d_forward" : "nll_loss_forward");
}

/// Of the losses where they are not reduced.
DimVector loss_sizes(const Tensor& x, const Tensor& target, bool reshaped) {
  if (x.dim() == 1) return {};
  return reshaped ? DimVector({x.size(0), x.size(2), x.size(3)}) : DimVector(target.sizes());
}

}  // namespace

Tensor nll_loss(const Tensor& given, const Tensor& target, const NLLLossOptions& options) {
  check_arguments(given, target, options.weight);
  // As PyTorch does it, so that graphs look the same: other ranks as pictures of one row.
  const bool spatial = given.dim() > 2, reshaped = spatial && given.dim() != 4;
  Tensor x = given;
  if (reshaped) {
    const int64_t batch = x.size(0), classes = x.size(1), row = x.numel() > 0 ? x.numel() / (batch * classes) : 0;
    x = x.contiguous().view({batch, classes, row > 0 ? 1 : 0, row});
  }
  const Labels labels{.target = target.to(kInt64).contiguous(),
                      .weight = options.weight.defined() ? options.weight.contiguous() : Tensor(),
                      .x_sizes = x.sizes(),
                      .loss_sizes = loss_sizes(x, target, reshaped),
                      .ignore_index = options.ignore_index,
                      .reduction = options.reduction,
                      .spatial = spatial};
  const Tensor loss = spatial ? NllLoss<true>::apply(x, labels) : NllLoss<false>::apply(x, labels);
  return reshaped && options.reduction == Reduction::None ? loss.view(target.sizes()) : loss;
}

}  // namespace convgrad
