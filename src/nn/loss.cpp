#include "convgrad/nn/loss.h"

namespace convgrad::nn {

CrossEntropyLossImpl::CrossEntropyLossImpl(CrossEntropyLossOptions o)
    : options(std::move(o)), weight(register_buffer("weight", options.weight)) {}

Tensor CrossEntropyLossImpl::forward(const Tensor& x, const Tensor& target) {
  options.weight = weight;
  return cross_entropy(x, target, options);
}

NLLLossImpl::NLLLossImpl(NLLLossOptions o) : options(std::move(o)), weight(register_buffer("weight", options.weight)) {}

Tensor NLLLossImpl::forward(const Tensor& x, const Tensor& target) {
  options.weight = weight;
  return nll_loss(x, target, options);
}

}  // namespace convgrad::nn
