#pragma once
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "kernels/reduce.h"

namespace convgrad::kernels {

// How folds begin, meet and end: what happens once a cell and needs no instruction set of its own. Each struct has
// State, Result, start(), combine(State&, later) and finish(State, parameter); index(State) where places count, too.

/// The functions of a Fold that work on states alone.
template <class Ends>
struct FoldEnds {
  using State = typename Ends::State;
  using Result = typename Ends::Result;

  static void start(void* states, int64_t n) {
    for (int64_t i = 0; i < n; ++i) static_cast<State*>(states)[i] = Ends::start();
  }
  static void combine(void* states, const void* others, int64_t n) {
    for (int64_t i = 0; i < n; ++i) Ends::combine(static_cast<State*>(states)[i], static_cast<const State*>(others)[i]);
  }
  static void finish(const void* states, int64_t n, ReduceOutput out, int64_t cell, int64_t step, double parameter) {
    for (int64_t i = 0; i < n; ++i, cell += step) {
      const State& s = static_cast<const State*>(states)[i];
      static_cast<Result*>(out.values)[cell] = Ends::finish(s, parameter);
      if constexpr (requires { Ends::index(s); }) static_cast<int64_t*>(out.indices)[cell] = Ends::index(s);
    }
  }
};

template <class T>
struct SumEnds {
  using State = double;
  using Result = T;
  static State start() { return 0; }
  static void combine(State& s, State later) { s += later; }
  static Result finish(State s, double factor) { return static_cast<T>(s * factor); }
};
template <class T>
struct RootEnds : SumEnds<T> {
  static T finish(double s, double) { return static_cast<T>(std::sqrt(s)); }
};
template <class T>
struct ProductEnds {
  using State = double;
  using Result = T;
  static State start() { return 1; }
  static void combine(State& s, State later) { s *= later; }
  static Result finish(State s, double) { return static_cast<T>(s); }
};

/// Mean and Σ (x − mean)², combined by Chan's formula: no cancellation, one pass over memory.
struct Moments {
  double count, mean, squares;
};
template <class T, bool root>
struct VarianceEnds {
  using State = Moments;
  using Result = T;
  static State start() { return {0, 0, 0}; }
  static void combine(State& s, const State& later) {
    if (later.count == 0) return;
    const double count = s.count + later.count, delta = later.mean - s.mean;
    s.mean += delta * (later.count / count);
    s.squares += later.squares + delta * delta * (s.count * later.count / count);
    s.count = count;
  }
  static Result finish(const State& s, double correction) {
    const double freedom = s.count - correction, variance = s.squares / (freedom > 0 ? freedom : 0.0);
    return static_cast<T>(root ? std::sqrt(variance) : variance);
  }
};

/// Σ exp(x − shift). The shift is the greatest of the elements, −∞ before there are any, a great number for +∞.
struct Exponentials {
  double shift, sum;
};
template <class T>
struct LogSumExpEnds {
  using State = Exponentials;
  using Result = T;
  static State start() { return {-std::numeric_limits<double>::infinity(), 0}; }
  /// `max`: the greatest element that is no NaN; terms(shift) sums exp(x − shift).
  template <class F>
  static State of(double max, F terms) {
    if (max == std::numeric_limits<double>::infinity()) return {std::numeric_limits<double>::max(), terms(0)};
    return {max, terms(std::isinf(max) ? 0 : max)};
  }
  static void combine(State& s, const State& later) {
    if (s.shift < later.shift)
      s = {later.shift, s.sum * std::exp(s.shift - later.shift) + later.sum};
    else if (later.shift == s.shift)
      s.sum += later.sum;
    else
      s.sum += later.sum * std::exp(later.shift - s.shift);
  }
  static Result finish(const State& s, double) { return static_cast<T>(std::log(s.sum) + s.shift); }
};

// Which of two elements a maximum or minimum takes: NaN before all others, and +0 counts as greater than −0.
struct Largest {
  template <class T>
  static constexpr T start() {
    using Limits = std::numeric_limits<T>;
    return Limits::has_infinity ? -Limits::infinity() : Limits::lowest();
  }
  template <class T>
  static bool beats(T x, T best) {
    return x > best;
  }
  template <class T>
  static T of_equals(T a, T b) {
    return a == 0 ? a + b : a;  // (−0) + (+0) = +0
  }
};
struct Smallest {
  template <class T>
  static constexpr T start() {
    using Limits = std::numeric_limits<T>;
    return Limits::has_infinity ? Limits::infinity() : Limits::max();
  }
  template <class T>
  static bool beats(T x, T best) {
    return x < best;
  }
  template <class T>
  static T of_equals(T a, T b) {
    return a == 0 ? -(-a - b) : a;
  }
};

template <class T, class Order>
struct ExtremumEnds {
  using State = T;
  using Result = T;
  static State start() { return Order::template start<T>(); }
  static void step(State& s, T x, int64_t, double) {
    if constexpr (std::is_floating_point_v<T>)
      s = Order::beats(x, s) || x != x ? x : x == s ? Order::of_equals(x, s) : s;
    else
      s = Order::beats(x, s) ? x : s;
  }
  static void combine(State& s, State later) { step(s, later, 0, 0); }
  static Result finish(State s, double) { return s; }
};

/// With the position of the first NaN, else of the first of equals.
template <class T, class Order>
struct ExtremumIndexEnds {
  struct State {
    T value;
    int64_t index;
  };
  using Result = T;
  static State start() { return {Order::template start<T>(), -1}; }
  static void step(State& s, T x, int64_t position, double) {
    if (s.index < 0 || Order::beats(x, s.value) || (x != x && s.value == s.value)) s = {x, position};
  }
  static void combine(State& s, const State& later) {
    if (later.index >= 0) step(s, later.value, later.index, 0);
  }
  static Result finish(const State& s, double) { return s.value; }
  static int64_t index(const State& s) { return s.index; }
};

}  // namespace convgrad::kernels
