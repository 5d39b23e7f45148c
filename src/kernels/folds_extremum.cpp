#include <type_traits>

#include "core/dispatch.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/folds_extremum.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
//
#include "hwy/highway.h"
#include "kernels/fold-inl.h"
#include "kernels/folds_internal.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

constexpr int64_t kBlock = 1024;  // elements searched at once: the second look at them finds them in the first cache
constexpr int64_t kShort = 32;    // a row this short is searched one by one

HWY_INLINE auto pick(Largest, auto a, auto b) {
  const auto either = hn::IfThenElse(hn::Gt(a, b), a, b);
  return hn::IfThenElse(hn::Eq(a, b), hn::And(a, b), either);  // of ±0: +0
}
HWY_INLINE auto pick(Smallest, auto a, auto b) {
  const auto either = hn::IfThenElse(hn::Lt(a, b), a, b);
  return hn::IfThenElse(hn::Eq(a, b), hn::Or(a, b), either);
}

/// The extreme of n consecutive elements, n at most kBlock; false where there is a NaN among them.
template <class T, class Order>
HWY_NOINLINE bool block_extreme(const T* x, int64_t n, T& result) {
  constexpr hn::ScalableTag<T> d;
  constexpr int64_t width = hn::MaxLanes(d);
  auto best0 = hn::Set(d, Order::template start<T>()), best1 = best0;
  auto odd = hn::Zero(d);  // becomes NaN with the first NaN
  int64_t i = 0;
  for (; i + 2 * width <= n; i += 2 * width) {
    const auto a = hn::LoadU(d, x + i), b = hn::LoadU(d, x + i + width);
    best0 = pick(Order(), a, best0);
    best1 = pick(Order(), b, best1);
    odd = hn::Or(odd, hn::Or(hn::VecFromMask(d, hn::IsNaN(a)), hn::VecFromMask(d, hn::IsNaN(b))));
  }
  HWY_ALIGN T lanes[hn::MaxLanes(d)];
  hn::Store(pick(Order(), best0, best1), d, lanes);
  bool nan = !hn::AllFalse(d, hn::IsNaN(odd));
  result = lanes[0];
  for (int64_t j = 1; j < width; ++j) ExtremumEnds<T, Order>::step(result, lanes[j], 0, 0);
  for (; i < n; ++i) {
    nan |= x[i] != x[i];
    ExtremumEnds<T, Order>::step(result, x[i], 0, 0);
  }
  return !nan;
}

template <class T, class Order>
struct Extremum {
  using Element = T;
  using Ends = ExtremumEnds<T, Order>;
  static void step(T& s, T x, int64_t position, double) { Ends::step(s, x, position, 0); }
  static void row(const T* x, int64_t n, int64_t, T& s, double) {
    if (n < kShort) {
      for (int64_t i = 0; i < n; ++i) ExtremumEnds<T, Order>::step(s, x[i], 0, 0);
      return;
    }
    for (int64_t i = 0; i < n; i += kBlock) {
      T best;
      if (!block_extreme<T, Order>(x + i, HWY_MIN(kBlock, n - i), best)) best = std::numeric_limits<T>::quiet_NaN();
      ExtremumEnds<T, Order>::step(s, best, 0, 0);
    }
  }
};

template <class T, class Order>
struct ExtremumIndex {
  using Element = T;
  using Ends = ExtremumIndexEnds<T, Order>;
  using State = typename Ends::State;
  static void step(State& s, T x, int64_t position, double) { Ends::step(s, x, position, 0); }
  static void row(const T* x, int64_t n, int64_t position, State& s, double) {
    if (n < kShort) {
      for (int64_t i = 0; i < n; ++i) Ends::step(s, x[i], position + i, 0);
      return;
    }
    for (int64_t i = 0; i < n; i += kBlock) {
      const int64_t count = HWY_MIN(kBlock, n - i);
      T best;
      const bool plain = block_extreme<T, Order>(x + i, count, best);
      if (plain && s.index >= 0 && !Order::beats(best, s.value)) continue;
      int64_t at = 0;
      while (plain ? x[i + at] != best : x[i + at] == x[i + at]) ++at;
      Ends::step(s, x[i + at], position + i + at, 0);
    }
  }

  /// Column j of `rows` rows, for a whole vector of columns: the place of the first NaN or extreme in each.
  static void vector_column(const T* x, int64_t rows, int64_t stride, int64_t position, State* s) {
    constexpr hn::ScalableTag<T> d;
    constexpr hn::RebindToSigned<decltype(d)> di;
    auto best = hn::LoadU(d, x);
    auto place = hn::Zero(di);
    for (int64_t i = 1; i < rows; ++i) {
      const auto v = hn::LoadU(d, x + i * stride);
      const auto better = std::is_same_v<Order, Largest> ? hn::Gt(v, best) : hn::Lt(v, best);
      const auto take = hn::Or(better, hn::AndNot(hn::IsNaN(best), hn::IsNaN(v)));
      best = hn::IfThenElse(take, v, best);
      place = hn::IfThenElse(hn::RebindMask(di, take), hn::Set(di, static_cast<hn::TFromD<decltype(di)>>(i)), place);
    }
    HWY_ALIGN hn::TFromD<decltype(di)> places[hn::MaxLanes(d)];
    HWY_ALIGN T values[hn::MaxLanes(d)];
    hn::Store(place, di, places);
    hn::Store(best, d, values);
    for (size_t j = 0; j < hn::MaxLanes(d); ++j) Ends::step(s[j], values[j], position + places[j], 0);
  }
  static void cells(const T* x, int64_t rows, int64_t stride, int64_t columns, int64_t position, State* s) {
    constexpr int64_t width = hn::MaxLanes(hn::ScalableTag<T>());
    int64_t j = 0;
    for (; j + width <= columns; j += width) vector_column(x + j, rows, stride, position, s + j);
    for (int64_t i = 0; i < rows; ++i)
      for (int64_t k = j; k < columns; ++k) Ends::step(s[k], x[i * stride + k], position + i, 0);
  }
};

template <class Order>
Fold make(ScalarType t, bool with_index) {
  return visit_floating(t, [&]<class T>(std::type_identity<T>) {
    return with_index ? FoldOf<ExtremumIndex<T, Order>>::make(0) : FoldOf<Extremum<T, Order>>::make(0);
  });
}
Fold make_max(ScalarType t, bool with_index) { return make<Largest>(t, with_index); }
Fold make_min(ScalarType t, bool with_index) { return make<Smallest>(t, with_index); }

}  // namespace
}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convgrad::kernels {
namespace {

HWY_EXPORT(make_max);
HWY_EXPORT(make_min);

Fold any_max(ScalarType t, bool with_index) {
  return is_floating_point(t) ? HWY_DYNAMIC_DISPATCH(make_max)(t, with_index) : integer_max_fold(t, with_index);
}
Fold any_min(ScalarType t, bool with_index) {
  return is_floating_point(t) ? HWY_DYNAMIC_DISPATCH(make_min)(t, with_index) : integer_min_fold(t, with_index);
}

}  // namespace

Fold max_fold(ScalarType t) { return any_max(t, false); }
Fold min_fold(ScalarType t) { return any_min(t, false); }
Fold max_index_fold(ScalarType t) { return any_max(t, true); }
Fold min_index_fold(ScalarType t) { return any_min(t, true); }

}  // namespace convgrad::kernels
#endif
