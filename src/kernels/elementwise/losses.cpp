// Losses of pairs of numbers and their gradients.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise/losses.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
//
#include "kernels/elementwise/functions-inl.h"
#include "kernels/elementwise/groups.h"
#include "kernels/elementwise/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {
namespace {

struct HuberLoss {
  template <class D, class V>
  V operator()(D d, V x, V t, V beta, V scale) const {
    const V width = hn::Abs(hn::Sub(x, t)), half = set(d, 0.5);
    const V inside = hn::Mul(hn::Mul(hn::Mul(half, width), width), hn::Div(scale, beta));
    const V outside = hn::Mul(scale, hn::Sub(width, hn::Mul(half, beta)));
    return hn::IfThenElse(hn::Lt(width, beta), inside, outside);
  }
};
struct HuberLossBackward {
  template <class D, class V>
  V operator()(D, V dy, V x, V t, V beta, V scale) const {
    const V width = hn::Sub(x, t), inside = hn::Mul(width, hn::Div(scale, beta));
    const V left = hn::IfThenElse(hn::Le(width, hn::Neg(beta)), hn::Neg(scale), inside);
    return hn::Mul(dy, hn::IfThenElse(hn::Ge(width, beta), scale, left));
  }
};
struct BceLoss {
  template <class D, class V>
  V operator()(D d, V x, V t) const {
    const V one = set(d, 1), lowest = set(d, -100);
    const V yes = hn::Max(log(d, x), lowest), no = hn::Max(log(d, hn::Sub(one, x)), lowest);
    return hn::Sub(hn::Mul(hn::Sub(t, one), no), hn::Mul(t, yes));
  }
};
struct BceLossBackward {
  template <class D, class V>
  V operator()(D d, V dy, V x, V t, V scale) const {
    const V spread = hn::Max(hn::Mul(hn::Sub(set(d, 1), x), x), set(d, 1e-12));
    return hn::Mul(hn::Mul(dy, scale), hn::Div(hn::Sub(x, t), spread));
  }
};
struct BceLogitsLoss {
  template <class D, class V>
  V operator()(D d, V x, V t, V w) const {
    const V one = set(d, 1), below = hn::IfThenElse(hn::Lt(x, hn::Zero(d)), x, hn::Zero(d));
    const V log_sigmoid = hn::Sub(below, log1p(d, exp(d, hn::Neg(hn::Abs(x)))));
    const V factor = hn::MulAdd(hn::Sub(w, one), t, one);
    return hn::Sub(hn::Mul(hn::Sub(one, t), x), hn::Mul(factor, log_sigmoid));
  }
};
struct BceLogitsLossBackward {
  template <class D, class V>
  V operator()(D d, V dy, V x, V t, V w, V scale) const {
    const V one = set(d, 1), factor = hn::MulAdd(hn::Sub(w, one), t, one);
    return hn::Mul(hn::Mul(dy, scale), hn::Sub(hn::Mul(factor, sigmoid(d, x)), hn::Mul(w, t)));
  }
};

template <class T>
Loop find_real(Op op) {
  switch (op) {
    case Op::huber_loss:
      return vectors<HuberLoss, 4, T>();
    case Op::huber_loss_backward:
      return vectors<HuberLossBackward, 5, T>();
    case Op::bce_loss:
      return vectors<BceLoss, 2, T>();
    case Op::bce_loss_backward:
      return vectors<BceLossBackward, 4, T>();
    case Op::bce_logits_loss:
      return vectors<BceLogitsLoss, 3, T>();
    case Op::bce_logits_loss_backward:
      return vectors<BceLogitsLossBackward, 5, T>();
    default:
      return nullptr;
  }
}

}  // namespace

Loop find_loss(Op op, ScalarType type) {
  if (type == kFloat32) return find_real<float>(op);
  return type == kFloat64 ? find_real<double>(op) : nullptr;
}

}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convgrad::kernels {
HWY_EXPORT(find_loss);
Loop find_loss(Op op, ScalarType type) { return HWY_DYNAMIC_DISPATCH(find_loss)(op, type); }
}  // namespace convgrad::kernels
#endif
