#include "core/shape.h"

#include <algorithm>
#include <ostream>

#include "core/check.h"

namespace convgrad {

int64_t checked_add(int64_t a, int64_t b, const char* op) {
  int64_t r = 0;
  check<ShapeError>(!__builtin_add_overflow(a, b, &r), "{}: the sum of sizes {} + {} overflows", op, a, b);
  return r;
}

int64_t checked_mul(int64_t a, int64_t b, const char* op) {
  int64_t r = 0;
  check<ShapeError>(!__builtin_mul_overflow(a, b, &r), "{}: the product of sizes {} * {} overflows", op, a, b);
  return r;
}

int64_t checked_numel(IntArrayRef sizes, int64_t element_size) {
  int64_t numel = 1, bytes = element_size;
  bool overflow = false;
  for (const int64_t s : sizes) {
    check(s >= 0, "Trying to create tensor with negative dimension {}: {}", s, sizes);
    numel = s == 0 ? 0 : numel;  // a zero size does not excuse the others from fitting
    overflow |= __builtin_mul_overflow(bytes, std::max<int64_t>(s, 1), &bytes);
    if (numel != 0) overflow |= __builtin_mul_overflow(numel, s, &numel);
  }
  check(!overflow, "Storage size calculation overflowed with sizes={}", sizes);
  return numel;
}

DimVector contiguous_strides(IntArrayRef sizes) {
  DimVector strides(sizes.size());
  int64_t step = 1;
  for (size_t d = sizes.size(); d-- > 0;) {
    strides[d] = step;
    step *= std::max<int64_t>(sizes[d], 1);
  }
  return strides;
}

bool is_contiguous(IntArrayRef sizes, IntArrayRef strides) {
  int64_t step = 1;
  bool same = true;
  for (size_t d = sizes.size(); d-- > 0;) {
    if (sizes[d] == 0) return true;
    if (sizes[d] == 1) continue;
    same = same && strides[d] == step;
    step *= sizes[d];
  }
  return same;
}

bool may_overlap(IntArrayRef sizes, IntArrayRef strides) {
  for (size_t d = 0; d < sizes.size(); ++d)
    if (sizes[d] == 0) return false;
  for (size_t d = 0; d < sizes.size(); ++d)
    if (sizes[d] > 1 && strides[d] == 0) return true;
  return false;
}

int64_t normalize_dim(int64_t dim, int64_t ndim, bool wrap_scalar) {
  if (ndim == 0 && wrap_scalar) ndim = 1;
  check<IndexError>(ndim > 0, "Dimension specified as {} but tensor has no dimensions", dim);
  check<IndexError>(dim >= -ndim && dim < ndim,
                    "Dimension out of range (expected to be in range of [{}, {}], but got {})", -ndim, ndim - 1, dim);
  return dim < 0 ? dim + ndim : dim;
}

DimVector broadcast_shapes(IntArrayRef a, IntArrayRef b) {
  const size_t n = std::max(a.size(), b.size());
  DimVector out(n);
  for (size_t i = 0; i < n; ++i) {  // i counts from the last dimension
    const int64_t x = i < a.size() ? a[a.size() - 1 - i] : 1, y = i < b.size() ? b[b.size() - 1 - i] : 1;
    check<ShapeError>(x == y || x == 1 || y == 1,
                      "The size of tensor a ({}) must match the size of tensor b ({}) at non-singleton dimension {}", x,
                      y, n - 1 - i);
    out[n - 1 - i] = x == 1 ? y : x;
  }
  return out;
}

DimVector broadcast_strides(IntArrayRef sizes, IntArrayRef strides, IntArrayRef shape) {
  DimVector out(shape.size());
  const size_t lead = shape.size() - sizes.size();
  for (size_t d = 0; d < sizes.size(); ++d) out[lead + d] = sizes[d] == 1 && shape[lead + d] != 1 ? 0 : strides[d];
  return out;
}

bool is_expandable_to(IntArrayRef from, IntArrayRef to) {
  if (from.size() > to.size()) return false;
  const size_t lead = to.size() - from.size();
  for (size_t d = 0; d < from.size(); ++d)
    if (from[d] != 1 && from[d] != to[lead + d]) return false;
  return true;
}

std::string to_string(IntArrayRef list) {
  std::string text = "[";
  for (size_t i = 0; i < list.size(); ++i) {
    if (i) text += ", ";
    text += std::to_string(list[i]);
  }
  return text + "]";
}

std::ostream& operator<<(std::ostream& out, IntArrayRef list) { return out << to_string(list); }

}  // namespace convgrad
