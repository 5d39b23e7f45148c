#pragma once
#include "kernels/conv/problem.h"
#include "ops/conv_call.h"

namespace convgrad::ops {

/// The types of input and bias: what is looked at before everything else.
void check_bias_type(const ConvCall& call, const Tensor& x, const Tensor& bias);

/// The one place that says no to a convolution, in PyTorch's words and order; what passes it can be computed. x has its
/// batch dimension.
ConvAxes check(const ConvCall& call, const Tensor& x, const Tensor& weight, const Tensor& bias);

/// What passed the check, for the kernels; a transposed convolution is the problem whose y is x. The strides are left
/// open.
kernels::ConvProblem make_problem(const ConvAxes& axes, int64_t groups, const Tensor& x, const Tensor& weight);

}  // namespace convgrad::ops
