#pragma once
#include "kernels/conv/problem.h"

namespace convgrad::kernels {

/// The three passes of a convolution, for float and double. x and dx are read and written through problem.x_strides, w
/// and dw through w_strides, y and dy through y_strides: any values for what is read (zero for expanded axes,
/// negative), strides without overlap for what is written. Every element of the result is written; empty batches,
/// channels and outputs are legal. The same result every run, whatever the number of threads.

/// y = x ∗ w + bias; bias holds one value for each of out_channels, or is null.
template <class T>
void conv_forward(const ConvProblem& problem, const T* x, const T* w, const T* bias, T* y);

/// dx = the adjoint of the forward pass applied to dy: the gradient by x, or a transposed convolution of dy. For the
/// latter, bias holds one value for each of in_channels; else it is null.
template <class T>
void conv_backward_data(const ConvProblem& problem, const T* dy, const T* w, const T* bias, T* dx);

/// dw = the gradient by w.
template <class T>
void conv_backward_weights(const ConvProblem& problem, const T* x, const T* dy, T* dw);

/// Which algorithm a pass would take, e.g. "reference", "implicit_gemm", "winograd", "depthwise", "small".
template <class T>
const char* chosen_algorithm(const ConvProblem& problem, Pass pass);

}  // namespace convgrad::kernels
