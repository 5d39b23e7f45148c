#pragma once
#include <convgrad/tensor.h>

namespace convgrad {

/// max(x, 0); NaN and −0 stay. Errors: bool. Like torch.relu.
CONVGRAD_API Tensor relu(const Tensor& x);

}  // namespace convgrad
