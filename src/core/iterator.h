#pragma once
#include "core/promote.h"
#include "kernels/elementwise/elementwise.h"

namespace convgrad {

/// The shape all tensor operands broadcast to.
DimVector broadcast_shape(ArrayRef<Operand> operands);

/// Strides for a new result of this shape: dense, in the order of dimensions that the operands have, the first deciding
/// where they differ. PyTorch's rule, so that x.t() + 1 is laid out as x.t().
DimVector result_strides(IntArrayRef shape, ArrayRef<Operand> operands);

/// An element-wise loop, its types, and how much work is worth a thread.
struct ElementWise {
  kernels::Loop loop;
  ScalarType type;          // operands are converted to it
  ScalarType result;        // what the loop writes
  int64_t grain = 1 << 15;  // elements
};

/// out[i] = loop(in[i]…): broadcasts, converts and walks any strides; in the order of memory, in parallel where there
/// is enough to do. `out` has the broadcast shape, any strides (each element once) and any type.
/// Throws where `out` overlaps an input other than element for element.
void run(const ElementWise& work, const Tensor& out, ArrayRef<Operand> in);

/// out[i] = in[i], broadcast and converted; the same walk, the same throws.
void run_copy(const Tensor& out, const Operand& in);

/// Throws PyTorch's error where the two share memory in another way than element for element (as far as can be told
/// from two dense tensors).
void check_overlap(const detail::TensorImpl& out, const detail::TensorImpl& in);

/// `number` as a `type`, at `to`. Integers wrap around, as PyTorch's do in arithmetic.
void store_number(Scalar number, ScalarType type, void* to);

}  // namespace convgrad
