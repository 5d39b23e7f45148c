#pragma once
#include <convgrad/optim/optimizer.h>

namespace convgrad::optim {

struct NAdamOptions {
  Number lr = 2e-3;
  Betas betas = {0.9, 0.999};
  Number eps = 1e-8;
  Number weight_decay = 0;
  Number momentum_decay = 4e-3;
  bool decoupled_weight_decay = false;  // the decay shrinks p itself, as AdamW does it
  bool maximize = false;
};

/// Adam with Nesterov's momentum (Dozat 2016), rounded at each step as PyTorch rounds it:
///   μₜ = β₁·(1 − ½·0.96^(t·momentum_decay)), Mₜ = μ₁·…·μₜ;  m and v as Adam's, d = √(v / (1 − β₂ᵗ)) + eps
///   p ← p − lr·(1 − μₜ) / (1 − Mₜ) · g / d − lr·μₜ₊₁ / (1 − Mₜ₊₁) · m / d
/// State: "step", "mu_product" (M), "exp_avg", "exp_avg_sq". Errors as Adam's. Like torch.optim.NAdam.
class CONVGRAD_API NAdam : public Optimizer {
 public:
  explicit NAdam(std::vector<Tensor> params, const NAdamOptions& options = {});
  explicit NAdam(std::vector<ParamGroup> groups, const NAdamOptions& options = {});

 protected:
  void check_options(const OptionMap& options) const override;
  void update(const ParamGroup& group) override;
};

}  // namespace convgrad::optim
