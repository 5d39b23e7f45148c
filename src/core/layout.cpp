#include "core/layout.h"

namespace convgrad {
namespace {

enum class Comparison { before, after, either };

Comparison compare(IntArrayRef sizes, IntArrayRef strides, int64_t a, int64_t b) {
  const auto i = static_cast<size_t>(a), j = static_cast<size_t>(b);
  if (strides[i] == 0 || strides[j] == 0) return Comparison::either;
  if (strides[i] != strides[j]) return strides[i] < strides[j] ? Comparison::before : Comparison::after;
  return sizes[i] > sizes[j] ? Comparison::after : Comparison::either;
}

bool is_dense(IntArrayRef sizes, IntArrayRef strides, const DimVector& order) {
  int64_t step = 1;
  for (const int64_t d : order) {
    const auto i = static_cast<size_t>(d);
    if (sizes[i] == 1) continue;
    if (strides[i] != step) return false;
    step *= sizes[i];
  }
  return true;
}

}  // namespace

DimVector memory_order(IntArrayRef sizes, IntArrayRef strides) {
  const auto n = static_cast<int64_t>(sizes.size());
  DimVector order(sizes.size());
  for (int64_t i = 0; i < n; ++i) order[static_cast<size_t>(i)] = n - 1 - i;
  // An insertion sort, because "either" is no equivalence: the result depends on which pairs meet.
  for (size_t i = 1; i < order.size(); ++i) {
    size_t moving = i;
    for (size_t j = i; j-- > 0;) {
      const Comparison c = compare(sizes, strides, order[j], order[moving]);
      if (c == Comparison::before) break;
      if (c == Comparison::either) continue;
      std::swap(order[j], order[moving]);
      moving = j;
    }
  }
  return order;
}

DimVector dense_strides_like(IntArrayRef sizes, IntArrayRef strides) {
  const DimVector order = memory_order(sizes, strides);
  for (const int64_t size : sizes)
    if (size == 0) return strides;
  if (is_dense(sizes, strides, order)) return strides;
  DimVector dense(sizes.size());
  int64_t step = 1;
  for (const int64_t d : order) {
    const auto i = static_cast<size_t>(d);
    dense[i] = step;
    step *= sizes[i];
  }
  return dense;
}

}  // namespace convgrad
