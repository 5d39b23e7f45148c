#include "ops/creation.h"

#include <algorithm>
#include <cmath>

#include "core/check.h"
#include "core/convert.h"
#include "core/dispatch.h"
#include "core/layout.h"
#include "core/make.h"
#include "core/shape.h"

namespace convgrad {
namespace {

ScalarType float_or(const TensorOptions& options) { return options.dtype.value_or(get_default_dtype()); }

/// Fresh dense memory is filled in memory's order.
void fill(const Tensor& t, Scalar value) {
  visit_dtype(t.dtype(), [&]<class T>(std::type_identity<T>) {
    std::fill_n(static_cast<T*>(t.data_ptr()), t.numel(), convert<T>(value));
  });
}

Tensor filled(Tensor t, Scalar value, const TensorOptions& options) {
  fill(t, value);
  return finished(std::move(t), options);
}

}  // namespace

Tensor finished(Tensor t, const TensorOptions& options) {
  if (!options.requires_grad) return t;
  check(t.is_floating_point(), "Only Tensors of floating point and complex dtype can require gradients");
  return t.requires_grad_();
}

Tensor make_like(const Tensor& input, const TensorOptions& options) {
  return make_strided(input.sizes(), dense_strides_like(input.sizes(), input.strides()),
                      options.dtype.value_or(input.dtype()));
}

Tensor empty(IntArrayRef size, const TensorOptions& options) {
  return finished(make_tensor(size, float_or(options)), options);
}

Tensor zeros(IntArrayRef size, const TensorOptions& options) {
  for (const int64_t s : size) check(s >= 0, "zeros: Dimension size must be non-negative.");
  return filled(make_tensor(size, float_or(options)), 0, options);
}

Tensor ones(IntArrayRef size, const TensorOptions& options) {
  return filled(make_tensor(size, float_or(options)), 1, options);
}

Tensor full(IntArrayRef size, Scalar fill_value, const TensorOptions& options) {
  const ScalarType natural = fill_value.isFloatingPoint() ? get_default_dtype() : fill_value.type();
  return filled(make_tensor(size, options.dtype.value_or(natural)), fill_value, options);
}

Tensor scalar_tensor(Scalar value, const TensorOptions& options) {
  return filled(make_tensor({}, float_or(options)), value, options);
}

Tensor empty_like(const Tensor& input, const TensorOptions& options) {
  return finished(make_like(input, options), options);
}
Tensor zeros_like(const Tensor& input, const TensorOptions& options) { return full_like(input, 0, options); }
Tensor ones_like(const Tensor& input, const TensorOptions& options) { return full_like(input, 1, options); }
Tensor full_like(const Tensor& input, Scalar fill_value, const TensorOptions& options) {
  return filled(make_like(input, options), fill_value, options);
}

Tensor eye(int64_t n, const TensorOptions& options) { return eye(n, n, options); }

Tensor eye(int64_t n, int64_t m, const TensorOptions& options) {
  check(n >= 0, "n must be greater or equal to 0, got {}", n);
  check(m >= 0, "m must be greater or equal to 0, got {}", m);
  Tensor t = make_tensor({n, m}, float_or(options));
  visit_dtype(t.dtype(), [&]<class T>(std::type_identity<T>) {
    T* data = static_cast<T*>(t.data_ptr());
    std::fill_n(data, t.numel(), T(0));
    for (int64_t i = 0; i < std::min(n, m); ++i) data[i * (m + 1)] = T(1);
  });
  return finished(std::move(t), options);
}

Tensor detail::from_blob(void* data, IntArrayRef sizes, std::optional<IntArrayRef> strides,
                         std::function<void(void*)> deleter, const TensorOptions& options) {
  const ScalarType dtype = float_or(options);
  checked_numel(sizes, element_size(dtype));  // before strides are made of them
  const DimVector steps = strides ? DimVector(*strides) : contiguous_strides(sizes);
  check(sizes.size() == steps.size(), "dimensionality of sizes ({}) must match dimensionality of strides ({})",
        sizes.size(), steps.size());
  for (const int64_t step : steps)
    check(step >= 0, "Storage size calculation overflowed with sizes={} and strides={}", sizes, steps);
  return finished(make_foreign(data, sizes, steps, dtype, std::move(deleter)), options);
}
Tensor from_blob(void* data, IntArrayRef sizes, IntArrayRef strides, const TensorOptions& options) {
  return detail::from_blob(data, sizes, strides, nullptr, options);
}
Tensor from_blob(void* data, IntArrayRef sizes, const TensorOptions& options) {
  return detail::from_blob(data, sizes, std::nullopt, nullptr, options);
}

}  // namespace convgrad
