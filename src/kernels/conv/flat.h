#pragma once
#include "kernels/conv/problem.h"

namespace convgrad::kernels::flat {

/// The direct method for few channels: first layers, depthwise and grouped convolutions, gradients by a few channels.
/// Input channels are copied, zero-padded, into flat planes in the second-level cache, where every tap is a constant
/// offset; a tile of results is rows of weights by vectors of neighbouring positions, read unaligned, and nothing is
/// packed a tap at a time. Sums run in order of (channel, tap), one rounding a multiply-add. Any problem; fast where a
/// group is small.
template <class T>
void forward(const ConvProblem& p, const T* x, const T* w, const T* bias, T* y);
template <class T>
void backward_data(const ConvProblem& p, const T* dy, const T* w, const T* bias, T* dx);
/// Reads dy with zeros between its rows: an infinity or NaN in x spreads to the weights whose window passes it there.
template <class T>
void backward_weights(const ConvProblem& p, const T* x, const T* dy, T* dw, int64_t slices);

/// See conv/parts.h; cells are those of one slice.
int64_t weight_slices(const ConvProblem& p);
int64_t scratch_cells(const ConvProblem& p, Pass pass);

}  // namespace convgrad::kernels::flat
