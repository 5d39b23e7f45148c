#pragma once
#include <convgrad/tensor.h>

namespace convgrad {

/// Tensors one behind the other along an existing dimension; the other sizes must agree, types are promoted. One-
/// dimensional tensors without elements are passed over, as PyTorch does. Like torch.cat.
CONVGRAD_API Tensor cat(TensorList tensors, int64_t dim = 0);
/// As cat. Like torch.concat.
CONVGRAD_API Tensor concat(TensorList tensors, int64_t dim = 0);
/// Tensors of equal sizes side by side along a new dimension. Like torch.stack.
CONVGRAD_API Tensor stack(TensorList tensors, int64_t dim = 0);
/// cat along the second dimension (of one-dimensional tensors: the first). Like torch.hstack.
CONVGRAD_API Tensor hstack(TensorList tensors);
/// cat along the first dimension, after one-dimensional tensors have become rows. Like torch.vstack.
CONVGRAD_API Tensor vstack(TensorList tensors);

/// The order along these dimensions reversed, into new memory. Like torch.flip.
CONVGRAD_API Tensor flip(const Tensor& x, IntArrayRef dims);
/// Elements moved by shifts[i] along dims[i], round the end to the beginning; without dims, in C order over all.
/// Like torch.roll.
CONVGRAD_API Tensor roll(const Tensor& x, IntArrayRef shifts, IntArrayRef dims = {});
/// As many dimensions as numbers, or fewer: missing numbers in front are ones. Like torch.tile; as a member:
/// x.repeat(numbers), which wants at least as many numbers as dimensions.
CONVGRAD_API Tensor tile(const Tensor& x, IntArrayRef repeats);

}  // namespace convgrad
