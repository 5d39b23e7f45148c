// Number sequences, windows and positions of triangles.
#include <cmath>
#include <numbers>

#include "convgrad/ops/creation.h"
#include "convgrad/ops/pointwise.h"
#include "core/check.h"
#include "core/shape.h"

namespace convgrad {
namespace {

/// Rows and columns of the elements where `wanted(row, column)`.
template <class F>
Tensor positions(int64_t rows, int64_t columns, const TensorOptions& options, const char* op, F wanted) {
  check(rows >= 0, "row must be non-negative, got{}", rows);
  check(columns >= 0, "col must be non-negative, got{}", columns);
  const ScalarType type = options.dtype.value_or(kInt64);
  check<NotImplementedError>(type == kInt64 || type == kInt32, "\"{}\" not implemented for '{}'", op,
                             legacy_name(type));
  std::vector<int64_t> all;
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < columns; ++c)
      if (wanted(r, c)) all.push_back(r);
  const size_t count = all.size();
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < columns; ++c)
      if (wanted(r, c)) all.push_back(c);
  return tensor(all).view({2, static_cast<int64_t>(count)}).to(type);
}

/// f of the angles 2π·i / (n − 1), i < n; a periodic window is the first part of one longer by one.
template <class F>
Tensor window(const char* op, int64_t length, bool periodic, const TensorOptions& options, F f) {
  check(length >= 0, "{} requires non-negative window_length, got window_length={}", op, length);
  const ScalarType type = options.dtype.value_or(get_default_dtype());
  check(is_floating_point(type), "{} expects floating point dtypes, got: {}", op, name(type));
  if (length <= 1) return ones({length}, options);
  const double step = 2 * std::numbers::pi / static_cast<double>(periodic ? length : length - 1);
  return f(arange(length, {.dtype = type}) * step).detach().requires_grad_(options.requires_grad);
}

}  // namespace

Tensor logspace(Scalar start, Scalar end, int64_t steps, double base, const TensorOptions& options) {
  check(steps >= 0, "number of steps must be non-negative");
  const Tensor exponents = linspace(start, end, steps, {.dtype = kFloat64});
  return pow(Scalar(base), exponents)
      .to(options.dtype.value_or(get_default_dtype()))
      .requires_grad_(options.requires_grad);
}

Tensor tril_indices(int64_t rows, int64_t columns, int64_t offset, const TensorOptions& options) {
  return positions(rows, columns, options, "tril_indices", [=](int64_t r, int64_t c) { return c - r <= offset; });
}
Tensor triu_indices(int64_t rows, int64_t columns, int64_t offset, const TensorOptions& options) {
  return positions(rows, columns, options, "triu_indices", [=](int64_t r, int64_t c) { return c - r >= offset; });
}

Tensor hann_window(int64_t length, bool periodic, const TensorOptions& options) {
  return window("hann_window", length, periodic, options, [](const Tensor& t) { return 0.5 - 0.5 * t.cos(); });
}
Tensor hamming_window(int64_t length, bool periodic, const TensorOptions& options) {
  return window("hamming_window", length, periodic, options, [](const Tensor& t) { return 0.54 - 0.46 * t.cos(); });
}
Tensor blackman_window(int64_t length, bool periodic, const TensorOptions& options) {
  return window("blackman_window", length, periodic, options,
                [](const Tensor& t) { return 0.42 - 0.5 * t.cos() + 0.08 * (t * 2).cos(); });
}

}  // namespace convgrad
