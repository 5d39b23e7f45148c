#pragma once
#include <convgrad/optim/optimizer.h>

namespace convgrad::optim {

struct AdamaxOptions {
  Number lr = 2e-3;
  Betas betas = {0.9, 0.999};
  Number eps = 1e-8;
  Number weight_decay = 0;
  bool maximize = false;
};

/// Adam by the largest gradient (Kingma & Ba 2014), rounded at each step as PyTorch rounds it:
///   g ← ∇p (−∇p where maximize) + weight_decay·p
///   m ← β₁·m + (1 − β₁)·g;  u ← max(β₂·u, |g| + eps);  p ← p − lr / (1 − β₁ᵗ) · m / u
/// State: "step", "exp_avg", "exp_inf". Errors as Adam's. Like torch.optim.Adamax.
class CONVGRAD_API Adamax : public Optimizer {
 public:
  explicit Adamax(std::vector<Tensor> params, const AdamaxOptions& options = {});
  explicit Adamax(std::vector<ParamGroup> groups, const AdamaxOptions& options = {});

 protected:
  void check_options(const OptionMap& options) const override;
  void update(const ParamGroup& group) override;
};

}  // namespace convgrad::optim
