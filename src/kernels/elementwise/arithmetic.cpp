// Sums, products, quotients, bounds and powers, of every type.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise/arithmetic.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
//
#include <cmath>

#include "kernels/elementwise/functions-inl.h"
#include "kernels/elementwise/groups.h"
#include "kernels/elementwise/integer_math.h"
#include "kernels/elementwise/map-inl.h"
#include "kernels/elementwise/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {
namespace {

template <class T>
inline constexpr bool is_real = std::is_floating_point_v<T>;

// ---- floats, by vectors

struct VectorAdd {
  template <class D, class V>
  V operator()(D, V a, V b) const {
    return hn::Add(a, b);
  }
};
struct VectorSubtract {
  template <class D, class V>
  V operator()(D, V a, V b) const {
    return hn::Sub(a, b);
  }
};
struct VectorMultiply {
  template <class D, class V>
  V operator()(D, V a, V b) const {
    return hn::Mul(a, b);
  }
};
struct VectorDivide {
  template <class D, class V>
  V operator()(D, V a, V b) const {
    return hn::Div(a, b);
  }
};
struct VectorAddScaled {
  template <class D, class V>
  V operator()(D, V a, V b, V alpha) const {
    return hn::MulAdd(b, alpha, a);
  }
};
struct VectorAddProduct {
  template <class D, class V>
  V operator()(D, V a, V b, V c, V value) const {
    return hn::MulAdd(hn::Mul(value, b), c, a);
  }
};
struct VectorAddQuotient {
  template <class D, class V>
  V operator()(D, V a, V b, V c, V value) const {
    return hn::Add(a, hn::Div(hn::Mul(value, b), c));
  }
};
/// From the nearer end, so that weights 0 and 1 give the ends exactly.
struct VectorLerp {
  template <class D, class V>
  V operator()(D d, V start, V end, V weight) const {
    const V one = hn::Set(d, 1), half = hn::Set(d, static_cast<hn::TFromD<D>>(0.5)), width = hn::Sub(end, start);
    const auto near = hn::Lt(hn::Abs(weight), half);
    return hn::MulAdd(hn::IfThenElse(near, weight, hn::Sub(weight, one)), width, hn::IfThenElse(near, start, end));
  }
};
struct VectorNegate {
  template <class D, class V>
  V operator()(D, V a) const {
    return hn::Neg(a);
  }
};
struct VectorAbsolute {
  template <class D, class V>
  V operator()(D, V a) const {
    return hn::Abs(a);
  }
};
struct VectorSquare {
  template <class D, class V>
  V operator()(D, V a) const {
    return hn::Mul(a, a);
  }
};
struct VectorCube {
  template <class D, class V>
  V operator()(D, V a) const {
    return hn::Mul(hn::Mul(a, a), a);
  }
};
/// −0 and NaN stay.
struct VectorRelu {
  template <class D, class V>
  V operator()(D d, V a) const {
    return hn::IfThenZeroElse(hn::Lt(a, hn::Zero(d)), a);
  }
};

/// Of equal values, which are zeros of either sign or the same, the bits in common; NaN of either stays.
struct VectorMaximum {
  template <class D, class V>
  V operator()(D, V a, V b) const {
    const V larger = hn::IfThenElse(hn::Or(hn::Gt(a, b), hn::IsNaN(a)), a, b);
    return hn::IfThenElse(hn::Eq(a, b), hn::And(a, b), larger);
  }
};
struct VectorMinimum {
  template <class D, class V>
  V operator()(D, V a, V b) const {
    const V smaller = hn::IfThenElse(hn::Or(hn::Lt(a, b), hn::IsNaN(a)), a, b);
    return hn::IfThenElse(hn::Eq(a, b), hn::Or(a, b), smaller);
  }
};
/// Of equal values x itself stays, so that −0 passes a bound of 0, as in PyTorch; NaN of either stays.
struct VectorClampMin {
  template <class D, class V>
  V operator()(D, V x, V low) const {
    return hn::IfThenElse(hn::Or(hn::Lt(x, low), hn::IsNaN(low)), low, x);
  }
};
struct VectorClampMax {
  template <class D, class V>
  V operator()(D, V x, V high) const {
    return hn::IfThenElse(hn::Or(hn::Gt(x, high), hn::IsNaN(high)), high, x);
  }
};
struct VectorClamp {
  template <class D, class V>
  V operator()(D d, V x, V low, V high) const {
    return VectorClampMax()(d, VectorClampMin()(d, x, low), high);
  }
};

// ---- integers and bool, element by element; and what floats need library functions for

struct Add {
  template <class T>
  T operator()(T a, T b) const {
    if constexpr (std::is_same_v<T, bool>)
      return a || b;
    else
      return wrapping_add(a, b);
  }
};
struct Subtract {
  template <class T>
  T operator()(T a, T b) const {
    if constexpr (std::is_same_v<T, bool>)
      return a != b;
    else
      return wrapping_add(a, wrapping_neg(b));
  }
};
struct Multiply {
  template <class T>
  T operator()(T a, T b) const {
    if constexpr (std::is_same_v<T, bool>)
      return a && b;
    else
      return wrapping_mul(a, b);
  }
};
struct ZeroWhere {
  template <class T>
  T operator()(T condition, T x) const {
    return condition != T(0) ? T(0) : x;
  }
};
struct Square {
  template <class T>
  T operator()(T a) const {
    return Multiply()(a, a);
  }
};
struct Cube {
  template <class T>
  T operator()(T a) const {
    return Multiply()(Multiply()(a, a), a);
  }
};
struct AddScaled {
  template <class T>
  T operator()(T a, T b, T alpha) const {
    return Add()(a, Multiply()(alpha, b));
  }
};
struct AddProduct {
  template <class T>
  T operator()(T a, T b, T c, T value) const {
    return Add()(a, Multiply()(Multiply()(value, b), c));
  }
};
struct Maximum {
  template <class T>
  T operator()(T a, T b) const {
    return a > b ? a : b;
  }
};
struct Minimum {
  template <class T>
  T operator()(T a, T b) const {
    return a < b ? a : b;
  }
};
struct ClampMin {
  template <class T>
  T operator()(T x, T low) const {
    return x < low ? low : x;
  }
};
struct ClampMax {
  template <class T>
  T operator()(T x, T high) const {
    return x > high ? high : x;
  }
};
struct Clamp {
  template <class T>
  T operator()(T x, T low, T high) const {
    return ClampMax()(ClampMin()(x, low), high);
  }
};
struct Relu {
  template <class T>
  T operator()(T a) const {
    return a < T(0) ? T(0) : a;
  }
};
struct Sign {
  template <class T>
  T operator()(T a) const {
    return static_cast<T>((T(0) < a) - (a < T(0)));
  }
};
struct Negate {
  template <class T>
  T operator()(T a) const {
    return wrapping_neg(a);
  }
};
struct Absolute {
  template <class T>
  T operator()(T a) const {
    return a < 0 ? wrapping_neg(a) : a;
  }
};
struct TruncDivide {
  template <class T>
  T operator()(T a, T b) const {
    if constexpr (is_real<T>)
      return std::trunc(a / b);
    else
      return truncated_quotient(a, b);
  }
};
/// Python's: exact where the quotient is, even where a / b would round up to an integer.
struct FloorDivide {
  template <class T>
  T operator()(T a, T b) const {
    if constexpr (is_real<T>) {
      if (b == 0) return a / b;
      const T mod = std::fmod(a, b);
      T div = (a - mod) / b;
      if (mod != 0 && (b < 0) != (mod < 0)) div -= T(1);
      if (div == 0) return std::copysign(T(0), a / b);
      const T floored = std::floor(div);
      return div - floored > T(0.5) ? floored + T(1) : floored;
    } else {
      return floored_quotient(a, b);
    }
  }
};
struct Remainder {
  template <class T>
  T operator()(T a, T b) const {
    if constexpr (is_real<T>) {
      const T mod = std::fmod(a, b);
      return mod != 0 && (b < 0) != (mod < 0) ? mod + b : mod;
    } else {
      return floored_remainder(a, b);
    }
  }
};
struct Fmod {
  template <class T>
  T operator()(T a, T b) const {
    if constexpr (is_real<T>)
      return std::fmod(a, b);
    else
      return truncated_remainder(a, b);
  }
};
struct Power {
  template <class T>
  T operator()(T a, T b) const {
    return integer_power(a, b);
  }
};

/// What a float32 division towards zero leaves, computed in float64, where a − q · b is exact for quotients below 2²⁶.
template <class D>
struct Division {
  hn::Vec<D> quotient, rest;
  hn::Mask<D> unsure;  // larger quotients, zeros, infinities, NaN
};
template <class D, class V>
HWY_INLINE Division<D> divide_singles(D d, V a, V b) {
  const V q = hn::Trunc(hn::Div(a, b));
  const V rest = hn::Sub(a, hn::Mul(q, b));
  const auto usual = hn::Lt(hn::Abs(q), hn::Set(d, 0x1p26));
  const auto usual_divisor = hn::And(hn::Gt(hn::Abs(b), hn::Zero(d)), hn::Lt(hn::Abs(b), hn::Set(d, 0x1p200)));
  return {q, hn::Or(hn::Abs(rest), hn::And(a, hn::SignBit(d))), hn::Not(hn::And(usual, usual_divisor))};
}
/// Whether the rest has not the divisor's sign, and is not zero.
template <class D, class V>
HWY_INLINE hn::Mask<D> wrong_sign(D d, V rest, V b) {
  return hn::And(hn::Ne(rest, hn::Zero(d)), hn::Lt(hn::Mul(rest, b), hn::Zero(d)));
}
struct WideFmod {
  template <class D, class V>
  V operator()(D d, V a, V b) const {
    const auto x = divide_singles(d, a, b);
    return patch2(d, x.unsure, x.rest, a, b, [](double p, double q) { return std::fmod(p, q); });
  }
};
struct WideRemainder {
  template <class D, class V>
  V operator()(D d, V a, V b) const {
    const auto x = divide_singles(d, a, b);
    const V y = hn::IfThenElse(wrong_sign(d, x.rest, b), hn::Add(x.rest, b), x.rest);  // −0 stays
    return patch2(d, x.unsure, y, a, b,
                  [](double p, double q) { return Remainder()(static_cast<float>(p), static_cast<float>(q)); });
  }
};
struct WideFloorDivide {
  template <class D, class V>
  V operator()(D d, V a, V b) const {
    const auto x = divide_singles(d, a, b);
    const V one = hn::Set(d, 1);
    const V y = hn::Sub(x.quotient, hn::IfThenElseZero(wrong_sign(d, x.rest, b), one));
    return patch2(d, x.unsure, y, a, b,
                  [](double p, double q) { return FloorDivide()(static_cast<float>(p), static_cast<float>(q)); });
  }
};
template <class T>
Loop find_any(Op op) {
  switch (op) {
    case Op::add:
      return map<Add, 2, T>();
    case Op::add_scaled:
      return map<AddScaled, 3, T>();
    case Op::sub:
      return map<Subtract, 2, T>();
    case Op::mul:
      return map<Multiply, 2, T>();
    case Op::maximum:
      return map<Maximum, 2, T>();
    case Op::minimum:
      return map<Minimum, 2, T>();
    case Op::clamp_min:
      return map<ClampMin, 2, T>();
    case Op::clamp_max:
      return map<ClampMax, 2, T>();
    case Op::clamp:
      return map<Clamp, 3, T>();
    case Op::sign:
      return map<Sign, 1, T>();
    case Op::zero_where:
      return map<ZeroWhere, 2, T>();
    case Op::square:
      return map<Square, 1, T>();
    case Op::cube:
      return map<Cube, 1, T>();
    case Op::addcmul:
      return map<AddProduct, 4, T>();
    default:
      return nullptr;
  }
}

template <class T>
Loop find_number(Op op) {
  switch (op) {
    case Op::neg:
      return map<Negate, 1, T>();
    case Op::relu:
      return map<Relu, 1, T>();
    case Op::abs:
      return map<Absolute, 1, T>();
    case Op::trunc_divide:
      return map<TruncDivide, 2, T>();
    case Op::floor_divide:
      return map<FloorDivide, 2, T>();
    case Op::remainder:
      return map<Remainder, 2, T>();
    case Op::fmod:
      return map<Fmod, 2, T>();
    case Op::pow:
      return map<Power, 2, T>();
    default:
      return find_any<T>(op);
  }
}

template <class T>
Loop find_real(Op op) {
  switch (op) {
    case Op::add:
      return vectors<VectorAdd, 2, T>();
    case Op::sub:
      return vectors<VectorSubtract, 2, T>();
    case Op::mul:
      return vectors<VectorMultiply, 2, T>();
    case Op::div:
      return vectors<VectorDivide, 2, T>();
    case Op::add_scaled:
      return vectors<VectorAddScaled, 3, T>();
    case Op::addcmul:
      return vectors<VectorAddProduct, 4, T>();
    case Op::addcdiv:
      return vectors<VectorAddQuotient, 4, T>();
    case Op::lerp:
      return vectors<VectorLerp, 3, T>();
    case Op::neg:
      return vectors<VectorNegate, 1, T>();
    case Op::abs:
      return vectors<VectorAbsolute, 1, T>();
    case Op::square:
      return vectors<VectorSquare, 1, T>();
    case Op::cube:
      return vectors<VectorCube, 1, T>();
    case Op::relu:
      return vectors<VectorRelu, 1, T>();
    case Op::maximum:
      return vectors<VectorMaximum, 2, T>();
    case Op::minimum:
      return vectors<VectorMinimum, 2, T>();
    case Op::clamp_min:
      return vectors<VectorClampMin, 2, T>();
    case Op::clamp_max:
      return vectors<VectorClampMax, 2, T>();
    case Op::clamp:
      return vectors<VectorClamp, 3, T>();
    case Op::fmod:
      return std::is_same_v<T, float> ? widened<WideFmod, 2, float>() : map<Fmod, 2, T>();
    case Op::remainder:
      return std::is_same_v<T, float> ? widened<WideRemainder, 2, float>() : map<Remainder, 2, T>();
    case Op::floor_divide:
      return std::is_same_v<T, float> ? widened<WideFloorDivide, 2, float>() : map<FloorDivide, 2, T>();
    case Op::sign:
      return map<Sign, 1, T>();
    case Op::zero_where:
      return map<ZeroWhere, 2, T>();
    case Op::trunc_divide:
      return map<TruncDivide, 2, T>();
    default:
      return nullptr;
  }
}

Loop find(Op op, ScalarType type) {
  switch (type) {
    case kBool:
      return find_any<bool>(op);
    case kUInt8:
      return find_number<uint8_t>(op);
    case kInt32:
      return find_number<int32_t>(op);
    case kInt64:
      return find_number<int64_t>(op);
    case kFloat32:
      return find_real<float>(op);
    default:
      return find_real<double>(op);
  }
}

}  // namespace
Loop find_arithmetic(Op op, ScalarType type) { return find(op, type); }
}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convgrad::kernels {
HWY_EXPORT(find_arithmetic);
Loop find_arithmetic(Op op, ScalarType type) { return HWY_DYNAMIC_DISPATCH(find_arithmetic)(op, type); }
}  // namespace convgrad::kernels
#endif
