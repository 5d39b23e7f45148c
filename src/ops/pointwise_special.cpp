// Functions of elements that fewer programs call, by rules.
#include <cmath>
#include <limits>
#include <numbers>

#include "convgrad/ops/compare.h"
#include "convgrad/ops/creation.h"
#include "convgrad/ops/index.h"
#include "convgrad/ops/pointwise.h"
#include "core/check.h"
#include "kernels/elementwise/rare.h"
#include "ops/elementwise.h"
#include "ops/rule.h"

namespace convgrad {
namespace {

using Call = ByRule::Call;
using Rule = ByRule::Rule;
using std::numbers::pi;

constexpr double kDegree = pi / 180;

/// The value of a rule whose kernel is this one.
template <kernels::Loop (*find)(ScalarType)>
Tensor of_kernel(const Call& c) {
  return elementwise(c.ctx, find, "", Operand(c.a), Types::floating);
}

const Rule kAsinh{"AsinhBackward0", of_kernel<kernels::asinh_loop>,
                  [](const Call& c, const Tensor& dy) { return Grads<3>{dy * (c.a.square() + 1).rsqrt()}; }, 1};
const Rule kAcosh{"AcoshBackward0", of_kernel<kernels::acosh_loop>,
                  [](const Call& c, const Tensor& dy) { return Grads<3>{dy * (c.a.square() - 1).rsqrt()}; }, 1};
const Rule kAtanh{"AtanhBackward0", of_kernel<kernels::atanh_loop>,
                  [](const Call& c, const Tensor& dy) { return Grads<3>{dy / (1 - c.a.square())}; }, 1};
const Rule kErfinv{"ErfinvBackward0", of_kernel<kernels::erfinv_loop>,
                   [](const Call& c, const Tensor& dy) {
                     return Grads<3>{dy * erfinv(c.a).square().exp() * (0.5 / std::numbers::inv_sqrtpi)};
                   },
                   1};
const Rule kLgamma{"LgammaBackward0", of_kernel<kernels::lgamma_loop>,
                   [](const Call& c, const Tensor& dy) { return Grads<3>{dy * digamma(c.a)}; }, 1};
/// Of trigamma alone, which is no function of PyTorch's.
const Rule kTrigamma{"PolygammaBackward0", of_kernel<kernels::trigamma_loop>,
                     [](const Call&, const Tensor&) -> Grads<3> {
                       throw NotImplementedError("the third derivative of lgamma is not implemented");
                     },
                     1};
const Rule kDigamma{"DigammaBackward0", of_kernel<kernels::digamma_loop>,
                    [](const Call& c, const Tensor& dy) { return Grads<3>{dy * by_rule(kTrigamma, c.a)}; }, 1};
const Rule kDegToRad{"Deg2RadBackward0", [](const Call& c) { return c.a * kDegree; },
                     [](const Call&, const Tensor& dy) { return Grads<3>{dy * kDegree}; }};
const Rule kRadToDeg{"Rad2DegBackward0", [](const Call& c) { return c.a * (1 / kDegree); },
                     [](const Call&, const Tensor& dy) { return Grads<3>{dy * (1 / kDegree)}; }};
const Rule kSgn{"SgnBackward0", [](const Call& c) { return c.a.sign(); },
                [](const Call&, const Tensor& dy) { return Grads<3>{dy * 0}; }};

Tensor sinc_value(const Call& c) {
  const Tensor x = c.a * pi;
  return (x.sin() / x).masked_fill(c.a == 0, 1);
}
const Rule kSinc{"SincBackward0", sinc_value,
                 [](const Call& c, const Tensor& dy) {
                   const Tensor x = c.a * pi;
                   return Grads<3>{zero_where(c.a == 0, dy * ((x * x.cos() - x.sin()) / (x * c.a)))};
                 },
                 1};

/// number: eps, negative for none.
const Rule kLogit{"LogitBackward0",
                  [](const Call& c) {
                    const Tensor x = c.a.is_floating_point() ? c.a : c.a.to(get_default_dtype());
                    const double eps = c.p.number.toDouble();
                    const Tensor z = eps < 0 ? x : x.clamp(eps, 1 - eps);
                    return (z / (1 - z)).log();
                  },
                  [](const Call& c, const Tensor& dy) {
                    const double eps = c.p.number.toDouble(), low = std::max(eps, 0.0);
                    const Tensor outside = (c.a < low) | (c.a > 1 - low), g = dy / (c.a * (1 - c.a));
                    return Grads<3>{eps < 0 ? g.masked_fill(outside, std::numeric_limits<double>::quiet_NaN())
                                            : zero_where(outside, g)};
                  },
                  1};

const Rule kHypot{
    "HypotBackward0",
    [](const Call& c) {
      return elementwise(c.ctx, kernels::hypot_loop, "hypot_cpu", {c.a, c.b});
    },
    [](const Call& c, const Tensor& dy) {
      const Tensor y = hypot(c.a, c.b);
      return Grads<3>{c.ctx.needs(0, [&] { return dy * (c.a / y); }), c.ctx.needs(1, [&] { return dy * (c.b / y); })};
    },
    3};

const Rule kLogAddExp{"LogaddexpBackward0",
                      [](const Call& c) {
                        const Tensor sum = maximum(c.a, c.b) + (c.a - c.b).abs().neg().exp().log1p();
                        return where(isinf(c.a) & (c.a == c.b), c.a, sum);
                      },
                      [](const Call& c, const Tensor& dy) {
                        return Grads<3>{c.ctx.needs(0, [&] { return dy / (1 + (c.b - c.a).exp()); }),
                                        c.ctx.needs(1, [&] { return dy / (1 + (c.a - c.b).exp()); })};
                      },
                      3};

Tensor xlogy_value(const Tensor& a, const Tensor& b) { return zero_where((a == 0) & ~isnan(b), a * b.log()); }
const Rule kXlogy{"XlogyBackward0", [](const Call& c) { return xlogy_value(c.a, c.b); },
                  [](const Call& c, const Tensor& dy) {
                    return Grads<3>{c.ctx.needs(0, [&] { return zero_where((c.a == 0) & (c.b <= 0), dy * c.b.log()); }),
                                    c.ctx.needs(1, [&] { return dy * c.a / c.b; })};
                  },
                  3};
const Rule kNumberXlogy{"XlogyBackward1", [](const Call& c) { return xlogy_value(full_like(c.a, c.p.number), c.a); },
                        [](const Call& c, const Tensor& dy) { return Grads<3>{dy * c.p.number / c.a}; }, 1};
const Rule kXlogyNumber{"XlogyBackward2", [](const Call& c) { return xlogy_value(c.a, full_like(c.a, c.p.number)); },
                        [](const Call& c, const Tensor& dy) {
                          const Tensor g = dy * std::log(c.p.number.toDouble());
                          return Grads<3>{c.p.number.toDouble() > 0 ? g : zero_where(c.a == 0, g)};
                        },
                        1};

/// |a| with b's sign.
Tensor with_sign(const Tensor& a, const Tensor& negative) {
  const Tensor size = (a.is_floating_point() ? a : a.to(get_default_dtype())).abs();
  return where(negative, size.neg(), size);
}
/// dy · y / a: ±dy, and 0 where a is.
Tensor sign_gradient(const Tensor& dy, const Tensor& a, const Tensor& y) { return zero_where(a == 0, dy * (y / a)); }
const Rule kCopysign{"CopysignBackward0", [](const Call& c) { return with_sign(c.a, signbit(c.b)); },
                     [](const Call& c, const Tensor& dy) {
                       return Grads<3>{
                           c.ctx.needs(0, [&] { return sign_gradient(dy, c.a, with_sign(c.a, signbit(c.b))); }),
                           c.ctx.needs(1, [&] { return zeros_like(c.b); })};
                     },
                     3};
const Rule kCopysignNumber{
    "CopysignBackward1",
    [](const Call& c) { return with_sign(c.a, full_like(c.a, std::signbit(c.p.number.toDouble()), kBool)); },
    [](const Call& c, const Tensor& dy) {
      const Tensor negative = full_like(c.a, std::signbit(c.p.number.toDouble()), kBool);
      return Grads<3>{sign_gradient(dy, c.a, with_sign(c.a, negative))};
    },
    1};

Tensor takes_first(const Call& c, bool largest) { return (largest ? c.a >= c.b : c.a <= c.b) | isnan(c.b); }
Grads<3> to_taken(const Call& c, const Tensor& dy, bool largest) {
  const Tensor first = takes_first(c, largest);
  return {c.ctx.needs(0, [&] { return zero_where(~first, dy); }),
          c.ctx.needs(1, [&] { return zero_where(first, dy); })};
}
const Rule kFmax{"FmaxBackward0", [](const Call& c) { return where(takes_first(c, true), c.a, c.b); },
                 [](const Call& c, const Tensor& dy) { return to_taken(c, dy, true); }, 3};
const Rule kFmin{"FminBackward0", [](const Call& c) { return where(takes_first(c, false), c.a, c.b); },
                 [](const Call& c, const Tensor& dy) { return to_taken(c, dy, false); }, 3};

const Rule kHeaviside{"NotImplemented", [](const Call& c) { return where(c.a == 0, c.b, (c.a > 0).to(c.a.dtype())); },
                      [](const Call&, const Tensor&) -> Grads<3> {
                        throw NotImplementedError("derivative for aten::heaviside is not implemented");
                      }};

const Rule kNanToNum{"NanToNumBackward0", [](const Call& c) { return where(isfinite(c.a), c.a, c.b); },
                     [](const Call& c, const Tensor& dy) { return Grads<3>{zero_where(~isfinite(c.a), dy)}; }, 1};

Tensor shift(const Tensor& a, const Operand& b, bool left) {
  AutogradContext none(nullptr);
  return left ? elementwise(none, kernels::left_shift_loop, "lshift_cpu", {a, b})
              : elementwise(none, kernels::right_shift_loop, "rshift_cpu", {a, b});
}

}  // namespace

Tensor asinh(const Tensor& x) { return by_rule(kAsinh, x); }
Tensor acosh(const Tensor& x) { return by_rule(kAcosh, x); }
Tensor atanh(const Tensor& x) { return by_rule(kAtanh, x); }
Tensor erfinv(const Tensor& x) { return by_rule(kErfinv, x); }
Tensor lgamma(const Tensor& x) { return by_rule(kLgamma, x); }
Tensor digamma(const Tensor& x) { return by_rule(kDigamma, x); }
Tensor deg2rad(const Tensor& x) { return by_rule(kDegToRad, x); }
Tensor rad2deg(const Tensor& x) { return by_rule(kRadToDeg, x); }
Tensor sgn(const Tensor& x) { return by_rule(kSgn, x); }
Tensor sinc(const Tensor& x) { return by_rule(kSinc, x); }
Tensor logit(const Tensor& x, std::optional<double> eps) { return by_rule(kLogit, x, {.number = eps.value_or(-1)}); }
Tensor hypot(const Tensor& a, const Tensor& b) { return by_rule(kHypot, a, b); }
Tensor logaddexp(const Tensor& a, const Tensor& b) {
  const ScalarType type = result_type({a, b});
  check<NotImplementedError>(is_floating_point(type), "\"logaddexp_cpu\" not implemented for '{}'", legacy_name(type));
  return by_rule(kLogAddExp, a, b);
}
Tensor xlogy(const Tensor& a, const Tensor& b) { return by_rule(kXlogy, a, b); }
Tensor xlogy(Scalar a, const Tensor& b) { return by_rule(kNumberXlogy, b, {.number = a}); }
Tensor xlogy(const Tensor& a, Scalar b) { return by_rule(kXlogyNumber, a, {.number = b}); }
Tensor copysign(const Tensor& a, const Tensor& b) { return by_rule(kCopysign, a, b); }
Tensor copysign(const Tensor& a, Scalar b) { return by_rule(kCopysignNumber, a, {.number = b}); }
Tensor fmax(const Tensor& a, const Tensor& b) { return by_rule(kFmax, a, b); }
Tensor fmin(const Tensor& a, const Tensor& b) { return by_rule(kFmin, a, b); }

Tensor heaviside(const Tensor& x, const Tensor& values) {
  check(x.dtype() == values.dtype(), "heaviside is not yet implemented for tensors with different dtypes.");
  return by_rule(kHeaviside, x, values);
}

Tensor nan_to_num(const Tensor& x, double nan, std::optional<double> posinf, std::optional<double> neginf) {
  if (!x.is_floating_point()) return x.clone();
  const bool wide = x.dtype() == kFloat64;
  const double most = wide ? std::numeric_limits<double>::max() : std::numeric_limits<float>::max();
  const auto number = [&](double v) { return full({}, v, {.dtype = x.dtype()}); };
  const Tensor instead =
      where(isnan(x), number(nan), where(x > 0, number(posinf.value_or(most)), number(neginf.value_or(-most))));
  return by_rule(kNanToNum, x, instead);
}

Tensor positive(const Tensor& x) {
  check(x.dtype() != kBool, "The `+` operator, on a bool tensor is not supported.");
  return x;
}

Tensor signbit(const Tensor& x) {
  if (!x.is_floating_point()) return x.dtype() == kBool ? zeros_like(x) : x < 0;
  return (x < 0) | ((x == 0) & (x.detach().reciprocal() < 0));
}
Tensor isneginf(const Tensor& x) { return isinf(x) & (x < 0); }
Tensor isposinf(const Tensor& x) { return isinf(x) & (x > 0); }
Tensor isreal(const Tensor& x) { return ones_like(x, kBool); }

Tensor float_power(const Tensor& base, const Tensor& exponent) { return base.to(kFloat64).pow(exponent.to(kFloat64)); }
Tensor float_power(const Tensor& base, Scalar exponent) { return base.to(kFloat64).pow(exponent.toDouble()); }
Tensor float_power(Scalar base, const Tensor& exponent) { return pow(base.toDouble(), exponent.to(kFloat64)); }

Tensor bitwise_left_shift(const Tensor& a, const Tensor& b) { return shift(a, b, true); }
Tensor bitwise_left_shift(const Tensor& a, Scalar b) { return shift(a, b, true); }
Tensor bitwise_right_shift(const Tensor& a, const Tensor& b) { return shift(a, b, false); }
Tensor bitwise_right_shift(const Tensor& a, Scalar b) { return shift(a, b, false); }

}  // namespace convgrad
