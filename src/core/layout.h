#pragma once
#include <convgrad/detail/dim_vector.h>

namespace convgrad {

/// The dimensions from the fastest in memory to the slowest, as PyTorch's iterator orders them: by stride, equal ones
/// by size; a stride of 0 (broadcast) moves nothing.
DimVector memory_order(IntArrayRef sizes, IntArrayRef strides);

/// Strides for a new dense tensor of `sizes` whose elements lie in the same order; the strides themselves where they
/// are dense already. Like torch.preserve_format.
DimVector dense_strides_like(IntArrayRef sizes, IntArrayRef strides);

}  // namespace convgrad
