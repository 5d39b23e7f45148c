#pragma once
#include <convgrad/scalar.h>

#include <cmath>
#include <limits>
#include <type_traits>

#include "core/check.h"

namespace convgrad {

/// "int64_t": as PyTorch's conversion errors call a type.
constexpr const char* cpp_name(ScalarType t) {
  switch (t) {
    case ScalarType::Byte:
      return "uint8_t";
    case ScalarType::Int:
      return "int";
    case ScalarType::Long:
      return "int64_t";
    case ScalarType::Float:
      return "float";
    case ScalarType::Double:
      return "double";
    default:
      return "bool";
  }
}

/// "torch.FloatTensor", as PyTorch's messages name a tensor's type.
inline std::string tensor_type(ScalarType t) {
  return t == kBool ? "CPUBoolType" : std::string("torch.") + legacy_name(t) + "Tensor";
}

/// Whether a number can become a T by PyTorch's rules: negative integers wrap around in unsigned types, fractions are
/// dropped, infinity and NaN are for floats alone; everything becomes bool.
template <class T>
bool is_convertible(Scalar value) {
  using Limits = std::numeric_limits<T>;
  if constexpr (std::is_same_v<T, bool>) {
    return true;
  } else if constexpr (std::is_floating_point_v<T>) {
    const double v = value.toDouble();
    return !std::isfinite(v) || std::abs(v) <= Limits::max();
  } else {
    constexpr int64_t most = Limits::max();
    if (value.isFloatingPoint()) {  // 2⁶³ is a double, the largest int64 is none
      const double v = value.toDouble();
      return v >= static_cast<double>(Limits::lowest()) &&
             (sizeof(T) == 8 ? v < 0x1p63 : v <= static_cast<double>(most));
    }
    constexpr int64_t least = std::is_unsigned_v<T> ? -most : static_cast<int64_t>(Limits::lowest());
    return value.toLong() >= least && value.toLong() <= most;
  }
}

/// The number as a T. Throws "value cannot be converted to type int without overflow".
template <class T>
T convert(Scalar value) {
  check(is_convertible<T>(value), "value cannot be converted to type {} without overflow",
        cpp_name(scalar_type_of<T>()));
  return value.to<T>();
}

}  // namespace convgrad
