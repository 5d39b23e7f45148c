// Activations with hard edges and gates.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise/gates.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
//
#include "kernels/elementwise/functions-inl.h"
#include "kernels/elementwise/groups.h"
#include "kernels/elementwise/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {
namespace {

/// x · tanh(log(1 + eˣ)) = x · n / (n + 2) with n = eˣ · (eˣ + 2); the quotient is 1 from x = 20 on.
struct Mish {
  template <class D, class V>
  V operator()(D d, V x) const {
    const V e = exp(d, x), two = set(d, 2), n = hn::Mul(e, hn::Add(e, two));
    return hn::IfThenElse(hn::Gt(x, set(d, 20)), x, hn::Mul(x, hn::Div(n, hn::Add(n, two))));
  }
};
struct MishBackward {
  template <class D, class V>
  V operator()(D d, V dy, V x) const {
    const V e = exp(d, x), two = set(d, 2), n = hn::Mul(e, hn::Add(e, two)),
            below = hn::Div(set(d, 1), hn::Add(n, two));
    const V bend = hn::Mul(hn::Mul(hn::MulAdd(e, e, e), set(d, 4)), hn::Mul(below, below));
    return hn::IfThenElse(hn::Gt(x, set(d, 20)), dy, hn::Mul(dy, hn::MulAdd(x, bend, hn::Mul(n, below))));
  }
};
/// x + 3 between 0 and 6, a sixth of it; NaN stays.
template <class D>
HWY_INLINE Vec<D> hard_gate(D d, Vec<D> x) {
  const Vec<D> y = hn::Add(x, set(d, 3)), six = set(d, 6);
  return hn::Div(hn::IfThenElse(hn::Gt(y, six), six, hn::IfThenZeroElse(hn::Lt(y, hn::Zero(d)), y)), six);
}
struct Hardsigmoid {
  template <class D, class V>
  V operator()(D d, V x) const {
    return hard_gate(d, x);
  }
};
struct HardsigmoidBackward {
  template <class D, class V>
  V operator()(D d, V dy, V x) const {
    return hn::IfThenElseZero(hn::Lt(hn::Abs(x), set(d, 3)), hn::Div(dy, set(d, 6)));
  }
};
struct Hardswish {
  template <class D, class V>
  V operator()(D d, V x) const {
    return hn::Mul(x, hard_gate(d, x));
  }
};
struct HardswishBackward {
  template <class D, class V>
  V operator()(D d, V dy, V x) const {
    const V three = set(d, 3), within = hn::Mul(dy, hn::Add(hn::Div(x, three), set(d, 0.5)));
    return hn::IfThenZeroElse(hn::Le(x, hn::Neg(three)), hn::IfThenElse(hn::Ge(x, three), dy, within));
  }
};
struct Softshrink {
  template <class D, class V>
  V operator()(D d, V x, V lambda) const {
    const V low = hn::Neg(lambda), within = hn::Mul(x, hn::Zero(d));  // NaN stays
    return hn::IfThenElse(hn::Gt(x, lambda), hn::Sub(x, lambda),
                          hn::IfThenElse(hn::Lt(x, low), hn::Add(x, lambda), within));
  }
};
template <class D, class V>
HWY_INLINE auto within(D, V x, V lambda) {
  return hn::And(hn::Ge(x, hn::Neg(lambda)), hn::Le(x, lambda));
}
struct Hardshrink {
  template <class D, class V>
  V operator()(D d, V x, V lambda) const {
    return hn::IfThenZeroElse(within(d, x, lambda), x);
  }
};
struct ShrinkBackward {
  template <class D, class V>
  V operator()(D d, V dy, V x, V lambda) const {
    return hn::IfThenZeroElse(within(d, x, lambda), dy);
  }
};
struct Threshold {
  template <class D, class V>
  V operator()(D, V x, V threshold, V value) const {
    return hn::IfThenElse(hn::Le(x, threshold), value, x);
  }
};
struct Glu {
  template <class D, class V>
  V operator()(D d, V a, V b) const {
    return hn::Mul(a, sigmoid(d, b));
  }
};
template <class T>
Loop find_real(Op op) {
  switch (op) {
    case Op::mish:
      return vectors<Mish, 1, T>();
    case Op::mish_backward:
      return vectors<MishBackward, 2, T>();
    case Op::hardswish:
      return vectors<Hardswish, 1, T>();
    case Op::hardswish_backward:
      return vectors<HardswishBackward, 2, T>();
    case Op::hardsigmoid:
      return vectors<Hardsigmoid, 1, T>();
    case Op::hardsigmoid_backward:
      return vectors<HardsigmoidBackward, 2, T>();
    case Op::softshrink:
      return vectors<Softshrink, 2, T>();
    case Op::hardshrink:
      return vectors<Hardshrink, 2, T>();
    case Op::shrink_backward:
      return vectors<ShrinkBackward, 3, T>();
    case Op::threshold:
      return vectors<Threshold, 3, T>();
    case Op::glu:
      return vectors<Glu, 2, T>();
    default:
      return nullptr;
  }
}

}  // namespace

Loop find_gate(Op op, ScalarType type) {
  if (type == kFloat32) return find_real<float>(op);
  return type == kFloat64 ? find_real<double>(op) : nullptr;
}

}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convgrad::kernels {
HWY_EXPORT(find_gate);
Loop find_gate(Op op, ScalarType type) { return HWY_DYNAMIC_DISPATCH(find_gate)(op, type); }
}  // namespace convgrad::kernels
#endif
