#pragma once
#include <convgrad/tensor.h>

namespace convgrad {

// Views share the memory of their argument: nothing is copied, a change of one shows in the other, and autograd follows
// such changes. Dimensions count from the end where negative; IndexError ("Dimension out of range …") outside.

/// The same elements in C order as another shape; one size may be −1. A view where the strides allow it, else a copy.
/// Error ("shape '[5, 5]' is invalid for input of size 24") where the counts differ. Like torch.reshape.
CONVGRAD_API Tensor reshape(const Tensor& x, IntArrayRef sizes);
/// One dimension of all. Like torch.ravel.
CONVGRAD_API Tensor ravel(const Tensor& x);
/// Dimensions start_dim to end_dim as one. Like torch.flatten.
CONVGRAD_API Tensor flatten(const Tensor& x, int64_t start_dim = 0, int64_t end_dim = -1);
/// One dimension as several, whose product it is; one of `sizes` may be −1. Like torch.unflatten.
CONVGRAD_API Tensor unflatten(const Tensor& x, int64_t dim, IntArrayRef sizes);

/// Dimension i of the result is dimension dims[i] of x; each stands once. Like torch.permute.
CONVGRAD_API Tensor permute(const Tensor& x, IntArrayRef dims);
/// Two dimensions exchanged. Like torch.transpose.
CONVGRAD_API Tensor transpose(const Tensor& x, int64_t dim0, int64_t dim1);
CONVGRAD_API Tensor swapaxes(const Tensor& x, int64_t dim0, int64_t dim1);
/// The transposed matrix; fewer than two dimensions stay as they are, more are an error. Like torch.t.
CONVGRAD_API Tensor t(const Tensor& x);
/// Dimension `source` moved to `destination`, the others in their order. Like torch.movedim.
CONVGRAD_API Tensor movedim(const Tensor& x, int64_t source, int64_t destination);
CONVGRAD_API Tensor movedim(const Tensor& x, IntArrayRef source, IntArrayRef destination);

/// Without the dimensions of size one (the second form: without `dim`, if its size is one). Like torch.squeeze.
CONVGRAD_API Tensor squeeze(const Tensor& x);
CONVGRAD_API Tensor squeeze(const Tensor& x, int64_t dim);
/// Without those of these dimensions whose size is one. Like torch.squeeze.
CONVGRAD_API Tensor squeeze(const Tensor& x, IntArrayRef dims);
/// A dimension of size one before `dim`, which lies in [−ndim − 1, ndim]. Like torch.unsqueeze.
CONVGRAD_API Tensor unsqueeze(const Tensor& x, int64_t dim);
/// Dimensions of size one, and new ones in front, repeated without a copy (stride 0). Like torch.broadcast_to; as a
/// member: expand, where −1 keeps a size.
CONVGRAD_API Tensor broadcast_to(const Tensor& x, IntArrayRef sizes);

/// `length` positions of a dimension from `start` on. Like torch.narrow.
CONVGRAD_API Tensor narrow(const Tensor& x, int64_t dim, int64_t start, int64_t length);
/// One position of a dimension, which the result lacks. IndexError outside. Like torch.select.
CONVGRAD_API Tensor select(const Tensor& x, int64_t dim, int64_t index);
/// start:end:step of a dimension, clamped as Python does it; step ≥ 1. Like at::slice.
CONVGRAD_API Tensor slice(const Tensor& x, int64_t dim, std::optional<int64_t> start = {},
                          std::optional<int64_t> end = {}, int64_t step = 1);
/// The elements x[…, i, i + offset] as the last dimension. Like torch.diagonal.
CONVGRAD_API Tensor diagonal(const Tensor& x, int64_t offset = 0, int64_t dim1 = 0, int64_t dim2 = 1);
/// Any sizes and non-negative strides over x's memory, from `storage_offset` (default: x's own). Error where an element
/// would lie outside the memory. The gradient is right for overlapping elements too: it sums. Like torch.as_strided.
/// The same tensor as another object: a view of all of it. Like at::alias.
CONVGRAD_API Tensor alias(const Tensor& x);
CONVGRAD_API Tensor as_strided(const Tensor& x, IntArrayRef sizes, IntArrayRef strides,
                               std::optional<int64_t> storage_offset = {});

/// At most `chunks` pieces of equal size, the last one smaller. Like torch.chunk.
CONVGRAD_API std::vector<Tensor> chunk(const Tensor& x, int64_t chunks, int64_t dim = 0);
/// Pieces of split_size, the last one smaller. Like torch.split.
CONVGRAD_API std::vector<Tensor> split(const Tensor& x, int64_t split_size, int64_t dim = 0);
/// Pieces of these sizes, whose sum is the dimension's. Like torch.split.
CONVGRAD_API std::vector<Tensor> split(const Tensor& x, IntArrayRef split_sizes, int64_t dim = 0);
/// One tensor for each position of a dimension, which they lack. Like torch.unbind.
CONVGRAD_API std::vector<Tensor> unbind(const Tensor& x, int64_t dim = 0);

/// With at least one, two or three dimensions: new ones of size one, of a vector in front, the third behind. Like
/// torch.atleast_1d and so on.
CONVGRAD_API Tensor atleast_1d(const Tensor& x);
CONVGRAD_API Tensor atleast_2d(const Tensor& x);
CONVGRAD_API Tensor atleast_3d(const Tensor& x);

/// `sections` pieces, the first ones larger by one where they cannot be equal; or pieces that end before these
/// positions. Like torch.tensor_split.
CONVGRAD_API std::vector<Tensor> tensor_split(const Tensor& x, int64_t sections, int64_t dim = 0);
CONVGRAD_API std::vector<Tensor> tensor_split(const Tensor& x, IntArrayRef indices, int64_t dim = 0);
/// Equal pieces along the second dimension (of a vector: its only one), the first, the third. Like torch.hsplit,
/// torch.vsplit and torch.dsplit.
CONVGRAD_API std::vector<Tensor> hsplit(const Tensor& x, int64_t sections);
CONVGRAD_API std::vector<Tensor> vsplit(const Tensor& x, int64_t sections);
CONVGRAD_API std::vector<Tensor> dsplit(const Tensor& x, int64_t sections);

// Other names for the same. Like torch.moveaxis and torch.swapdims.
inline Tensor moveaxis(const Tensor& x, int64_t source, int64_t destination) { return movedim(x, source, destination); }
inline Tensor moveaxis(const Tensor& x, IntArrayRef source, IntArrayRef destination) {
  return movedim(x, source, destination);
}
inline Tensor swapdims(const Tensor& x, int64_t dim0, int64_t dim1) { return transpose(x, dim0, dim1); }

// As members.
inline Tensor Tensor::squeeze(IntArrayRef dims) const { return convgrad::squeeze(*this, dims); }
inline Tensor Tensor::movedim(IntArrayRef source, IntArrayRef destination) const {
  return convgrad::movedim(*this, source, destination);
}
inline Tensor Tensor::swapaxes(int64_t dim0, int64_t dim1) const { return convgrad::swapaxes(*this, dim0, dim1); }
inline Tensor Tensor::swapdims(int64_t dim0, int64_t dim1) const { return convgrad::swapdims(*this, dim0, dim1); }
inline Tensor Tensor::ravel() const { return convgrad::ravel(*this); }
inline std::vector<Tensor> Tensor::tensor_split(int64_t sections, int64_t dim) const {
  return convgrad::tensor_split(*this, sections, dim);
}
inline std::vector<Tensor> Tensor::tensor_split(IntArrayRef indices, int64_t dim) const {
  return convgrad::tensor_split(*this, indices, dim);
}

}  // namespace convgrad
