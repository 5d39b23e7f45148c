#pragma once
#include <convgrad/optim/optimizer.h>

namespace convgrad::optim {

struct AdagradOptions {
  Number lr = 1e-2;
  Number lr_decay = 0;
  Number weight_decay = 0;
  Number initial_accumulator_value = 0;
  Number eps = 1e-10;
  bool maximize = false;
};

/// Adagrad (Duchi et al. 2011), rounded at each step as PyTorch rounds it:
///   g ← ∇p (−∇p where maximize) + weight_decay·p;  s ← s + g²
///   p ← p − lr / (1 + (t − 1)·lr_decay) · g / (√s + eps)
/// State, from the beginning: "step", "sum". Errors as Adam's. Like torch.optim.Adagrad.
class CONVGRAD_API Adagrad : public Optimizer {
 public:
  explicit Adagrad(std::vector<Tensor> params, const AdagradOptions& options = {});
  explicit Adagrad(std::vector<ParamGroup> groups, const AdagradOptions& options = {});

 protected:
  void check_options(const OptionMap& options) const override;
  void update(const ParamGroup& group) override;

 private:
  ParameterState& started(const Tensor& parameter);
};

}  // namespace convgrad::optim
