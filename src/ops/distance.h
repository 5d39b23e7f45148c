#pragma once
#include <convgrad/tensor.h>

namespace convgrad {

/// As norm(x, p, dims, keepdim), under the node names that PyTorch's distances have.
Tensor norm_of_difference(const Tensor& x, double p, IntArrayRef dims, bool keepdim,
                          const char* node = "NormBackward1");

}  // namespace convgrad
