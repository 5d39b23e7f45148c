#include "convgrad/nn/dropout.h"

#include "convgrad/nn/functional.h"
#include "convgrad/ops/creation.h"
#include "core/check.h"
#include "core/python_text.h"

namespace convgrad::nn {
namespace {

void check_probability(double p) {
  check<ValueError>(p >= 0 && p <= 1, "dropout probability has to be between 0 and 1, but got {}", float_repr(p));
}

}  // namespace

Tensor functional::dropout(const Tensor& x, const DropoutFuncOptions& options) {
  check_probability(options.p);
  if (options.p == 0 || !options.training || x.numel() == 0) return x;
  Tensor mask = options.p == 1 ? zeros_like(x) : empty_like(x).bernoulli_(1 - options.p).div_(1 - options.p);
  return options.inplace ? Tensor(x).mul_(mask) : x.mul(mask);
}

DropoutImpl::DropoutImpl(DropoutOptions o) : options(o) { check_probability(options.p); }

Tensor DropoutImpl::forward(const Tensor& x) {
  return functional::dropout(x, {.p = options.p, .training = is_training(), .inplace = options.inplace});
}

std::string DropoutImpl::extra_repr() const {
  return fmt::format("p={}, inplace={}", float_repr(options.p), bool_repr(options.inplace));
}

}  // namespace convgrad::nn
