#pragma once
#include "kernels/elementwise/elementwise.h"

namespace convgrad::kernels {

// find_loop's parts, each compiled once for every instruction set; nullptr for the others' operations.
Loop find_arithmetic(Op op, ScalarType type);
Loop find_logic(Op op, ScalarType type);
Loop find_math(Op op, ScalarType type);
Loop find_activation(Op op, ScalarType type);
Loop find_gate(Op op, ScalarType type);
Loop find_loss(Op op, ScalarType type);

}  // namespace convgrad::kernels
