// Elementary functions of floating-point numbers.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise/math.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
//
#include <cmath>

#include "kernels/elementwise/groups.h"
#include "kernels/elementwise/map-inl.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {
namespace {

// clang-format off
struct Exp { template <class T> T operator()(T x) const { return std::exp(x); } };
struct Exp2 { template <class T> T operator()(T x) const { return std::exp2(x); } };
struct Expm1 { template <class T> T operator()(T x) const { return std::expm1(x); } };
struct Log { template <class T> T operator()(T x) const { return std::log(x); } };
struct Log2 { template <class T> T operator()(T x) const { return std::log2(x); } };
struct Log10 { template <class T> T operator()(T x) const { return std::log10(x); } };
struct Log1p { template <class T> T operator()(T x) const { return std::log1p(x); } };
struct Sqrt { template <class T> T operator()(T x) const { return std::sqrt(x); } };
struct Rsqrt { template <class T> T operator()(T x) const { return T(1) / std::sqrt(x); } };
struct Reciprocal { template <class T> T operator()(T x) const { return T(1) / x; } };
struct ReciprocalSquare { template <class T> T operator()(T x) const { return T(1) / (x * x); } };
struct Sin { template <class T> T operator()(T x) const { return std::sin(x); } };
struct Cos { template <class T> T operator()(T x) const { return std::cos(x); } };
struct Tan { template <class T> T operator()(T x) const { return std::tan(x); } };
struct Asin { template <class T> T operator()(T x) const { return std::asin(x); } };
struct Acos { template <class T> T operator()(T x) const { return std::acos(x); } };
struct Atan { template <class T> T operator()(T x) const { return std::atan(x); } };
struct Atan2 { template <class T> T operator()(T y, T x) const { return std::atan2(y, x); } };
struct Sinh { template <class T> T operator()(T x) const { return std::sinh(x); } };
struct Cosh { template <class T> T operator()(T x) const { return std::cosh(x); } };
struct Tanh { template <class T> T operator()(T x) const { return std::tanh(x); } };
struct Sigmoid { template <class T> T operator()(T x) const { return T(1) / (T(1) + std::exp(-x)); } };
struct Erf { template <class T> T operator()(T x) const { return std::erf(x); } };
struct Erfc { template <class T> T operator()(T x) const { return std::erfc(x); } };
struct Round { template <class T> T operator()(T x) const { return std::nearbyint(x); } };
struct RoundDecimals {
  template <class T> T operator()(T x, T ten) const {
    return ten > 0 ? std::nearbyint(x * ten) / ten : std::nearbyint(x / -ten) * -ten;
  }
};
struct Floor { template <class T> T operator()(T x) const { return std::floor(x); } };
struct Ceil { template <class T> T operator()(T x) const { return std::ceil(x); } };
struct Trunc { template <class T> T operator()(T x) const { return std::trunc(x); } };
struct Frac { template <class T> T operator()(T x) const { return x - std::trunc(x); } };
// clang-format on

template <class T>
Loop find_real(Op op) {
  switch (op) {
    case Op::exp:
      return map<Exp, 1, T>();
    case Op::exp2:
      return map<Exp2, 1, T>();
    case Op::expm1:
      return map<Expm1, 1, T>();
    case Op::log:
      return map<Log, 1, T>();
    case Op::log2:
      return map<Log2, 1, T>();
    case Op::log10:
      return map<Log10, 1, T>();
    case Op::log1p:
      return map<Log1p, 1, T>();
    case Op::sqrt:
      return map<Sqrt, 1, T>();
    case Op::rsqrt:
      return map<Rsqrt, 1, T>();
    case Op::reciprocal:
      return map<Reciprocal, 1, T>();
    case Op::reciprocal_square:
      return map<ReciprocalSquare, 1, T>();
    case Op::sin:
      return map<Sin, 1, T>();
    case Op::cos:
      return map<Cos, 1, T>();
    case Op::tan:
      return map<Tan, 1, T>();
    case Op::asin:
      return map<Asin, 1, T>();
    case Op::acos:
      return map<Acos, 1, T>();
    case Op::atan:
      return map<Atan, 1, T>();
    case Op::atan2:
      return map<Atan2, 2, T>();
    case Op::sinh:
      return map<Sinh, 1, T>();
    case Op::cosh:
      return map<Cosh, 1, T>();
    case Op::tanh:
      return map<Tanh, 1, T>();
    case Op::sigmoid:
      return map<Sigmoid, 1, T>();
    case Op::erf:
      return map<Erf, 1, T>();
    case Op::erfc:
      return map<Erfc, 1, T>();
    case Op::round:
      return map<Round, 1, T>();
    case Op::round_decimals:
      return map<RoundDecimals, 2, T>();
    case Op::floor:
      return map<Floor, 1, T>();
    case Op::ceil:
      return map<Ceil, 1, T>();
    case Op::trunc:
      return map<Trunc, 1, T>();
    case Op::frac:
      return map<Frac, 1, T>();
    default:
      return nullptr;
  }
}

}  // namespace

Loop find_math(Op op, ScalarType type) {
  if (type == kFloat32) return find_real<float>(op);
  return type == kFloat64 ? find_real<double>(op) : nullptr;
}

}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convgrad::kernels {
HWY_EXPORT(find_math);
Loop find_math(Op op, ScalarType type) { return HWY_DYNAMIC_DISPATCH(find_math)(op, type); }
}  // namespace convgrad::kernels
#endif
