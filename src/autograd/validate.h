#pragma once
#include <convgrad/autograd/node.h>

namespace convgrad::autograd {

/// Checks count and shapes of what a node is given, by the engine, a hook or whoever calls it; converts types.
void validate_gradients(const Node& node, variable_list& gradients);
/// Checks count, shapes and types of what a node returned; reduces broadcast gradients and converts types.
void validate_results(const Node& node, variable_list& results);
/// A hook must keep shape and type.
void validate_hook_result(const Tensor& before, const Tensor& after, const Node& node);

/// A node's name as PyTorch's messages give it: "Mul" of MulBackward0.
std::string shown_name(const Node& node);

}  // namespace convgrad::autograd
