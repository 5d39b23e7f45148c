// tensor(): tensors of numbers written in the program.
#include "core/check.h"
#include "core/convert.h"
#include "core/dispatch.h"
#include "core/make.h"
#include "ops/creation.h"

namespace convgrad {
namespace {

ScalarType natural_dtype(const std::vector<Scalar>& values) {
  ScalarType type = values.empty() ? get_default_dtype() : kBool;
  for (const Scalar value : values) {
    if (value.isFloatingPoint()) return get_default_dtype();
    if (value.isIntegral()) type = kInt64;
  }
  return type;
}

template <class T>
constexpr ScalarType natural_dtype_of() {
  return std::is_same_v<T, uint8_t> ? kUInt8 : std::is_same_v<T, bool> ? kBool : kInt64;
}

/// As convert, but floats too large for float32 become infinite, and the message has Python's name of the type.
template <class To>
To convert_literal(Scalar value) {
  if constexpr (!std::is_floating_point_v<To>)
    check(is_convertible<To>(value), "value cannot be converted to type {} without overflow",
          name(scalar_type_of<To>()));
  return value.to<To>();
}

template <class From>
Tensor make_of(const std::vector<From>& values, IntArrayRef sizes, ScalarType dtype, const TensorOptions& options) {
  Tensor t = make_tensor(sizes, dtype);
  visit_dtype(dtype, [&]<class To>(std::type_identity<To>) {
    To* out = static_cast<To*>(t.data_ptr());
    for (size_t i = 0; i < values.size(); ++i) out[i] = convert_literal<To>(static_cast<From>(values[i]));
  });
  return finished(std::move(t), options);
}

}  // namespace

TensorData::TensorData(std::initializer_list<TensorData> list) {
  sizes_.push_back(static_cast<int64_t>(list.size()));
  if (list.size() == 0) return;
  const std::vector<int64_t>& inner = list.begin()->sizes();
  sizes_.insert(sizes_.end(), inner.begin(), inner.end());
  for (const TensorData& item : list) {
    check<TypeError>(item.sizes().size() >= inner.size(), "not a sequence");
    check<TypeError>(item.sizes().size() == inner.size(),
                     "a list stands where its neighbours are numbers or flatter lists");
    for (size_t d = 0; d < inner.size(); ++d)
      check<ValueError>(item.sizes()[d] == inner[d], "expected sequence of length {} at dim {} (got {})", inner[d],
                        d + 1, item.sizes()[d]);
    values_.insert(values_.end(), item.values().begin(), item.values().end());
  }
}

Tensor tensor(const TensorData& data, const TensorOptions& options) {
  return make_of(data.values(), data.sizes(), options.dtype.value_or(natural_dtype(data.values())), options);
}

template <class T>
Tensor tensor(const std::vector<T>& data, const TensorOptions& options) {
  const ScalarType natural = std::is_floating_point_v<T> ? get_default_dtype() : natural_dtype_of<T>();
  return make_of(data, {static_cast<int64_t>(data.size())}, options.dtype.value_or(natural), options);
}
template CONVGRAD_API Tensor tensor(const std::vector<float>&, const TensorOptions&);
template CONVGRAD_API Tensor tensor(const std::vector<double>&, const TensorOptions&);
template CONVGRAD_API Tensor tensor(const std::vector<int32_t>&, const TensorOptions&);
template CONVGRAD_API Tensor tensor(const std::vector<int64_t>&, const TensorOptions&);
template CONVGRAD_API Tensor tensor(const std::vector<uint8_t>&, const TensorOptions&);
template CONVGRAD_API Tensor tensor(const std::vector<bool>&, const TensorOptions&);

}  // namespace convgrad
