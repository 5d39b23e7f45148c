// Activations and the gradients that are one pass over memory.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise/activation.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
//
#include <cmath>

#include "kernels/elementwise/groups.h"
#include "kernels/elementwise/map-inl.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {
namespace {

struct TanhBackward {
  template <class T>
  T operator()(T dy, T y) const {
    return dy * (T(1) - y * y);
  }
};
struct SigmoidBackward {
  template <class T>
  T operator()(T dy, T y) const {
    return dy * (T(1) - y) * y;
  }
};
struct ThresholdBackward {
  template <class T>
  T operator()(T dy, T x, T threshold) const {
    return x <= threshold ? T(0) : dy;
  }
};

template <class T>
Loop find_real(Op op) {
  switch (op) {
    case Op::tanh_backward:
      return map<TanhBackward, 2, T>();
    case Op::sigmoid_backward:
      return map<SigmoidBackward, 2, T>();
    case Op::threshold_backward:
      return map<ThresholdBackward, 3, T>();
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
