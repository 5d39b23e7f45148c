#pragma once
#include <convgrad/optim/optimizer.h>

namespace convgrad::optim {

struct RMSpropOptions {
  Number lr = 1e-2;
  Number alpha = 0.99;  // of the running mean of g²
  Number eps = 1e-8;
  Number weight_decay = 0;
  Number momentum = 0;
  bool centered = false;  // divides by the standard deviation of g instead of its root mean square
  bool maximize = false;
};

/// RMSprop (Hinton), rounded at each step as PyTorch rounds it:
///   g ← ∇p (−∇p where maximize) + weight_decay·p;  v ← alpha·v + (1 − alpha)·g²
///   p ← p − lr·g / (√v + eps), or with momentum b ← momentum·b + g / (√v + eps), p ← p − lr·b
/// where centered with v − (running mean of g)² under the root.
/// State: "step", "square_avg" (and "momentum_buffer", "grad_avg"). Errors as Adam's. Like torch.optim.RMSprop.
class CONVGRAD_API RMSprop : public Optimizer {
 public:
  explicit RMSprop(std::vector<Tensor> params, const RMSpropOptions& options = {});
  explicit RMSprop(std::vector<ParamGroup> groups, const RMSpropOptions& options = {});

 protected:
  void check_options(const OptionMap& options) const override;
  void update(const ParamGroup& group) override;
};

}  // namespace convgrad::optim
