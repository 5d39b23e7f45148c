#pragma once
#include <cstdint>
#include <limits>
#include <type_traits>

namespace convgrad::kernels {

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
struct Extremum {
  using Element = T;
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
struct ExtremumIndex {
  struct State {
    T value;
    int64_t index;
  };
  using Element = T;
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
