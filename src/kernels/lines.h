#pragma once
#include <algorithm>
#include <cstdint>

#include "core/threads.h"

namespace convgrad::kernels {

/// The lines along the middle dimension of a dense array [outer, n, inner].
struct Lines {
  int64_t outer = 1, n = 1, inner = 1;

  int64_t count() const { return outer * inner; }
  /// Where line i begins; its elements are `inner` apart.
  int64_t start(int64_t i) const { return i / inner * n * inner + i % inner; }
};

/// Calls body(first, last) for ranges of the lines, in parallel where they hold enough elements.
inline void for_each_line(const Lines& lines, int64_t grain_elements, FunctionRef<void(int64_t, int64_t)> body) {
  if (lines.n == 0) return;
  parallel_for(0, lines.count(), 1 + grain_elements / lines.n, body);
}

}  // namespace convgrad::kernels
