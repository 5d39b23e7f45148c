#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "kernels/elementwise/elementwise.h"
#include "kernels/every_isa.h"

namespace convgrad::kernels {
namespace {

using Real = long double;

/// The distance of y from the exact value, in units of the last place of T there.
template <class T>
double ulp_error(T y, Real exact) {
  if (std::isnan(exact)) return std::isnan(y) ? 0 : HUGE_VAL;
  const T nearest = static_cast<T>(exact);
  if (y == nearest) return std::signbit(y) == std::signbit(nearest) || exact != 0 ? 0 : HUGE_VAL;
  if (std::isnan(y)) return HUGE_VAL;
  if (std::isinf(y) || std::isinf(nearest)) {
    // an overflow just short of the limit is an error of one
    const T limit = std::numeric_limits<T>::max();
    return std::abs(y) == limit || std::abs(nearest) == limit ? 1 : HUGE_VAL;
  }
  int e = 0;
  std::frexp(nearest, &e);
  const int digits = std::numeric_limits<T>::digits, lowest = std::numeric_limits<T>::min_exponent;
  const Real unit = std::ldexp(Real(1), std::max(e, lowest) - digits);
  return static_cast<double>(std::abs((Real(y) - exact) / unit));
}

/// Bit patterns spread over the whole range of T, where most curves bend, and the special ones.
template <class T>
std::vector<T> everything(size_t count) {
  using Bits = std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>;
  using Limits = std::numeric_limits<T>;
  std::vector<T> values{
      0, 1, 2, 0.5, Limits::infinity(), Limits::quiet_NaN(), Limits::max(), Limits::min(), Limits::denorm_min()};
  for (size_t i = 0, n = values.size(); i < n; ++i) values.push_back(-values[i]);
  std::mt19937_64 random(20);
  const auto between = [&](double a, double b) {
    values.push_back(static_cast<T>(std::uniform_real_distribution<double>(a, b)(random)));
  };
  for (size_t i = 0; i < count; ++i) {
    const Bits bits = static_cast<Bits>(random());
    T x;
    std::memcpy(&x, &bits, sizeof x);
    values.push_back(x);
    between(-20, 20), between(-2, 2), between(0.9, 1.1), between(-120, 120), between(-1e-3, 1e-3);
  }
  return values;
}

struct UnaryCase {
  const char* name;
  Op op;
  double single_bound, double_bound;  // ulp
  Real (*exact)(Real);
};
void PrintTo(const UnaryCase& c, std::ostream* out) { *out << c.name; }

template <class T>
void expect_accurate(const UnaryCase& c, double bound, const std::vector<T>& x) {
  std::vector<Real> exact;
  for (const T v : x) exact.push_back(c.exact(v));
  on_every_isa([&] {
    std::vector<T> y(x.size());
    const void* in[] = {x.data()};
    find_loop(c.op, scalar_type_of<T>())(y.data(), in, static_cast<int64_t>(x.size()));
    double worst = 0;
    size_t at = 0;
    for (size_t i = 0; i < x.size(); ++i)
      if (const double error = ulp_error(y[i], exact[i]); error > worst) worst = error, at = i;
    if (std::getenv("CONVGRAD_SHOW_ULP"))
      std::printf("%-10s f%d %-6s %.3f ulp at %.9Lg\n", c.name, int(8 * sizeof(T)), current_isa().c_str(), worst,
                  Real(x[at]));
    EXPECT_LE(worst, bound) << c.name << "(" << Real(x[at]) << ") = " << Real(y[at]) << ", exactly " << exact[at];
  });
}

const UnaryCase kCases[] = {
    {"exp", Op::exp, 1, 1, std::exp},
    {"exp2", Op::exp2, 1, 1, std::exp2},
    {"expm1", Op::expm1, 2, 2, std::expm1},
    {"log", Op::log, 1, 1, std::log},
    {"log2", Op::log2, 1, 2, std::log2},
    {"log10", Op::log10, 1, 2, std::log10},
    {"log1p", Op::log1p, 1, 1, std::log1p},
    {"sqrt", Op::sqrt, 0.51, 0.51, std::sqrt},
    {"rsqrt", Op::rsqrt, 2, 2, [](Real x) { return 1 / std::sqrt(x); }},
    {"reciprocal", Op::reciprocal, 0.51, 0.51, [](Real x) { return 1 / x; }},
    {"sin", Op::sin, 1, 2, std::sin},
    {"cos", Op::cos, 1, 2, std::cos},
    {"tan", Op::tan, 1, 3, std::tan},
    {"asin", Op::asin, 1, 2, std::asin},
    {"acos", Op::acos, 1, 3, std::acos},
    {"atan", Op::atan, 1, 2, std::atan},
    {"sinh", Op::sinh, 1, 3, std::sinh},
    {"cosh", Op::cosh, 1, 3, std::cosh},
    {"tanh", Op::tanh, 2, 3, std::tanh},
    {"sigmoid", Op::sigmoid, 2, 2,
     [](Real x) { return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x)); }},
    {"erf", Op::erf, 2, 2, std::erf},
    {"erfc", Op::erfc, 1, 4, std::erfc},
};

class ElementaryFunction : public testing::TestWithParam<UnaryCase> {};

TEST_P(ElementaryFunction, IsAccurateOverTheWholeRange) {
  expect_accurate<float>(GetParam(), GetParam().single_bound, everything<float>(2000));
  expect_accurate<double>(GetParam(), GetParam().double_bound, everything<double>(2000));
}

INSTANTIATE_TEST_SUITE_P(All, ElementaryFunction, testing::ValuesIn(kCases),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace convgrad::kernels
