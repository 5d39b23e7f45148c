#pragma once
#include "kernels/conv/problem.h"

namespace convgrad::kernels::implicit_gemm {

/// The three passes as matrix products whose second operand, the window's matrix (conv/window.h), is packed panel by
/// panel from the tensor as it lies. Any problem; arguments as in conv.h. `workspace` bounds the shared scratch memory,
/// in bytes.
template <class T>
void forward(const ConvProblem& p, const T* x, const T* w, const T* bias, T* y, int64_t workspace);
template <class T>
void backward_data(const ConvProblem& p, const T* dy, const T* w, const T* bias, T* dx, int64_t workspace);
template <class T>
void backward_weights(const ConvProblem& p, const T* x, const T* dy, T* dw, int64_t workspace);

}  // namespace convgrad::kernels::implicit_gemm
