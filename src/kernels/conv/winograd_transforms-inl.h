// The one-dimensional transforms of Winograd's algorithm, compiled once for each instruction set.
#if defined(CONVGRAD_KERNELS_CONV_WINOGRAD_TRANSFORMS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CONVGRAD_KERNELS_CONV_WINOGRAD_TRANSFORMS_INL_H_
#undef CONVGRAD_KERNELS_CONV_WINOGRAD_TRANSFORMS_INL_H_
#else
#define CONVGRAD_KERNELS_CONV_WINOGRAD_TRANSFORMS_INL_H_
#endif

#include <array>

#include "kernels/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {

/// F(4, r) evaluates polynomials at 0, ±a₁, …, ±aₚ and ∞: n = 2p + 2 = r + 3 points, in this order. Points come in
/// pairs of opposite sign, so each transform is an even and an odd half, added and subtracted.
///   r = 3: ±¾, ±3/2 — chosen by search for the least rounding error: 0.8e-6 rms forward, 1.5e-6 backward-weights, half
///   of
///          the customary ±1, ±2.
///   r = 5: ±1, ±2, ±½ — 2.2e-6 and 5e-6.
template <int Taps>
struct Winograd {
  static constexpr int kTaps = Taps, kTile = 4, kPoints = Taps + 3, kPairs = (Taps + 1) / 2;
  static constexpr std::array<double, 3> a = Taps == 3 ? std::array{0.75, 1.5, 0.0} : std::array{1.0, 2.0, 0.5};

  /// Coefficients (of 1, x², x⁴, …) of the product of x² − a², over every pair but `skipped`.
  static constexpr std::array<double, 4> even_product(int skipped) {
    std::array<double, 4> c{1, 0, 0, 0};
    for (int k = 0; k < kPairs; ++k) {
      if (k == skipped) continue;
      for (int i = 3; i >= 0; --i) c[i] = (i > 0 ? c[i - 1] : 0) - a[k] * a[k] * c[i];
    }
    return c;
  }
  static constexpr std::array<double, 4> all = even_product(-1);
  static constexpr std::array<std::array<double, 4>, 3> others = {even_product(0), even_product(1), even_product(2)};

  /// 1 / Π(point − every other finite point), for 0 and for each pair (the same for both signs).
  static constexpr double zero_scale() { return 1 / all[0]; }
  static constexpr double pair_scale(int k) {
    double product = 2 * a[k] * a[k];
    for (int j = 0; j < kPairs; ++j)
      if (j != k) product *= a[k] * a[k] - a[j] * a[j];
    return 1 / product;
  }
  static constexpr double power(int k, int exponent) {
    double result = 1;
    for (int i = 0; i < exponent; ++i) result *= a[k];
    return result;
  }
};

template <class T>
HWY_INLINE Vector<T> times(double constant, Vector<T> v) {
  const Tag<T> d;
  return constant == 1 ? v : hn::Mul(hn::Set(d, static_cast<T>(constant)), v);
}
/// sum + constant·v
template <class T>
HWY_INLINE Vector<T> plus(Vector<T> sum, double constant, Vector<T> v) {
  const Tag<T> d;
  return constant == 1 ? hn::Add(sum, v) : hn::MulAdd(hn::Set(d, static_cast<T>(constant)), v, sum);
}

/// Bᵀ: a stretch of n inputs to n points.
template <class W, class T>
HWY_INLINE void transform_input(const Vector<T>* x, Vector<T>* p) {
  constexpr int P = W::kPairs;
  Vector<T> zero = x[2 * P], infinity = x[2 * P + 1];
#pragma GCC unroll 4
  for (int i = 0; i < P; ++i) {
    zero = plus<T>(zero, W::all[i], x[2 * i]);
    infinity = plus<T>(infinity, W::all[i], x[2 * i + 1]);
  }
  p[0] = zero;
  p[2 * P + 1] = infinity;
#pragma GCC unroll 4
  for (int k = 0; k < P; ++k) {
    Vector<T> even = x[2 * P], odd = x[2 * P - 1];
#pragma GCC unroll 4
    for (int i = 0; i < P - 1; ++i) {
      even = plus<T>(even, W::others[k][i], x[2 * i + 2]);
      odd = plus<T>(odd, W::others[k][i], x[2 * i + 1]);
    }
    odd = times<T>(W::a[k], odd);
    p[2 * k + 1] = hn::Add(even, odd);
    p[2 * k + 2] = hn::Sub(even, odd);
  }
}

/// B, the adjoint: n points to n inputs' gradients.
template <class W, class T>
HWY_INLINE void transform_input_adjoint(const Vector<T>* p, Vector<T>* x) {
  constexpr int P = W::kPairs;
  const Vector<T> zero = p[0], infinity = p[2 * P + 1];
#pragma GCC unroll 4
  for (int i = 0; i < P; ++i) {
    x[2 * i] = times<T>(W::all[i], zero);
    x[2 * i + 1] = times<T>(W::all[i], infinity);
  }
  x[2 * P] = zero;
  x[2 * P + 1] = infinity;
#pragma GCC unroll 4
  for (int k = 0; k < P; ++k) {
    const Vector<T> even = hn::Add(p[2 * k + 1], p[2 * k + 2]);
    const Vector<T> odd = times<T>(W::a[k], hn::Sub(p[2 * k + 1], p[2 * k + 2]));
#pragma GCC unroll 4
    for (int i = 0; i < P; ++i) {
      x[2 * i + 2] = plus<T>(x[2 * i + 2], i == P - 1 ? 1 : W::others[k][i], even);
      x[2 * i + 1] = plus<T>(x[2 * i + 1], i == P - 1 ? 1 : W::others[k][i], odd);
    }
  }
}

/// Aᵀ: n points to 4 outputs.
template <class W, class T>
HWY_INLINE void transform_output(const Vector<T>* p, Vector<T>* y) {
  constexpr int P = W::kPairs;
  Vector<T> even[P], odd[P];
#pragma GCC unroll 4
  for (int k = 0; k < P; ++k) {
    even[k] = hn::Add(p[2 * k + 1], p[2 * k + 2]);
    odd[k] = hn::Sub(p[2 * k + 1], p[2 * k + 2]);
  }
  y[0] = p[0];
  y[1] = times<T>(W::power(0, 1), odd[0]);
  y[2] = times<T>(W::power(0, 2), even[0]);
  y[3] = p[2 * P + 1];
#pragma GCC unroll 4
  for (int k = 0; k < P; ++k) {
    y[0] = hn::Add(y[0], even[k]);
    y[3] = plus<T>(y[3], W::power(k, 3), odd[k]);
    if (k == 0) continue;
    y[1] = plus<T>(y[1], W::power(k, 1), odd[k]);
    y[2] = plus<T>(y[2], W::power(k, 2), even[k]);
  }
}

/// A, the adjoint: 4 outputs' gradients to n points.
template <class W, class T>
HWY_INLINE void transform_output_adjoint(const Vector<T>* y, Vector<T>* p) {
  constexpr int P = W::kPairs;
  p[0] = y[0];
  p[2 * P + 1] = y[3];
#pragma GCC unroll 4
  for (int k = 0; k < P; ++k) {
    const Vector<T> even = plus<T>(y[0], W::power(k, 2), y[2]);
    const Vector<T> odd = plus<T>(times<T>(W::power(k, 1), y[1]), W::power(k, 3), y[3]);
    p[2 * k + 1] = hn::Add(even, odd);
    p[2 * k + 2] = hn::Sub(even, odd);
  }
}

/// G: r weights to n points.
template <class W, class T>
HWY_INLINE void transform_weights(const Vector<T>* g, Vector<T>* p) {
  constexpr int P = W::kPairs;
  p[0] = times<T>(W::zero_scale(), g[0]);
  p[2 * P + 1] = g[W::kTaps - 1];
#pragma GCC unroll 4
  for (int k = 0; k < P; ++k) {
    Vector<T> even = times<T>(W::pair_scale(k), g[0]), odd = times<T>(W::pair_scale(k) * W::a[k], g[1]);
#pragma GCC unroll 4
    for (int i = 2; i < W::kTaps; ++i) {
      Vector<T>& half = i % 2 == 0 ? even : odd;
      half = plus<T>(half, W::pair_scale(k) * W::power(k, i), g[i]);
    }
    p[2 * k + 1] = hn::Add(even, odd);
    p[2 * k + 2] = hn::Sub(even, odd);
  }
}

/// Gᵀ, the adjoint: n points to r weights' gradients.
template <class W, class T>
HWY_INLINE void transform_weights_adjoint(const Vector<T>* p, Vector<T>* g) {
  constexpr int P = W::kPairs;
  const Tag<T> d;
  g[0] = times<T>(W::zero_scale(), p[0]);
#pragma GCC unroll 4
  for (int i = 1; i < W::kTaps; ++i) g[i] = i == W::kTaps - 1 ? p[2 * P + 1] : hn::Zero(d);
#pragma GCC unroll 4
  for (int k = 0; k < P; ++k) {
    const Vector<T> even = hn::Add(p[2 * k + 1], p[2 * k + 2]), odd = hn::Sub(p[2 * k + 1], p[2 * k + 2]);
#pragma GCC unroll 5
    for (int i = 0; i < W::kTaps; ++i) g[i] = plus<T>(g[i], W::pair_scale(k) * W::power(k, i), i % 2 == 0 ? even : odd);
  }
}

/// Applies a transform From → To to the columns and then to the rows of a square of vectors: cell (i, j) is loaded from
/// from + i·row_step + j·column_step; store(i, row) takes each row of results.
template <int From, int To, class T, void (*Transform)(const Vector<T>*, Vector<T>*), class Store>
HWY_INLINE void transform_square(const T* HWY_RESTRICT from, int64_t row_step, int64_t column_step,
                                 const Store& store) {
  const Tag<T> d;
  Vector<T> half[To][From];
#pragma GCC unroll 8
  for (int j = 0; j < From; ++j) {
    Vector<T> column[From], result[To];
#pragma GCC unroll 8
    for (int i = 0; i < From; ++i) column[i] = hn::LoadU(d, from + i * row_step + j * column_step);
    Transform(column, result);
#pragma GCC unroll 8
    for (int i = 0; i < To; ++i) half[i][j] = result[i];
  }
#pragma GCC unroll 8
  for (int i = 0; i < To; ++i) {
    Vector<T> row[To];
    Transform(half[i], row);
    store(i, row);
  }
}

/// Stores rows of N vectors to to + (i·N + j)·step.
template <int N, class T>
struct StoreSquare {
  T* HWY_RESTRICT to;
  int64_t step;
  HWY_INLINE void operator()(int i, const Vector<T>* row) const {
    const Tag<T> d;
#pragma GCC unroll 8
    for (int j = 0; j < N; ++j) hn::StoreU(row[j], d, to + (i * N + j) * step);
  }
};

}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard
