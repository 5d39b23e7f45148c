#pragma once
#include "kernels/conv/problem.h"

namespace convgrad::kernels::conv_reference {

/// The definition, word for word: every sum in float64, in plain loops over one result element at a time. The measure
/// of the other algorithms in the tests, and what CONVGRAD_CONV_ALGORITHM=reference runs. Arguments as in conv.h.
template <class T>
void forward(const ConvProblem& p, const T* x, const T* w, const T* bias, T* y);
template <class T>
void backward_data(const ConvProblem& p, const T* dy, const T* w, const T* bias, T* dx);
template <class T>
void backward_weights(const ConvProblem& p, const T* x, const T* dy, T* dw);

}  // namespace convgrad::kernels::conv_reference
