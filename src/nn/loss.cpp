#include "convgrad/nn/loss.h"

#include "core/check.h"

namespace convgrad::nn {

CrossEntropyLossImpl::CrossEntropyLossImpl(CrossEntropyLossOptions o)
    : options(std::move(o)), weight(register_buffer("weight", options.weight)) {}

Tensor CrossEntropyLossImpl::forward(const Tensor& x, const Tensor& target) {
  options.weight = weight;
  return cross_entropy(x, target, options);
}

NLLLossImpl::NLLLossImpl(NLLLossOptions o) : options(std::move(o)), weight(register_buffer("weight", options.weight)) {}

Tensor NLLLossImpl::forward(const Tensor& x, const Tensor& target) {
  options.weight = weight;
  return nll_loss(x, target, options);
}

Tensor L1LossImpl::forward(const Tensor& x, const Tensor& target) { return l1_loss(x, target, options.reduction); }

Tensor SmoothL1LossImpl::forward(const Tensor& x, const Tensor& target) { return smooth_l1_loss(x, target, options); }

Tensor HuberLossImpl::forward(const Tensor& x, const Tensor& target) { return huber_loss(x, target, options); }

BCELossImpl::BCELossImpl(BCELossOptions o) : options(std::move(o)), weight(register_buffer("weight", options.weight)) {}

Tensor BCELossImpl::forward(const Tensor& x, const Tensor& target) {
  options.weight = weight;
  return binary_cross_entropy(x, target, options);
}

BCEWithLogitsLossImpl::BCEWithLogitsLossImpl(BCEWithLogitsLossOptions o)
    : options(std::move(o)),
      weight(register_buffer("weight", options.weight)),
      pos_weight(register_buffer("pos_weight", options.pos_weight)) {}

Tensor BCEWithLogitsLossImpl::forward(const Tensor& x, const Tensor& target) {
  options.weight = weight;
  options.pos_weight = pos_weight;
  return binary_cross_entropy_with_logits(x, target, options);
}

Tensor SoftMarginLossImpl::forward(const Tensor& x, const Tensor& target) {
  return soft_margin_loss(x, target, options.reduction);
}

Tensor KLDivLossImpl::forward(const Tensor& x, const Tensor& target) { return kl_div(x, target, options); }

Tensor PoissonNLLLossImpl::forward(const Tensor& x, const Tensor& target) {
  return poisson_nll_loss(x, target, options);
}

Tensor GaussianNLLLossImpl::forward(const Tensor& x, const Tensor& target, const Tensor& variance) {
  return gaussian_nll_loss(x, target, variance, options);
}

Tensor HingeEmbeddingLossImpl::forward(const Tensor& x, const Tensor& target) {
  return hinge_embedding_loss(x, target, options);
}

Tensor CosineEmbeddingLossImpl::forward(const Tensor& a, const Tensor& b, const Tensor& target) {
  return cosine_embedding_loss(a, b, target, options);
}

Tensor MarginRankingLossImpl::forward(const Tensor& a, const Tensor& b, const Tensor& target) {
  return margin_ranking_loss(a, b, target, options);
}

Tensor TripletMarginLossImpl::forward(const Tensor& anchor, const Tensor& positive, const Tensor& negative) {
  return triplet_margin_loss(anchor, positive, negative, options);
}

MultiMarginLossImpl::MultiMarginLossImpl(MultiMarginLossOptions o)
    : options(std::move(o)), weight(register_buffer("weight", options.weight)) {
  check<ValueError>(options.p == 1 || options.p == 2, "only p == 1 and p == 2 supported");
  check<ValueError>(!weight.defined() || weight.dim() == 1,
                    "MultiMarginLoss: expected weight to be None or 1D tensor, got {}D instead",
                    weight.defined() ? weight.dim() : 0);
}

Tensor MultiMarginLossImpl::forward(const Tensor& x, const Tensor& target) {
  options.weight = weight;
  return multi_margin_loss(x, target, options);
}

Tensor MultiLabelMarginLossImpl::forward(const Tensor& x, const Tensor& target) {
  return multilabel_margin_loss(x, target, options.reduction);
}

MultiLabelSoftMarginLossImpl::MultiLabelSoftMarginLossImpl(MultiLabelSoftMarginLossOptions o)
    : options(std::move(o)), weight(register_buffer("weight", options.weight)) {}

Tensor MultiLabelSoftMarginLossImpl::forward(const Tensor& x, const Tensor& target) {
  options.weight = weight;
  return multilabel_soft_margin_loss(x, target, options);
}

Tensor CTCLossImpl::forward(const Tensor& log_probs, const Tensor& targets, IntArrayRef input_lengths,
                            IntArrayRef target_lengths) {
  return ctc_loss(log_probs, targets, input_lengths, target_lengths, options);
}

}  // namespace convgrad::nn
