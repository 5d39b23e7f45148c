// Passes over one run of consecutive elements, for each instruction set: sums in double, and what is done to each
// element.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/norm_runs.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
//
#include "hwy/highway.h"
#include "kernels/norm_runs.h"
#include "kernels/partial-inl.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Wide = hn::CappedTag<double, 8>;
using WideVec = hn::Vec<Wide>;

/// As many elements as a vector of doubles has, converted; zeros from number `left` on.
HWY_INLINE WideVec load_wide(const double* p, int64_t left) { return load_partial(Wide(), p, left); }
HWY_INLINE WideVec load_wide(const float* p, int64_t left) {
  return hn::PromoteTo(Wide(), load_partial(hn::Rebind<float, Wide>(), p, left));
}

/// f(i, left, a, b) adds what positions i … i + lanes − 1, of which `left` exist, have for both sums. Four running
/// vectors for each hide the latency of the additions.
template <class F>
HWY_INLINE NormSums sum_both(int64_t n, F f) {
  constexpr Wide d;
  constexpr int64_t width = hn::MaxLanes(d);
  WideVec a0 = hn::Zero(d), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
  int64_t i = 0;
  for (; i + 4 * width <= n; i += 4 * width) {
    f(i, width, a0, b0);
    f(i + width, width, a1, b1);
    f(i + 2 * width, width, a2, b2);
    f(i + 3 * width, width, a3, b3);
  }
  for (; i < n; i += width) f(i, n - i, a0, b0);
  return {hn::GetLane(hn::SumOfLanes(d, hn::Add(hn::Add(a0, a1), hn::Add(a2, a3)))),
          hn::GetLane(hn::SumOfLanes(d, hn::Add(hn::Add(b0, b1), hn::Add(b2, b3))))};
}

/// Σ (x − shift) and Σ (x − shift)².
template <class T>
NormSums shifted_sums(const T* x, int64_t n, double shift) {
  constexpr Wide d;
  const WideVec s = hn::Set(d, shift);
  return sum_both(n, [&](int64_t i, int64_t left, WideVec& a, WideVec& b) HWY_ATTR {
    WideVec v = hn::Sub(load_wide(x + i, left), s);
    if (left < static_cast<int64_t>(hn::MaxLanes(d)))
      v = hn::IfThenElseZero(hn::FirstN(d, static_cast<size_t>(left)), v);
    a = hn::Add(a, v);
    b = hn::MulAdd(v, v, b);
  });
}

/// Σ g and Σ g · (x − mean), g = dy · weight.
template <class T>
NormSums gradient_sums(const T* dy, const T* weight, const T* x, int64_t n, double mean) {
  const WideVec m = hn::Set(Wide(), mean);
  return sum_both(n, [&](int64_t i, int64_t left, WideVec& a, WideVec& b) HWY_ATTR {
    WideVec g = load_wide(dy + i, left);
    if (weight) g = hn::Mul(g, load_wide(weight + i, left));
    a = hn::Add(a, g);
    b = hn::MulAdd(g, hn::Sub(load_wide(x + i, left), m), b);
  });
}

/// f(i, left) for a vector's worth of positions at a time, of which `left` exist.
template <class D, class F>
HWY_INLINE void each_vector(D d, int64_t n, F f) {
  constexpr int64_t width = hn::MaxLanes(d);
  int64_t i = 0;
  for (; i + width <= n; i += width) f(i, width);
  if (i < n) f(i, n - i);
}

template <class T>
using Lanes = hn::ScalableTag<T>;

template <class T>
HWY_INLINE hn::Vec<Lanes<T>> on_line(hn::Vec<Lanes<T>> x, const NormLine<T>& line) {
  constexpr Lanes<T> d;
  return hn::MulAdd(hn::Sub(x, hn::Set(d, line.mean)), hn::Set(d, line.scale), hn::Set(d, line.shift));
}

template <class T>
void map(const T* x, const T* weight, const T* bias, T* y, int64_t n, NormLine<T> line) {
  constexpr Lanes<T> d;
  each_vector(d, n, [&](int64_t i, int64_t left) HWY_ATTR {
    auto v = on_line<T>(load_partial(d, x + i, left), line);
    if (weight) v = hn::Mul(v, load_partial(d, weight + i, left));
    if (bias) v = hn::Add(v, load_partial(d, bias + i, left));
    store_partial(v, d, y + i, left);
  });
}

template <class T>
void gradient(const T* dy, const T* x, const T* weight, T* dx, int64_t n, T factor, NormLine<T> line) {
  constexpr Lanes<T> d;
  each_vector(d, n, [&](int64_t i, int64_t left) HWY_ATTR {
    auto g = load_partial(d, dy + i, left);
    if (weight) g = hn::Mul(g, load_partial(d, weight + i, left));
    store_partial(hn::MulAdd(g, hn::Set(d, factor), on_line<T>(load_partial(d, x + i, left), line)), d, dx + i, left);
  });
}
/// dweight += dy · line(x), dbias += dy
template <class T>
void add_products(const T* dy, const T* x, T* dweight, T* dbias, int64_t n, NormLine<T> line) {
  constexpr Lanes<T> d;
  each_vector(d, n, [&](int64_t i, int64_t left) HWY_ATTR {
    const auto g = load_partial(d, dy + i, left);
    const auto normal = on_line<T>(load_partial(d, x + i, left), line);
    store_partial(hn::MulAdd(g, normal, load_partial(d, dweight + i, left)), d, dweight + i, left);
    store_partial(hn::Add(g, load_partial(d, dbias + i, left)), d, dbias + i, left);
  });
}

template <class T>
const NormRuns<T>* runs() {
  static constexpr NormRuns<T> table{shifted_sums<T>, gradient_sums<T>, map<T>, gradient<T>, add_products<T>};
  return &table;
}
const NormRuns<float>* runs_float() { return runs<float>(); }
const NormRuns<double>* runs_double() { return runs<double>(); }

}  // namespace
}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convgrad::kernels {

HWY_EXPORT(runs_float);
HWY_EXPORT(runs_double);

template <>
const NormRuns<float>& norm_runs<float>() {
  return *HWY_DYNAMIC_DISPATCH(runs_float)();
}
template <>
const NormRuns<double>& norm_runs<double>() {
  return *HWY_DYNAMIC_DISPATCH(runs_double)();
}

}  // namespace convgrad::kernels
#endif
