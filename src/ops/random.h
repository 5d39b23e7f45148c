#pragma once
#include <convgrad/ops/random.h>

#include <span>

#include "core/layout.h"

namespace convgrad {

/// Calls f(element) in the order of memory, which is that of drawing, for a tensor of any strides.
template <class T, class F>
void each_in_memory_order(const Tensor& t, F&& f) {
  if (t.numel() == 0) return;
  const DimVector order = memory_order(t.sizes(), t.strides());
  const auto walk = [&](auto& self, size_t level, T* at) -> void {
    if (level == 0) return void(f(*at));
    const auto dim = static_cast<size_t>(order[level - 1]);
    for (int64_t i = 0; i < t.sizes()[dim]; ++i) self(self, level - 1, at + i * t.strides()[dim]);
  };
  walk(walk, order.size(), static_cast<T*>(t.data_ptr()));
}

template <class T>
std::span<T> all_elements(const Tensor& t) {
  return {static_cast<T*>(t.data_ptr()), static_cast<size_t>(t.numel())};
}

/// "unsigned char": as the bounds checks call a type.
const char* c_name(ScalarType t);

}  // namespace convgrad
