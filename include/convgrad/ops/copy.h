#pragma once
#include <convgrad/tensor.h>

namespace convgrad {

/// A new tensor with the same elements, contiguous unless `t` is dense in another order (then in that order).
/// Differentiable. Like torch.clone.
CONVGRAD_API Tensor clone(const Tensor& t);

/// Elements converted to `dtype`; `t` itself where nothing changes and no copy is asked for. Floats become integers by
/// dropping the fraction. Differentiable between float types. Like torch.Tensor.to.
CONVGRAD_API Tensor to(const Tensor& t, ScalarType dtype, bool copy = false);

}  // namespace convgrad
