#pragma once
#include <convgrad/tensor.h>

namespace convgrad::autograd {

/// Brings the grad_fn of a view up to date after its base (or another view of it) was changed in place.
void refresh_view_history(const Tensor& view);

}  // namespace convgrad::autograd
