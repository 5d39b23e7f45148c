#pragma once
#include <convgrad/optim/optimizer.h>

namespace convgrad::optim {

struct AdamOptions {
  Number lr = 1e-3;
  Betas betas = {0.9, 0.999};  // of the running means of g and g²
  Number eps = 1e-8;
  Number weight_decay = 0;
  bool amsgrad = false;  // divides by the largest v so far
  bool maximize = false;
  bool decoupled_weight_decay = false;  // the decay shrinks p itself, as AdamW does it
};

/// Adam (Kingma & Ba 2014), rounded at each step as PyTorch rounds it:
///   g ← ∇p (−∇p where maximize) + weight_decay·p
///   m ← β₁·m + (1 − β₁)·g;  v ← β₂·v + (1 − β₂)·g²
///   p ← p − lr / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + eps)
/// State: "step", "exp_avg", "exp_avg_sq" (and "max_exp_avg_sq").
///
///   optim::Adam optimizer(net->parameters(), {.lr = 1e-3, .betas = {0.9, 0.99}});
///
/// Errors: ValueError in PyTorch's words for negative lr, eps or weight_decay and betas outside [0, 1), and for what
/// add_param_group refuses. Like torch.optim.Adam.
class CONVGRAD_API Adam : public Optimizer {
 public:
  explicit Adam(std::vector<Tensor> params, const AdamOptions& options = {});
  explicit Adam(std::vector<ParamGroup> groups, const AdamOptions& options = {});

 protected:
  Adam(std::string name, std::vector<ParamGroup> groups, const AdamOptions& options);
  void check_options(const OptionMap& options) const override;
  void update(const ParamGroup& group) override;
};

struct AdamWOptions {
  Number lr = 1e-3;
  Betas betas = {0.9, 0.999};
  Number eps = 1e-8;
  Number weight_decay = 1e-2;
  bool amsgrad = false;
  bool maximize = false;
};

/// Adam whose decay is no part of the gradient: p ← (1 − lr·weight_decay)·p before the step (Loshchilov & Hutter 2017).
/// Like torch.optim.AdamW.
class CONVGRAD_API AdamW : public Adam {
 public:
  explicit AdamW(std::vector<Tensor> params, const AdamWOptions& options = {});
  explicit AdamW(std::vector<ParamGroup> groups, const AdamWOptions& options = {});
};

}  // namespace convgrad::optim
