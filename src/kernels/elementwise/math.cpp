// Elementary functions of floating-point numbers.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise/math.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
//
#include <cmath>

#include "kernels/elementwise/functions-inl.h"
#include "kernels/elementwise/groups.h"
#include "kernels/elementwise/map-inl.h"
#include "kernels/elementwise/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {
namespace {

// Function objects of the functions in functions-inl.h.
struct Exp {
  template <class D, class V>
  V operator()(D d, V x) const {
    return exp(d, x);
  }
};
struct Exp2 {
  template <class D, class V>
  V operator()(D d, V x) const {
    return exp2(d, x);
  }
};
struct Expm1 {
  template <class D, class V>
  V operator()(D d, V x) const {
    return expm1(d, x);
  }
};
struct Log {
  template <class D, class V>
  V operator()(D d, V x) const {
    return log(d, x);
  }
};
struct Log2 {
  template <class D, class V>
  V operator()(D d, V x) const {
    return log2(d, x);
  }
};
struct Log10 {
  template <class D, class V>
  V operator()(D d, V x) const {
    return log10(d, x);
  }
};
struct Log1p {
  template <class D, class V>
  V operator()(D d, V x) const {
    return log1p(d, x);
  }
};
struct Tanh {
  template <class D, class V>
  V operator()(D d, V x) const {
    return tanh(d, x);
  }
};
struct Sigmoid {
  template <class D, class V>
  V operator()(D d, V x) const {
    return sigmoid(d, x);
  }
};
struct Sin {
  template <class D, class V>
  V operator()(D d, V x) const {
    return sin(d, x);
  }
};
struct Cos {
  template <class D, class V>
  V operator()(D d, V x) const {
    return cos(d, x);
  }
};
struct Tan {
  template <class D, class V>
  V operator()(D d, V x) const {
    return tan(d, x);
  }
};
struct Asin {
  template <class D, class V>
  V operator()(D d, V x) const {
    return asin(d, x);
  }
};
struct Acos {
  template <class D, class V>
  V operator()(D d, V x) const {
    return acos(d, x);
  }
};
struct Atan {
  template <class D, class V>
  V operator()(D d, V x) const {
    return atan(d, x);
  }
};
struct Sinh {
  template <class D, class V>
  V operator()(D d, V x) const {
    return sinh(d, x);
  }
};
struct Cosh {
  template <class D, class V>
  V operator()(D d, V x) const {
    return cosh(d, x);
  }
};
struct Erf {
  template <class D, class V>
  V operator()(D d, V x) const {
    return erf(d, x);
  }
};
struct Erfc {
  template <class D, class V>
  V operator()(D d, V x) const {
    return erfc(d, x);
  }
};
struct Atan2 {
  template <class D, class V>
  V operator()(D d, V y, V x) const {
    return atan2(d, y, x);
  }
};
struct PowOfSingles {
  template <class D, class V>
  V operator()(D d, V a, V b) const {
    return pow_of_singles(d, a, b);
  }
};
/// float64 alone: there the exponent would have to be known to more than 53 bits.
struct PowOfDoubles {
  double operator()(double a, double b) const { return std::pow(a, b); }
};
struct Sqrt {
  template <class D, class V>
  V operator()(D, V x) const {
    return hn::Sqrt(x);
  }
};
struct Rsqrt {
  template <class D, class V>
  V operator()(D d, V x) const {
    return hn::Div(set(d, 1), hn::Sqrt(x));
  }
};
struct Reciprocal {
  template <class D, class V>
  V operator()(D d, V x) const {
    return hn::Div(set(d, 1), x);
  }
};
struct ReciprocalSquare {
  template <class D, class V>
  V operator()(D d, V x) const {
    return hn::Div(set(d, 1), hn::Mul(x, x));
  }
};
struct Round {
  template <class D, class V>
  V operator()(D, V x) const {
    return hn::Round(x);
  }
};
struct RoundDecimals {
  template <class D, class V>
  V operator()(D d, V x, V ten) const {
    const V size = hn::Abs(ten);
    const V behind = hn::Div(hn::Round(hn::Mul(x, size)), size), before = hn::Mul(hn::Round(hn::Div(x, size)), size);
    return hn::IfThenElse(hn::Gt(ten, hn::Zero(d)), behind, before);
  }
};
struct Floor {
  template <class D, class V>
  V operator()(D, V x) const {
    return hn::Floor(x);
  }
};
struct Ceil {
  template <class D, class V>
  V operator()(D, V x) const {
    return hn::Ceil(x);
  }
};
struct Trunc {
  template <class D, class V>
  V operator()(D, V x) const {
    return hn::Trunc(x);
  }
};
struct Frac {
  template <class D, class V>
  V operator()(D, V x) const {
    return hn::Sub(x, hn::Trunc(x));
  }
};

template <class T>
Loop find_real(Op op) {
  switch (op) {
    case Op::exp:
      return vectors<Exp, 1, T>();
    case Op::exp2:
      return vectors<Exp2, 1, T>();
    case Op::expm1:
      return vectors<Expm1, 1, T>();
    case Op::log:
      return vectors<Log, 1, T>();
    case Op::log2:
      return widened<Log2, 1, T>();
    case Op::log10:
      return widened<Log10, 1, T>();
    case Op::log1p:
      return vectors<Log1p, 1, T>();
    case Op::tanh:
      return vectors<Tanh, 1, T>();
    case Op::sigmoid:
      return vectors<Sigmoid, 1, T>();
    case Op::sin:
      return widened<Sin, 1, T>();
    case Op::cos:
      return widened<Cos, 1, T>();
    case Op::tan:
      return widened<Tan, 1, T>();
    case Op::asin:
      return widened<Asin, 1, T>();
    case Op::acos:
      return widened<Acos, 1, T>();
    case Op::atan:
      return widened<Atan, 1, T>();
    case Op::sinh:
      return widened<Sinh, 1, T>();
    case Op::cosh:
      return widened<Cosh, 1, T>();
    case Op::erf:
      return vectors<Erf, 1, T>();
    case Op::erfc:
      return widened<Erfc, 1, T>();
    case Op::atan2:
      return widened<Atan2, 2, T>();
    case Op::pow:
      if constexpr (std::is_same_v<T, double>)
        return map<PowOfDoubles, 2, T>();
      else
        return widened<PowOfSingles, 2, T>();
    case Op::sqrt:
      return vectors<Sqrt, 1, T>();
    case Op::rsqrt:
      return vectors<Rsqrt, 1, T>();
    case Op::reciprocal:
      return vectors<Reciprocal, 1, T>();
    case Op::reciprocal_square:
      return vectors<ReciprocalSquare, 1, T>();
    case Op::round:
      return vectors<Round, 1, T>();
    case Op::floor:
      return vectors<Floor, 1, T>();
    case Op::ceil:
      return vectors<Ceil, 1, T>();
    case Op::trunc:
      return vectors<Trunc, 1, T>();
    case Op::frac:
      return vectors<Frac, 1, T>();
    case Op::round_decimals:
      return vectors<RoundDecimals, 2, T>();
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
