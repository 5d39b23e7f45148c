#pragma once
#include <convgrad/tensor.h>

#include "kernels/conv/problem.h"

namespace convgrad::ops {

// The three passes on tensors, differentiable: the gradients of each are the other two. A problem of `rank` axes comes
// with its strides open; the tensors have its sizes, any strides, and one type.

/// y = x ∗ w + bias. grad_fn: ConvolutionBackward0.
Tensor convolve(const Tensor& x, const Tensor& w, const Tensor& bias, const kernels::ConvProblem& problem, size_t rank);
/// x = the adjoint of it, applied to y, + bias. grad_fn: ConvolutionBackward0.
Tensor convolve_transposed(const Tensor& y, const Tensor& w, const Tensor& bias, const kernels::ConvProblem& problem,
                           size_t rank);
/// The gradients of ⟨convolve(x, w), dy⟩. grad_fn: ConvolutionBackwardBackward0.
Tensor input_gradient(const Tensor& dy, const Tensor& w, const kernels::ConvProblem& problem, size_t rank);
Tensor weight_gradient(const Tensor& x, const Tensor& dy, const kernels::ConvProblem& problem, size_t rank);

}  // namespace convgrad::ops
