#pragma once
#include <limits>
#include <type_traits>

#include "core/check.h"

namespace convgrad::kernels {

/// Integer arithmetic that wraps around, without undefined behaviour.
template <class T>
using Wrapping = std::make_unsigned_t<std::conditional_t<(sizeof(T) < 4), int, T>>;

template <class T>
inline T wrapping_add(T a, T b) {
  return static_cast<T>(static_cast<Wrapping<T>>(a) + static_cast<Wrapping<T>>(b));
}
template <class T>
inline T wrapping_mul(T a, T b) {
  return static_cast<T>(static_cast<Wrapping<T>>(a) * static_cast<Wrapping<T>>(b));
}
template <class T>
inline T wrapping_neg(T a) {
  return static_cast<T>(Wrapping<T>{0} - static_cast<Wrapping<T>>(a));
}

template <class T>
inline void check_divisor(T b) {
  if (b == 0) [[unlikely]]
    throw Error("ZeroDivisionError");
}

/// The quotient towards zero; the lowest integer by −1 is itself.
template <class T>
inline T truncated_quotient(T a, T b) {
  check_divisor(b);
  if constexpr (std::is_signed_v<T>)
    if (b == -1) return wrapping_neg(a);
  return static_cast<T>(a / b);
}
/// What is left, with the dividend's sign.
template <class T>
inline T truncated_remainder(T a, T b) {
  check_divisor(b);
  if constexpr (std::is_signed_v<T>)
    if (b == -1) return 0;
  return static_cast<T>(a % b);
}
template <class T>
inline T floored_quotient(T a, T b) {
  const T q = truncated_quotient(a, b);
  return truncated_remainder(a, b) != 0 && (a < 0) != (b < 0) ? q - 1 : q;
}
template <class T>
inline T floored_remainder(T a, T b) {
  const T r = truncated_remainder(a, b);
  return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

/// By squaring, wrapping around; a negative exponent gives 0, except of 1 and −1.
template <class T>
inline T integer_power(T base, T exponent) {
  if (exponent < 0) {
    if (base == 1) return 1;
    if constexpr (std::is_signed_v<T>)
      if (base == -1) return exponent % 2 == 0 ? 1 : -1;
    return 0;
  }
  T result = 1;
  for (; exponent > 0; exponent /= 2) {
    if (exponent % 2 == 1) result = wrapping_mul(result, base);
    base = wrapping_mul(base, base);
  }
  return result;
}

}  // namespace convgrad::kernels
