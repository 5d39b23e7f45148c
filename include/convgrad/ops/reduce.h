#pragma once
#include <convgrad/tensor.h>

namespace convgrad {

// Reductions. `dims` and `dim` count from the end where negative; an empty list means all dimensions. keepdim leaves a
// reduced dimension as one of size 1. IndexError for a dimension that does not exist, Error for one named twice. Sums
// are accumulated in double and rounded once (integers: in int64, wrapping around); results do not depend on the number
// of threads.

/// Σ x. Integers and bool give int64 unless dtype says otherwise; dtype converts before summing. Like torch.sum.
CONVGRAD_API Tensor sum(const Tensor& x, MaybeType dtype = std::nullopt);
CONVGRAD_API Tensor sum(const Tensor& x, IntArrayRef dims, bool keepdim = false, std::optional<ScalarType> dtype = {});

/// Σ x / n. Floating types only (or dtype); NaN where there is nothing to average. Like torch.mean.
CONVGRAD_API Tensor mean(const Tensor& x, MaybeType dtype = std::nullopt);
CONVGRAD_API Tensor mean(const Tensor& x, IntArrayRef dims, bool keepdim = false, std::optional<ScalarType> dtype = {});

/// Π x; types as sum's. The gradient is right where elements are zero, too. Like torch.prod.
CONVGRAD_API Tensor prod(const Tensor& x, std::optional<ScalarType> dtype = {});
CONVGRAD_API Tensor prod(const Tensor& x, int64_t dim, bool keepdim = false, std::optional<ScalarType> dtype = {});

/// Σ (x − mean)² / (n − 1), or / n where not `unbiased`; one pass without cancellation. Floating types only. NaN of a
/// single element (unbiased) or none. A bool alone is `unbiased`, a number alone a dimension. Like torch.var.
CONVGRAD_API Tensor var(const Tensor& x, IntArrayRef dims = {}, bool unbiased = true, bool keepdim = false);
inline Tensor var(const Tensor& x, std::same_as<bool> auto unbiased) { return var(x, IntArrayRef(), unbiased); }
/// The square root of var. Like torch.std.
CONVGRAD_API Tensor std(const Tensor& x, IntArrayRef dims = {}, bool unbiased = true, bool keepdim = false);
inline Tensor std(const Tensor& x, std::same_as<bool> auto unbiased) { return std(x, IntArrayRef(), unbiased); }

/// The variance (standard deviation) and the mean at once. Like torch.var_mean and torch.std_mean.
CONVGRAD_API std::tuple<Tensor, Tensor> var_mean(const Tensor& x, IntArrayRef dims = {}, bool unbiased = true,
                                                 bool keepdim = false);
CONVGRAD_API std::tuple<Tensor, Tensor> std_mean(const Tensor& x, IntArrayRef dims = {}, bool unbiased = true,
                                                 bool keepdim = false);

/// (Σ |x|ᵖ)^(1/p) of a floating type; p = 0 counts what is not zero, ±∞ take the largest or smallest |x|. Error where
/// there are no elements and no value for that (p < 0, p = ∞). Like torch.norm.
CONVGRAD_API Tensor norm(const Tensor& x, Scalar p = 2);
CONVGRAD_API Tensor norm(const Tensor& x, Scalar p, IntArrayRef dims, bool keepdim = false);

/// log Σ exp(x), without overflow; −∞ of nothing. Integers become the default float type. Like torch.logsumexp.
CONVGRAD_API Tensor logsumexp(const Tensor& x, IntArrayRef dims, bool keepdim = false);

/// Whether any element, or all, are not zero: bool (of uint8: uint8). Like torch.any, torch.all.
CONVGRAD_API Tensor any(const Tensor& x);
CONVGRAD_API Tensor any(const Tensor& x, int64_t dim, bool keepdim = false);
CONVGRAD_API Tensor any(const Tensor& x, IntArrayRef dims, bool keepdim = false);
CONVGRAD_API Tensor all(const Tensor& x);
CONVGRAD_API Tensor all(const Tensor& x, int64_t dim, bool keepdim = false);
CONVGRAD_API Tensor all(const Tensor& x, IntArrayRef dims, bool keepdim = false);

/// Running sums y[i] = x[0] + … + x[i] along a dimension, and running products; types as sum's. Like torch.cumsum,
/// torch.cumprod.
CONVGRAD_API Tensor cumsum(const Tensor& x, int64_t dim, std::optional<ScalarType> dtype = {});
CONVGRAD_API Tensor cumprod(const Tensor& x, int64_t dim, std::optional<ScalarType> dtype = {});

/// Running log Σ exp(x), of floats. Like torch.logcumsumexp.
CONVGRAD_API Tensor logcumsumexp(const Tensor& x, int64_t dim);
/// The largest (smallest) element up to each, and where it is: of equals the last; a NaN stays. Like torch.cummax and
/// torch.cummin.
CONVGRAD_API std::tuple<Tensor, Tensor> cummax(const Tensor& x, int64_t dim);
CONVGRAD_API std::tuple<Tensor, Tensor> cummin(const Tensor& x, int64_t dim);

/// The largest element; NaN where there is one. The gradient is shared evenly among equals. Throws where x is empty.
/// Like torch.max(x).
CONVGRAD_API Tensor max(const Tensor& x);
/// The smallest element. Like torch.min(x).
CONVGRAD_API Tensor min(const Tensor& x);
/// The largest elements along one dimension and the positions (int64) of the first of them, which gets the gradient.
/// Like torch.max(x, dim).
CONVGRAD_API std::tuple<Tensor, Tensor> max(const Tensor& x, int64_t dim, bool keepdim = false);
CONVGRAD_API std::tuple<Tensor, Tensor> min(const Tensor& x, int64_t dim, bool keepdim = false);
/// The largest elements over several dimensions; the gradient is shared evenly among equals. Like torch.amax.
CONVGRAD_API Tensor amax(const Tensor& x, IntArrayRef dims = {}, bool keepdim = false);
CONVGRAD_API Tensor amin(const Tensor& x, IntArrayRef dims = {}, bool keepdim = false);
/// The position (int64) of the first of the largest elements: along dim, or in the flattened tensor. A NaN counts as
/// largest (for argmin as smallest). Like torch.argmax.
CONVGRAD_API Tensor argmax(const Tensor& x, std::optional<int64_t> dim = {}, bool keepdim = false);
CONVGRAD_API Tensor argmin(const Tensor& x, std::optional<int64_t> dim = {}, bool keepdim = false);

/// The least and the largest element, of all or along a dimension; equals share the gradient. Like torch.aminmax.
CONVGRAD_API std::tuple<Tensor, Tensor> aminmax(const Tensor& x, std::optional<int64_t> dim = {}, bool keepdim = false);

/// Sum and mean of what is no NaN; of nothing 0 and NaN. nanmean: floats alone. Like torch.nansum, torch.nanmean.
CONVGRAD_API Tensor nansum(const Tensor& x, IntArrayRef dims = {}, bool keepdim = false,
                           std::optional<ScalarType> dtype = {});
CONVGRAD_API Tensor nanmean(const Tensor& x, IntArrayRef dims = {}, bool keepdim = false,
                            std::optional<ScalarType> dtype = {});
/// How many elements are not zero (int64). Like torch.count_nonzero.
CONVGRAD_API Tensor count_nonzero(const Tensor& x, IntArrayRef dims = {});
/// The sum of a matrix's diagonal. Like torch.trace.
CONVGRAD_API Tensor trace(const Tensor& x);
/// The norm of order p of a − b, of all elements. Like torch.dist.
CONVGRAD_API Tensor dist(const Tensor& a, const Tensor& b, Scalar p = 2);
/// Differences of neighbours along a dimension, n times; with other elements put in front or behind first (undefined:
/// none). Of bool: where neighbours differ. Like torch.diff.
CONVGRAD_API Tensor diff(const Tensor& x, int64_t n = 1, int64_t dim = -1, const Tensor& prepend = {},
                         const Tensor& append = {});
/// The integral along a dimension by trapezoids, of points dx apart or at the places x. Like torch.trapezoid.
CONVGRAD_API Tensor trapezoid(const Tensor& y, Scalar dx = 1, int64_t dim = -1);
CONVGRAD_API Tensor trapezoid(const Tensor& y, const Tensor& x, int64_t dim = -1);

// As members.
inline Tensor Tensor::nansum(IntArrayRef dims, bool keepdim) const { return convgrad::nansum(*this, dims, keepdim); }
inline Tensor Tensor::nanmean(IntArrayRef dims, bool keepdim) const { return convgrad::nanmean(*this, dims, keepdim); }
inline Tensor Tensor::count_nonzero(IntArrayRef dims) const { return convgrad::count_nonzero(*this, dims); }
inline std::tuple<Tensor, Tensor> Tensor::aminmax(std::optional<int64_t> dim, bool keepdim) const {
  return convgrad::aminmax(*this, dim, keepdim);
}
inline Tensor Tensor::logcumsumexp(int64_t dim) const { return convgrad::logcumsumexp(*this, dim); }
inline std::tuple<Tensor, Tensor> Tensor::cummax(int64_t dim) const { return convgrad::cummax(*this, dim); }
inline std::tuple<Tensor, Tensor> Tensor::cummin(int64_t dim) const { return convgrad::cummin(*this, dim); }
inline Tensor Tensor::diff(int64_t n, int64_t dim) const { return convgrad::diff(*this, n, dim); }
inline Tensor Tensor::trace() const { return convgrad::trace(*this); }
inline Tensor Tensor::dist(const Tensor& other, Scalar p) const { return convgrad::dist(*this, other, p); }

}  // namespace convgrad
