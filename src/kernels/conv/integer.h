#pragma once
#include "kernels/conv/problem.h"

namespace convgrad::kernels::conv_integer {

/// The passes for integer types, plainly: results wrap around as the type's own arithmetic does. Arguments as in
/// conv.h.
template <class T>
void forward(const ConvProblem& p, const T* x, const T* w, const T* bias, T* y);
template <class T>
void backward_data(const ConvProblem& p, const T* dy, const T* w, const T* bias, T* dx);

}  // namespace convgrad::kernels::conv_integer
