#pragma once
#include <convgrad/dtype.h>

#include <type_traits>

namespace convgrad {

/// Calls f with std::type_identity<T>{} of the element type: visit_dtype(t.dtype(), [&]<class T>(std::type_identity<T>)
/// {…}).
template <class F>
decltype(auto) visit_dtype(ScalarType t, F&& f) {
  switch (t) {
    case ScalarType::Byte:
      return f(std::type_identity<uint8_t>{});
    case ScalarType::Int:
      return f(std::type_identity<int32_t>{});
    case ScalarType::Long:
      return f(std::type_identity<int64_t>{});
    case ScalarType::Double:
      return f(std::type_identity<double>{});
    case ScalarType::Bool:
      return f(std::type_identity<bool>{});
    default:
      return f(std::type_identity<float>{});
  }
}

/// The same for float32 and float64 alone; the caller has refused the others.
template <class F>
decltype(auto) visit_floating(ScalarType t, F&& f) {
  if (t == kFloat64) return f(std::type_identity<double>{});
  return f(std::type_identity<float>{});
}

}  // namespace convgrad
