#pragma once
#include <convgrad/tensor.h>

namespace convgrad {

/// The elements along a dimension in order, and where they came from (int64). Equals keep their order (`stable` only
/// chooses the node's name, as PyTorch's CPU sort is stable either way); NaN counts as the largest. Like torch.sort.
CONVGRAD_API std::tuple<Tensor, Tensor> sort(const Tensor& x, int64_t dim = -1, bool descending = false);
CONVGRAD_API std::tuple<Tensor, Tensor> sort(const Tensor& x, std::optional<bool> stable, int64_t dim = -1,
                                             bool descending = false);
inline std::tuple<Tensor, Tensor> sort(const Tensor& x, std::same_as<bool> auto stable, int64_t dim = -1,
                                       bool descending = false) {
  return sort(x, std::optional<bool>(stable), dim, descending);
}
/// sort's second result. Like torch.argsort.
CONVGRAD_API Tensor argsort(const Tensor& x, int64_t dim = -1, bool descending = false);

/// The k largest (or smallest) elements along a dimension, in order unless `sorted` is false, and where they are.
/// Error ("selected index k out of range") unless 0 ≤ k ≤ the dimension's size. Like torch.topk.
CONVGRAD_API std::tuple<Tensor, Tensor> topk(const Tensor& x, int64_t k, int64_t dim = -1, bool largest = true,
                                             bool sorted = true);

/// The median, of two the lower one: NaN where any element is one, and of no elements. IndexError for a dimension of
/// size zero, NotImplementedError for bool. The gradient goes to all elements that equal it. Like torch.median.
CONVGRAD_API Tensor median(const Tensor& x);
/// Along a dimension, and where it is (int64; of equals the one that a stable sort puts in the middle): that position
/// gets the gradient.
CONVGRAD_API std::tuple<Tensor, Tensor> median(const Tensor& x, int64_t dim, bool keepdim = false);
/// The same without NaN, unless all are. Like torch.nanmedian.
CONVGRAD_API Tensor nanmedian(const Tensor& x);
CONVGRAD_API std::tuple<Tensor, Tensor> nanmedian(const Tensor& x, int64_t dim, bool keepdim = false);

}  // namespace convgrad
