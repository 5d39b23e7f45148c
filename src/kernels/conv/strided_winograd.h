#pragma once
#include "kernels/conv/problem.h"

namespace convgrad::kernels::strided_winograd {

/// Strided layers by Winograd's algorithm: x is copied so that the cells of each residue modulo the stride are a
/// channel of their own ("space to depth"), on which the layer is an unstrided one whose taps are stride times fewer
/// along each axis, at most 5×5. A 7×7 kernel with stride 2 multiplies 3 times less often than by the definition,
/// 4×4 1.8 times. float32 alone; precision as of winograd.h.
bool applies(const ConvProblem& p, Pass pass);

/// Whether the multiplications that it saves repay the transforms: those of results (in multiplications of the
/// definition, for each), and of the weights (in positions, for each point of a tap).
bool pays(const ConvProblem& p, Pass pass);

/// The unstrided layer, over dense copies.
ConvProblem phased_problem(const ConvProblem& p);

void forward(const ConvProblem& p, const float* x, const float* w, const float* bias, float* y);
void backward_data(const ConvProblem& p, const float* dy, const float* w, const float* bias, float* dx);
void backward_weights(const ConvProblem& p, const float* x, const float* dy, float* dw, int64_t slices);

/// See conv/parts.h; cells are those of one slice.
int64_t weight_slices(const ConvProblem& p);
int64_t scratch_cells(const ConvProblem& p, Pass pass);

}  // namespace convgrad::kernels::strided_winograd
