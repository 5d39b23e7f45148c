#pragma once
#include <convgrad/tensor.h>

#include <functional>

namespace convgrad::autograd {

/// Makes an in-place operation of one that is not: `self` becomes f(self), with PyTorch's checks, type rules and
/// history. f gets a copy of self that stands where self stood in the graph. For operations that deserve no in-place
/// kernel.
CONVGRAD_API Tensor& change_in_place(Tensor& self, const std::function<Tensor(const Tensor& self)>& f);

}  // namespace convgrad::autograd
