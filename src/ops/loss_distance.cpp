// Losses that are compositions of operations, as PyTorch's are.
#include <cmath>
#include <numbers>

#include "convgrad/autograd/grad_mode.h"
#include "convgrad/ops/compare.h"
#include "convgrad/ops/creation.h"
#include "convgrad/ops/distance.h"
#include "convgrad/ops/loss.h"
#include "convgrad/ops/pointwise.h"
#include "convgrad/print.h"
#include "core/check.h"
#include "core/python_text.h"
#include "ops/elementwise.h"
#include "ops/loss_reduction.h"

namespace convgrad {
Tensor kl_div(const Tensor& x, const Tensor& target, const KLDivLossOptions& o) {
  check(x.is_floating_point() && target.is_floating_point(), "kl_div: Integral inputs not supported.");
  const Tensor losses =
      o.log_target ? target.exp() * (target - x) : zero_where(target == 0, target * target.log()) - target * x;
  if (o.batch_mean) return losses.sum().div(x.dim() > 0 ? x.size(0) : 1);
  return reduced(losses, o.reduction);
}

Tensor poisson_nll_loss(const Tensor& x, const Tensor& target, const PoissonNLLLossOptions& o) {
  Tensor losses = o.log_input ? x.exp() - target * x : x - target * (x + o.eps).log();
  if (o.full) {
    const Tensor stirling = target * target.log() - target + (target * (2 * std::numbers::pi)).log() * 0.5;
    losses = losses + stirling.masked_fill(target <= 1, 0);
  }
  return reduced(losses, o.reduction);
}

Tensor gaussian_nll_loss(const Tensor& x, const Tensor& target, const Tensor& given, const GaussianNLLLossOptions& o) {
  const auto negative = [&] {
    NoGradGuard guard;
    return (given < 0).any().item<bool>();
  };
  check<ValueError>(!negative(), "var has negative entry/entries");
  Tensor variance = given;
  if (given.sizes() != x.sizes()) {
    const IntArrayRef rows(x.sizes().data(), x.dim() > 0 ? x.sizes().size() - 1 : 0);
    int64_t other_sizes = 0;  // of the variance, where they are not x's: a single one, 1
    for (size_t d = 0; given.dim() == x.dim() && d < x.sizes().size(); ++d)
      if (given.sizes()[d] != x.sizes()[d]) other_sizes += given.sizes()[d];
    const bool one_each = other_sizes == 1;
    const bool without_last = x.dim() > 0 && given.sizes() == rows;
    check<ValueError>(one_each || without_last, "var is of incorrect size");
    if (without_last) variance = given.unsqueeze(-1);
  }
  variance = variance.clone();
  {
    NoGradGuard guard;  // the gradient of the bound is 1
    variance.clamp_(o.eps);
  }
  const Tensor difference = x - target;
  Tensor losses = (variance.log() + difference.pow(2) / variance) * 0.5;
  if (o.full) losses = losses + 0.5 * std::log(2 * std::numbers::pi);
  return reduced(losses, o.reduction);
}

Tensor gaussian_nll_loss(const Tensor& x, const Tensor& target, double variance, const GaussianNLLLossOptions& o) {
  check<ValueError>(variance >= 0, "var has negative entry/entries");
  return gaussian_nll_loss(x, target, full_like(x, variance), o);
}

Tensor hinge_embedding_loss(const Tensor& x, const Tensor& target, const HingeEmbeddingLossOptions& o) {
  const Tensor apart = (o.margin - x).clamp_min(0);
  return reduced(zero_where(target == 1, apart) + zero_where(target == -1, x), o.reduction);
}

Tensor cosine_embedding_loss(const Tensor& a, const Tensor& b, const Tensor& target,
                             const CosineEmbeddingLossOptions& o) {
  check<ShapeError>(target.dim() <= 1, "0D or 1D target tensor expected, multi-target not supported");
  check<ShapeError>(a.dim() == target.dim() + 1 && b.dim() == target.dim() + 1,
                    "{}D target tensor expects {}D input tensors, but found inputs with sizes {} and {}.", target.dim(),
                    target.dim() + 1, a.sizes(), b.sizes());
  constexpr double kEpsilon = 1e-12;
  const int64_t dim = target.dim();
  const Tensor product = (a * b).sum({dim}), square_a = (a * a).sum({dim}) + kEpsilon,
               square_b = (b * b).sum({dim}) + kEpsilon;
  const Tensor cosine = product / (square_a * square_b).sqrt();
  const Tensor alike = zero_where(target != 1, 1 - cosine);
  const Tensor unlike = zero_where(target != -1, (cosine - o.margin).clamp_min(0));
  return reduced(alike + unlike, o.reduction);
}

Tensor margin_ranking_loss(const Tensor& a, const Tensor& b, const Tensor& target, const MarginRankingLossOptions& o) {
  check<ShapeError>(a.dim() == b.dim() && a.dim() == target.dim(),
                    "margin_ranking_loss : All input tensors should have same dimension but got sizes: input1: {}, "
                    "input2: {}, target: {} ",
                    size_repr(a.sizes()), size_repr(b.sizes()), size_repr(target.sizes()));
  return reduced((-target * (a - b) + o.margin).clamp_min(0), o.reduction);
}

Tensor triplet_margin_loss(const Tensor& anchor, const Tensor& positive, const Tensor& negative,
                           const TripletMarginLossOptions& o) {
  check<ValueError>(o.margin.toDouble() > 0, "margin must be greater than 0, got {}", number_repr(o.margin));
  check<ShapeError>(
      anchor.dim() == positive.dim() && anchor.dim() == negative.dim(),
      "The anchor, positive, and negative tensors are expected to have the same number of dimensions, but "
      "got: anchor {}D, positive {}D, and negative {}D inputs",
      anchor.dim(), positive.dim(), negative.dim());
  const Tensor near = pairwise_distance(anchor, positive, o.p, o.eps);
  Tensor far = pairwise_distance(anchor, negative, o.p, o.eps);
  if (o.swap) far = far.minimum(pairwise_distance(positive, negative, o.p, o.eps));
  return reduced((o.margin.toDouble() + near - far).clamp_min(0), o.reduction);
}

}  // namespace convgrad
