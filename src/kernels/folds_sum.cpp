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
  HWY_INLINE WideVec operator()(WideVec x) const { return x; }
};
struct Square {
  static double of(double x) { return x * x; }
  HWY_INLINE WideVec operator()(WideVec x) const { return hn::Mul(x, x); }
};
struct Magnitude {
  static double of(double x) { return std::abs(x); }
  HWY_INLINE WideVec operator()(WideVec x) const { return hn::Abs(x); }
};
struct SquaredDeviation {
  double mean;
  HWY_INLINE WideVec operator()(WideVec x) const {
    const WideVec deviation = hn::Sub(x, hn::Set(Wide(), mean));
    return hn::Mul(deviation, deviation);
  }
};

template <class T, class Join, class Map>
HWY_NOINLINE void fold_row(const T* x, int64_t n, double& s) {
  if (n < kShort) {
    for (int64_t i = 0; i < n; ++i) s = Join::join(s, Map::of(static_cast<double>(x[i])));
    return;
  }
  for (int64_t i = 0; i < n; i += kBlock) s = Join::join(s, lane_fold<Join>(x + i, HWY_MIN(kBlock, n - i), Map()));
}

/// Eight rows meet pairwise before they join the states, which would else be loaded and stored for each row.
template <class T, class Join, class Map>
HWY_NOINLINE void fold_cells(const T* x, int64_t rows, int64_t stride, int64_t columns, double* s) {
  constexpr Wide d;
  constexpr hn::Rebind<T, Wide> narrow;
  constexpr int64_t kRows = 8, width = hn::MaxLanes(d);
  int64_t i = 0;
  for (; i + kRows <= rows; i += kRows, x += kRows * stride)
    for (int64_t j = 0; j < columns; j += width) {
      const int64_t left = columns - j;
      WideVec v[kRows];
#pragma GCC unroll 8
      for (int64_t r = 0; r < kRows; ++r) v[r] = Map()(widen(load_partial(narrow, x + r * stride + j, left)));
#pragma GCC unroll 3
      for (int64_t half = kRows / 2; half > 0; half /= 2)
#pragma GCC unroll 4
        for (int64_t r = 0; r < half; ++r) v[r] = Join::join(v[r], v[r + half]);
      store_partial(Join::join(load_partial(d, s + j, left), v[0]), d, s + j, left);
    }
  for (; i < rows; ++i, x += stride)
    for (int64_t j = 0; j < columns; j += width) {
      const int64_t left = columns - j;
      const WideVec v = Map()(widen(load_partial(narrow, x + j, left)));
      store_partial(Join::join(load_partial(d, s + j, left), v), d, s + j, left);
    }
}

template <class T, class Join, class Map, class EndsOfT>
struct LaneFold {
  using Element = T;
  using Ends = EndsOfT;
  static void step(double& s, T x, int64_t, double) { s = Join::join(s, Map::of(static_cast<double>(x))); }
  static void row(const T* x, int64_t n, int64_t, double& s, double) { fold_row<T, Join, Map>(x, n, s); }
  static void cells(const T* x, int64_t rows, int64_t stride, int64_t columns, int64_t, double* s) {
    fold_cells<T, Join, Map>(x, rows, stride, columns, s);
  }
};

template <class T>
HWY_NOINLINE Moments block_moments(const T* x, int64_t n) {
  const auto count = static_cast<double>(n);
  const double mean = lane_fold<Adding>(x, n, Value()) / count;
  return {count, mean, lane_fold<Adding>(x, n, SquaredDeviation{mean})};
}

template <class T, bool root>
struct Variance {
  using Element = T;
  using Ends = VarianceEnds<T, root>;
  static void step(Moments& s, T x, int64_t, double) {
    const double delta = x - s.mean;
    s.count += 1;
    s.mean += delta / s.count;
    s.squares += delta * (x - s.mean);
  }
  static void row(const T* x, int64_t n, int64_t, Moments& s, double) {
    for (int64_t i = 0; i < n; i += kBlock) Ends::combine(s, block_moments(x + i, HWY_MIN(kBlock, n - i)));
  }
};

template <class Join, class Map, template <class> class Ends>
Fold make(ScalarType t, double factor) {
  return visit_floating(
      t, [&]<class T>(std::type_identity<T>) { return FoldOf<LaneFold<T, Join, Map, Ends<T>>>::make(factor); });
}

Fold make_sum(ScalarType t, double factor) { return make<Adding, Value, SumEnds>(t, factor); }
Fold make_square_sum(ScalarType t, double factor) { return make<Adding, Square, SumEnds>(t, factor); }
Fold make_product(ScalarType t) { return make<Multiplying, Value, ProductEnds>(t, 1); }
Fold make_norm(ScalarType t, bool euclidean) {
  return euclidean ? make<Adding, Square, RootEnds>(t, 1) : make<Adding, Magnitude, SumEnds>(t, 1);
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
