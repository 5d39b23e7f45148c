#pragma once
#include <convgrad/nn/module_holder.h>

namespace convgrad::nn {

struct DropoutOptions {
  double p = 0.5;        // the probability of being set to zero
  bool inplace = false;  // writes into its input
};
/// While training: each element becomes zero with probability p, the others are divided by 1 − p; the default
/// generator's bernoulli_(1 − p), so the same elements as PyTorch's for the same seed. In evaluation: the input.
/// ValueError unless 0 ≤ p ≤ 1. Like torch.nn.Dropout.
class CONVGRAD_API DropoutImpl : public Module {
 public:
  using Options = DropoutOptions;
  explicit DropoutImpl(DropoutOptions options = {});
  explicit DropoutImpl(double p) : DropoutImpl(DropoutOptions{.p = p}) {}
  Tensor forward(const Tensor& x);
  std::string name() const override { return "Dropout"; }
  std::string extra_repr() const override;

  DropoutOptions options;
};
using Dropout = ModuleHolder<DropoutImpl>;

}  // namespace convgrad::nn
