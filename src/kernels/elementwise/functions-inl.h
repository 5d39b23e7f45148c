// Elementary functions of vectors. float64 within 2 ulp (a few 3), float32 within 2, through float64 within 1;
// tests/kernels/elementwise/math_test.cpp asserts the bounds. Per-target include guard.
#if defined(CONVGRAD_ELEMENTWISE_FUNCTIONS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef CONVGRAD_ELEMENTWISE_FUNCTIONS_INL_H
#undef CONVGRAD_ELEMENTWISE_FUNCTIONS_INL_H
#else
#define CONVGRAD_ELEMENTWISE_FUNCTIONS_INL_H
#endif

#include <cmath>
#include <limits>

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
template <class D>
using Vec = hn::Vec<D>;
template <class D>
using Mask = hn::Mask<D>;
template <class D>
inline constexpr bool is_single = std::is_same_v<hn::TFromD<D>, float>;

template <class D>
HWY_INLINE Vec<D> set(D d, double value) {
  return hn::Set(d, static_cast<hn::TFromD<D>>(value));
}

/// Horner's scheme, the highest power first.
template <class D, size_t N>
HWY_INLINE Vec<D> polynomial(D d, Vec<D> x, const double (&coefficients)[N]) {
  Vec<D> y = set(d, coefficients[0]);
  for (size_t i = 1; i < N; ++i) y = hn::MulAdd(y, x, set(d, coefficients[i]));
  return y;
}

/// Where the mask holds, f of the lane instead: for the rare values a fast path does not serve.
template <class D, class F>
HWY_INLINE Vec<D> patch(D d, Mask<D> where, Vec<D> y, Vec<D> x, F f) {
  if (HWY_LIKELY(hn::AllFalse(d, where))) return y;
  using T = hn::TFromD<D>;
  HWY_ALIGN T from[hn::MaxLanes(D())], to[hn::MaxLanes(D())], marks[hn::MaxLanes(D())];
  hn::Store(x, d, from);
  hn::Store(y, d, to);
  hn::Store(hn::IfThenElseZero(where, set(d, 1)), d, marks);
  for (size_t i = 0; i < hn::Lanes(d); ++i)
    if (marks[i] != 0) to[i] = f(from[i]);
  return hn::Load(d, to);
}
template <class D, class F>
HWY_INLINE Vec<D> patch2(D d, Mask<D> where, Vec<D> y, Vec<D> a, Vec<D> b, F f) {
  if (HWY_LIKELY(hn::AllFalse(d, where))) return y;
  using T = hn::TFromD<D>;
  HWY_ALIGN T first[hn::MaxLanes(D())], second[hn::MaxLanes(D())], to[hn::MaxLanes(D())], marks[hn::MaxLanes(D())];
  hn::Store(a, d, first);
  hn::Store(b, d, second);
  hn::Store(y, d, to);
  hn::Store(hn::IfThenElseZero(where, set(d, 1)), d, marks);
  for (size_t i = 0; i < hn::Lanes(d); ++i)
    if (marks[i] != 0) to[i] = f(first[i], second[i]);
  return hn::Load(d, to);
}

/// factor · x to the nearest integer, up to 2²² (2⁵¹), and 2 to the power of it, for normal results.
template <class D>
struct Rounded {
  Vec<D> number, power;
};
template <class D>
HWY_INLINE Rounded<D> round_and_power(D d, Vec<D> x, double factor = 1) {
  constexpr int kMantissa = is_single<D> ? 23 : 52;
  constexpr hn::RebindToUnsigned<D> bits;
  const Vec<D> magic = set(d, is_single<D> ? 0x1.8p23 : 0x1.8p52);
  const Vec<D> shifted = hn::MulAdd(x, set(d, factor), magic);  // the integer in the low bits
  const auto exponent = hn::ShiftLeft<kMantissa>(hn::BitCast(bits, shifted));
  return {hn::Sub(shifted, magic), hn::BitCast(d, hn::Add(exponent, hn::BitCast(bits, set(d, 1))))};
}

/// x − n·ln 2 for n = round(x / ln 2); the products with the high part are exact.
template <class D>
HWY_INLINE Vec<D> minus_ln2(D d, Vec<D> x, Vec<D> n) {
  const double high = is_single<D> ? 0.693359375 : 6.93147180369123816490e-01;
  const double low = is_single<D> ? -2.12194440054690583e-4 : 1.90821492927058770002e-10;
  return hn::NegMulAdd(n, set(d, low), hn::NegMulAdd(n, set(d, high), x));
}

/// (eʳ − 1 − r) / r² for |r| <= ln 2 / 2.
template <class D>
HWY_INLINE Vec<D> exp_tail(D d, Vec<D> r) {
  if constexpr (is_single<D>) {
    constexpr double terms[] = {0.000198910095963, 0.00139336669,  0.00833331090857,
                                0.041666464773,    0.166666666816, 0.500000001348};
    return polynomial(d, r, terms);
  } else {
    constexpr double terms[] = {1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800,
                                1.0 / 362880,     1.0 / 40320,     1.0 / 5040,     1.0 / 720,
                                1.0 / 120,        1.0 / 24,        1.0 / 6,        0.5};
    return polynomial(d, r, terms);
  }
}

/// y · 2ⁿ; where 2ⁿ is no normal number, in two steps, so that results may be denormal or overflow.
template <class D>
HWY_INLINE Vec<D> scale(D d, Vec<D> y, const Rounded<D>& n) {
  if (HWY_LIKELY(hn::AllTrue(d, hn::Lt(hn::Abs(n.number), set(d, is_single<D> ? 126 : 1022)))))
    return hn::Mul(y, n.power);
  const Rounded<D> half = round_and_power(d, n.number, 0.5);
  return hn::Mul(hn::Mul(y, half.power), round_and_power(d, hn::Sub(n.number, half.number)).power);
}

template <class D>
HWY_INLINE Vec<D> clamped(D d, Vec<D> x, double low, double high) {
  return hn::Min(hn::Max(x, set(d, low)), set(d, high));
}

template <class D>
HWY_INLINE Vec<D> exp(D d, Vec<D> x) {
  const Vec<D> limited = is_single<D> ? clamped(d, x, -104, 89) : clamped(d, x, -746, 710);
  const Rounded<D> n = round_and_power(d, limited, 1.44269504088896340736);
  const Vec<D> r = minus_ln2(d, limited, n.number);
  const Vec<D> y = hn::Add(set(d, 1), hn::MulAdd(hn::Mul(r, r), exp_tail(d, r), r));
  return hn::IfThenElse(hn::IsNaN(x), x, scale(d, y, n));
}

/// 2ˣ: the integer part is exact, the rest goes through exp's polynomial.
template <class D>
HWY_INLINE Vec<D> exp2(D d, Vec<D> x) {
  const Vec<D> limited = is_single<D> ? clamped(d, x, -151, 129) : clamped(d, x, -1076, 1025);
  const Rounded<D> n = round_and_power(d, limited);
  const Vec<D> r = hn::Mul(hn::Sub(limited, n.number), set(d, 6.93147180559945309417e-01));
  const Vec<D> y = hn::Add(set(d, 1), hn::MulAdd(hn::Mul(r, r), exp_tail(d, r), r));
  return hn::IfThenElse(hn::IsNaN(x), x, scale(d, y, n));
}

/// 2ⁿ and eʳ − 1, whose product, less 1 − 2ⁿ, is eˣ − 1; for x below the overflow of exp.
template <class D>
struct Expm1Parts {
  Vec<D> power, q;
};
template <class D>
HWY_INLINE Expm1Parts<D> expm1_parts(D d, Vec<D> x) {
  const Rounded<D> n = round_and_power(d, x, 1.44269504088896340736);
  const Vec<D> r = minus_ln2(d, x, n.number);
  return {n.power, hn::MulAdd(hn::Mul(r, r), exp_tail(d, r), r)};
}
template <class D>
HWY_INLINE Vec<D> expm1_bounded(D d, Vec<D> x) {
  const Expm1Parts<D> e = expm1_parts(d, x);
  return hn::MulAdd(e.power, e.q, hn::Sub(e.power, set(d, 1)));
}

template <class D>
HWY_INLINE Vec<D> expm1(D d, Vec<D> x) {
  const double high = is_single<D> ? 88 : 709;  // 2ⁿ is still finite
  Vec<D> y = expm1_bounded(d, clamped(d, x, -40, high));
  y = hn::IfThenElse(hn::Gt(x, set(d, high)), exp(d, x), y);
  // of the smallest, x itself: −0 and denormals stay
  const auto tiny = hn::Lt(hn::Abs(x), set(d, is_single<D> ? 0x1p-25 : 0x1p-54));
  return hn::IfThenElse(hn::Or(tiny, hn::IsNaN(x)), x, y);
}

/// x = 2ᵉ · (1 + f) with √½ <= 1 + f < √2; of positive finite numbers, denormals included.
template <class D>
struct Split {
  Vec<D> e, f;
};
template <class D>
HWY_INLINE Split<D> split(D d, Vec<D> x) {
  constexpr int kMantissa = is_single<D> ? 23 : 52;
  constexpr hn::RebindToUnsigned<D> bits;
  using Bits = hn::TFromD<decltype(bits)>;
  using T = hn::TFromD<D>;
  const auto small = hn::Lt(x, hn::Set(d, std::numeric_limits<T>::min()));
  x = hn::IfThenElse(small, hn::Mul(x, set(d, is_single<D> ? 0x1p24 : 0x1p54)), x);
  const auto pattern = hn::BitCast(bits, x);
  const auto mantissa = hn::Set(bits, (Bits{1} << kMantissa) - 1);
  // the biased exponent as a number, by the mantissa of 2^23 (2^52)
  const Vec<D> magic = set(d, is_single<D> ? 0x1p23 : 0x1p52);
  Vec<D> e = hn::Sub(hn::BitCast(d, hn::Or(hn::ShiftRight<kMantissa>(pattern), hn::BitCast(bits, magic))), magic);
  e = hn::Sub(e, set(d, is_single<D> ? 127 : 1023));
  e = hn::Sub(e, hn::IfThenElseZero(small, set(d, is_single<D> ? 24 : 54)));
  Vec<D> m = hn::BitCast(d, hn::Or(hn::And(pattern, mantissa), hn::BitCast(bits, set(d, 1))));
  const auto large = hn::Gt(m, set(d, 1.41421356237309504880));
  m = hn::IfThenElse(large, hn::Mul(m, set(d, 0.5)), m);
  e = hn::Add(e, hn::IfThenElseZero(large, set(d, 1)));
  return {e, hn::Sub(m, set(d, 1))};
}

/// log(1 + f) + e · ln 2 + c, by log(1 + f) = f − f²/2 + s · (f²/2 + R(s²)), s = f / (2 + f) (fdlibm).
template <class D>
HWY_INLINE Vec<D> log_of_split(D d, const Split<D>& x, Vec<D> c) {
  constexpr double terms[] = {1.479819860511658591e-01, 1.531383769920937332e-01, 1.818357216161805012e-01,
                              2.222219843214978396e-01, 2.857142874366239149e-01, 3.999999999940941908e-01,
                              6.666666666666735130e-01};
  constexpr double short_terms[] = {0.24279078841, 0.28498786688, 0.40000972152, 0.66666662693};
  const Vec<D> s = hn::Div(x.f, hn::Add(x.f, set(d, 2)));
  const Vec<D> z = hn::Mul(s, s), half_square = hn::Mul(hn::Mul(x.f, x.f), set(d, 0.5));
  const Vec<D> r = hn::Mul(z, is_single<D> ? polynomial(d, z, short_terms) : polynomial(d, z, terms));
  const double high = is_single<D> ? 6.9313812256e-01 : 6.93147180369123816490e-01;
  const double low = is_single<D> ? 9.0580006145e-06 : 1.90821492927058770002e-10;
  const Vec<D> rest = hn::Add(hn::Mul(s, hn::Add(half_square, r)), hn::MulAdd(x.e, set(d, low), c));
  return hn::MulAdd(x.e, set(d, high), hn::Sub(x.f, hn::Sub(half_square, rest)));
}

/// What logarithms are at 0 (−∞), below (NaN), at +∞ and NaN.
template <class D>
HWY_INLINE Vec<D> log_limits(D d, Vec<D> x, Vec<D> y) {
  using Limits = std::numeric_limits<hn::TFromD<D>>;
  y = hn::IfThenElse(hn::Eq(x, hn::Zero(d)), hn::Set(d, -Limits::infinity()), y);
  y = hn::IfThenElse(hn::Lt(x, hn::Zero(d)), hn::Set(d, Limits::quiet_NaN()), y);
  return hn::IfThenElse(hn::Or(hn::IsNaN(x), hn::Eq(x, hn::Set(d, Limits::infinity()))), x, y);
}

template <class D>
HWY_INLINE Vec<D> log(D d, Vec<D> x) {
  return log_limits(d, x, log_of_split(d, split(d, x), hn::Zero(d)));
}

/// The exponent is exact; so are logarithms of powers of two.
template <class D>
HWY_INLINE Vec<D> log2(D d, Vec<D> x) {
  Split<D> parts = split(d, x);
  const Vec<D> e = parts.e;
  parts.e = hn::Zero(d);
  const Vec<D> y = hn::MulAdd(log_of_split(d, parts, hn::Zero(d)), set(d, 1.44269504088896340736), e);
  return log_limits(d, x, y);
}

template <class D>
HWY_INLINE Vec<D> log10(D d, Vec<D> x) {
  return hn::Mul(log(d, x), set(d, 4.34294481903251827651e-01));
}

/// log(u) + (x − (u − 1)) / u, where u = 1 + x rounds (fdlibm).
template <class D>
HWY_INLINE Vec<D> log1p(D d, Vec<D> x) {
  using Limits = std::numeric_limits<hn::TFromD<D>>;
  const Vec<D> one = set(d, 1), u = hn::Add(x, one);
  const Vec<D> large = hn::Sub(one, hn::Sub(u, x)), small = hn::Sub(x, hn::Sub(u, one));
  const Vec<D> lost = hn::Div(hn::IfThenElse(hn::Gt(x, one), large, small), u);
  const Vec<D> y = log_limits(d, u, log_of_split(d, split(d, u), lost));
  const auto tiny = hn::Lt(hn::Abs(x), set(d, is_single<D> ? 0x1p-25 : 0x1p-54));
  const auto self = hn::Or(tiny, hn::Or(hn::IsNaN(x), hn::Eq(x, hn::Set(d, Limits::infinity()))));
  return hn::IfThenElse(self, x, y);
}

/// y with the sign of x, for y >= 0.
template <class D>
HWY_INLINE Vec<D> with_sign(D d, Vec<D> y, Vec<D> x) {
  return hn::Or(y, hn::And(x, hn::SignBit(d)));
}

/// With m = 1 − e^(−2|x|), nothing overflows: m / (2 − m) near 0, where nothing cancels; 1 − 2 (1 − m) / (2 − m)
/// beyond, where the quotient and its error are small.
template <class D>
HWY_INLINE Vec<D> tanh(D d, Vec<D> x) {
  const Vec<D> one = set(d, 1), two = set(d, 2);
  const Vec<D> size = hn::Min(hn::Abs(x), set(d, is_single<D> ? 9.1 : 20));
  const Expm1Parts<D> e = expm1_parts(d, hn::Mul(size, set(d, -2)));
  const Vec<D> m = hn::NegMulAdd(e.power, e.q, hn::Sub(one, e.power));
  const auto far = hn::Gt(size, set(d, 0.55));
  const Vec<D> quotient = hn::Div(hn::IfThenElse(far, hn::NegMulAdd(m, two, two), m), hn::Sub(two, m));
  const Vec<D> y = hn::IfThenElse(far, hn::Sub(one, quotient), quotient);
  return hn::IfThenElse(hn::IsNaN(x), x, with_sign(d, y, x));
}

/// With e = e⁻|ˣ|: 1 / (1 + e) above zero, e / (1 + e) below; what 1 + e rounds off is made good.
template <class D>
HWY_INLINE Vec<D> sigmoid(D d, Vec<D> x) {
  const Vec<D> one = set(d, 1), e = exp(d, hn::Neg(hn::Abs(x))), sum = hn::Add(e, one);
  const Vec<D> lost = hn::Sub(e, hn::Sub(sum, one));
  const auto below = hn::Lt(x, hn::Zero(d));
  const Vec<D> y = hn::Div(hn::IfThenElse(below, e, one), sum);
  const Vec<D> reciprocal = hn::IfThenElse(below, hn::Sub(one, y), y);
  return hn::NegMulAdd(hn::Mul(y, lost), reciprocal, y);
}

/// (m + m / (m + 1)) / 2 with m = expm1(|x|); from 22 on e^|x| / 2, taken apart so that it overflows late.
template <class D>
HWY_INLINE Vec<D> sinh(D d, Vec<D> x) {
  const Vec<D> size = hn::Abs(x), half = set(d, 0.5);
  const Vec<D> m = expm1_bounded(d, hn::Min(size, set(d, 22)));
  const Vec<D> near = hn::Mul(half, hn::Add(m, hn::Div(m, hn::Add(m, set(d, 1)))));
  const Vec<D> root = exp(d, hn::Mul(size, half));
  const Vec<D> far = hn::Mul(hn::Mul(half, root), root);
  const Vec<D> y = hn::IfThenElse(hn::Gt(size, set(d, 22)), far, near);
  const auto tiny = hn::Lt(size, set(d, 0x1p-27));
  return hn::IfThenElse(hn::Or(tiny, hn::IsNaN(x)), x, with_sign(d, y, x));
}
template <class D>
HWY_INLINE Vec<D> cosh(D d, Vec<D> x) {
  const Vec<D> size = hn::Abs(x), half = set(d, 0.5);
  const Vec<D> e = exp(d, hn::Min(size, set(d, 22)));
  const Vec<D> near = hn::Mul(half, hn::Add(e, hn::Div(set(d, 1), e)));
  const Vec<D> root = exp(d, hn::Mul(size, half));
  const Vec<D> y = hn::IfThenElse(hn::Gt(size, set(d, 22)), hn::Mul(hn::Mul(half, root), root), near);
  return hn::IfThenElse(hn::IsNaN(x), x, y);
}

/// x − n·π/2 for n = round(x / (π/2)), π/2 in three parts whose products with n are exact; and n's last two bits.
template <class D>
struct Quadrant {
  Vec<D> r;
  Mask<D> odd, negative_sine, negative_cosine, unsure;  // unsure: x is too large, or too near a multiple of π/2
};
template <class D>
HWY_INLINE Quadrant<D> quadrant(D d, Vec<D> x) {
  constexpr hn::RebindToUnsigned<D> bits;
  const Vec<D> magic = set(d, 0x1.8p52);
  const Vec<D> shifted = hn::MulAdd(x, set(d, 6.36619772367581382433e-01), magic);
  const Vec<D> n = hn::Sub(shifted, magic);
  Vec<D> r = hn::NegMulAdd(n, set(d, 1.57079632673412561417e+00), x);
  r = hn::NegMulAdd(n, set(d, 6.07710050630396597660e-11), r);
  r = hn::NegMulAdd(n, set(d, 2.02226624879595063154e-21), r);
  const auto has = [&](uint64_t bit, auto pattern) {
    return hn::RebindMask(d, hn::Ne(hn::And(pattern, hn::Set(bits, bit)), hn::Zero(bits)));
  };
  const auto pattern = hn::BitCast(bits, shifted);
  const auto next = hn::Add(pattern, hn::Set(bits, uint64_t{1}));
  const auto too_near = hn::And(hn::Lt(hn::Abs(r), set(d, 0x1p-14)), hn::Ne(n, hn::Zero(d)));
  const auto unsure = hn::Or(too_near, hn::Not(hn::Lt(hn::Abs(x), set(d, 0x1p19))));
  return {r, has(1, pattern), has(2, pattern), has(2, next), unsure};
}

template <class D>
HWY_INLINE Vec<D> sine_series(D d, Vec<D> r) {
  constexpr double terms[] = {1.58969099521155010221e-10,  -2.50507602534068634195e-08, 2.75573137070700676789e-06,
                              -1.98412698298579493134e-04, 8.33333333332248946124e-03,  -1.66666666666666324348e-01};
  const Vec<D> z = hn::Mul(r, r);
  return hn::MulAdd(hn::Mul(z, r), polynomial(d, z, terms), r);
}
template <class D>
HWY_INLINE Vec<D> cosine_series(D d, Vec<D> r) {
  constexpr double terms[] = {-1.13596475577881948265e-11, 2.08757232129817482790e-09,  -2.75573143513906633035e-07,
                              2.48015872894767294178e-05,  -1.38888888888741095749e-03, 4.16666666666666019037e-02};
  const Vec<D> z = hn::Mul(r, r), half = hn::Mul(z, set(d, 0.5)), one = set(d, 1);
  const Vec<D> w = hn::Sub(one, half);
  return hn::Add(w, hn::MulAdd(hn::Mul(z, z), polynomial(d, z, terms), hn::Sub(hn::Sub(one, w), half)));
}

template <class D>
HWY_INLINE Vec<D> sin(D d, Vec<D> x) {
  const Quadrant<D> q = quadrant(d, x);
  Vec<D> y = hn::IfThenElse(q.odd, cosine_series(d, q.r), sine_series(d, q.r));
  y = hn::IfThenElse(q.negative_sine, hn::Neg(y), y);
  y = hn::IfThenElse(hn::Eq(x, hn::Zero(d)), x, y);
  return patch(d, q.unsure, y, x, [](double v) { return std::sin(v); });
}
template <class D>
HWY_INLINE Vec<D> cos(D d, Vec<D> x) {
  const Quadrant<D> q = quadrant(d, x);
  Vec<D> y = hn::IfThenElse(q.odd, sine_series(d, q.r), cosine_series(d, q.r));
  y = hn::IfThenElse(q.negative_cosine, hn::Neg(y), y);
  return patch(d, q.unsure, y, x, [](double v) { return std::cos(v); });
}
template <class D>
HWY_INLINE Vec<D> tan(D d, Vec<D> x) {
  const Quadrant<D> q = quadrant(d, x);
  const Vec<D> s = sine_series(d, q.r), c = cosine_series(d, q.r);
  Vec<D> y = hn::Div(hn::IfThenElse(q.odd, hn::Neg(c), s), hn::IfThenElse(q.odd, s, c));
  y = hn::IfThenElse(hn::Eq(x, hn::Zero(d)), x, y);
  return patch(d, q.unsure, y, x, [](double v) { return std::tan(v); });
}

/// atan(y / x) for y, x >= 0, not both zero or infinite: the larger below the line, then t <= tan(π/8) (fdlibm's
/// series).
template <class D>
HWY_INLINE Vec<D> atan_of_quotient(D d, Vec<D> y, Vec<D> x) {
  constexpr double terms[] = {1.62858201153657823623e-02,  -3.65315727442169155270e-02, 4.97687799461593236017e-02,
                              -5.83357013379057348645e-02, 6.66107313738753120669e-02,  -7.69187620504482999495e-02,
                              9.09088713343650656196e-02,  -1.11111104054623557880e-01, 1.42857142725034663711e-01,
                              -1.99999999998764832476e-01, 3.33333333333329318027e-01};
  const Vec<D> low = hn::Min(x, y), high = hn::Max(x, y);
  const auto steep = hn::Gt(low, hn::Mul(high, set(d, 0.41421356237309504880)));
  const Vec<D> t =
      hn::Div(hn::IfThenElse(steep, hn::Sub(low, high), low), hn::IfThenElse(steep, hn::Add(low, high), high));
  const Vec<D> z = hn::Mul(t, t);
  const Vec<D> series = hn::Mul(hn::Mul(t, z), polynomial(d, z, terms));
  // π/4 and π/2 with what their float64 lacks
  Vec<D> lost = hn::IfThenElseZero(steep, set(d, 3.06161699786838301793e-17));
  Vec<D> angle =
      hn::Add(hn::IfThenElseZero(steep, set(d, 7.85398163397448278999e-01)), hn::Sub(t, hn::Sub(series, lost)));
  const Vec<D> rest = hn::Add(hn::Sub(set(d, 1.57079632679489655800e+00), angle), set(d, 6.12323399573676603587e-17));
  return hn::IfThenElse(hn::Gt(y, x), rest, angle);
}

template <class D>
HWY_INLINE Vec<D> atan(D d, Vec<D> x) {
  const Vec<D> y = atan_of_quotient(d, hn::Min(hn::Abs(x), set(d, 0x1p100)), set(d, 1));
  const auto tiny = hn::Lt(hn::Abs(x), set(d, 0x1p-27));
  return hn::IfThenElse(hn::Or(tiny, hn::IsNaN(x)), x, with_sign(d, y, x));
}

template <class D>
HWY_INLINE Vec<D> atan2(D d, Vec<D> y, Vec<D> x) {
  const Vec<D> first = atan_of_quotient(d, hn::Abs(y), hn::Abs(x));
  const Vec<D> pi = set(d, 3.14159265358979311600e+00), pi_low = set(d, 1.22464679914735317720e-16);
  const Vec<D> angle = hn::IfThenElse(hn::Lt(x, hn::Zero(d)), hn::Sub(pi, hn::Sub(first, pi_low)), first);
  const Vec<D> low = set(d, 0x1p-300), high = set(d, 0x1p300);
  const auto usual = [&](Vec<D> v) { return hn::And(hn::Gt(hn::Abs(v), low), hn::Lt(hn::Abs(v), high)); };
  const auto unsure = hn::Not(hn::And(usual(x), usual(y)));
  return patch2(d, unsure, with_sign(d, angle, y), y, x, [](double b, double a) { return std::atan2(b, a); });
}

template <class D>
HWY_INLINE Vec<D> asin(D d, Vec<D> x) {
  const Vec<D> one = set(d, 1), size = hn::Abs(x);
  const Vec<D> y = atan_of_quotient(d, size, hn::Sqrt(hn::Mul(hn::Sub(one, size), hn::Add(one, size))));
  const auto outside = hn::Not(hn::Le(size, one));  // NaN too
  const Vec<D> nan = hn::Set(d, std::numeric_limits<double>::quiet_NaN());
  const auto tiny = hn::Lt(size, set(d, 0x1p-27));
  return hn::IfThenElse(outside, nan, hn::IfThenElse(tiny, x, with_sign(d, y, x)));
}
template <class D>
HWY_INLINE Vec<D> acos(D d, Vec<D> x) {
  const Vec<D> one = set(d, 1), size = hn::Abs(x);
  const Vec<D> first = atan_of_quotient(d, hn::Sqrt(hn::Mul(hn::Sub(one, size), hn::Add(one, size))), size);
  const Vec<D> pi = set(d, 3.14159265358979311600e+00), pi_low = set(d, 1.22464679914735317720e-16);
  const Vec<D> y = hn::IfThenElse(hn::Lt(x, hn::Zero(d)), hn::Add(hn::Sub(pi, first), pi_low), first);
  return hn::IfThenElse(hn::Le(size, one), y, hn::Set(d, std::numeric_limits<double>::quiet_NaN()));
}

/// e^(x²) · erfc(x) for x >= 0, by a polynomial in (x − 4) / (x + 4) (minimax to 2e-18 up to x = 29).
template <class D>
HWY_INLINE Vec<D> scaled_erfc(D d, Vec<D> x) {
  constexpr double terms[] = {
      1.286818639148424553e-9,    1.9389565991275175784e-9,    -1.4089227309616621259e-8,   -1.8184199806971624755e-8,
      1.0993980640840463726e-7,   7.4917891350825374947e-8,    -8.2527274933507010579e-7,   2.9366880306760731501e-7,
      5.7096296752619186578e-6,   -0.000011222015496282596981, -0.000024399172870686759013, 0.00015062169462125236698,
      -0.00019925670474788311996, -0.00075777329836352985129,  0.0050319699793993848037,    -0.016197734055679281346,
      0.037167515537377855461,    -0.06633036581244672375,     0.093732834998353608645,     -0.10103906603629265923,
      0.068097054254692589648,    0.015379652102619522191,     -0.13962111684056251253,     1.2329951186255525104};
  const Vec<D> four = set(d, 4), t = hn::Div(hn::Sub(x, four), hn::Add(x, four));
  return hn::Div(polynomial(d, t, terms), hn::MulAdd(x, set(d, 2), set(d, 1)));
}

/// e^(−x²), x² in two parts: the rounding of the square would show in the exponent.
template <class D>
HWY_INLINE Vec<D> exp_of_minus_square(D d, Vec<D> x) {
  constexpr hn::RebindToUnsigned<D> bits;
  const auto leading = static_cast<hn::TFromD<decltype(bits)>>(~uint64_t{0x7ffffff});
  const Vec<D> high = hn::BitCast(d, hn::And(hn::BitCast(bits, x), hn::Set(bits, leading)));
  const Vec<D> square = hn::Mul(high, high);  // exact
  const Vec<D> rest = hn::Mul(hn::Sub(x, high), hn::Add(x, high));
  return hn::Mul(exp(d, hn::Neg(square)), exp(d, hn::Neg(rest)));
}

/// Σ 2/√π · (−1)ᵏ / (k! (2k + 1)) · x²ᵏ⁺¹ for |x| < 1.
template <class D>
HWY_INLINE Vec<D> erf_series(D d, Vec<D> x) {
  constexpr double terms[] = {-9.063970842808673e-17,  1.6342614095367152e-15,  -2.7835162072109215e-14,
                              4.4632242632864775e-13,  -6.7113668551641105e-12, 9.422759064650411e-11,
                              -1.2290555301717928e-09, 1.4807192815879218e-08,  -1.6365844691234924e-07,
                              1.6462114365889248e-06,  -1.492565035840625e-05,  0.00012055332981789664,
                              -0.0008548327023450853,  0.005223977625442188,    -0.026866170645131252,
                              0.11283791670955126,     -0.37612638903183754,    1.1283791670955126};
  return hn::Mul(x, polynomial(d, hn::Mul(x, x), terms));
}

/// The same for float32: a polynomial below 0.93, beyond 1 − e^polynomial (N. Juffa's coefficients).
template <class D>
HWY_INLINE Vec<D> erf_of_singles(D d, Vec<D> x) {
  constexpr double near_terms[] = {-5.96761703e-4, 4.99119423e-3,  -2.67681349e-2,
                                   1.12819925e-1,  -3.76125336e-1, 1.28379166e-1};
  constexpr double far_terms[] = {-1.72853470e-5, 3.83197126e-4,  -3.88396438e-3, 2.42546219e-2,
                                  -1.06777877e-1, -6.34846687e-1, -1.28717512e-1};
  const Vec<D> size = hn::Min(hn::Abs(x), set(d, 4)), square = hn::Mul(size, size);
  const Vec<D> near = hn::MulAdd(polynomial(d, square, near_terms), size, size);
  const Vec<D> power = hn::MulAdd(polynomial(d, size, far_terms), size, hn::Neg(size));
  const Expm1Parts<D> e = expm1_parts(d, power);  // −18 < power <= 0
  const Vec<D> far = hn::NegMulAdd(e.power, e.q, hn::Sub(set(d, 1), e.power));
  const Vec<D> y = hn::IfThenElse(hn::Gt(size, set(d, 0.927734375)), far, near);
  return hn::IfThenElse(hn::IsNaN(x), x, with_sign(d, y, x));
}

template <class D>
HWY_INLINE Vec<D> erf(D d, Vec<D> x) {
  if constexpr (is_single<D>) return erf_of_singles(d, x);
  const Vec<D> size = hn::Min(hn::Abs(x), set(d, 7)), one = set(d, 1);
  const Vec<D> far = hn::Sub(one, hn::Mul(exp_of_minus_square(d, size), scaled_erfc(d, size)));
  const Vec<D> y = hn::IfThenElse(hn::Lt(size, one), erf_series(d, size), far);
  return hn::IfThenElse(hn::IsNaN(x), x, with_sign(d, y, x));
}

template <class D>
HWY_INLINE Vec<D> erfc(D d, Vec<D> x) {
  const Vec<D> size = hn::Min(hn::Abs(x), set(d, 28)), one = set(d, 1);
  const Vec<D> far = hn::Mul(exp_of_minus_square(d, size), scaled_erfc(d, size));
  const Vec<D> sided = hn::IfThenElse(hn::Lt(x, hn::Zero(d)), hn::Sub(set(d, 2), far), far);
  const Vec<D> near = hn::Sub(one, erf_series(d, x));
  const Vec<D> y = hn::IfThenElse(hn::Lt(size, set(d, 0.25)), near, sided);
  return hn::IfThenElse(hn::IsNaN(x), x, y);
}

/// e^(b · log a), exact enough for float32; what is not an ordinary power of a positive number goes to the library.
template <class D>
HWY_INLINE Vec<D> pow_of_singles(D d, Vec<D> a, Vec<D> b) {
  Split<D> parts = split(d, a);
  const Vec<D> e = parts.e;
  parts.e = hn::Zero(d);
  const Vec<D> log2 = hn::MulAdd(log_of_split(d, parts, hn::Zero(d)), set(d, 1.44269504088896340736), e);
  const Vec<D> y = exp2(d, hn::Mul(b, log2));
  const auto usual =
      hn::And(hn::And(hn::Gt(a, hn::Zero(d)), hn::Lt(a, set(d, 0x1p200))), hn::Lt(hn::Abs(b), set(d, 0x1p60)));
  return patch2(d, hn::Not(usual), y, a, b, [](double x, double p) { return std::pow(x, p); });
}

}  // namespace
}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
