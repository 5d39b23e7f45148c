#include <type_traits>

#include "core/dispatch.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/folds_sum.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
//
#include "hwy/highway.h"
#include "kernels/fold-inl.h"
#include "kernels/folds_internal.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Wide = hn::CappedTag<double, 8>;

constexpr int64_t kSums = 32;     // running sums of a row: the same number on every instruction set
constexpr int64_t kBlock = 4096;  // elements summed before they join the total: rounding errors stay small

// What is summed.
struct Value {
  template <class V>
  static V of(V x) {
    return x;
  }
};
struct Square {
  static double of(double x) { return x * x; }
  static HWY_INLINE hn::Vec<Wide> of(hn::Vec<Wide> x) { return hn::Mul(x, x); }
};
template <class T>
HWY_INLINE hn::Vec<Wide> load_wide(Wide d, const T* x) {
  if constexpr (sizeof(T) == 8)
    return hn::LoadU(d, x);
  else
    return hn::PromoteTo(d, hn::LoadU(hn::Rebind<T, Wide>(), x));
}

/// Adds kSums lanes in pairs.
HWY_INLINE double fold_lanes(double* lanes) {
  for (int64_t width = kSums / 2; width > 0; width /= 2)
    for (int64_t i = 0; i < width; ++i) lanes[i] += lanes[i + width];
  return lanes[0];
}

template <class T, class Map>
double sum_block(const T* x, int64_t n) {
  constexpr Wide d;
  constexpr size_t width = hn::MaxLanes(d), vectors = kSums / width;
  hn::Vec<Wide> sums[vectors];
  for (size_t v = 0; v < vectors; ++v) sums[v] = hn::Zero(d);
  int64_t i = 0;
  for (; i + kSums <= n; i += kSums)
    for (size_t v = 0; v < vectors; ++v) sums[v] = hn::Add(sums[v], Map::of(load_wide(d, x + i + v * width)));
  HWY_ALIGN double lanes[kSums];
  for (size_t v = 0; v < vectors; ++v) hn::Store(sums[v], d, lanes + v * width);
  for (int64_t j = 0; i < n; ++i, ++j) lanes[j] += Map::of(static_cast<double>(x[i]));
  return fold_lanes(lanes);
}

template <class T, class Map>
struct RealSum {
  using Element = T;
  using State = double;
  using Result = T;
  static State start() { return 0; }
  static void step(State& s, T x, int64_t, double) { s += Map::of(static_cast<double>(x)); }
  static void row(const T* x, int64_t n, int64_t, State& s, double) {
    for (int64_t i = 0; i < n; i += kBlock) s += sum_block<T, Map>(x + i, HWY_MIN(kBlock, n - i));
  }
  static void combine(State& s, State later) { s += later; }
  static Result finish(State s, double factor) { return static_cast<T>(s * factor); }
};
Fold make_sum(ScalarType t, double factor) {
  return visit_floating(t, [&]<class T>(std::type_identity<T>) { return FoldOf<RealSum<T, Value>>::make(factor); });
}
Fold make_square_sum(ScalarType t, double factor) {
  return visit_floating(t, [&]<class T>(std::type_identity<T>) { return FoldOf<RealSum<T, Square>>::make(factor); });
}

}  // namespace
}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convgrad::kernels {
HWY_EXPORT(make_sum);
HWY_EXPORT(make_square_sum);
Fold sum_fold(ScalarType t, double factor) {
  return is_floating_point(t) ? HWY_DYNAMIC_DISPATCH(make_sum)(t, factor) : integer_sum_fold(t);
}
Fold square_sum_fold(ScalarType t, double factor) { return HWY_DYNAMIC_DISPATCH(make_square_sum)(t, factor); }
}  // namespace convgrad::kernels
#endif
