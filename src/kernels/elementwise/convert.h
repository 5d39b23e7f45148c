#pragma once
#include <cstdint>
#include <limits>
#include <type_traits>

namespace convgrad::kernels {

/// One element's conversion, defined for every value: what x86's truncating conversion gives, and so PyTorch.
template <class To, class From>
inline To convert(From x) {
  if constexpr (std::is_same_v<To, bool>) {
    return x != 0;
  } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    if constexpr (sizeof(To) == 1) {
      return static_cast<To>(convert<int64_t>(x));
    } else {
      // the limits are powers of two, and so exact
      constexpr From low = static_cast<From>(std::numeric_limits<To>::min());
      return x >= low && x < -low ? static_cast<To>(x) : std::numeric_limits<To>::min();
    }
  } else {
    return static_cast<To>(x);
  }
}

}  // namespace convgrad::kernels
