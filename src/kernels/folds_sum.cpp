// Sums, products, variance and the norms that are sums, of floats and doubles.
#include <cmath>
#include <type_traits>

#include "core/dispatch.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/folds_sum.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
//
#include "hwy/highway.h"
#include "kernels/fold-inl.h"
#include "kernels/folds_internal.h"
#include "kernels/lane_fold-inl.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {
namespace {

constexpr int64_t kBlock = 2048;  // elements joined before they meet the total: rounding errors stay small
constexpr int64_t kShort = 16;    // a row this short is folded one by one

// What is joined: for numbers and for vectors.
struct Value {
  static double of(double x) { return x; }
  static HWY_INLINE WideVec of(WideVec x) { return x; }
};
struct Square {
  static double of(double x) { return x * x; }
  static HWY_INLINE WideVec of(WideVec x) { return hn::Mul(x, x); }
};
struct Magnitude {
  static double of(double x) { return std::abs(x); }
  static HWY_INLINE WideVec of(WideVec x) { return hn::Abs(x); }
};

// What becomes of the total.
struct Scaled {
  static double result(double total, double factor) { return total * factor; }
};
struct Root {
  static double result(double total, double) { return std::sqrt(total); }
};

template <class T, class Join, class Map, class End>
struct LaneFold {
  using Element = T;
  using State = double;
  using Result = T;
  static State start() { return Join::neutral; }
  static void step(State& s, T x, int64_t, double) { s = Join::join(s, Map::of(static_cast<double>(x))); }
  static void row(const T* x, int64_t n, int64_t, State& s, double) {
    if (n < kShort) {
      for (int64_t i = 0; i < n; ++i) step(s, x[i], 0, 0);
      return;
    }
    for (int64_t i = 0; i < n; i += kBlock)
      s = Join::join(s, lane_fold<Join>(x + i, HWY_MIN(kBlock, n - i), [](WideVec v) HWY_ATTR { return Map::of(v); }));
  }
  static void combine(State& s, State later) { s = Join::join(s, later); }
  static Result finish(State s, double parameter) { return static_cast<T>(End::result(s, parameter)); }
};

/// Mean and Σ (x − mean)², combined by Chan's formula: no cancellation, one pass over memory.
struct Moments {
  double count, mean, squares;
};

template <class T, bool root>
struct Variance {
  using Element = T;
  using State = Moments;
  using Result = T;
  static State start() { return {0, 0, 0}; }
  static void step(State& s, T x, int64_t, double) {
    const double delta = x - s.mean;
    s.count += 1;
    s.mean += delta / s.count;
    s.squares += delta * (x - s.mean);
  }
  static void row(const T* x, int64_t n, int64_t, State& s, double) {
    for (int64_t i = 0; i < n; i += kBlock) {
      const int64_t count = HWY_MIN(kBlock, n - i);
      State block;
      block.count = static_cast<double>(count);
      block.mean = lane_fold<Adding>(x + i, count, [](WideVec v) HWY_ATTR { return v; }) / block.count;
      const WideVec mean = hn::Set(Wide(), block.mean);
      block.squares = lane_fold<Adding>(x + i, count, [mean](WideVec v) HWY_ATTR {
        const WideVec deviation = hn::Sub(v, mean);
        return hn::Mul(deviation, deviation);
      });
      combine(s, block);
    }
  }
  static void combine(State& s, const State& later) {
    if (later.count == 0) return;
    const double count = s.count + later.count, delta = later.mean - s.mean;
    s.mean += delta * (later.count / count);
    s.squares += later.squares + delta * delta * (s.count * later.count / count);
    s.count = count;
  }
  static Result finish(const State& s, double correction) {
    const double variance = s.squares / HWY_MAX(0.0, s.count - correction);
    return static_cast<T>(root ? std::sqrt(variance) : variance);
  }
};

template <class Join, class Map, class End = Scaled>
Fold make(ScalarType t, double factor) {
  return visit_floating(
      t, [&]<class T>(std::type_identity<T>) { return FoldOf<LaneFold<T, Join, Map, End>>::make(factor); });
}

Fold make_sum(ScalarType t, double factor) { return make<Adding, Value>(t, factor); }
Fold make_square_sum(ScalarType t, double factor) { return make<Adding, Square>(t, factor); }
Fold make_product(ScalarType t) { return make<Multiplying, Value>(t, 1); }
Fold make_norm(ScalarType t, bool euclidean) {
  return euclidean ? make<Adding, Square, Root>(t, 1) : make<Adding, Magnitude>(t, 1);
}
Fold make_variance(ScalarType t, double correction, bool root) {
  return visit_floating(t, [&]<class T>(std::type_identity<T>) {
    return root ? FoldOf<Variance<T, true>>::make(correction) : FoldOf<Variance<T, false>>::make(correction);
  });
}

}  // namespace
}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convgrad::kernels {

HWY_EXPORT(make_sum);
HWY_EXPORT(make_square_sum);
HWY_EXPORT(make_product);
HWY_EXPORT(make_norm);
HWY_EXPORT(make_variance);

Fold sum_fold(ScalarType t, double factor) {
  return is_floating_point(t) ? HWY_DYNAMIC_DISPATCH(make_sum)(t, factor) : integer_sum_fold(t);
}
Fold square_sum_fold(ScalarType t, double factor) { return HWY_DYNAMIC_DISPATCH(make_square_sum)(t, factor); }
Fold product_fold(ScalarType t) {
  return is_floating_point(t) ? HWY_DYNAMIC_DISPATCH(make_product)(t) : integer_product_fold(t);
}
Fold variance_fold(ScalarType t, double correction, bool root) {
  return HWY_DYNAMIC_DISPATCH(make_variance)(t, correction, root);
}
Fold norm_fold(ScalarType t, double p) {
  return p == 1 || p == 2 ? HWY_DYNAMIC_DISPATCH(make_norm)(t, p == 2) : rare_norm_fold(t, p);
}

}  // namespace convgrad::kernels
#endif
