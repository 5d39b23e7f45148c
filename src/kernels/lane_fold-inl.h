// Sums and products of consecutive floats or doubles, in double, in an order that no instruction set changes. Included
// once for each instruction set, in its namespace.
#if defined(CONVGRAD_LANE_FOLD_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef CONVGRAD_LANE_FOLD_INL_H
#undef CONVGRAD_LANE_FOLD_INL_H
#else
#define CONVGRAD_LANE_FOLD_INL_H
#endif

#include <cstdint>

#include "hwy/highway.h"
#include "kernels/partial-inl.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Wide = hn::CappedTag<double, 8>;
using WideVec = hn::Vec<Wide>;

struct Adding {
  static constexpr double neutral = 0;
  static double join(double a, double b) { return a + b; }
  static HWY_INLINE WideVec join(WideVec a, WideVec b) { return hn::Add(a, b); }
};
struct Multiplying {
  static constexpr double neutral = 1;
  static double join(double a, double b) { return a * b; }
  static HWY_INLINE WideVec join(WideVec a, WideVec b) { return hn::Mul(a, b); }
};

HWY_INLINE WideVec widen(hn::Vec<Wide> x) { return x; }
HWY_INLINE WideVec widen(hn::Vec<hn::Rebind<float, Wide>> x) { return hn::PromoteTo(Wide(), x); }

/// f(x[0]) ∘ … ∘ f(x[n − 1]): 32 running results, joined pairwise at the end. f takes and gives vectors of doubles.
template <class Join, class T, class F>
HWY_NOINLINE double lane_fold(const T* x, int64_t n, F f) {
  constexpr Wide d;
  constexpr hn::Rebind<T, Wide> narrow;
  constexpr int64_t lanes = 32, width = hn::MaxLanes(d), vectors = lanes / width;
  const WideVec neutral = hn::Set(d, Join::neutral);
  WideVec runs[vectors];
#pragma GCC unroll 16
  for (int64_t v = 0; v < vectors; ++v) runs[v] = neutral;
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes)
#pragma GCC unroll 16
    for (int64_t v = 0; v < vectors; ++v) runs[v] = Join::join(runs[v], f(widen(hn::LoadU(narrow, x + i + v * width))));
#pragma GCC unroll 16
  for (int64_t v = 0; v < vectors; ++v) {
    const int64_t left = n - i - v * width;
    if (left <= 0) break;
    const WideVec part = f(widen(load_partial(narrow, x + i + v * width, left)));
    runs[v] = Join::join(runs[v], left >= width ? part : hn::IfThenElse(hn::FirstN(d, left), part, neutral));
  }
#pragma GCC unroll 8
  for (int64_t half = vectors / 2; half > 0; half /= 2) {
#pragma GCC unroll 8
    for (int64_t v = 0; v < half; ++v) runs[v] = Join::join(runs[v], runs[v + half]);
  }
  HWY_ALIGN double ends[width];
  hn::Store(runs[0], d, ends);
  for (int64_t half = width / 2; half > 0; half /= 2)
    for (int64_t l = 0; l < half; ++l) ends[l] = Join::join(ends[l], ends[l + half]);
  return ends[0];
}

}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // toggle
