#pragma once
#include "kernels/conv/problem.h"

namespace convgrad::kernels::implicit_gemm {

/// The three passes as matrix products whose second operand, the window's matrix (conv/window.h), is packed panel by
/// panel from the tensor as it lies. Any problem; arguments as in conv.h.
template <class T>
void forward(const ConvProblem& p, const T* x, const T* w, const T* bias, T* y);
template <class T>
void backward_data(const ConvProblem& p, const T* dy, const T* w, const T* bias, T* dx);
template <class T>
void backward_weights(const ConvProblem& p, const T* x, const T* dy, T* dw, int64_t slices);

/// See conv/parts.h; cells are those of one slice.
int64_t weight_slices(const ConvProblem& p, int64_t element_size);
int64_t scratch_cells(const ConvProblem& p, Pass pass);

}  // namespace convgrad::kernels::implicit_gemm
