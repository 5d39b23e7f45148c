#pragma once
#include <convgrad/tensor.h>

#include <string>

namespace convgrad {

/// What becomes of the losses of the elements: they stay, or their mean or sum is taken.
enum class Reduction : int8_t { None, Mean, Sum };

/// "none", "mean", "sum". Throws ValueError ("avg is not a valid value for reduction") for other words.
CONVGRAD_API Reduction reduction_from_name(const std::string& name);

struct NLLLossOptions {
  Tensor weight{};              // one factor for each class; undefined: ones
  int64_t ignore_index = -100;  // targets of this value count for nothing, in the mean's divisor too
  Reduction reduction = Reduction::Mean;
};

/// −weight[target]·x[…, target, …]: the negative log-likelihood loss of logarithms of probabilities.
///
/// x: (C), (N, C) or (N, C, d…); target: class numbers in [0, C), int64 or uint8, (), (N) or (N, d…). The mean is that
/// weighted by the targets' weights; NaN where no target counts. IndexError ("Target 5 is out of bounds.") for a label
/// that is no class. Like torch.nn.functional.nll_loss.
CONVGRAD_API Tensor nll_loss(const Tensor& x, const Tensor& target, const NLLLossOptions& options = {});

struct CrossEntropyLossOptions {
  Tensor weight{};              // one factor for each class; undefined: ones
  int64_t ignore_index = -100;  // class targets of this value count for nothing, in the mean's divisor too
  Reduction reduction = Reduction::Mean;
  double label_smoothing = 0;  // this share of each target is spread evenly over all classes; in [0, 1]
};

/// The cross-entropy between targets and the softmax of x over the classes: −Σ target · log_softmax(x).
///
/// x: (C), (N, C) or (N, C, d…), any finite numbers. target: class numbers as nll_loss takes them, or probabilities of
/// x's shape, whose mean divides by N·d… whatever the weights. Errors as nll_loss's. Like
/// torch.nn.functional.cross_entropy.
CONVGRAD_API Tensor cross_entropy(const Tensor& x, const Tensor& target, const CrossEntropyLossOptions& options = {});

/// (x − target)², broadcast. Floating types only. Like torch.nn.functional.mse_loss.
CONVGRAD_API Tensor mse_loss(const Tensor& x, const Tensor& target, Reduction reduction = Reduction::Mean);

/// |x − target|, broadcast. Like torch.nn.functional.l1_loss.
CONVGRAD_API Tensor l1_loss(const Tensor& x, const Tensor& target, Reduction reduction = Reduction::Mean);

struct SmoothL1LossOptions {
  Reduction reduction = Reduction::Mean;
  double beta = 1;  // where the square ends; 0: l1_loss
};
/// With d = |x − target|: ½·d² / beta where d < beta, else d − ½·beta; broadcast. Errors: beta < 0.
/// Like torch.nn.functional.smooth_l1_loss.
CONVGRAD_API Tensor smooth_l1_loss(const Tensor& x, const Tensor& target, const SmoothL1LossOptions& options = {});

struct HuberLossOptions {
  Reduction reduction = Reduction::Mean;
  double delta = 1;  // where the square ends
};
/// With d = |x − target|: ½·d² where d < delta, else delta·(d − ½·delta); broadcast. Errors: delta <= 0.
/// Like torch.nn.functional.huber_loss.
CONVGRAD_API Tensor huber_loss(const Tensor& x, const Tensor& target, const HuberLossOptions& options = {});

struct BCELossOptions {
  Tensor weight{};  // a factor for each element, broadcast; undefined: ones
  Reduction reduction = Reduction::Mean;
};
/// −target·log(x) − (1 − target)·log(1 − x), the logarithms at least −100. x: probabilities; target: of x's sizes and
/// type. Errors: sizes that differ (ValueError), x outside [0, 1]. Like torch.nn.functional.binary_cross_entropy.
CONVGRAD_API Tensor binary_cross_entropy(const Tensor& x, const Tensor& target, const BCELossOptions& options = {});

struct BCEWithLogitsLossOptions {
  Tensor weight{};  // a factor for each element, broadcast; undefined: ones
  Reduction reduction = Reduction::Mean;
  Tensor pos_weight{};  // a factor of the positive part, broadcast; undefined: ones
};
/// binary_cross_entropy of sigmoid(x), accurate for any x. Errors: sizes that differ (ValueError).
/// Like torch.nn.functional.binary_cross_entropy_with_logits.
CONVGRAD_API Tensor binary_cross_entropy_with_logits(const Tensor& x, const Tensor& target,
                                                     const BCEWithLogitsLossOptions& options = {});

/// log(1 + exp(−target·x)), target 1 or −1. Like torch.nn.functional.soft_margin_loss.
CONVGRAD_API Tensor soft_margin_loss(const Tensor& x, const Tensor& target, Reduction reduction = Reduction::Mean);

struct KLDivLossOptions {
  Reduction reduction = Reduction::Mean;
  bool log_target = false;  // the target is logarithms of probabilities, as x is
  bool batch_mean = false;  // the sum divided by the batch: the definition's value; PyTorch's reduction="batchmean"
};
/// target·(log(target) − x): the Kullback–Leibler divergence, x logarithms of probabilities. Errors: integers.
/// Like torch.nn.functional.kl_div.
CONVGRAD_API Tensor kl_div(const Tensor& x, const Tensor& target, const KLDivLossOptions& options = {});

struct PoissonNLLLossOptions {
  bool log_input = true;  // x is the logarithm of the mean
  bool full = false;      // with Stirling's approximation of log(target!)
  double eps = 1e-8;      // added to x in its logarithm
  Reduction reduction = Reduction::Mean;
};
/// exp(x) − target·x, or x − target·log(x + eps) without log_input. Like torch.nn.functional.poisson_nll_loss.
CONVGRAD_API Tensor poisson_nll_loss(const Tensor& x, const Tensor& target, const PoissonNLLLossOptions& options = {});

struct GaussianNLLLossOptions {
  bool full = false;  // with the constant ½·log(2π)
  double eps = 1e-6;  // the variance is at least this
  Reduction reduction = Reduction::Mean;
};
/// ½·(log(variance) + (x − target)² / variance); variance: of x's sizes, or one for each row. ValueError for negative
/// ones and other sizes. Like torch.nn.functional.gaussian_nll_loss.
CONVGRAD_API Tensor gaussian_nll_loss(const Tensor& x, const Tensor& target, const Tensor& variance,
                                      const GaussianNLLLossOptions& options = {});
CONVGRAD_API Tensor gaussian_nll_loss(const Tensor& x, const Tensor& target, double variance,
                                      const GaussianNLLLossOptions& options = {});

struct HingeEmbeddingLossOptions {
  double margin = 1;
  Reduction reduction = Reduction::Mean;
};
/// x where target is 1, max(0, margin − x) where it is −1. Like torch.nn.functional.hinge_embedding_loss.
CONVGRAD_API Tensor hinge_embedding_loss(const Tensor& x, const Tensor& target,
                                         const HingeEmbeddingLossOptions& options = {});

struct CosineEmbeddingLossOptions {
  double margin = 0;
  Reduction reduction = Reduction::Mean;
};
/// 1 − cos(a, b) where target is 1, max(0, cos(a, b) − margin) where it is −1. a, b: (N, D), target: (N), or (D) and
/// (). Errors: other numbers of dimensions. Like torch.nn.functional.cosine_embedding_loss.
CONVGRAD_API Tensor cosine_embedding_loss(const Tensor& a, const Tensor& b, const Tensor& target,
                                          const CosineEmbeddingLossOptions& options = {});

struct MarginRankingLossOptions {
  double margin = 0;
  Reduction reduction = Reduction::Mean;
};
/// max(0, margin − target·(a − b)): a is to be larger where target is 1, b where it is −1. Errors: numbers of
/// dimensions that differ. Like torch.nn.functional.margin_ranking_loss.
CONVGRAD_API Tensor margin_ranking_loss(const Tensor& a, const Tensor& b, const Tensor& target,
                                        const MarginRankingLossOptions& options = {});

struct TripletMarginLossOptions {
  Scalar margin = 1.0;
  double p = 2;       // the norm's order
  double eps = 1e-6;  // added to the differences
  bool swap = false;  // the positive's distance to the negative counts, where it is smaller
  Reduction reduction = Reduction::Mean;
};
/// max(0, margin + ‖anchor − positive‖ − ‖anchor − negative‖) along the last dimension. Errors: margin <= 0
/// (ValueError), numbers of dimensions that differ. Like torch.nn.functional.triplet_margin_loss.
CONVGRAD_API Tensor triplet_margin_loss(const Tensor& anchor, const Tensor& positive, const Tensor& negative,
                                        const TripletMarginLossOptions& options = {});

struct MultiMarginLossOptions {
  int64_t p = 1;  // 1 or 2
  double margin = 1;
  Tensor weight{};  // one factor for each class; undefined: ones
  Reduction reduction = Reduction::Mean;
};
/// Σ over the other classes of max(0, margin − x[target] + x[other])ᵖ / C, times weight[target]. x: (N, C) or (C),
/// target: class numbers (int64), (N) or (). Errors: p that is neither (ValueError), a target that is no class. Like
/// torch.nn.functional.multi_margin_loss.
CONVGRAD_API Tensor multi_margin_loss(const Tensor& x, const Tensor& target,
                                      const MultiMarginLossOptions& options = {});

/// Σ over targets and other classes of max(0, 1 − x[target] + x[other]) / C. x: (N, C) or (C); target: of its sizes,
/// int64, the target classes of each row first, −1 behind them. Errors: other sizes, targets that are neither. Like
/// torch.nn.functional.multilabel_margin_loss.
CONVGRAD_API Tensor multilabel_margin_loss(const Tensor& x, const Tensor& target,
                                           Reduction reduction = Reduction::Mean);

struct MultiLabelSoftMarginLossOptions {
  Tensor weight{};  // one factor for each class; undefined: ones
  Reduction reduction = Reduction::Mean;
};
/// The mean over the classes of binary_cross_entropy_with_logits. x, target: (N, C). Like
/// torch.nn.functional.multilabel_soft_margin_loss.
CONVGRAD_API Tensor multilabel_soft_margin_loss(const Tensor& x, const Tensor& target,
                                                const MultiLabelSoftMarginLossOptions& options = {});

struct CTCLossOptions {
  int64_t blank = 0;                      // the class that stands for no label
  Reduction reduction = Reduction::Mean;  // of the losses divided by their numbers of targets
  bool zero_infinity = false;             // zero, without a gradient, where the targets do not fit into the steps
};
/// Connectionist temporal classification (Graves et al. 2006): −log of the probability that the steps, their
/// repetitions joined and blanks left out, read as the targets.
///
/// log_probs: logarithms of probabilities (log_softmax), (steps, N, C) or (steps, C); targets: class numbers, (N, S) or
/// all samples' one behind the other; both lengths: one number a sample. Result: a scalar, (N) unreduced. The gradient
/// is that by log_softmax's input, as PyTorch's, and has none itself. Errors: shapes and lengths that do not fit, a
/// target that is no class. Like torch.nn.functional.ctc_loss.
CONVGRAD_API Tensor ctc_loss(const Tensor& log_probs, const Tensor& targets, IntArrayRef input_lengths,
                             IntArrayRef target_lengths, const CTCLossOptions& options = {});

}  // namespace convgrad
