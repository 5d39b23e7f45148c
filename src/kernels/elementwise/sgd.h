#pragma once
#include <cstdint>

namespace convgrad::kernels {

struct SgdStep {
  double lr = 0, momentum = 0, dampening = 0, weight_decay = 0;
  bool nesterov = false, maximize = false;
  bool first = false;  // momentum_buffer holds nothing yet: it becomes the gradient, without dampening
};

/// One step of stochastic gradient descent over n parameters, in one pass and in parallel:
///
///   g = ±grad + weight_decay · p;  b = momentum · b + (1 − dampening) · g;  p −= lr · (nesterov ? g + momentum · b :
///   b)
///
/// with the roundings of torch.optim.SGD (momentum_buffer may be null where momentum is 0). param and momentum_buffer
/// are changed; grad is not.
void sgd_step(float* param, const float* grad, float* momentum_buffer, const SgdStep& step, int64_t n);
void sgd_step(double* param, const double* grad, double* momentum_buffer, const SgdStep& step, int64_t n);

}  // namespace convgrad::kernels
