// Folds that the baseline instructions run fast enough: of integers, and of what waits for memory anyway.
#include <cmath>
#include <limits>
#include <type_traits>

#include "core/dispatch.h"
#include "kernels/extremum_order.h"
#include "kernels/fold-inl.h"
#include "kernels/folds.h"
#include "kernels/folds_internal.h"

namespace convgrad::kernels {
namespace {

using HWY_NAMESPACE::FoldOf;

template <class T>
using Wide = std::conditional_t<std::is_floating_point_v<T>, double, uint64_t>;  // integers wrap, as PyTorch's do
template <class T>
using Total = std::conditional_t<std::is_floating_point_v<T>, T, int64_t>;

template <class T>
struct IntegerSum {
  using Element = T;
  using State = uint64_t;
  using Result = int64_t;
  static State start() { return 0; }
  static void step(State& s, T x, int64_t, double) { s += static_cast<State>(x); }
  static void combine(State& s, State later) { s += later; }
  static Result finish(State s, double) { return static_cast<Result>(s); }
};

template <class T>
struct Product {
  using Element = T;
  using State = Wide<T>;
  using Result = Total<T>;
  static State start() { return 1; }
  static void step(State& s, T x, int64_t, double) { s *= static_cast<State>(x); }
  static void combine(State& s, State later) { s *= later; }
  static Result finish(State s, double) { return static_cast<Result>(s); }
};

template <class T, bool any>
struct Truth {
  using Element = T;
  using State = uint8_t;
  using Result = bool;
  static State start() { return any ? 0 : 1; }
  static void step(State& s, T x, int64_t, double) {
    const State truth = x != T(0);
    s = any ? s | truth : s & truth;
  }
  static void combine(State& s, State later) { s = any ? s | later : s & later; }
  static Result finish(State s, double) { return s != 0; }
};

template <class Order>
Fold integer_extremum(ScalarType t, bool with_index) {
  return visit_dtype(t, [&]<class T>(std::type_identity<T>) {
    if constexpr (std::is_integral_v<T>)
      return with_index ? FoldOf<ExtremumIndex<T, Order>>::make(0) : FoldOf<Extremum<T, Order>>::make(0);
    else
      return Fold{};
  });
}

}  // namespace

Fold integer_sum_fold(ScalarType t) {
  return visit_dtype(t, []<class T>(std::type_identity<T>) {
    if constexpr (std::is_integral_v<T>)
      return FoldOf<IntegerSum<T>>::make(0);
    else
      return Fold{};
  });
}
Fold integer_max_fold(ScalarType t, bool with_index) { return integer_extremum<Largest>(t, with_index); }
Fold integer_min_fold(ScalarType t, bool with_index) { return integer_extremum<Smallest>(t, with_index); }

Fold product_fold(ScalarType t) {
  return visit_dtype(t, []<class T>(std::type_identity<T>) { return FoldOf<Product<T>>::make(0); });
}
Fold any_fold(ScalarType t) {
  return visit_dtype(t, []<class T>(std::type_identity<T>) { return FoldOf<Truth<T, true>>::make(0); });
}
Fold all_fold(ScalarType t) {
  return visit_dtype(t, []<class T>(std::type_identity<T>) { return FoldOf<Truth<T, false>>::make(0); });
}

}  // namespace convgrad::kernels
