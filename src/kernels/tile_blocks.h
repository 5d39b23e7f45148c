#pragma once
#include <algorithm>
#include <cstdint>
#include <type_traits>

#include "core/threads.h"

namespace convgrad::kernels {

/// A range of rows, columns or steps: [first, last).
struct Range {
  int64_t first = 0, last = 0;
  int64_t count() const { return last - first; }
};

constexpr int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }
constexpr int64_t round_up(int64_t a, int64_t multiple) { return ceil_div(a, multiple) * multiple; }

/// The part-th of `parts` near-equal pieces of [0, count), cut at multiples of `unit`.
constexpr Range piece(int64_t count, int64_t unit, int64_t part, int64_t parts) {
  const int64_t units = ceil_div(count, unit);
  return {std::min(count, units * part / parts * unit), std::min(count, units * (part + 1) / parts * unit)};
}

/// Bytes of a core's second-level cache; block sizes hang on it where they change no result.
int64_t second_level_cache();

constexpr int64_t kLeastWork = 1 << 17;  // multiplications that pay for another thread

/// Threads that so many multiplications pay for: one inside parallel work.
inline int useful_threads(int64_t multiplications) {
  return in_parallel() ? 1 : static_cast<int>(std::clamp<int64_t>(multiplications / kLeastWork, 1, num_threads()));
}

/// Functions compiled once for each instruction set and for both float types.
template <template <class> class Kernels>
struct KernelSet {
  Kernels<float> f32;
  Kernels<double> f64;

  template <class T>
  Kernels<T> of() const {
    if constexpr (std::is_same_v<T, float>)
      return f32;
    else
      return f64;
  }
};

}  // namespace convgrad::kernels
