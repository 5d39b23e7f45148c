#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/elementwise/sgd.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
//
#include "core/threads.h"
#include "kernels/elementwise/sgd.h"
#include "kernels/elementwise/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {
namespace {

/// The step on vectors; every multiply–add is fused and every other rounding kept, as PyTorch's chain of operations.
template <class D>
struct Step {
  using V = hn::Vec<D>;
  using T = hn::TFromD<D>;
  const SgdStep& step;
  V decay, momentum, fresh, rate;

  Step(D d, const SgdStep& s)
      : step(s),
        decay(hn::Set(d, static_cast<T>(s.weight_decay))),
        momentum(hn::Set(d, static_cast<T>(s.momentum))),
        fresh(hn::Set(d, static_cast<T>(1 - s.dampening))),
        rate(hn::Set(d, static_cast<T>(-s.lr))) {}

  /// Changes p and b.
  HWY_INLINE void operator()(V& p, V g, V& b) const {
    if (step.maximize) g = hn::Neg(g);
    if (step.weight_decay != 0) g = hn::MulAdd(p, decay, g);
    if (step.momentum != 0) {
      b = step.first ? g : hn::MulAdd(g, fresh, hn::Mul(b, momentum));
      g = step.nesterov ? hn::MulAdd(b, momentum, g) : b;
    }
    p = hn::MulAdd(g, rate, p);
  }
};

template <class T>
void sgd_range(T* param, const T* grad, T* buffer, const SgdStep& step, int64_t n) {
  constexpr hn::ScalableTag<T> d;
  const Step<decltype(d)> update(d, step);
  const auto lanes = static_cast<int64_t>(hn::Lanes(d));
  const bool with_buffer = step.momentum != 0 && buffer;
  auto b = hn::Zero(d);
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    auto p = hn::LoadU(d, param + i);
    if (with_buffer && !step.first) b = hn::LoadU(d, buffer + i);
    update(p, hn::LoadU(d, grad + i), b);
    hn::StoreU(p, d, param + i);
    if (with_buffer) hn::StoreU(b, d, buffer + i);
  }
  if (const auto rest = static_cast<size_t>(n - i); rest > 0) {
    auto p = load_part(d, param + i, rest);
    if (with_buffer && !step.first) b = load_part(d, buffer + i, rest);
    update(p, load_part(d, grad + i, rest), b);
    store_part(p, d, param + i, rest);
    if (with_buffer) store_part(b, d, buffer + i, rest);
  }
}

}  // namespace
void sgd_float(float* param, const float* grad, float* buffer, const SgdStep& step, int64_t n) {
  sgd_range(param, grad, buffer, step, n);
}
void sgd_double(double* param, const double* grad, double* buffer, const SgdStep& step, int64_t n) {
  sgd_range(param, grad, buffer, step, n);
}
}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convgrad::kernels {

HWY_EXPORT(sgd_float);
HWY_EXPORT(sgd_double);

namespace {
constexpr int64_t kGrain = 1 << 14;
}

void sgd_step(float* param, const float* grad, float* buffer, const SgdStep& step, int64_t n) {
  parallel_for(0, n, kGrain, [&](int64_t begin, int64_t end) {
    HWY_DYNAMIC_DISPATCH(sgd_float)(param + begin, grad + begin, buffer ? buffer + begin : nullptr, step, end - begin);
  });
}
void sgd_step(double* param, const double* grad, double* buffer, const SgdStep& step, int64_t n) {
  parallel_for(0, n, kGrain, [&](int64_t begin, int64_t end) {
    HWY_DYNAMIC_DISPATCH(sgd_double)(param + begin, grad + begin, buffer ? buffer + begin : nullptr, step, end - begin);
  });
}

}  // namespace convgrad::kernels
#endif
