// Comparisons, tests and logic: bool out, or bits.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise/logic.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
//
#include <cmath>
#include <limits>

#include "kernels/elementwise/groups.h"
#include "kernels/elementwise/map-inl.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {
namespace {

struct Equal {
  template <class T>
  bool operator()(T a, T b) const {
    return a == b;
  }
};
struct NotEqual {
  template <class T>
  bool operator()(T a, T b) const {
    return a != b;
  }
};
struct Less {
  template <class T>
  bool operator()(T a, T b) const {
    return a < b;
  }
};
struct LessEqual {
  template <class T>
  bool operator()(T a, T b) const {
    return a <= b;
  }
};
struct Greater {
  template <class T>
  bool operator()(T a, T b) const {
    return a > b;
  }
};
struct GreaterEqual {
  template <class T>
  bool operator()(T a, T b) const {
    return a >= b;
  }
};
struct And {
  template <class T>
  bool operator()(T a, T b) const {
    return (a != T(0)) & (b != T(0));
  }
};
struct Or {
  template <class T>
  bool operator()(T a, T b) const {
    return (a != T(0)) | (b != T(0));
  }
};
struct Xor {
  template <class T>
  bool operator()(T a, T b) const {
    return (a != T(0)) != (b != T(0));
  }
};
struct Not {
  template <class T>
  bool operator()(T a) const {
    return a == T(0);
  }
};
struct IsNan {
  template <class T>
  bool operator()(T a) const {
    return a != a;
  }
};
struct IsInf {
  template <class T>
  bool operator()(T a) const {
    if constexpr (std::is_floating_point_v<T>) return std::abs(a) == std::numeric_limits<T>::infinity();
    return false;
  }
};
struct IsFinite {
  template <class T>
  bool operator()(T a) const {
    if constexpr (std::is_floating_point_v<T>) return std::abs(a) <= std::numeric_limits<T>::max();
    return true;
  }
};
/// |a − b| <= atol + rtol · |b|, or equal; infinities are close to themselves alone.
struct IsClose {
  template <class T>
  bool operator()(T a, T b, T rtol, T atol) const {
    const T difference = std::abs(a - b);
    return a == b || (IsFinite()(difference) && difference <= atol + std::abs(rtol * b));
  }
};
struct BitAnd {
  template <class T>
  T operator()(T a, T b) const {
    return static_cast<T>(a & b);
  }
};
struct BitOr {
  template <class T>
  T operator()(T a, T b) const {
    return static_cast<T>(a | b);
  }
};
struct BitXor {
  template <class T>
  T operator()(T a, T b) const {
    return static_cast<T>(a ^ b);
  }
};
struct BitNot {
  template <class T>
  T operator()(T a) const {
    if constexpr (std::is_same_v<T, bool>)
      return !a;
    else
      return static_cast<T>(~a);
  }
};

template <class T>
Loop find_any(Op op) {
  switch (op) {
    case Op::eq:
      return map<Equal, 2, T, bool>();
    case Op::ne:
      return map<NotEqual, 2, T, bool>();
    case Op::lt:
      return map<Less, 2, T, bool>();
    case Op::le:
      return map<LessEqual, 2, T, bool>();
    case Op::gt:
      return map<Greater, 2, T, bool>();
    case Op::ge:
      return map<GreaterEqual, 2, T, bool>();
    case Op::logical_and:
      return map<And, 2, T, bool>();
    case Op::logical_or:
      return map<Or, 2, T, bool>();
    case Op::logical_xor:
      return map<Xor, 2, T, bool>();
    case Op::logical_not:
      return map<Not, 1, T, bool>();
    case Op::isnan:
      return map<IsNan, 1, T, bool>();
    case Op::isinf:
      return map<IsInf, 1, T, bool>();
    case Op::isfinite:
      return map<IsFinite, 1, T, bool>();
    default:
      return nullptr;
  }
}

template <class T>
Loop find_bits(Op op) {
  switch (op) {
    case Op::bitwise_and:
      return map<BitAnd, 2, T>();
    case Op::bitwise_or:
      return map<BitOr, 2, T>();
    case Op::bitwise_xor:
      return map<BitXor, 2, T>();
    case Op::bitwise_not:
      return map<BitNot, 1, T>();
    default:
      return find_any<T>(op);
  }
}

template <class T>
Loop find_real(Op op) {
  return op == Op::isclose ? map<IsClose, 4, T, bool>() : find_any<T>(op);
}

Loop find(Op op, ScalarType type) {
  switch (type) {
    case kBool:
      return find_bits<bool>(op);
    case kUInt8:
      return find_bits<uint8_t>(op);
    case kInt32:
      return find_bits<int32_t>(op);
    case kInt64:
      return find_bits<int64_t>(op);
    case kFloat32:
      return find_real<float>(op);
    default:
      return find_real<double>(op);
  }
}

}  // namespace
Loop find_logic(Op op, ScalarType type) { return find(op, type); }
}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convgrad::kernels {
HWY_EXPORT(find_logic);
Loop find_logic(Op op, ScalarType type) { return HWY_DYNAMIC_DISPATCH(find_logic)(op, type); }
}  // namespace convgrad::kernels
#endif
