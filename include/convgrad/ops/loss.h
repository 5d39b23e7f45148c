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

}  // namespace convgrad
