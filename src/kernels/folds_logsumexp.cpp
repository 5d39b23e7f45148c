#include <algorithm>
#include <type_traits>

#include "core/dispatch.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/folds_logsumexp.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
//
#include "hwy/contrib/math/math-inl.h"
#include "hwy/highway.h"
#include "kernels/fold-inl.h"
#include "kernels/folds.h"
#include "kernels/partial-inl.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
template <class T>
using Tag = hn::ScalableTag<T>;
template <class T>
using Vec = hn::Vec<Tag<T>>;

constexpr int64_t kBlock = 1024;  // elements looked at twice, in the first cache

/// Highway's exp has its own answers to NaN and +∞.
template <class T>
HWY_INLINE Vec<T> exp(Vec<T> x) {
  const auto odd = hn::Or(hn::IsNaN(x), hn::Eq(x, hn::Set(Tag<T>(), std::numeric_limits<T>::infinity())));
  return hn::IfThenElse(odd, x, hn::Exp(Tag<T>(), x));
}
/// The greater one; of NaN and a number, the number.
template <class T>
HWY_INLINE Vec<T> greater(Vec<T> best, Vec<T> x) {
  return hn::IfThenElse(hn::Gt(x, best), x, best);
}
template <class T>
HWY_INLINE Vec<T> lowest() {
  return hn::Set(Tag<T>(), -std::numeric_limits<T>::infinity());
}
/// The first `count` elements, −∞ in the other lanes.
template <class T>
HWY_INLINE Vec<T> load_padded(const T* p, int64_t count) {
  constexpr Tag<T> d;
  const Vec<T> v = load_partial(d, p, count);
  return count >= static_cast<int64_t>(hn::MaxLanes(d))
             ? v
             : hn::IfThenElse(hn::FirstN(d, static_cast<size_t>(count)), v, lowest<T>());
}

template <class T>
struct LogSumExp {
  using Element = T;
  using Ends = LogSumExpEnds<T>;
  using State = Exponentials;
  static constexpr Tag<T> d{};
  static constexpr int64_t width = hn::MaxLanes(Tag<T>());

  static void step(State& s, T x, int64_t, double) { row(&x, 1, 0, s, 0); }
  static void row(const T* x, int64_t n, int64_t, State& s, double) {
    for (int64_t i = 0; i < n; i += kBlock) Ends::combine(s, block(x + i, HWY_MIN(kBlock, n - i)));
  }
  static void cells(const T* x, int64_t rows, int64_t stride, int64_t columns, int64_t, State* s) {
    for (int64_t j = 0; j < columns; j += width) some_cells(x + j, rows, stride, HWY_MIN(width, columns - j), s + j);
  }

 private:
  static HWY_NOINLINE State block(const T* x, int64_t n) {
    Vec<T> max = lowest<T>();
    for (int64_t i = 0; i < n; i += width) max = greater<T>(max, load_padded(x + i, n - i));
    return Ends::of(hn::GetLane(hn::MaxOfLanes(d, max)), [&](double by) HWY_ATTR {
      const Vec<T> shift = hn::Set(d, static_cast<T>(by));
      Vec<T> sum = hn::Zero(d);
      for (int64_t i = 0; i < n; i += width) sum = hn::Add(sum, exp<T>(hn::Sub(load_padded(x + i, n - i), shift)));
      return static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum)));
    });
  }

  /// At most a vector of neighbouring cells.
  static HWY_NOINLINE void some_cells(const T* x, int64_t rows, int64_t stride, int64_t count, State* s) {
    Vec<T> max = lowest<T>();
    for (int64_t i = 0; i < rows; ++i) max = greater<T>(max, load_partial(d, x + i * stride, count));
    const Vec<T> shift =
        hn::IfThenElse(hn::Lt(hn::Abs(max), hn::Set(d, std::numeric_limits<T>::infinity())), max, hn::Zero(d));
    Vec<T> sum = hn::Zero(d);
    for (int64_t i = 0; i < rows; ++i)
      sum = hn::Add(sum, exp<T>(hn::Sub(load_partial(d, x + i * stride, count), shift)));
    HWY_ALIGN T maxima[width], sums[width];
    hn::Store(max, d, maxima);
    hn::Store(sum, d, sums);
    for (int64_t j = 0; j < count; ++j)
      Ends::combine(s[j], Ends::of(maxima[j], [&](double) { return static_cast<double>(sums[j]); }));
  }
};

Fold make_logsumexp(ScalarType t) {
  return visit_floating(t, []<class T>(std::type_identity<T>) { return FoldOf<LogSumExp<T>>::make(0); });
}

}  // namespace
}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convgrad::kernels {
HWY_EXPORT(make_logsumexp);
Fold logsumexp_fold(ScalarType t) { return HWY_DYNAMIC_DISPATCH(make_logsumexp)(t); }
}  // namespace convgrad::kernels
#endif
