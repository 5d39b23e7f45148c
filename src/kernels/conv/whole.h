#pragma once
#include "kernels/conv/problem.h"

namespace convgrad::kernels::conv_whole {

/// A window as large as the input, which meets it in one place: the passes are matrix products of samples by channels
/// and cells. So begins many a generator (a transposed convolution of one cell), and so ends many a classifier.
bool applies(const ConvProblem& p);

template <class T>
void forward(const ConvProblem& p, const T* x, const T* w, const T* bias, T* y);
template <class T>
void backward_data(const ConvProblem& p, const T* dy, const T* w, const T* bias, T* dx);
template <class T>
void backward_weights(const ConvProblem& p, const T* x, const T* dy, T* dw);

}  // namespace convgrad::kernels::conv_whole
