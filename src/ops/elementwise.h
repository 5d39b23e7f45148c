#pragma once
#include <convgrad/autograd/function.h>

#include "core/iterator.h"

namespace convgrad {

/// What happens to the operands' common type before the computation.
enum class Types {
  common,    // computed as it is
  floating,  // integers and bool become the default float type
};

/// The forward pass of an element-wise operation: promotes and broadcasts the operands, allocates the result (in an
/// in-place call: the first operand, whose type must be able to hold it) and computes. `parameters` are further numbers
/// that the loop takes; they have no part in promotion, but must fit into the type.
Tensor elementwise(AutogradContext& ctx, kernels::Op op, ArrayRef<Operand> operands, Types types = Types::common,
                   ArrayRef<Scalar> parameters = {});

/// The same with a loop that is no Op: `find` gives it, or null for a type that has none ("`kernel`" not implemented
/// …).
Tensor elementwise(AutogradContext& ctx, kernels::Loop (*find)(ScalarType), const char* kernel,
                   ArrayRef<Operand> operands, Types types = Types::common);

/// The same outside of a Function, where there is nothing to differentiate.
Tensor elementwise(kernels::Op op, ArrayRef<Operand> operands, Types types = Types::common,
                   ArrayRef<Scalar> parameters = {});

/// 0 where the condition holds, else x, whatever x is there: gradients use it to leave out NaN. Differentiable in x.
Tensor zero_where(const Tensor& condition, const Tensor& x);

/// dy under a mask of x that a kernel gives: `op` of (dy, x, parameters…). In one pass, unless the gradient is itself
/// to be differentiated.
Tensor masked_gradient(const Tensor& dy, const Tensor& x, kernels::Op op, ArrayRef<Scalar> parameters);

/// "long int": C++'s own name, which some of PyTorch's messages show.
const char* demangled_name(ScalarType type);

/// Throws PyTorch's "value cannot be converted to type uint8_t without overflow".
void check_fits(Scalar value, ScalarType type);

}  // namespace convgrad
