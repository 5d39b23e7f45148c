#pragma once
#include <convgrad/nn/module_holder.h>
#include <convgrad/ops/loss.h>

namespace convgrad::nn {

/// cross_entropy of (x, target) as a module; the weight is a buffer. Like torch.nn.CrossEntropyLoss.
class CONVGRAD_API CrossEntropyLossImpl : public Module {
 public:
  using Options = CrossEntropyLossOptions;
  explicit CrossEntropyLossImpl(CrossEntropyLossOptions options = {});
  Tensor forward(const Tensor& x, const Tensor& target);
  std::string name() const override { return "CrossEntropyLoss"; }

  CrossEntropyLossOptions options;
  Tensor& weight;
};
using CrossEntropyLoss = ModuleHolder<CrossEntropyLossImpl>;

/// Like torch.nn.NLLLoss.
class CONVGRAD_API NLLLossImpl : public Module {
 public:
  using Options = NLLLossOptions;
  explicit NLLLossImpl(NLLLossOptions options = {});
  Tensor forward(const Tensor& x, const Tensor& target);
  std::string name() const override { return "NLLLoss"; }

  NLLLossOptions options;
  Tensor& weight;
};
using NLLLoss = ModuleHolder<NLLLossImpl>;

struct MSELossOptions {
  Reduction reduction = Reduction::Mean;
};
/// Like torch.nn.MSELoss.
class CONVGRAD_API MSELossImpl : public Module {
 public:
  using Options = MSELossOptions;
  explicit MSELossImpl(MSELossOptions options = {}) : options(options) {}
  Tensor forward(const Tensor& x, const Tensor& target) { return mse_loss(x, target, options.reduction); }
  std::string name() const override { return "MSELoss"; }

  MSELossOptions options;
};
using MSELoss = ModuleHolder<MSELossImpl>;

}  // namespace convgrad::nn
