#pragma once
#include <convgrad/autograd/node.h>

#include <string>

namespace convgrad::autograd {

/// Whether nodes note the call that made them (DetectAnomalyGuard), and whether backward looks for NaN.
bool anomaly_enabled();
bool anomaly_checks_nan();
/// "conv2d-like" text of a forward call: the node's name, its inputs' shapes, the innermost module, the caller's stack.
std::string describe_call(const Node& node, const variable_list& inputs);
/// Throws PyTorch's "Function 'SqrtBackward0' returned nan values in its 0th output." with the forward call as hint.
void check_no_nan(const Node& node, const variable_list& results);

}  // namespace convgrad::autograd
