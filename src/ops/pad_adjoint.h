#pragma once
#include <convgrad/tensor.h>

#include <string>

namespace convgrad {

/// The adjoint of pad(x, padding, mode) for x of these sizes, in the modes that repeat elements: every element of y is
/// added to the one it would show. Differentiable; float32 and float64; errors as pad's.
Tensor pad_adjoint(const Tensor& y, IntArrayRef sizes, IntArrayRef padding, const std::string& mode);

}  // namespace convgrad
