// ops/reduce.h, ops/softmax.h, ops/sort.h
#include <convgrad/ops/compare.h>
#include <convgrad/ops/pointwise.h>
#include <convgrad/ops/reduce.h>
#include <convgrad/ops/softmax.h>
#include <convgrad/ops/sort.h>

#include <algorithm>

#include "rows.h"

namespace convgrad::python {

namespace {

IntArrayRef dims(Args& a, size_t i) { return a.maybe_integers(i).value_or(IntArrayRef()); }

/// var whose divisor is n less the correction, parameter i (1 where left out).
Tensor corrected_var(Args& a, size_t i, bool keepdim) {
  const Tensor& x = a.tensor(0);
  const double correction = a.given(i) ? a.real(i) : 1;
  if (correction == 0 || correction == 1) return var(x, dims(a, 1), correction == 1, keepdim);
  const Tensor whole = var(x, dims(a, 1), false, keepdim);
  const double n = whole.numel() ? static_cast<double>(x.numel()) / static_cast<double>(whole.numel()) : 0;
  return mul(whole, n / std::max(n - correction, 0.0));
}

bool any_correction(Args& a, size_t i) { return a.given(i) && a.real(i) != 0 && a.real(i) != 1; }

#define TRAPEZOID(name, number)                                                   \
  {name "(Tensor y, Tensor x, *, int64_t dim=-1)", in_torch,                      \
   [](Args& a) { return trapezoid(a.tensor(0), a.tensor(1), a.integer(2)); }},    \
  {                                                                               \
    name "(Tensor y, *, " number " dx=1, int64_t dim=-1)", in_torch,              \
        [](Args& a) { return trapezoid(a.tensor(0), a.scalar(1), a.integer(2)); } \
  }
#define QUANTILE(name, kind, read)                                                                                 \
  {                                                                                                                \
#name "(Tensor input, " kind                                                                                   \
          " q, int64_t? dim=None, bool keepdim=False, *, c10::string_view interpolation=\"linear\", "              \
          "Tensor out=None)",                                                                                      \
        both, [](Args & a) { return name(a.tensor(0), a.read(1), a.maybe_integer(2), a.boolean(3), a.string(4)); } \
  }

#define WITH_MEAN(name, function)                                                                                 \
  {name "(Tensor input, IntArrayRef[1]? dim, bool unbiased=True, bool keepdim=False)", in_torch,                  \
   [](Args& a) { return function(a.tensor(0), dims(a, 1), a.boolean(2), a.boolean(3)); }},                        \
      {name "(Tensor input, IntArrayRef[1]? dim=None, *, Scalar? correction=None, bool keepdim=False)", in_torch, \
       [](Args& a) {                                                                                              \
         if (!any_correction(a, 2))                                                                               \
           return function(a.tensor(0), dims(a, 1), !a.given(2) || a.real(2) == 1, a.boolean(3));                 \
         const Tensor variance = corrected_var(a, 2, a.boolean(3));                                               \
         return std::tuple(std::string_view(name) == "var_mean" ? variance : sqrt(variance),                      \
                           mean(a.tensor(0), dims(a, 1), a.boolean(3)));                                          \
       }},                                                                                                        \
  {                                                                                                               \
    name "(Tensor input, bool unbiased=True)", in_torch,                                                          \
        [](Args& a) { return function(a.tensor(0), {}, a.boolean(1)); }                                           \
  }

const Row rows[] = {
    {"sum(Tensor input, *, ScalarType? dtype=None)", both,
     [](Args& a) { return sum(a.tensor(0), MaybeType(a.dtype(1))); }},
    {"sum(Tensor input, IntArrayRef[1]? dim, bool keepdim=False, *, ScalarType? dtype=None, Tensor out=None)", both,
     [](Args& a) { return sum(a.tensor(0), dims(a, 1), a.boolean(2), a.dtype(3)); }},
    {"mean(Tensor input, *, ScalarType? dtype=None, Tensor out=None)", both,
     [](Args& a) { return mean(a.tensor(0), MaybeType(a.dtype(1))); }},
    {"mean(Tensor input, IntArrayRef[1]? dim, bool keepdim=False, *, ScalarType? dtype=None, Tensor out=None)", both,
     [](Args& a) { return mean(a.tensor(0), dims(a, 1), a.boolean(2), a.dtype(3)); }},
    {"prod(Tensor input, *, ScalarType? dtype=None)", both, [](Args& a) { return prod(a.tensor(0), a.dtype(1)); }},
    {"prod(Tensor input, int64_t dim, bool keepdim=False, *, ScalarType? dtype=None, Tensor out=None)", both,
     [](Args& a) { return prod(a.tensor(0), a.integer(1), a.boolean(2), a.dtype(3)); }},
    {"var(Tensor input, IntArrayRef[1]? dim, bool unbiased=True, bool keepdim=False, *, Tensor out=None)", both,
     [](Args& a) { return var(a.tensor(0), dims(a, 1), a.boolean(2), a.boolean(3)); }},
    {"var(Tensor input, IntArrayRef[1]? dim=None, *, Scalar? correction=None, bool keepdim=False, Tensor out=None)",
     both, [](Args& a) { return corrected_var(a, 2, a.boolean(3)); }},
    {"var(Tensor input, bool unbiased=True)", both,
     [](Args& a) { return var(a.tensor(0), IntArrayRef(), a.boolean(1)); }},
    {"std(Tensor input, IntArrayRef[1]? dim, bool unbiased=True, bool keepdim=False, *, Tensor out=None)", both,
     [](Args& a) { return convgrad::std(a.tensor(0), dims(a, 1), a.boolean(2), a.boolean(3)); }},
    {"std(Tensor input, IntArrayRef[1]? dim=None, *, Scalar? correction=None, bool keepdim=False, Tensor out=None)",
     both,
     [](Args& a) {
       if (any_correction(a, 2)) return sqrt(corrected_var(a, 2, a.boolean(3)));
       return convgrad::std(a.tensor(0), dims(a, 1), !a.given(2) || a.real(2) == 1, a.boolean(3));
     }},
    {"std(Tensor input, bool unbiased=True)", both,
     [](Args& a) { return convgrad::std(a.tensor(0), IntArrayRef(), a.boolean(1)); }},
    {"norm(Tensor input, Scalar? p, IntArrayRef[1] dim, bool keepdim=False, *, Tensor out=None)", both,
     [](Args& a) { return norm(a.tensor(0), a.maybe_scalar(1).value_or(2), a.integers(2), a.boolean(3)); }},
    {"norm(Tensor input, Scalar p=2)", both, [](Args& a) { return norm(a.tensor(0), a.maybe_scalar(1).value_or(2)); }},
    {"logsumexp(Tensor input, IntArrayRef[1] dim, bool keepdim=False, *, Tensor out=None)", both,
     [](Args& a) { return logsumexp(a.tensor(0), a.integers(1), a.boolean(2)); }},
    {"any(Tensor input, *, Tensor out=None)", both, [](Args& a) { return any(a.tensor(0)); }},
    {"any(Tensor input, IntArrayRef? dim=None, bool keepdim=False, *, Tensor out=None)", both,
     [](Args& a) { return any(a.tensor(0), dims(a, 1), a.boolean(2)); }},
    {"any(Tensor input, int64_t dim, bool keepdim=False, *, Tensor out=None)", both,
     [](Args& a) { return any(a.tensor(0), a.integer(1), a.boolean(2)); }},
    {"all(Tensor input, *, Tensor out=None)", both, [](Args& a) { return all(a.tensor(0)); }},
    {"all(Tensor input, IntArrayRef? dim=None, bool keepdim=False, *, Tensor out=None)", both,
     [](Args& a) { return all(a.tensor(0), dims(a, 1), a.boolean(2)); }},
    {"all(Tensor input, int64_t dim, bool keepdim=False, *, Tensor out=None)", both,
     [](Args& a) { return all(a.tensor(0), a.integer(1), a.boolean(2)); }},
    {"cumsum(Tensor input, int64_t dim, *, ScalarType? dtype=None, Tensor out=None)", both,
     [](Args& a) { return cumsum(a.tensor(0), a.integer(1), a.dtype(2)); }},
    {"cumprod(Tensor input, int64_t dim, *, ScalarType? dtype=None, Tensor out=None)", both,
     [](Args& a) { return cumprod(a.tensor(0), a.integer(1), a.dtype(2)); }},
    {"max(Tensor input, *, Tensor out=None)", both, [](Args& a) { return max(a.tensor(0)); }},
    {"max(Tensor input, Tensor other, *, Tensor out=None)", both,
     [](Args& a) { return maximum(a.tensor(0), a.tensor(1)); }},
    {"max(Tensor input, int64_t dim, bool keepdim=False, *, TensorList[2] out=None)", both,
     [](Args& a) { return max(a.tensor(0), a.integer(1), a.boolean(2)); }, "values indices"},
    {"min(Tensor input, *, Tensor out=None)", both, [](Args& a) { return min(a.tensor(0)); }},
    {"min(Tensor input, Tensor other, *, Tensor out=None)", both,
     [](Args& a) { return minimum(a.tensor(0), a.tensor(1)); }},
    {"min(Tensor input, int64_t dim, bool keepdim=False, *, TensorList[2] out=None)", both,
     [](Args& a) { return min(a.tensor(0), a.integer(1), a.boolean(2)); }, "values indices"},
    {"amax(Tensor input, IntArrayRef[1] dim=None, bool keepdim=False, *, Tensor out=None)", both,
     [](Args& a) { return amax(a.tensor(0), a.integers(1), a.boolean(2)); }},
    {"amin(Tensor input, IntArrayRef[1] dim=None, bool keepdim=False, *, Tensor out=None)", both,
     [](Args& a) { return amin(a.tensor(0), a.integers(1), a.boolean(2)); }},
    {"argmax(Tensor input, int64_t? dim=None, bool keepdim=False, *, Tensor out=None)", both,
     [](Args& a) { return argmax(a.tensor(0), a.maybe_integer(1), a.boolean(2)); }},
    {"argmin(Tensor input, int64_t? dim=None, bool keepdim=False, *, Tensor out=None)", both,
     [](Args& a) { return argmin(a.tensor(0), a.maybe_integer(1), a.boolean(2)); }},
    {"aminmax(Tensor input, *, int64_t? dim=None, bool keepdim=False, TensorList[2] out=None)", both,
     [](Args& a) { return aminmax(a.tensor(0), a.maybe_integer(1), a.boolean(2)); }, "min max"},
    {"nansum(Tensor input, IntArrayRef[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None, Tensor out=None)",
     both, [](Args& a) { return nansum(a.tensor(0), dims(a, 1), a.boolean(2), a.dtype(3)); }},
    {"nanmean(Tensor input, IntArrayRef[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None, Tensor out=None)",
     both, [](Args& a) { return nanmean(a.tensor(0), dims(a, 1), a.boolean(2), a.dtype(3)); }},
    {"trace(Tensor input, *, Tensor out=None)", both, [](Args& a) { return trace(a.tensor(0)); }},
    {"dist(Tensor input, Tensor other, Scalar p=2, *, Tensor out=None)", both,
     [](Args& a) { return dist(a.tensor(0), a.tensor(1), a.scalar(2)); }},
    {"diff(Tensor input, int64_t n=1, int64_t dim=-1, Tensor? prepend=None, Tensor? append=None, *, Tensor out=None)",
     both, [](Args& a) { return diff(a.tensor(0), a.integer(1), a.integer(2), a.tensor(3), a.tensor(4)); }},
    TRAPEZOID("trapezoid", "Scalar"),
    TRAPEZOID("trapz", "double"),
    {"logcumsumexp(Tensor input, int64_t dim, *, Tensor out=None)", both,
     [](Args& a) { return logcumsumexp(a.tensor(0), a.integer(1)); }},
    {"cummax(Tensor input, int64_t dim, *, TensorList[2] out=None)", both,
     [](Args& a) { return cummax(a.tensor(0), a.integer(1)); }, "values indices"},
    {"cummin(Tensor input, int64_t dim, *, TensorList[2] out=None)", both,
     [](Args& a) { return cummin(a.tensor(0), a.integer(1)); }, "values indices"},
    {"special_logsumexp(Tensor input, IntArrayRef[1] dim, bool keepdim=False, *, Tensor out=None)", in_special,
     [](Args& a) { return logsumexp(a.tensor(0), a.integers(1), a.boolean(2)); }},
    {"special_softmax(Tensor input, int64_t dim, ScalarType? dtype=None)", in_special,
     [](Args& a) { return softmax(a.tensor(0), a.integer(1), a.dtype(2)); }},
    {"special_log_softmax(Tensor input, int64_t dim, *, ScalarType? dtype=None)", in_special,
     [](Args& a) { return log_softmax(a.tensor(0), a.integer(1), a.dtype(2)); }},

    WITH_MEAN("var_mean", var_mean),
    WITH_MEAN("std_mean", std_mean),
    {"count_nonzero(Tensor input, int64_t? dim=None)", both,
     [](Args& a) { return count_nonzero(a.tensor(0), a.given(1) ? IntArrayRef(a.integer(1)) : IntArrayRef()); }},
    {"count_nonzero(Tensor input, IntArrayRef dim)", both,
     [](Args& a) { return count_nonzero(a.tensor(0), a.integers(1)); }},

    {"softmax(Tensor input, int64_t dim, ScalarType? dtype=None, *, Tensor out=None)", both,
     [](Args& a) { return softmax(a.tensor(0), a.integer(1), a.dtype(2)); }},
    {"log_softmax(Tensor input, int64_t dim, ScalarType? dtype=None, *, Tensor out=None)", both,
     [](Args& a) { return log_softmax(a.tensor(0), a.integer(1), a.dtype(2)); }},

    {"median(Tensor input)", both, [](Args& a) { return median(a.tensor(0)); }},
    {"median(Tensor input, int64_t dim, bool keepdim=False, *, TensorList[2] out=None)", both,
     [](Args& a) { return median(a.tensor(0), a.integer(1), a.boolean(2)); }, "values indices"},
    {"nanmedian(Tensor input)", both, [](Args& a) { return nanmedian(a.tensor(0)); }},
    {"nanmedian(Tensor input, int64_t dim, bool keepdim=False, *, TensorList[2] out=None)", both,
     [](Args& a) { return nanmedian(a.tensor(0), a.integer(1), a.boolean(2)); }, "values indices"},
    {"sort(Tensor input, *, bool? stable, int64_t dim=-1, bool descending=False, TensorList[2] out=None)", both,
     [](Args& a) { return sort(a.tensor(0), a.maybe_boolean(1), a.integer(2), a.boolean(3)); }, "values indices"},
    {"sort(Tensor input, int64_t dim=-1, bool descending=False, *, TensorList[2] out=None)", both,
     [](Args& a) { return sort(a.tensor(0), a.integer(1), a.boolean(2)); }, "values indices"},
    {"argsort(Tensor input, int64_t dim=-1, bool descending=False)", both,
     [](Args& a) { return argsort(a.tensor(0), a.integer(1), a.boolean(2)); }},
    {"argsort(Tensor input, *, bool stable, int64_t dim=-1, bool descending=False, Tensor out=None)", both,
     [](Args& a) { return argsort(a.tensor(0), a.integer(2), a.boolean(3)); }},
    {"msort(Tensor input, *, Tensor out=None)", both, [](Args& a) { return msort(a.tensor(0)); }},
    {"kthvalue(Tensor input, SymInt k, int64_t dim=-1, bool keepdim=False, *, TensorList[2] out=None)", both,
     [](Args& a) { return kthvalue(a.tensor(0), a.integer(1), a.integer(2), a.boolean(3)); }, "values indices"},
    {"mode(Tensor input, int64_t dim=-1, bool keepdim=False, *, TensorList[2] out=None)", both,
     [](Args& a) { return mode(a.tensor(0), a.integer(1), a.boolean(2)); }, "values indices"},
    QUANTILE(quantile, "Tensor", tensor),
    QUANTILE(quantile, "double", real),
    QUANTILE(nanquantile, "Tensor", tensor),
    QUANTILE(nanquantile, "double", real),
    {"topk(Tensor input, SymInt k, int64_t dim=-1, bool largest=True, bool sorted=True, *, TensorList[2] out=None)",
     both, [](Args& a) { return topk(a.tensor(0), a.integer(1), a.integer(2), a.boolean(3), a.boolean(4)); },
     "values indices"},
};
#undef TRAPEZOID
#undef QUANTILE
#undef WITH_MEAN

}  // namespace

void bind_reduce() { add_rows(rows); }

}  // namespace convgrad::python
