#pragma once
#include <convgrad/tensor.h>

#include <optional>
#include <string>
#include <vector>

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
/// cat along the third dimension, after atleast_3d. Like torch.dstack.
CONVGRAD_API Tensor dstack(TensorList tensors);
/// cat along the second dimension, after vectors have become columns. Like torch.column_stack.
CONVGRAD_API Tensor column_stack(TensorList tensors);
/// Matrices along the diagonal of one, zeros elsewhere; vectors count as rows. Like torch.block_diag.
CONVGRAD_API Tensor block_diag(TensorList tensors);

/// The tensors as views of the shape that all broadcast to. Like torch.broadcast_tensors.
CONVGRAD_API std::vector<Tensor> broadcast_tensors(TensorList tensors);
/// For each vector the grid of all combinations with the others that shows its elements, as a view. indexing "ij": the
/// i-th vector along dimension i; "xy": the first two exchanged. Like torch.meshgrid.
CONVGRAD_API std::vector<Tensor> meshgrid(TensorList tensors, const std::string& indexing = "ij");
/// A row for each combination of elements of the vectors; of one vector itself. Like torch.cartesian_prod.
CONVGRAD_API Tensor cartesian_prod(TensorList tensors);
/// A row for each choice of r elements of a vector, in their order. Like torch.combinations.
CONVGRAD_API Tensor combinations(const Tensor& x, int64_t r = 2, bool with_replacement = false);

/// The order along these dimensions reversed, into new memory. Like torch.flip.
CONVGRAD_API Tensor flip(const Tensor& x, IntArrayRef dims);
/// Elements moved by shifts[i] along dims[i], round the end to the beginning; without dims, in C order over all.
/// Like torch.roll.
CONVGRAD_API Tensor roll(const Tensor& x, IntArrayRef shifts, IntArrayRef dims = {});
/// As many dimensions as numbers, or fewer: missing numbers in front are ones. Like torch.tile; as a member:
/// x.repeat(numbers), which wants at least as many numbers as dimensions.
CONVGRAD_API Tensor tile(const Tensor& x, IntArrayRef repeats);

/// flip along the second dimension, and along the first. Like torch.fliplr and torch.flipud.
CONVGRAD_API Tensor fliplr(const Tensor& x);
CONVGRAD_API Tensor flipud(const Tensor& x);
/// k quarter turns from the first of two dimensions towards the second. Like torch.rot90.
CONVGRAD_API Tensor rot90(const Tensor& x, int64_t k = 1, IntArrayRef dims = {0, 1});

/// Each element as often as `repeats` says (a number, or one for each position of dim), side by side; without dim, of
/// the flattened x. Alone: the positions of repeats themselves. Like torch.repeat_interleave.
CONVGRAD_API Tensor repeat_interleave(const Tensor& x, int64_t repeats, std::optional<int64_t> dim = {});
CONVGRAD_API Tensor repeat_interleave(const Tensor& x, const Tensor& repeats, std::optional<int64_t> dim = {});
CONVGRAD_API Tensor repeat_interleave(const Tensor& repeats);

/// x's last dimension as a diagonal of new matrices, `offset` above the main one, zeros beside it; dim1 and dim2 are
/// the matrices' dimensions. Like torch.diag_embed.
CONVGRAD_API Tensor diag_embed(const Tensor& x, int64_t offset = 0, int64_t dim1 = -2, int64_t dim2 = -1);
/// Of a vector diag_embed, of a matrix a copy of its diagonal. Like torch.diag.
CONVGRAD_API Tensor diag(const Tensor& x, int64_t offset = 0);
/// diag_embed of the flattened x. Like torch.diagflat.
CONVGRAD_API Tensor diagflat(const Tensor& x, int64_t offset = 0);

// As members.
inline Tensor Tensor::tile(IntArrayRef repeats) const { return convgrad::tile(*this, repeats); }
inline Tensor Tensor::fliplr() const { return convgrad::fliplr(*this); }
inline Tensor Tensor::flipud() const { return convgrad::flipud(*this); }
inline Tensor Tensor::rot90(int64_t k, IntArrayRef dims) const { return convgrad::rot90(*this, k, dims); }
inline Tensor Tensor::repeat_interleave(int64_t repeats, std::optional<int64_t> dim) const {
  return convgrad::repeat_interleave(*this, repeats, dim);
}
inline Tensor Tensor::repeat_interleave(const Tensor& repeats, std::optional<int64_t> dim) const {
  return convgrad::repeat_interleave(*this, repeats, dim);
}
inline Tensor Tensor::diag(int64_t offset) const { return convgrad::diag(*this, offset); }
inline Tensor Tensor::diag_embed(int64_t offset, int64_t dim1, int64_t dim2) const {
  return convgrad::diag_embed(*this, offset, dim1, dim2);
}

}  // namespace convgrad
