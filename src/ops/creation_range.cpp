// arange, linspace: tensors of numbers at equal distances.
#include <cmath>

#include "core/check.h"
#include "core/convert.h"
#include "core/dispatch.h"
#include "core/make.h"
#include "ops/creation.h"

namespace convgrad {
namespace {

constexpr const char* wrong_way = "upper bound and lower bound inconsistent with step sign";
constexpr const char* too_many = "invalid size, possible overflow?";

/// ⌈(end − start) / step⌉, without rounding.
int64_t count_integers(int64_t start, int64_t end, int64_t step) {
  check<ValueError>(step != 0, "step must be nonzero");
  check(step > 0 ? end >= start : end <= start, wrong_way);
  const __int128 span = static_cast<__int128>(end) - start;
  const __int128 count = (span + step - (step > 0 ? 1 : -1)) / step;
  check(count <= INT64_MAX, too_many);
  return static_cast<int64_t>(count);
}

int64_t count_reals(double start, double end, double step) {
  const double count = std::ceil((end - start) / step);
  check(count >= 0 && count < 0x1p63, too_many);
  return static_cast<int64_t>(count);
}

int64_t arange_count(ScalarType dtype, Scalar start, Scalar end, Scalar step) {
  const double first = start.toDouble(), last = end.toDouble(), by = step.toDouble();
  check(by > 0 || by < 0, "step must be nonzero");
  check(std::isfinite(first) && std::isfinite(last), "unsupported range: {:g} -> {:g}", first, last);
  check(by > 0 ? last >= first : last <= first, wrong_way);
  if (dtype == kInt64) return count_integers(convert<int64_t>(start), convert<int64_t>(end), convert<int64_t>(step));
  return count_reals(first, last, by);
}

/// PyTorch's AVX2 code adds to the first element of every vector, and starts a vector anew from the index; what is left
/// behind the last pair of vectors is made from the index alone. Each sum has one rounding.
template <class T>
void write_arange(T* out, int64_t count, double start, double step) {
  constexpr int64_t lanes = 32 / sizeof(T);
  const int64_t in_vectors = count / (2 * lanes) * (2 * lanes);
  for (int64_t i = 0; i < count; ++i) {
    const int64_t lane = i < in_vectors ? i % lanes : 0;
    const T first = static_cast<T>(std::fma(step, static_cast<double>(i - lane), start));
    out[i] = lane ? static_cast<T>(std::fma(static_cast<double>(lane), step, static_cast<double>(first))) : first;
  }
}

template <class T>
void write_arange(T* out, int64_t count, int64_t start, int64_t step) {
  for (int64_t i = 0; i < count; ++i)  // wraps around, as uint8's does at 256
    out[i] = static_cast<T>(static_cast<uint64_t>(start) + static_cast<uint64_t>(step) * static_cast<uint64_t>(i));
}

/// From both ends to the middle, so that both are exact.
template <class T>
void write_linspace(T* out, int64_t steps, T start, T end) {
  using Real = std::conditional_t<std::is_integral_v<T>, double, T>;
  const auto first = static_cast<Real>(start), last = static_cast<Real>(end);
  const Real step = (last - first) / static_cast<Real>(steps - 1);
  for (int64_t i = 0; i < steps; ++i) {
    const Real value = i < steps / 2 ? std::fma(step, static_cast<Real>(i), first)
                                     : std::fma(-step, static_cast<Real>(steps - i - 1), last);
    if constexpr (std::is_same_v<T, int64_t>)
      out[i] = value >= 0x1p63 ? INT64_MAX : static_cast<T>(value);
    else
      out[i] = static_cast<T>(value);
  }
}

}  // namespace

Tensor arange(Scalar end, const TensorOptions& options) { return arange(0, end, 1, options); }
Tensor arange(Scalar start, Scalar end, const TensorOptions& options) { return arange(start, end, 1, options); }

Tensor arange(Scalar start, Scalar end, Scalar step, const TensorOptions& options) {
  const bool reals = start.isFloatingPoint() || end.isFloatingPoint() || step.isFloatingPoint();
  const ScalarType dtype = options.dtype.value_or(reals ? get_default_dtype() : kInt64);
  check<NotImplementedError>(dtype != kBool, "\"arange_cpu\" not implemented for 'Bool'");
  const int64_t count = arange_count(dtype, start, end, step);
  Tensor t = make_tensor({count}, dtype);
  visit_dtype(dtype, [&]<class T>(std::type_identity<T>) {
    using Wide = std::conditional_t<std::is_floating_point_v<T>, double, int64_t>;
    write_arange(static_cast<T*>(t.data_ptr()), count, convert<Wide>(start), convert<Wide>(step));
  });
  return finished(std::move(t), options);
}

Tensor linspace(Scalar start, Scalar end, int64_t steps, const TensorOptions& options) {
  check(steps >= 0, "number of steps must be non-negative");
  const ScalarType dtype = options.dtype.value_or(get_default_dtype());
  check<NotImplementedError>(dtype != kBool, "\"linspace_cpu\" not implemented for 'Bool'");
  Tensor t = make_tensor({steps}, dtype);
  visit_dtype(dtype, [&]<class T>(std::type_identity<T>) {
    if constexpr (!std::is_same_v<T, bool>) {
      T* data = static_cast<T*>(t.data_ptr());
      if (steps == 1) *data = convert<T>(start);
      if (steps > 1) write_linspace(data, steps, convert<T>(start), convert<T>(end));
    }
  });
  return finished(std::move(t), options);
}

}  // namespace convgrad
