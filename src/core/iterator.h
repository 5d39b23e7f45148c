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

/// out[i] = loop(in[i]…): broadcasts, converts and walks any strides; in memory order, in parallel where there is
/// enough to do. `out` has the broadcast shape, any strides (each element once) and any type.
/// Throws where `out` overlaps an input other than element for element.
void run(const ElementWise& work, const Tensor& out, ArrayRef<Operand> in);

/// out ← in, broadcast and converted. The memories must not overlap.
void run_copy(const Tensor& out, const Tensor& in);

}  // namespace convgrad
