#pragma once
#include "kernels/conv/problem.h"

namespace convgrad::kernels::conv_small {

/// The definition in plain loops without any preparation, on the caller's thread: for problems of some hundred
/// multiplications, where everything else costs more than the sums. Sums in the arrays' own type.
template <class T>
void forward(const ConvProblem& p, const T* x, const T* w, const T* bias, T* y);
template <class T>
void backward_data(const ConvProblem& p, const T* dy, const T* w, const T* bias, T* dx);
template <class T>
void backward_weights(const ConvProblem& p, const T* x, const T* dy, T* dw);

}  // namespace convgrad::kernels::conv_small
