#pragma once
#include <convgrad/optim/optimizer.h>

namespace convgrad::optim {

struct AdadeltaOptions {
  Number lr = 1.0;
  Number rho = 0.9;  // of the running means
  Number eps = 1e-6;
  Number weight_decay = 0;
  bool maximize = false;
};

/// Adadelta (Zeiler 2012), rounded at each step as PyTorch rounds it:
///   g ← ∇p (−∇p where maximize) + weight_decay·p;  v ← rho·v + (1 − rho)·g²
///   δ ← √(u + eps) / √(v + eps) · g;  u ← rho·u + (1 − rho)·δ²;  p ← p − lr·δ
/// State: "step", "square_avg" (v), "acc_delta" (u). Errors as Adam's. Like torch.optim.Adadelta.
class CONVGRAD_API Adadelta : public Optimizer {
 public:
  explicit Adadelta(std::vector<Tensor> params, const AdadeltaOptions& options = {});
  explicit Adadelta(std::vector<ParamGroup> groups, const AdadeltaOptions& options = {});

 protected:
  void check_options(const OptionMap& options) const override;
  void update(const ParamGroup& group) override;
};

}  // namespace convgrad::optim
