#pragma once
#include <convgrad/optim/optimizer.h>

namespace convgrad::optim {

struct SGDOptions {
  Number lr = 1e-3;
  Number momentum = 0;
  Number dampening = 0;  // of the gradient's part in the momentum
  Number weight_decay = 0;
  bool nesterov = false;  // needs momentum, and no dampening
  bool maximize = false;
};

/// Stochastic gradient descent, with PyTorch's values to the last bit:
///   g ← ∇p (−∇p where maximize) + weight_decay·p
///   b ← g at the first step, then momentum·b + (1 − dampening)·g       (where momentum ≠ 0)
///   p ← p − lr·(nesterov ? g + momentum·b : b), or p − lr·g without momentum
///
///   optim::SGD optimizer(net->parameters(), {.lr = 0.1, .weight_decay = 1e-6});
///   optim::SGD two({{.params = a}, {.params = b, .options = {{"lr", 0.01}}}}, {.lr = 0.1});
///
/// Errors: ValueError in PyTorch's words for negative lr, momentum or weight_decay, for nesterov without momentum, for
/// no parameters at all, and for what add_param_group refuses. Like torch.optim.SGD.
class CONVGRAD_API SGD : public Optimizer {
 public:
  explicit SGD(std::vector<Tensor> params, const SGDOptions& options = {});
  explicit SGD(std::vector<ParamGroup> groups, const SGDOptions& options = {});

 protected:
  void check_options(const OptionMap& options) const override;
  void update(const ParamGroup& group) override;
};

}  // namespace convgrad::optim
