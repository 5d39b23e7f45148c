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
struct IntegerSum {
  using Element = T;
  using State = uint64_t;  // wraps, as PyTorch's does
  using Result = int64_t;
  static State start() { return 0; }
  static void step(State& s, T x, int64_t, double) { s += static_cast<State>(x); }
  static void combine(State& s, State later) { s += later; }
  static Result finish(State s, double) { return static_cast<Result>(s); }
};

template <class T>
struct IntegerProduct {
  using Element = T;
  using State = uint64_t;
  using Result = int64_t;
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

// What a norm sums, and what it makes of the sum.
struct Count {
  static double term(double x, double) { return x != 0; }
  static double result(double sum, double) { return sum; }
};
struct Power {
  static double term(double x, double p) { return std::pow(std::abs(x), p); }
  static double result(double sum, double p) { return std::pow(sum, 1 / p); }
};

template <class T, class Kind>
struct Norm {
  using Element = T;
  using State = double;
  using Result = T;
  static State start() { return 0; }
  static void step(State& s, T x, int64_t, double p) { s += Kind::term(static_cast<double>(x), p); }
  static void combine(State& s, State later) { s += later; }
  static Result finish(State s, double p) { return static_cast<T>(Kind::result(s, p)); }
};

template <class T, bool largest>
struct ExtremeMagnitude {
  using Element = T;
  using State = T;
  using Result = T;
  static State start() { return largest ? T(0) : std::numeric_limits<T>::infinity(); }
  static void step(State& s, T x, int64_t, double) {
    const T size = std::abs(x);
    s = (largest ? size > s : size < s) || size != size ? size : s;
  }
  static void combine(State& s, State later) { step(s, later, 0, 0); }
  static Result finish(State s, double) { return s; }
};

/// make(type) for an integer type t.
template <class F>
Fold of_integers(ScalarType t, F make) {
  return visit_dtype(t, [&]<class T>(std::type_identity<T>) {
    if constexpr (std::is_integral_v<T>)
      return make(std::type_identity<T>{});
    else
      return Fold{};
  });
}

template <class Order>
Fold integer_extremum(ScalarType t, bool with_index) {
  return of_integers(t, [&]<class T>(std::type_identity<T>) {
    return with_index ? FoldOf<ExtremumIndex<T, Order>>::make(0) : FoldOf<Extremum<T, Order>>::make(0);
  });
}

}  // namespace

Fold integer_sum_fold(ScalarType t) {
  return of_integers(t, []<class T>(std::type_identity<T>) { return FoldOf<IntegerSum<T>>::make(0); });
}
Fold integer_product_fold(ScalarType t) {
  return of_integers(t, []<class T>(std::type_identity<T>) { return FoldOf<IntegerProduct<T>>::make(0); });
}
Fold integer_max_fold(ScalarType t, bool with_index) { return integer_extremum<Largest>(t, with_index); }
Fold integer_min_fold(ScalarType t, bool with_index) { return integer_extremum<Smallest>(t, with_index); }

Fold rare_norm_fold(ScalarType t, double p) {
  return visit_floating(t, [&]<class T>(std::type_identity<T>) {
    if (p == 0) return FoldOf<Norm<T, Count>>::make(p);
    if (std::isinf(p))
      return p > 0 ? FoldOf<ExtremeMagnitude<T, true>>::make(p) : FoldOf<ExtremeMagnitude<T, false>>::make(p);
    return FoldOf<Norm<T, Power>>::make(p);
  });
}
Fold any_fold(ScalarType t) {
  return visit_dtype(t, []<class T>(std::type_identity<T>) { return FoldOf<Truth<T, true>>::make(0); });
}
Fold all_fold(ScalarType t) {
  return visit_dtype(t, []<class T>(std::type_identity<T>) { return FoldOf<Truth<T, false>>::make(0); });
}

}  // namespace convgrad::kernels
