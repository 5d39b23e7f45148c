#pragma once
#include <convgrad/detail/dim_vector.h>

#include <string>

namespace convgrad {

/// Products and sums of sizes that throw instead of wrapping around. `op` names the operation in the message.
int64_t checked_add(int64_t a, int64_t b, const char* op);
int64_t checked_mul(int64_t a, int64_t b, const char* op);
/// Elements of a tensor of these sizes; throws for negative sizes and when elements × 8 bytes pass 2⁶³.
int64_t checked_numel(IntArrayRef sizes, int64_t element_size);

DimVector contiguous_strides(IntArrayRef sizes);
bool is_contiguous(IntArrayRef sizes, IntArrayRef strides);
/// True where several positions share memory, as far as PyTorch's check sees: a stride of zero.
bool may_overlap(IntArrayRef sizes, IntArrayRef strides);

/// dim in [−ndim, ndim) → [0, ndim); IndexError in PyTorch's words. A 0-d tensor counts as one dimension where
/// `wrap_scalar`.
int64_t normalize_dim(int64_t dim, int64_t ndim, bool wrap_scalar = true);

/// The shape both broadcast to. Throws PyTorch's "The size of tensor a (3) must match the size of tensor b (4) at
/// non-singleton dimension 1".
DimVector broadcast_shapes(IntArrayRef a, IntArrayRef b);
/// Strides that read a tensor of `sizes` as if it had `shape` (broadcast dimensions get stride 0).
DimVector broadcast_strides(IntArrayRef sizes, IntArrayRef strides, IntArrayRef shape);
/// Whether a tensor of `from` can be expanded to `to`.
bool is_expandable_to(IntArrayRef from, IntArrayRef to);

/// "[2, 3]"
std::string to_string(IntArrayRef list);

}  // namespace convgrad
