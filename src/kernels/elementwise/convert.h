#pragma once
#include <cstdint>
#include <limits>
#include <type_traits>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

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
#if defined(__SSE2__)
      // the instruction is defined for every value, the language's cast is not
      if constexpr (std::is_same_v<From, float>)
        return sizeof(To) == 8 ? static_cast<To>(_mm_cvttss_si64(_mm_set_ss(x))) : _mm_cvttss_si32(_mm_set_ss(x));
      else
        return sizeof(To) == 8 ? static_cast<To>(_mm_cvttsd_si64(_mm_set_sd(x))) : _mm_cvttsd_si32(_mm_set_sd(x));
#else
      // the limits are powers of two, and so exact
      constexpr From low = static_cast<From>(std::numeric_limits<To>::min());
      return x >= low && x < -low ? static_cast<To>(x) : std::numeric_limits<To>::min();
#endif
    }
  } else {
    return static_cast<To>(x);
  }
}

}  // namespace convgrad::kernels
