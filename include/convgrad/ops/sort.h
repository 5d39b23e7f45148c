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

/// sort along the first dimension. Like torch.msort.
inline Tensor msort(const Tensor& x) { return std::get<0>(sort(x, 0)); }
/// The k-th smallest element along a dimension, k from 1 on, and where it is. Error unless 1 ≤ k ≤ the dimension's
/// size. Like torch.kthvalue.
CONVGRAD_API std::tuple<Tensor, Tensor> kthvalue(const Tensor& x, int64_t k, int64_t dim = -1, bool keepdim = false);
/// The most frequent element along a dimension, the smallest of several, and where it is last. Like torch.mode.
CONVGRAD_API std::tuple<Tensor, Tensor> mode(const Tensor& x, int64_t dim = -1, bool keepdim = false);
/// The value below which a share q of the elements lies, along a dimension or of all; q: one number, or a vector of x's
/// type, whose dimension comes first in the result. Between two elements by interpolation: "linear", "lower", "higher",
/// "midpoint" or "nearest". A NaN makes NaN; nanquantile leaves it out. Like torch.quantile and torch.nanquantile.
CONVGRAD_API Tensor quantile(const Tensor& x, const Tensor& q, std::optional<int64_t> dim = {}, bool keepdim = false,
                             const std::string& interpolation = "linear");
CONVGRAD_API Tensor quantile(const Tensor& x, double q, std::optional<int64_t> dim = {}, bool keepdim = false,
                             const std::string& interpolation = "linear");
CONVGRAD_API Tensor nanquantile(const Tensor& x, const Tensor& q, std::optional<int64_t> dim = {}, bool keepdim = false,
                                const std::string& interpolation = "linear");
CONVGRAD_API Tensor nanquantile(const Tensor& x, double q, std::optional<int64_t> dim = {}, bool keepdim = false,
                                const std::string& interpolation = "linear");

// As members.
inline Tensor Tensor::msort() const { return convgrad::msort(*this); }
inline std::tuple<Tensor, Tensor> Tensor::kthvalue(int64_t k, int64_t dim, bool keepdim) const {
  return convgrad::kthvalue(*this, k, dim, keepdim);
}
inline std::tuple<Tensor, Tensor> Tensor::mode(int64_t dim, bool keepdim) const {
  return convgrad::mode(*this, dim, keepdim);
}
inline Tensor Tensor::quantile(double q, std::optional<int64_t> dim, bool keepdim) const {
  return convgrad::quantile(*this, q, dim, keepdim);
}

}  // namespace convgrad
