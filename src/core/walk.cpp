#include "core/walk.h"

#include <algorithm>
#include <numeric>

#include "core/shape.h"

namespace convgrad {

DimVector loop_order(IntArrayRef shape, ArrayRef<DimVector> strides) {
  DimVector order(shape.size());
  std::iota(order.begin(), order.end(), 0);
  std::reverse(order.begin(), order.end());
  const auto outer_first = [&](int64_t a, int64_t b) {  // 1: a is the outer one, −1: the inner one, 0: no matter
    for (const DimVector& s : strides) {
      if (s[a] == 0 || s[b] == 0) continue;
      if (s[a] != s[b]) return s[a] < s[b] ? -1 : 1;
      if (shape[a] > shape[b]) return 1;
    }
    return 0;
  };
  for (size_t i = 1; i < order.size(); ++i)
    for (size_t at = i, j = i; j-- > 0;) {
      const int c = outer_first(order[j], order[at]);
      if (c < 0) break;
      if (c > 0) std::swap(order[j], order[at]), at = j;
    }
  return order;
}

DimVector byte_strides(const detail::TensorImpl& t, IntArrayRef shape) {
  DimVector strides = broadcast_strides(t.sizes, t.strides, shape);
  for (size_t d = 0; d < shape.size(); ++d) strides[d] = shape[d] == 1 ? 0 : strides[d] * element_size(t.dtype);
  return strides;
}

void Walk::add(const detail::TensorImpl& t) {
  arrays_[count_++] = {.data = static_cast<char*>(t.data()), .dtype = t.dtype, .strides = byte_strides(t, given_)};
}

void Walk::add_number(void* data, ScalarType dtype) {
  arrays_[count_++] = {.data = static_cast<char*>(data), .dtype = dtype, .strides = DimVector(given_.size())};
}

void Walk::arrange() {
  DimVector given[kMaxArrays];
  for (int k = 0; k < count_; ++k) given[k] = std::exchange(arrays_[k].strides, {});
  for (const int64_t d : loop_order(given_, {given, static_cast<size_t>(count_)})) {
    if (given_[d] == 1) continue;
    numel_ *= given_[d];
    bool continues = !shape_.empty();
    for (int k = 0; continues && k < count_; ++k) continues = given[k][d] == arrays_[k].strides.back() * shape_.back();
    if (continues) {
      shape_.back() *= given_[d];
      continue;
    }
    shape_.push_back(given_[d]);
    for (int k = 0; k < count_; ++k) arrays_[k].strides.push_back(given[k][d]);
  }
  if (!shape_.empty()) return;
  shape_.push_back(1);
  for (int k = 0; k < count_; ++k) arrays_[k].strides.push_back(0);
}

bool Walk::is_dense(int k) const {
  int64_t step = arrays_[k].element();
  for (size_t d = 0; d < shape_.size(); ++d) {
    if (shape_[d] != 1 && arrays_[k].strides[d] != step) return false;
    step *= shape_[d];
  }
  return true;
}

int64_t Walk::period(int k) const {
  size_t outer = shape_.size();
  while (outer > 0 && arrays_[k].strides[outer - 1] == 0) --outer;
  int64_t count = 1;
  for (size_t d = 0; d < outer; ++d) count *= shape_[d];
  return count;
}

DimVector Walk::locate(int64_t index) const {
  DimVector at(shape_.size());
  for (size_t d = 0; d + 1 < shape_.size(); ++d) {
    at[d] = index % shape_[d];
    index /= shape_[d];
  }
  at.back() = index;
  return at;
}

char* Walk::address(int k, const DimVector& at) const {
  char* p = arrays_[k].data;
  for (size_t d = 0; d < at.size(); ++d) p += at[d] * arrays_[k].strides[d];
  return p;
}

}  // namespace convgrad
