// Copying with conversion, between any strides.
#include <cstring>

#include "kernels/elementwise/convert.h"
#include "kernels/elementwise/elementwise.h"

namespace convgrad::kernels {
namespace {

template <class To, class From>
void move_elements(void* to, int64_t to_stride, const void* from, int64_t from_stride, int64_t n) {
  auto* t = static_cast<char*>(to);
  const auto* f = static_cast<const char*>(from);
  if (to_stride == sizeof(To) && from_stride == sizeof(From)) {
    if constexpr (std::is_same_v<To, From>) {
      std::memcpy(t, f, static_cast<size_t>(n) * sizeof(To));
    } else {
      auto* __restrict out = static_cast<To*>(to);
      const auto* __restrict in = static_cast<const From*>(from);
      for (int64_t i = 0; i < n; ++i) out[i] = convert<To>(in[i]);
    }
  } else if (to_stride == sizeof(To) && from_stride == 0) {
    const To value = convert<To>(*static_cast<const From*>(from));
    for (int64_t i = 0; i < n; ++i) static_cast<To*>(to)[i] = value;
  } else {
    for (int64_t i = 0; i < n; ++i, t += to_stride, f += from_stride)
      *reinterpret_cast<To*>(t) = convert<To>(*reinterpret_cast<const From*>(f));
  }
}

template <class To>
Move find_move_to(ScalarType from) {
  switch (from) {
    case kUInt8:
      return move_elements<To, uint8_t>;
    case kInt32:
      return move_elements<To, int32_t>;
    case kInt64:
      return move_elements<To, int64_t>;
    case kFloat32:
      return move_elements<To, float>;
    case kFloat64:
      return move_elements<To, double>;
    default:
      return move_elements<To, bool>;
  }
}

}  // namespace

Move find_move(ScalarType to, ScalarType from) {
  switch (to) {
    case kUInt8:
      return find_move_to<uint8_t>(from);
    case kInt32:
      return find_move_to<int32_t>(from);
    case kInt64:
      return find_move_to<int64_t>(from);
    case kFloat32:
      return find_move_to<float>(from);
    case kFloat64:
      return find_move_to<double>(from);
    default:
      return find_move_to<bool>(from);
  }
}

}  // namespace convgrad::kernels
