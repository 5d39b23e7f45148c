// Losses of classes that shall keep a distance from the others.
#include <algorithm>
#include <vector>

#include "convgrad/autograd/function.h"
#include "convgrad/ops/activation.h"
#include "convgrad/ops/index.h"
#include "convgrad/ops/loss.h"
#include "convgrad/ops/pointwise.h"
#include "core/check.h"
#include "core/make.h"
#include "ops/loss_reduction.h"
#include "ops/view_layout.h"

namespace convgrad {
namespace {

/// Rows and classes of x, which may lack the rows, or both.
struct Rows {
  int64_t count, classes;
  explicit Rows(const Tensor& x) : count(x.dim() > 1 ? x.size(0) : 1), classes(x.dim() > 0 ? x.size(-1) : 1) {
    check<ShapeError>(x.dim() <= 2 && classes > 0,
                      "Expected non-empty vector or matrix with optional 0-dim batch size, but got: {}", x.sizes());
  }
};

void check_types(const Tensor& x, const Tensor& target, const char* kernel) {
  check<NotImplementedError>(x.is_floating_point(), "\"{}\" not implemented for '{}'", kernel, legacy_name(x.dtype()));
  check(target.dtype() == kInt64, "expected scalar type Long but found {}", legacy_name(target.dtype()));
}

/// The share of a row in the loss.
double share(Reduction reduction, int64_t rows) {
  return reduction == Reduction::Mean ? 1 / static_cast<double>(rows) : 1;
}

/// An argument that takes no part in differentiation.
struct Labels {
  Tensor at{};      // [N, 1]; of several labels a row, [N, C]
  Tensor weight{};  // [N, 1], or undefined
  int64_t p = 1;
  double margin = 1;
  Reduction reduction = Reduction::Mean;
  DimVector loss_sizes{};
};

struct MultiMargin : Function<MultiMargin> {
  static constexpr auto name = "MultiMarginLossBackward0";

  /// By how much each class comes too near.
  static Tensor violations(const Tensor& x, const Labels& l) {
    const Tensor rows = x.reshape({l.at.size(0), x.dim() == 0 ? 1 : x.size(-1)});
    return scatter((rows - rows.gather(1, l.at) + l.margin).clamp_min(0), 1, l.at, 0);
  }
  static Tensor weighted(const Tensor& t, const Labels& l) { return l.weight.defined() ? t.mul(l.weight) : t; }

  static Tensor forward(AutogradContext& ctx, const Tensor& x, const Labels& l) {
    ctx.save(x);
    ctx.keep(l);
    const Tensor z = violations(x, l);
    const Tensor losses = weighted(l.p == 1 ? z : z.square(), l).sum({1}).div(z.size(1));
    return l.reduction == Reduction::None ? losses.view(l.loss_sizes) : reduced(losses, l.reduction);
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const Tensor x = ctx.saved(0);
    const auto& l = ctx.kept<Labels>();
    const Tensor z = violations(x, l);
    const double factor = share(l.reduction, z.size(0)) / static_cast<double>(z.size(1));
    const Tensor others = weighted(l.p == 1 ? z.gt(0).to(z.dtype()) : z.mul(2), l).mul(factor);
    const Tensor all = others.scatter(1, l.at, others.sum({1}, true).neg());
    return (l.reduction == Reduction::None ? all.mul(dy.reshape({-1, 1})) : all.mul(dy)).view(x.sizes());
  }
};

struct MultiLabelMargin : Function<MultiLabelMargin> {
  static constexpr auto name = "MultilabelMarginLossBackward0";
  struct Kept {
    Reduction reduction;
    DimVector x_sizes;
  };

  /// Each row's loss, and the gradient by x, which is constant where it exists.
  static void losses(const Tensor& x, const Tensor& target, const Tensor& loss, const Tensor& slope) {
    const int64_t classes = x.size(1);
    const double* from = x.const_data_ptr<double>();
    const int64_t* labels = target.const_data_ptr<int64_t>();
    double *sum = loss.data_ptr<double>(), *g = slope.data_ptr<double>();
    std::vector<bool> wanted(static_cast<size_t>(classes));
    for (int64_t n = 0; n < x.size(0); ++n, from += classes, labels += classes, g += classes, ++sum) {
      const int64_t count = std::find(labels, labels + classes, -1) - labels;
      wanted.assign(wanted.size(), false);
      for (int64_t i = 0; i < count; ++i) wanted[static_cast<size_t>(labels[i])] = true;
      for (int64_t i = 0; i < count; ++i)
        for (int64_t other = 0; other < classes; ++other) {
          const double z = 1 - from[labels[i]] + from[other];
          if (wanted[static_cast<size_t>(other)] || z <= 0) continue;
          *sum += z / static_cast<double>(classes);
          g[other] += 1 / static_cast<double>(classes), g[labels[i]] -= 1 / static_cast<double>(classes);
        }
    }
  }

  static Tensor forward(AutogradContext& ctx, const Tensor& x, const Labels& l) {
    const Tensor target = l.at.contiguous();
    const Tensor rows = x.reshape(target.sizes()).to(kFloat64).contiguous();
    const Tensor loss = zeros_of({target.size(0)}, kFloat64), slope = zeros_of(target.sizes(), kFloat64);
    losses(rows, target, loss, slope);
    ctx.save(slope.to(x.dtype()));
    ctx.keep(Kept{l.reduction, x.sizes()});
    return (l.reduction == Reduction::None ? loss.view(l.loss_sizes) : reduced(loss, l.reduction)).to(x.dtype());
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const auto& [reduction, sizes] = ctx.kept<Kept>();
    const Tensor slope = ctx.saved(0);
    const Tensor dx = reduction == Reduction::None ? slope.mul(dy.reshape({-1, 1}))
                                                   : slope.mul(dy).mul(share(reduction, slope.size(0)));
    return dx.view(sizes);
  }
};

}  // namespace

Tensor multi_margin_loss(const Tensor& x, const Tensor& target, const MultiMarginLossOptions& o) {
  check<ValueError>(o.p == 1 || o.p == 2, "only p == 1 and p == 2 supported");
  check<ValueError>(!o.weight.defined() || o.weight.dim() == 1, "weight must be one-dimensional");
  check(!o.weight.defined() || !o.weight.requires_grad() || !GradMode::is_enabled(),
        "The function 'multi_margin_loss' is not differentiable with respect to argument 'weight'. This input cannot "
        "have requires_grad True.");
  const Rows rows(x);
  check<ShapeError>(target.dim() <= 1 && target.numel() == rows.count,
                    "multi_margin_loss: target tensor should be 1-D with size equal to the number of input samples "
                    "(batch size). Expected target size [{}], but got {}. Input has shape {}.",
                    rows.count, target.sizes(), x.sizes());
  check<ShapeError>(!o.weight.defined() || o.weight.numel() == rows.classes,
                    "inconsistent weight size, expected {} but got {}", rows.classes,
                    o.weight.defined() ? o.weight.sizes() : IntArrayRef());
  check_types(x, target, "multi_margin_loss_cpu_kernel");
  check(!o.weight.defined() || o.weight.dtype() == x.dtype(), "expected scalar type {} but found {}",
        legacy_name(x.dtype()), o.weight.defined() ? legacy_name(o.weight.dtype()) : "");
  const Tensor at = target.reshape({-1, 1});
  check(at.numel() == 0 || (at.min().item<int64_t>() >= 0 && at.max().item<int64_t>() < rows.classes),
        "target out of range");
  const Tensor weight = o.weight.defined() ? o.weight.index_select(0, at.flatten()).unsqueeze(1) : Tensor();
  return MultiMargin::apply(x, Labels{at, weight, o.p, o.margin, o.reduction, target.sizes()});
}

Tensor multilabel_margin_loss(const Tensor& x, const Tensor& target, Reduction reduction) {
  const Rows rows(x);
  check<ShapeError>(x.sizes() == target.sizes(), "inconsistent target size: {} for input of size: {}", target.sizes(),
                    x.sizes());
  check_types(x, target, "multilabel_margin_loss_forward_out_frame");
  check(target.numel() == 0 || (target.min().item<int64_t>() >= -1 && target.max().item<int64_t>() < rows.classes),
        "argument #2 'target' is out of range");
  const DimVector loss_sizes = x.dim() > 1 ? DimVector{rows.count} : DimVector();
  return MultiLabelMargin::apply(
      x, Labels{.at = target.reshape({rows.count, rows.classes}), .reduction = reduction, .loss_sizes = loss_sizes});
}

Tensor multilabel_soft_margin_loss(const Tensor& x, const Tensor& target, const MultiLabelSoftMarginLossOptions& o) {
  Tensor losses = -(target * logsigmoid(x) + (1 - target) * logsigmoid(-x));
  if (o.weight.defined()) losses = losses * o.weight;
  const int64_t classes = x.size(-1);
  return reduced(losses.sum({x.dim() - 1}) / classes, o.reduction);
}

}  // namespace convgrad
