#pragma once
#include <convgrad/ops/conv_options.h>
#include <convgrad/tensor.h>

#include "ops/conv_axes.h"

namespace convgrad::ops {

/// x with the padding of these axes around it, filled from its cells as the mode says, or with `value` where that is
/// zeros. Differentiable.
Tensor pad_edges(const Tensor& x, const ConvAxes& axes, PaddingMode mode, double value = 0);

/// The adjoint, for the modes that are not zeros: adds every cell of the padding to the cell it would have been filled
/// from, and cuts the padding off. `axes` are those of the transposed convolution that made `full` without padding.
Tensor fold_edges(const Tensor& full, const ConvAxes& axes, PaddingMode mode);

/// The same convolution of an input that is padded already (or, transposed, of a result that is padded still).
ConvAxes without_padding(const ConvAxes& axes);

}  // namespace convgrad::ops
