#pragma once
#include <convgrad/tensor.h>

#include <optional>
#include <string>
#include <tuple>

namespace convgrad {

// Tensors as sets and as samples; results have no gradient.

struct UniqueOptions {
  bool return_inverse = false;   // for each element of x, where its value stands in the result
  bool return_counts = false;    // how often each value came
  std::optional<int64_t> dim{};  // the slices along a dimension are the elements; without: all numbers
};
/// The different elements in order, and what else is asked for (undefined: not asked for). A NaN equals none.
/// Like torch.unique.
CONVGRAD_API std::tuple<Tensor, Tensor, Tensor> unique(const Tensor& x, const UniqueOptions& options = {});
/// The elements that differ from the one before. Like torch.unique_consecutive.
CONVGRAD_API std::tuple<Tensor, Tensor, Tensor> unique_consecutive(const Tensor& x, const UniqueOptions& options = {});
/// Whether each element is one of `test`. Errors: bool. Like torch.isin.
CONVGRAD_API Tensor isin(const Tensor& x, const Tensor& test, bool invert = false);

/// How often each number from 0 on comes in a vector of integers, or the sum of its weights (undefined: ones); at least
/// minlength numbers. Errors: negative ones. Like torch.bincount.
CONVGRAD_API Tensor bincount(const Tensor& x, const Tensor& weights = {}, int64_t minlength = 0);
/// How many elements lie in each of `bins` equal parts of [min, max]; of both 0: from the least to the largest element.
/// Floats alone. Like torch.histc.
CONVGRAD_API Tensor histc(const Tensor& x, int64_t bins = 100, double min = 0, double max = 0);

struct SearchOptions {
  bool out_int32 = false;
  bool right = false;  // behind equals, not before them
  Tensor sorter{};     // the order that sorts the sequence; undefined: it is sorted
};
/// Where each value would be put into a sorted sequence: one for all, or one for each line of values. Like
/// torch.searchsorted.
CONVGRAD_API Tensor searchsorted(const Tensor& sorted_sequence, const Tensor& values,
                                 const SearchOptions& options = {});
CONVGRAD_API Tensor searchsorted(const Tensor& sorted_sequence, Scalar value, const SearchOptions& options = {});
/// The part between the boundaries (a sorted vector) that each element lies in. Like torch.bucketize.
CONVGRAD_API Tensor bucketize(const Tensor& x, const Tensor& boundaries, const SearchOptions& options = {});

// As members.
inline Tensor Tensor::bincount(const Tensor& weights, int64_t minlength) const {
  return convgrad::bincount(*this, weights, minlength);
}
inline Tensor Tensor::histc(int64_t bins, double min, double max) const {
  return convgrad::histc(*this, bins, min, max);
}

}  // namespace convgrad
