#pragma once
#include "kernels/conv/problem.h"

namespace convgrad::kernels::winograd {

/// Winograd's algorithm (Lavin & Gray 2015, arXiv 1509.09308) on 4×4 tiles of the result: F(4×4, 3×3) and F(4×4, 5×5),
/// 4 and 6.25 times fewer multiplications than the definition. float32 alone. Rounding error, rms relative to the
/// result: forward and backward-data below 3e-6, backward-weights below 1e-5 (asserted in
/// tests/kernels/conv/winograd_test.cpp). An infinity or NaN in the input spreads over the tiles that read it.

/// Whether the pass has a form that this algorithm computes: stride and dilation one, 3×3 or 5×5 taps.
bool applies(const ConvProblem& p, Pass pass);

/// Whether backward-data had better run as the exact adjoint of the forward pass, tile by tile of dy with overlapping
/// sums in dx: where the kernel sees little padding, dx has more tiles than dy.
bool adjoint_pays(const ConvProblem& p);
/// What the threads' sums of whole planes take.
int64_t adjoint_sums_cells(const ConvProblem& p);
void backward_data_adjoint(const ConvProblem& p, const float* dy, const float* w, const float* bias, float* dx);

void forward(const ConvProblem& p, const float* x, const float* w, const float* bias, float* y);
void backward_data(const ConvProblem& p, const float* dy, const float* w, const float* bias, float* dx);
void backward_weights(const ConvProblem& p, const float* x, const float* dy, float* dw, int64_t slices);

/// See conv/parts.h; cells are those of one slice.
int64_t weight_slices(const ConvProblem& p);
int64_t scratch_cells(const ConvProblem& p, Pass pass);

}  // namespace convgrad::kernels::winograd
