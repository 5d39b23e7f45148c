#pragma once
#include "kernels/elementwise/elementwise.h"

namespace convgrad::kernels {

// Loops of functions that few programs call: computed in float64, one element after the other. Null for a type that has
// no such function.

Loop asinh_loop(ScalarType type);
Loop acosh_loop(ScalarType type);
Loop atanh_loop(ScalarType type);
Loop erfinv_loop(ScalarType type);
Loop lgamma_loop(ScalarType type);
/// The derivative of lgamma, and the derivative of that.
Loop digamma_loop(ScalarType type);
Loop trigamma_loop(ScalarType type);
/// √(a² + b²)
Loop hypot_loop(ScalarType type);
/// a · 2ᵇ of integers, wrapping around, and ⌊a / 2ᵇ⌋; a b outside [0, bits) shifts everything out.
Loop left_shift_loop(ScalarType type);
Loop right_shift_loop(ScalarType type);

}  // namespace convgrad::kernels
