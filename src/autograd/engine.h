#pragma once
#include <convgrad/autograd/node.h>

namespace convgrad::autograd {

/// Whether the backward that runs on this thread wants gradients to reach `node` (it may ask for some inputs only).
bool is_needed(const Node& node);

}  // namespace convgrad::autograd
