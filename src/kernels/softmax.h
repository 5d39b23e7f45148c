#pragma once
#include <cstdint>

namespace convgrad::kernels {

/// A dense array [outer, n, inner], normalised over its middle dimension.
struct SoftmaxProblem {
  int64_t outer = 1, n = 1, inner = 1;
  bool log = false;  // logarithms of the probabilities
};

/// y = exp(x − max) / Σ exp(x − max), or its logarithm x − max − log Σ exp(x − max). T is float or double. y may be x.
/// NaN in a row, +∞, or −∞ alone make the whole row NaN.
template <class T>
void softmax(const SoftmaxProblem& problem, const T* x, T* y);

/// The gradient from the result: dx = (dy − Σ dy·y) · y; of the logarithm: dx = dy − exp(y) · Σ dy.
template <class T>
void softmax_gradient(const SoftmaxProblem& problem, const T* dy, const T* y, T* dx);

}  // namespace convgrad::kernels
