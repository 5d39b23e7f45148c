// Variance and norms: the baseline instructions run them as fast as memory delivers.
#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "core/dispatch.h"
#include "kernels/fold-inl.h"
#include "kernels/folds.h"

namespace convgrad::kernels {
namespace {

using HWY_NAMESPACE::FoldOf;

constexpr int64_t kBlock = 2048;  // elements whose mean is found before their deviations: they stay in the first cache
constexpr int64_t kSums = 8;      // running sums, so that additions need not wait for each other

/// Σ f(x) over consecutive elements.
template <class T, class F>
double sum_of(const T* x, int64_t n, F f) {
  double sums[kSums] = {};
  int64_t i = 0;
  for (; i + kSums <= n; i += kSums)
    for (int64_t j = 0; j < kSums; ++j) sums[j] += f(static_cast<double>(x[i + j]));
  for (int64_t j = 0; i < n; ++i, ++j) sums[j] += f(static_cast<double>(x[i]));
  return ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
}

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
      const int64_t count = std::min<int64_t>(kBlock, n - i);
      State block;
      block.count = static_cast<double>(count);
      block.mean = sum_of(x + i, count, [](double v) { return v; }) / block.count;
      block.squares = sum_of(x + i, count, [mean = block.mean](double v) { return (v - mean) * (v - mean); });
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
    const double variance = s.squares / std::max(0.0, s.count - correction);
    return static_cast<T>(root ? std::sqrt(variance) : variance);
  }
};

// What a norm sums, and what it makes of the sum.
struct Count {
  static double term(double x, double) { return x != 0; }
  static double result(double sum, double) { return sum; }
};
struct Manhattan {
  static double term(double x, double) { return std::abs(x); }
  static double result(double sum, double) { return sum; }
};
struct Euclid {
  static double term(double x, double) { return x * x; }
  static double result(double sum, double) { return std::sqrt(sum); }
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
  static void row(const T* x, int64_t n, int64_t, State& s, double p) {
    for (int64_t i = 0; i < n; i += kBlock)
      s += sum_of(x + i, std::min<int64_t>(kBlock, n - i), [p](double v) { return Kind::term(v, p); });
  }
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

}  // namespace

Fold variance_fold(ScalarType t, double correction, bool root) {
  return visit_floating(t, [&]<class T>(std::type_identity<T>) {
    return root ? FoldOf<Variance<T, true>>::make(correction) : FoldOf<Variance<T, false>>::make(correction);
  });
}

Fold norm_fold(ScalarType t, double p) {
  return visit_floating(t, [&]<class T>(std::type_identity<T>) {
    if (p == 0) return FoldOf<Norm<T, Count>>::make(p);
    if (p == 1) return FoldOf<Norm<T, Manhattan>>::make(p);
    if (p == 2) return FoldOf<Norm<T, Euclid>>::make(p);
    if (std::isinf(p))
      return p > 0 ? FoldOf<ExtremeMagnitude<T, true>>::make(p) : FoldOf<ExtremeMagnitude<T, false>>::make(p);
    return FoldOf<Norm<T, Power>>::make(p);
  });
}

}  // namespace convgrad::kernels
