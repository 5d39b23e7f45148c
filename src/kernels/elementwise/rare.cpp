#include "kernels/elementwise/rare.h"

#include <cmath>
#include <limits>
#include <numbers>
#include <type_traits>

namespace convgrad::kernels {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity(), kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kPi = std::numbers::pi;

template <auto f, class T>
void unary_loop(void* out, const void* const* in, int64_t n) {
  for (int64_t i = 0; i < n; ++i)
    static_cast<T*>(out)[i] = static_cast<T>(f(static_cast<double>(static_cast<const T*>(in[0])[i])));
}
template <auto f>
Loop unary(ScalarType type) {
  return type == kFloat32 ? unary_loop<f, float> : type == kFloat64 ? unary_loop<f, double> : nullptr;
}

template <auto f, class T, class Wide>
void binary_loop(void* out, const void* const* in, int64_t n) {
  const auto *a = static_cast<const T*>(in[0]), *b = static_cast<const T*>(in[1]);
  for (int64_t i = 0; i < n; ++i)
    static_cast<T*>(out)[i] = static_cast<T>(f(static_cast<Wide>(a[i]), static_cast<Wide>(b[i])));
}

double asinh(double x) { return std::asinh(x); }
double acosh(double x) { return std::acosh(x); }
double atanh(double x) { return std::atanh(x); }
double hypot(double a, double b) { return std::hypot(a, b); }

/// By Newton's method from a guess that is 2 · 10⁻³ off; near 1 by erfc, which keeps the digits there.
double erfinv(double y) {
  const double size = std::abs(y);
  if (!(size < 1)) return size == 1 ? std::copysign(kInfinity, y) : kNan;
  const double l = std::log1p(-size * size), a = 2 / (kPi * 0.147) + l / 2;
  double x = std::sqrt(std::sqrt(a * a - l / 0.147) - a);
  for (int i = 0; i < 4; ++i) {
    const double error = size > 0.5 ? (1 - size) - std::erfc(x) : std::erf(x) - size;
    x -= error / (2 * std::numbers::inv_sqrtpi * std::exp(-x * x));
  }
  return std::copysign(x, y);
}

double lgamma(double x) {
  int sign = 0;
  return ::lgamma_r(x, &sign);  // std::lgamma writes a global
}

/// Recurrence up to where the asymptotic series holds, reflection below zero.
double digamma(double x) {
  if (x == 0) return std::copysign(kInfinity, -x);
  if (x < 0) {
    if (x == std::floor(x)) return kNan;
    return digamma(1 - x) - kPi / std::tan(kPi * (x - std::floor(x)));
  }
  double sum = 0;
  for (; x < 10; ++x) sum -= 1 / x;
  const double y = 1 / (x * x);
  const double series =
      y *
      (1.0 / 12 - y * (1.0 / 120 - y * (1.0 / 252 - y * (1.0 / 240 - y * (1.0 / 132 - y * (691.0 / 32760 - y / 12))))));
  return x == kInfinity ? kInfinity : sum + std::log(x) - 0.5 / x - series;
}

double trigamma(double x) {
  if (x < 0.5) {
    const double s = std::sin(kPi * x);
    return kPi * kPi / (s * s) - trigamma(1 - x);
  }
  double sum = 0;
  for (; x < 10; ++x) sum += 1 / (x * x);
  const double y = 1 / (x * x);
  return sum + 1 / x + y / 2 +
         y / x *
             (1.0 / 6 -
              y * (1.0 / 30 - y * (1.0 / 42 - y * (1.0 / 30 - y * (5.0 / 66 - y * (691.0 / 2730 - y * 7 / 6))))));
}

template <class T>
T left_shift(T a, T b) {
  constexpr int64_t kBits = 8 * sizeof(T);
  const auto n = static_cast<int64_t>(b);
  return n < 0 || n >= kBits ? T(0) : static_cast<T>(static_cast<std::make_unsigned_t<T>>(a) << n);
}
template <class T>
T right_shift(T a, T b) {
  constexpr int64_t kMost = 8 * sizeof(T) - 1;
  const auto n = static_cast<int64_t>(b);
  if (n >= 0 && n <= kMost) return static_cast<T>(a >> n);
  return static_cast<T>(static_cast<int64_t>(a) < 0 ? -1 : 0);
}

}  // namespace

Loop asinh_loop(ScalarType type) { return unary<asinh>(type); }
Loop acosh_loop(ScalarType type) { return unary<acosh>(type); }
Loop atanh_loop(ScalarType type) { return unary<atanh>(type); }
Loop erfinv_loop(ScalarType type) { return unary<erfinv>(type); }
Loop lgamma_loop(ScalarType type) { return unary<lgamma>(type); }
Loop digamma_loop(ScalarType type) { return unary<digamma>(type); }
Loop trigamma_loop(ScalarType type) { return unary<trigamma>(type); }

Loop hypot_loop(ScalarType type) {
  return type == kFloat32   ? binary_loop<hypot, float, double>
         : type == kFloat64 ? binary_loop<hypot, double, double>
                            : nullptr;
}
Loop left_shift_loop(ScalarType type) {
  return type == kUInt8   ? binary_loop<left_shift<uint8_t>, uint8_t, uint8_t>
         : type == kInt32 ? binary_loop<left_shift<int32_t>, int32_t, int32_t>
         : type == kInt64 ? binary_loop<left_shift<int64_t>, int64_t, int64_t>
                          : nullptr;
}
Loop right_shift_loop(ScalarType type) {
  return type == kUInt8   ? binary_loop<right_shift<uint8_t>, uint8_t, uint8_t>
         : type == kInt32 ? binary_loop<right_shift<int32_t>, int32_t, int32_t>
         : type == kInt64 ? binary_loop<right_shift<int64_t>, int64_t, int64_t>
                          : nullptr;
}

}  // namespace convgrad::kernels
