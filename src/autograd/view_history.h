#pragma once
#include <convgrad/tensor.h>

namespace convgrad::autograd {

/// Brings the grad_fn of a view up to date after its base (or another view of it) was changed in place.
void refresh_view_history(const Tensor& view);

/// Throws, in PyTorch's words, where a change of this view (or, `indirect`, of its base or another view of it) could
/// not be followed.
void check_view_change(const Tensor& view, bool indirect);

}  // namespace convgrad::autograd
