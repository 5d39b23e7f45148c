// Folds that the baseline instructions run fast enough: of integers, and of what waits for memory anyway.
#include <cmath>
#include <limits>
#include <type_traits>

#include "core/dispatch.h"
#include "kernels/fold-inl.h"
#include "kernels/folds.h"
#include "kernels/folds_internal.h"

namespace convgrad::kernels {
namespace {

using HWY_NAMESPACE::FoldOf;

/// An operation whose struct is its ends and its element.
template <class T, class EndsOfT>
struct Plain {
  using Element = T;
  using Ends = EndsOfT;
  static void step(typename Ends::State& s, T x, int64_t position, double parameter) {
    Ends::step(s, x, position, parameter);
  }
};
template <class T, class Ends>
Fold plain(double parameter = 0) {
  return FoldOf<Plain<T, Ends>>::make(parameter);
}

struct IntegerTotal {
  using State = uint64_t;  // wraps, as PyTorch's does
  using Result = int64_t;
  static Result finish(State s, double) { return static_cast<Result>(s); }
};
struct IntegerSum : IntegerTotal {
  static State start() { return 0; }
  template <class T>
  static void step(State& s, T x, int64_t, double) {
    s += static_cast<State>(x);
  }
  static void combine(State& s, State later) { s += later; }
};
struct IntegerProduct : IntegerTotal {
  static State start() { return 1; }
  template <class T>
  static void step(State& s, T x, int64_t, double) {
    s *= static_cast<State>(x);
  }
  static void combine(State& s, State later) { s *= later; }
};

template <bool any>
struct Truth {
  using State = uint8_t;
  using Result = bool;
  static State start() { return any ? 0 : 1; }
  template <class T>
  static void step(State& s, T x, int64_t, double) {
    const State truth = x != T(0);
    s = any ? s | truth : s & truth;
  }
  static void combine(State& s, State later) { s = any ? s | later : s & later; }
  static Result finish(State s, double) { return s != 0; }
};

// Norms that are rare. What is not zero is counted; other powers are summed.
template <class T>
struct CountEnds : SumEnds<T> {
  static void step(double& s, T x, int64_t, double) { s += x != 0; }
  static T finish(double s, double) { return static_cast<T>(s); }
};
template <class T>
struct PowerEnds : SumEnds<T> {
  static void step(double& s, T x, int64_t, double p) { s += std::pow(std::abs(static_cast<double>(x)), p); }
  static T finish(double s, double p) { return static_cast<T>(std::pow(s, 1 / p)); }
};
template <class T, bool largest>
struct MagnitudeEnds {
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
    return with_index ? plain<T, ExtremumIndexEnds<T, Order>>() : plain<T, ExtremumEnds<T, Order>>();
  });
}

}  // namespace

Fold integer_sum_fold(ScalarType t) {
  return of_integers(t, []<class T>(std::type_identity<T>) { return plain<T, IntegerSum>(); });
}
Fold integer_product_fold(ScalarType t) {
  return of_integers(t, []<class T>(std::type_identity<T>) { return plain<T, IntegerProduct>(); });
}
Fold integer_max_fold(ScalarType t, bool with_index) { return integer_extremum<Largest>(t, with_index); }
Fold integer_min_fold(ScalarType t, bool with_index) { return integer_extremum<Smallest>(t, with_index); }

Fold rare_norm_fold(ScalarType t, double p) {
  return visit_floating(t, [&]<class T>(std::type_identity<T>) {
    if (p == 0) return plain<T, CountEnds<T>>();
    if (std::isinf(p)) return p > 0 ? plain<T, MagnitudeEnds<T, true>>() : plain<T, MagnitudeEnds<T, false>>();
    return plain<T, PowerEnds<T>>(p);
  });
}
Fold any_fold(ScalarType t) {
  return visit_dtype(t, []<class T>(std::type_identity<T>) { return plain<T, Truth<true>>(); });
}
Fold all_fold(ScalarType t) {
  return visit_dtype(t, []<class T>(std::type_identity<T>) { return plain<T, Truth<false>>(); });
}

}  // namespace convgrad::kernels
