// Activations and the gradients that are one pass over memory.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise/activation.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
//
#include "kernels/elementwise/functions-inl.h"
#include "kernels/elementwise/groups.h"
#include "kernels/elementwise/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {
namespace {

struct TanhBackward {
  template <class D, class V>
  V operator()(D d, V dy, V y) const {
    return hn::Mul(dy, hn::Sub(set(d, 1), hn::Mul(y, y)));
  }
};
struct SigmoidBackward {
  template <class D, class V>
  V operator()(D d, V dy, V y) const {
    return hn::Mul(hn::Mul(dy, hn::Sub(set(d, 1), y)), y);
  }
};
struct ThresholdBackward {
  template <class D, class V>
  V operator()(D d, V dy, V x, V threshold) const {
    static_cast<void>(d);
    return hn::IfThenZeroElse(hn::Le(x, threshold), dy);
  }
};
struct HardtanhBackward {
  template <class D, class V>
  V operator()(D d, V dy, V x, V low, V high) const {
    static_cast<void>(d);
    return hn::IfThenZeroElse(hn::Or(hn::Le(x, low), hn::Ge(x, high)), dy);
  }
};
struct ClampBackward {
  template <class D, class V>
  V operator()(D d, V dy, V x, V low, V high) const {
    static_cast<void>(d);
    return hn::IfThenElseZero(hn::And(hn::Ge(x, low), hn::Le(x, high)), dy);
  }
};
struct LeakyRelu {
  template <class D, class V>
  V operator()(D d, V x, V slope) const {
    return hn::IfThenElse(hn::Gt(x, hn::Zero(d)), x, hn::Mul(x, slope));
  }
};
struct LeakyReluBackward {
  template <class D, class V>
  V operator()(D d, V dy, V x, V slope) const {
    return hn::IfThenElse(hn::Gt(x, hn::Zero(d)), dy, hn::Mul(dy, slope));
  }
};
struct Elu {
  template <class D, class V>
  V operator()(D d, V x, V left, V right, V bend) const {
    return hn::IfThenElse(hn::Gt(x, hn::Zero(d)), hn::Mul(x, right), hn::Mul(expm1(d, hn::Mul(x, bend)), left));
  }
};
struct EluBackward {
  template <class D, class V>
  V operator()(D d, V dy, V x, V left, V right, V bend) const {
    const V slope = hn::Mul(hn::Mul(bend, left), exp(d, hn::Mul(x, bend)));
    return hn::Mul(dy, hn::IfThenElse(hn::Gt(x, hn::Zero(d)), right, slope));
  }
};
struct EluBackwardOfResult {
  template <class D, class V>
  V operator()(D d, V dy, V y, V left, V right, V bend) const {
    return hn::Mul(dy, hn::IfThenElse(hn::Gt(y, hn::Zero(d)), right, hn::Mul(bend, hn::Add(y, left))));
  }
};
struct Gelu {
  template <class D, class V>
  V operator()(D d, V x) const {
    const V cdf = hn::Add(erf(d, hn::Mul(x, set(d, 0.70710678118654752440))), set(d, 1));
    return hn::Mul(hn::Mul(x, set(d, 0.5)), cdf);
  }
};
struct GeluBackward {
  template <class D, class V>
  V operator()(D d, V dy, V x) const {
    const V half = set(d, 0.5);
    const V cdf = hn::Mul(half, hn::Add(erf(d, hn::Mul(x, set(d, 0.70710678118654752440))), set(d, 1)));
    const V pdf = hn::Mul(exp(d, hn::Mul(hn::Mul(x, x), set(d, -0.5))), set(d, 0.39894228040143267794));
    return hn::Mul(dy, hn::MulAdd(x, pdf, cdf));
  }
};
/// √(2/π) · (x + 0.044715 · x³)
template <class D>
HWY_INLINE Vec<D> gelu_argument(D d, Vec<D> x) {
  const Vec<D> cube = hn::Mul(hn::Mul(x, x), x);
  return hn::Mul(set(d, 0.79788456080286535588), hn::MulAdd(cube, set(d, 0.044715), x));
}
struct GeluTanh {
  template <class D, class V>
  V operator()(D d, V x) const {
    const V t = hn::Add(tanh(d, gelu_argument(d, x)), set(d, 1));
    return hn::Mul(hn::Mul(set(d, 0.5), x), t);
  }
};
struct GeluTanhBackward {
  template <class D, class V>
  V operator()(D d, V dy, V x) const {
    const V half = set(d, 0.5), one = set(d, 1);
    const V t = tanh(d, gelu_argument(d, x));
    const V slope = hn::Mul(set(d, 0.79788456080286535588), hn::MulAdd(hn::Mul(x, x), set(d, 0.134145), one));
    const V curve = hn::Mul(hn::Mul(hn::Mul(half, x), hn::Sub(one, hn::Mul(t, t))), slope);
    return hn::Mul(dy, hn::MulAdd(half, hn::Add(one, t), curve));
  }
};
struct Silu {
  template <class D, class V>
  V operator()(D d, V x) const {
    return hn::Div(x, hn::Add(set(d, 1), exp(d, hn::Neg(x))));
  }
};
struct SiluBackward {
  template <class D, class V>
  V operator()(D d, V dy, V x) const {
    const V one = set(d, 1), s = sigmoid(d, x);
    return hn::Mul(hn::Mul(dy, s), hn::MulAdd(x, hn::Sub(one, s), one));
  }
};
struct Softplus {
  template <class D, class V>
  V operator()(D d, V x, V beta, V threshold) const {
    const V scaled = hn::Mul(x, beta);
    return hn::IfThenElse(hn::Gt(scaled, threshold), x, hn::Div(log1p(d, exp(d, scaled)), beta));
  }
};
struct SoftplusBackward {
  template <class D, class V>
  V operator()(D d, V dy, V x, V beta, V threshold) const {
    const V scaled = hn::Mul(x, beta);
    return hn::IfThenElse(hn::Gt(scaled, threshold), dy, hn::Mul(dy, sigmoid(d, scaled)));
  }
};

template <class T>
Loop find_real(Op op) {
  switch (op) {
    case Op::tanh_backward:
      return vectors<TanhBackward, 2, T>();
    case Op::sigmoid_backward:
      return vectors<SigmoidBackward, 2, T>();
    case Op::threshold_backward:
      return vectors<ThresholdBackward, 3, T>();
    case Op::hardtanh_backward:
      return vectors<HardtanhBackward, 4, T>();
    case Op::clamp_backward:
      return vectors<ClampBackward, 4, T>();
    case Op::leaky_relu:
      return vectors<LeakyRelu, 2, T>();
    case Op::leaky_relu_backward:
      return vectors<LeakyReluBackward, 3, T>();
    case Op::elu:
      return vectors<Elu, 4, T>();
    case Op::elu_backward:
      return vectors<EluBackward, 5, T>();
    case Op::elu_backward_of_result:
      return vectors<EluBackwardOfResult, 5, T>();
    case Op::gelu:
      return vectors<Gelu, 1, T>();
    case Op::gelu_backward:
      return vectors<GeluBackward, 2, T>();
    case Op::gelu_tanh:
      return vectors<GeluTanh, 1, T>();
    case Op::gelu_tanh_backward:
      return vectors<GeluTanhBackward, 2, T>();
    case Op::silu:
      return vectors<Silu, 1, T>();
    case Op::silu_backward:
      return vectors<SiluBackward, 2, T>();
    case Op::softplus:
      return vectors<Softplus, 3, T>();
    case Op::softplus_backward:
      return vectors<SoftplusBackward, 4, T>();
    default:
      return nullptr;
  }
}

}  // namespace

Loop find_activation(Op op, ScalarType type) {
  if (type == kFloat32) return find_real<float>(op);
  return type == kFloat64 ? find_real<double>(op) : nullptr;
}

}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convgrad::kernels {
HWY_EXPORT(find_activation);
Loop find_activation(Op op, ScalarType type) { return HWY_DYNAMIC_DISPATCH(find_activation)(op, type); }
}  // namespace convgrad::kernels
#endif
