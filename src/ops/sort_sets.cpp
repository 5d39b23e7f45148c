// Different elements, counts, and places in sorted sequences.
#include <cmath>
#include <numeric>

#include "convgrad/ops/compare.h"
#include "convgrad/ops/creation.h"
#include "convgrad/ops/index.h"
#include "convgrad/ops/join.h"
#include "convgrad/ops/pointwise.h"
#include "convgrad/ops/reduce.h"
#include "convgrad/ops/sets.h"
#include "convgrad/ops/sort.h"
#include "core/check.h"
#include "core/shape.h"
#include "ops/view_layout.h"

namespace convgrad {
namespace {

/// Calls f with double or int64_t, whichever holds the type exactly.
template <class F>
void visit_wide(ScalarType type, F f) {
  if (is_floating_point(type))
    f(std::type_identity<double>());
  else
    f(std::type_identity<int64_t>());
}
ScalarType wide(ScalarType type) { return is_floating_point(type) ? kFloat64 : kInt64; }

/// The rows of x (dimension 0) in lexicographic order.
Tensor order_of_rows(const Tensor& x) {
  const int64_t n = x.size(0), width = n == 0 ? 0 : x.numel() / n;
  const Tensor rows = x.to(wide(x.dtype())).contiguous(), order = arange(n);
  visit_wide(x.dtype(), [&]<class T>(std::type_identity<T>) {
    const T* data = rows.const_data_ptr<T>();
    int64_t* first = order.data_ptr<int64_t>();
    std::stable_sort(first, first + n, [&](int64_t a, int64_t b) {
      return std::lexicographical_compare(data + a * width, data + (a + 1) * width, data + b * width,
                                          data + (b + 1) * width);
    });
  });
  return order;
}

/// Which rows (dimension 0) differ from the one before.
Tensor beginnings(const Tensor& rows) {
  const int64_t n = rows.size(0);
  if (n <= 1) return full({n}, true, kBool);
  const Tensor differs = (rows.narrow(0, 1, n - 1) != rows.narrow(0, 0, n - 1)).reshape({n - 1, -1}).any(1);
  return cat({ones({1}, kBool), differs});
}

/// Of rows that stand in this order (undefined: their own) and those of them that begin a new value.
std::tuple<Tensor, Tensor, Tensor> grouped(const Tensor& rows, const Tensor& order, const UniqueOptions& o) {
  const Tensor begins = beginnings(rows), at = begins.nonzero().reshape({-1});
  Tensor inverse, counts;
  if (o.return_inverse) {
    const Tensor number = begins.cumsum(0) - 1;
    inverse = order.defined() ? number.scatter(0, order, number) : number;
  }
  if (o.return_counts) counts = diff(at, 1, 0, {}, full({1}, rows.size(0), kInt64));
  return {rows.index_select(0, at), inverse, counts};
}

std::tuple<Tensor, Tensor, Tensor> of_numbers(const Tensor& x, const UniqueOptions& o, bool sorts) {
  const Tensor flat = x.reshape({-1});
  Tensor values = flat, order;
  if (sorts) std::tie(values, order) = flat.sort(0);
  auto out = grouped(values, order, o);
  if (o.return_inverse) std::get<1>(out) = std::get<1>(out).view(x.sizes());
  return out;
}

std::tuple<Tensor, Tensor, Tensor> of_slices(const Tensor& x, const UniqueOptions& o, bool sorts) {
  const int64_t dim = normalize_dim(*o.dim, x.dim());
  for (int64_t d = 0; d < x.dim(); ++d)
    check(d == dim || x.size(d) != 0,
          "There are 0 sized dimensions, and they aren't selected, so unique cannot be applied");
  Tensor rows = x.movedim(dim, 0).contiguous(), order;
  if (sorts) {
    order = order_of_rows(rows);
    rows = rows.index_select(0, order);
  }
  auto out = grouped(rows, order, o);
  std::get<0>(out) = std::get<0>(out).movedim(0, dim);
  return out;
}

/// The first position whose element is not below v (right: is above it).
template <class T>
int64_t place(const T* sorted, int64_t n, T v, bool right) {
  int64_t low = 0;
  for (int64_t high = n; low < high;) {
    const int64_t middle = low + (high - low) / 2;
    if (right ? !(sorted[middle] > v) : !(sorted[middle] >= v))
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

}  // namespace

std::tuple<Tensor, Tensor, Tensor> unique(const Tensor& x, const UniqueOptions& options) {
  NoGradGuard guard;
  return options.dim && x.dim() > 0 ? of_slices(x, options, true) : of_numbers(x, options, true);
}
std::tuple<Tensor, Tensor, Tensor> unique_consecutive(const Tensor& x, const UniqueOptions& options) {
  NoGradGuard guard;
  return options.dim && x.dim() > 0 ? of_slices(x, options, false) : of_numbers(x, options, false);
}

Tensor isin(const Tensor& x, const Tensor& test, bool invert) {
  for (const ScalarType t : {x.dtype(), test.dtype()})
    check(t != kBool, "Unsupported input type encountered for isin(): Bool");
  NoGradGuard guard;
  const Tensor all = std::get<0>(test.reshape({-1}).sort(0)),
               sorted = all.masked_select(all == all);  // NaN equals none
  if (sorted.numel() == 0) return full(x.sizes(), invert, kBool);
  const Tensor at = searchsorted(sorted, x).clamp_max(sorted.numel() - 1);
  const Tensor found = sorted.index_select(0, at.reshape({-1})).view(x.sizes()) == x;
  return invert ? found.logical_not() : found;
}

Tensor bincount(const Tensor& x, const Tensor& weights, int64_t minlength) {
  check<NotImplementedError>(is_integral(x.dtype()), "\"bincount_cpu\" not implemented for '{}'",
                             legacy_name(x.dtype()));
  check(minlength >= 0, "minlength should be >= 0");
  check(x.dim() == 1 && (x.numel() == 0 || x.min().item<int64_t>() >= 0),
        "bincount only supports 1-d non-negative integral inputs.");
  check(!weights.defined() || (weights.dim() == 1 && weights.numel() == x.numel()),
        "weights should be 1-d and have the same length as input");
  NoGradGuard guard;
  const int64_t most = x.numel() == 0 ? 0 : checked_add(x.max().item<int64_t>(), 1, "bincount");
  const ScalarType type = !weights.defined() ? kInt64 : weights.dtype() == kFloat32 ? kFloat32 : kFloat64;
  const Tensor parts = weights.defined() ? weights.to(type) : ones(x.sizes(), kInt64);
  return zeros_of({std::max(most, minlength)}, type).index_add_(0, x.to(kInt64), parts);
}

Tensor histc(const Tensor& x, int64_t bins, double min, double max) {
  check<NotImplementedError>(x.is_floating_point(), "\"histogram_cpu\" not implemented for '{}'",
                             legacy_name(x.dtype()));
  check(bins > 0, "torch.histogram(): bins must be > 0, but got {} for dimension 0", bins);
  NoGradGuard guard;
  if (min == max && x.numel() > 0) min = x.min().item<double>(), max = x.max().item<double>();
  if (min == max) min -= 1, max += 1;
  check(std::isfinite(min) && std::isfinite(max), "torch.histc: range of [{}, {}] is not finite", min, max);
  check(min < max, "torch.histc: max must be larger than min");
  const Tensor inside = x.masked_select((x >= min) & (x <= max));
  const Tensor edges = linspace(min, max, bins + 1, {.dtype = x.dtype()});
  const Tensor bin = (bucketize(inside, edges, {.right = true}) - 1).clamp(0, bins - 1);
  return bincount(bin, ones(inside.sizes(), {.dtype = x.dtype()}), bins);
}

Tensor searchsorted(const Tensor& sequence, const Tensor& values, const SearchOptions& o) {
  check(sequence.dim() > 0,
        "torch.searchsorted(): boundaries tensor should have positive dimension, but got 0 dimension");
  check(values.dim() > 0 || sequence.dim() == 1,
        "torch.searchsorted(): input value can be a scalar only when boundaries tensor dimension is 1, but we got "
        "boundaries tensor dim({}) and input value's dim({}) numel({})",
        sequence.dim(), values.dim(), values.numel());
  const auto lines = [](const Tensor& t) { return t.sizes().slice(0, t.sizes().size() - 1); };
  const bool one = sequence.dim() == 1;
  check<ShapeError>(one || (sequence.dim() == values.dim() && lines(sequence) == lines(values)),
                    "torch.searchsorted(): boundaries tensor should be 1 dimension or the first N-1 dimensions of "
                    "boundaries tensor and input value tensor must match, but we got boundaries tensor {} and input "
                    "value tensor {}",
                    sequence.sizes(), values.sizes());
  const ScalarType type = wide(promote_types(sequence.dtype(), values.dtype()));
  const Tensor ordered = o.sorter.defined() ? sequence.detach().gather(-1, o.sorter) : sequence.detach();
  const Tensor sorted = ordered.to(type).contiguous(), from = values.detach().to(type).contiguous();
  const Tensor out = make_tensor(values.sizes(), kInt64);
  const int64_t n = sequence.size(-1), line = one || values.dim() == 0 ? values.numel() : values.size(-1);
  visit_wide(type, [&]<class T>(std::type_identity<T>) {
    const T *s = sorted.const_data_ptr<T>(), *v = from.const_data_ptr<T>();
    for (int64_t i = 0; i < out.numel(); ++i)
      out.data_ptr<int64_t>()[i] = place(s + (one ? 0 : i / line * n), n, v[i], o.right);
  });
  return o.out_int32 ? out.to(kInt32) : out;
}
Tensor searchsorted(const Tensor& sequence, Scalar value, const SearchOptions& options) {
  return searchsorted(sequence, Tensor::of(value), options);
}
Tensor bucketize(const Tensor& x, const Tensor& boundaries, const SearchOptions& options) {
  check<ShapeError>(boundaries.dim() == 1, "boundaries tensor must be 1 dimension, but got dim({})", boundaries.dim());
  return searchsorted(boundaries, x, options);
}

}  // namespace convgrad
