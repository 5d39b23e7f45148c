#pragma once
#include "kernels/conv/problem.h"

namespace convgrad::kernels::conv_columns {

/// The window's matrix written out for some positions at a time, and matrix products with the weights as they lie
/// (Chellapilla et al. 2006): for few positions, where weights are most of what there is to read, they are read once
/// and not laid out anew.
bool applies(const ConvProblem& p);

template <class T>
void forward(const ConvProblem& p, const T* x, const T* w, const T* bias, T* y);
template <class T>
void backward_data(const ConvProblem& p, const T* dy, const T* w, const T* bias, T* dx);
template <class T>
void backward_weights(const ConvProblem& p, const T* x, const T* dy, T* dw);

}  // namespace convgrad::kernels::conv_columns
