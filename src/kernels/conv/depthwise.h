#pragma once
#include "kernels/conv/problem.h"

namespace convgrad::kernels::depthwise {

/// One filter a channel over small planes: a vector's lanes are channels. As many planes as there are lanes are
/// transposed into one, with a border of zeros; each tap is then one multiply-add a cell, whatever stride and dilation
/// are, and the results are transposed back. Sums run in order of taps; those of weights sample by sample. Contiguous
/// planes alone, of at most 16 Ki cells with their border, which is a thread's scratch memory.
bool applies(const ConvProblem& p, Pass pass);

template <class T>
void forward(const ConvProblem& p, const T* x, const T* w, const T* bias, T* y);
template <class T>
void backward_data(const ConvProblem& p, const T* dy, const T* w, const T* bias, T* dx);
template <class T>
void backward_weights(const ConvProblem& p, const T* x, const T* dy, T* dw);

}  // namespace convgrad::kernels::depthwise
