#pragma once
#include <convgrad/tensor.h>

namespace convgrad {

// Every position is checked, forward and backward: one that does not exist is an error, never a read beyond the memory.
// Where several elements are added to one place, they are so in a fixed order: results do not depend on the threads.

/// x with the indexed elements replaced by `values` (with `accumulate`: increased by them, places named twice get
/// both), as x.index_put_ does in place. Values are broadcast to the shape that x.index(indices) has. Like
/// torch.index_put.
CONVGRAD_API Tensor index_put(const Tensor& x, ArrayRef<indexing::TensorIndex> indices, const Tensor& values,
                              bool accumulate = false);

/// The positions `index` (1-D, int64 or int32) of a dimension, in that order. Like torch.index_select.
CONVGRAD_API Tensor index_select(const Tensor& x, int64_t dim, const Tensor& index);
/// x with source[…, i, …] added to position index[i] of a dimension. Like torch.index_add.
CONVGRAD_API Tensor index_add(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source);

/// x with positions of a dimension filled with a number (or a 0-d tensor), or replaced by the slices of source. Like
/// torch.index_fill and torch.index_copy.
CONVGRAD_API Tensor index_fill(const Tensor& x, int64_t dim, const Tensor& index, Scalar value);
CONVGRAD_API Tensor index_fill(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& value);
CONVGRAD_API Tensor index_copy(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source);

/// out[i][j][k] = x[index[i][j][k]][j][k] (here for dim 0); index has x's number of dimensions and, besides dim, no
/// larger sizes. Like torch.gather.
CONVGRAD_API Tensor gather(const Tensor& x, int64_t dim, const Tensor& index);
/// x with x[index[i][j][k]][j][k] = source[i][j][k]; where places meet, the last in C order stays. Like torch.scatter.
CONVGRAD_API Tensor scatter(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source);
CONVGRAD_API Tensor scatter(const Tensor& x, int64_t dim, const Tensor& index, Scalar value);
/// x with source[i][j][k] added to x[index[i][j][k]][j][k]. Like torch.scatter_add.
CONVGRAD_API Tensor scatter_add(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source);
/// gather after x and index have been broadcast besides dim; without dim, of the flattened x. Like
/// torch.take_along_dim.
CONVGRAD_API Tensor take_along_dim(const Tensor& x, const Tensor& index, std::optional<int64_t> dim = {});
/// The elements at these positions of the flattened x, in the shape of index (int64). Like torch.take.
CONVGRAD_API Tensor take(const Tensor& x, const Tensor& index);

/// x with `value` (a number or a 0-d tensor) where the mask (bool, broadcast) is true. Like torch.masked_fill.
CONVGRAD_API Tensor masked_fill(const Tensor& x, const Tensor& mask, Scalar value);
CONVGRAD_API Tensor masked_fill(const Tensor& x, const Tensor& mask, const Tensor& value);
/// The elements where the mask (bool; both are broadcast) is true, in C order, as one dimension. Like
/// torch.masked_select.
CONVGRAD_API Tensor masked_select(const Tensor& x, const Tensor& mask);

/// x with source's elements, in C order, where the mask (bool, broadcast) is true. Errors: too few of them. Like
/// torch.masked_scatter.
CONVGRAD_API Tensor masked_scatter(const Tensor& x, const Tensor& mask, const Tensor& source);

/// a where the condition (bool or uint8) is true, else b; all broadcast, types promoted. Like torch.where.
CONVGRAD_API Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b);
CONVGRAD_API Tensor where(const Tensor& condition, const Tensor& a, Scalar b);
CONVGRAD_API Tensor where(const Tensor& condition, Scalar a, const Tensor& b);
CONVGRAD_API Tensor where(const Tensor& condition, Scalar a, Scalar b);
/// One tensor of positions for each dimension: where x is not zero. Like torch.where with one argument.
CONVGRAD_API std::vector<Tensor> where(const Tensor& x);
/// The positions where x is not zero, in C order, a row each: int64 of [count, ndim]. Like torch.nonzero.
CONVGRAD_API Tensor nonzero(const Tensor& x);
CONVGRAD_API Tensor argwhere(const Tensor& x);

// As members.
inline Tensor Tensor::index_fill(int64_t dim, const Tensor& index, Scalar value) const {
  return convgrad::index_fill(*this, dim, index, value);
}
inline Tensor Tensor::index_copy(int64_t dim, const Tensor& index, const Tensor& source) const {
  return convgrad::index_copy(*this, dim, index, source);
}
inline Tensor Tensor::index_add(int64_t dim, const Tensor& index, const Tensor& source) const {
  return convgrad::index_add(*this, dim, index, source);
}
inline Tensor Tensor::masked_scatter(const Tensor& mask, const Tensor& source) const {
  return convgrad::masked_scatter(*this, mask, source);
}
inline Tensor Tensor::scatter(int64_t dim, const Tensor& index, Scalar value) const {
  return convgrad::scatter(*this, dim, index, value);
}
inline Tensor Tensor::take(const Tensor& index) const { return convgrad::take(*this, index); }
inline Tensor Tensor::take_along_dim(const Tensor& index, std::optional<int64_t> dim) const {
  return convgrad::take_along_dim(*this, index, dim);
}
inline Tensor Tensor::argwhere() const { return convgrad::argwhere(*this); }

}  // namespace convgrad
