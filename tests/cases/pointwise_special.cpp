// Functions of elements that fewer programs call.
#include <convgrad/ops/compare.h>
#include <convgrad/ops/creation.h>
#include <convgrad/ops/pointwise.h>

#include <cmath>

#include "cases/case.h"

namespace convgrad::cases {
namespace {

const char* const kNames = R"(
T, nan, inf, ones = torch.tensor, torch.nan, torch.inf, torch.ones
far, l, b = T([nan, inf, -inf, 1., -0., 0., -2.5]), T([3, -2, 1]), T([True, False, True])
)";
Tensor far() { return tensor({NAN, INFINITY, -INFINITY, 1., -0., 0., -2.5}); }
Tensor l() { return tensor({3, -2, 1}); }
Tensor b() { return tensor({true, false, true}); }

Case unary(List (*f)(X), const std::string& oracle, double low, double high,
           const std::vector<Failure>& failures = {}) {
  return {.run = [f](const List& x) { return f(x[0]); },
          .inputs = {{.sizes = {3, 7}, .low = low, .high = high}},
          .oracle = oracle,
          .given = kNames,
          .failures = failures};
}
Case binary(List (*f)(X, X), const std::string& oracle, const std::vector<Failure>& failures = {}) {
  return {.run = [f](const List& x) { return f(x[0], x[1]); },
          .inputs = {{.sizes = {3, 4}, .low = 0.1, .high = 2}, {.sizes = {2, 1, 4}, .low = 0.1, .high = 2}},
          .oracle = oracle,
          .given = kNames,
          .failures = failures};
}

}  // namespace

CASE(asinh) {
  Case c = unary([](X x) { return list(asinh(x), asinh(l()), asinh(far()), x.asinh() * 2, arcsinh(x)); },
                 "x0.asinh(), l.asinh(), far.asinh(), x0.asinh() * 2, torch.arcsinh(x0)", -3, 3);
  c.tolerance64 = 1e-6;  // l and far are float32
  return c;
}
CASE(acosh) {
  return unary([](X x) { return list(acosh(x), acosh(l()), acosh(far())); }, "x0.acosh(), l.acosh(), far.acosh()", 1.1,
               4);
}
CASE(atanh) {
  return unary([](X x) { return list(atanh(x), atanh(l()), atanh(far())); }, "x0.atanh(), l.atanh(), far.atanh()", -0.9,
               0.9);
}
CASE(erfinv) {
  Case c = unary(
      [](X x) { return list(erfinv(x), erfinv(l()), erfinv(far()), erfinv(x * 1e-9), erfinv(1 - (x + 1.1) * 1e-5)); },
      "x0.erfinv(), l.erfinv(), far.erfinv(), (x0 * 1e-9).erfinv(), (1 - (x0 + 1.1) * 1e-5).erfinv()", -0.99, 0.99);
  c.tolerance32 = 2e-3;  // a rounding of what is that near to one is a ten-thousandth of the result
  return c;
}
CASE(lgamma) {
  return unary([](X x) { return list(lgamma(x), lgamma(l()), lgamma(far()), lgamma(x * 30)); },
               "x0.lgamma(), l.lgamma(), far.lgamma(), (x0 * 30).lgamma()", 0.1, 4);
}
CASE(lgamma_below_zero) {
  return unary([](X x) { return list(lgamma(x)); }, "x0.lgamma()", -2.9, -2.1);
}
CASE(digamma) {
  Case c = unary([](X x) { return list(digamma(x), digamma(l()), digamma(far()), digamma(-x - 0.3)); },
                 "x0.digamma(), l.digamma(), far.digamma(), (-x0 - .3).digamma()", 0.1, 0.6);
  c.tolerance64 = 1e-6;    // l and far are float32
  c.second_order = false;  // that is where PyTorch has more
  return c;
}
CASE(angles) {
  return unary([](X x) { return list(deg2rad(x), rad2deg(x), deg2rad(l())); },
               "x0.deg2rad(), x0.rad2deg(), l.deg2rad()", -300, 300);
}
CASE(sinc) {
  return unary(
      [](X x) {
        return list(sinc(x), sinc(tensor({0., 1., 0.5})));
      },
      "x0.sinc(), T([0., 1., .5]).sinc()", -3, 3);
}
CASE(logit) {
  return unary([](X x) { return list(logit(x), logit(x, 0.2), logit(far()), logit(far(), 0.1)); },
               "x0.logit(), x0.logit(.2), far.logit(), far.logit(.1)", 0.05, 0.95);
}
CASE(sgn) {
  return unary(
      [](X x) { return list(sgn(x), sgn(l()), positive(x) * 2, absolute(x), clip(x, -1, 1), fix(x), negative(x)); },
      "x0.sgn(), l.sgn(), torch.positive(x0) * 2, x0.absolute(), x0.clip(-1, 1), x0.fix(), x0.negative()", -3, 3,
      {{[] { positive(b()); }, "torch.positive(b)"}});
}
CASE(nan_to_num) {
  return unary(
      [](X x) {
        return list(nan_to_num(x), nan_to_num(far()), nan_to_num(far(), 1, 2., 3.), nan_to_num(l()),
                    nan_to_num(far().to(kFloat64)));
      },
      "x0.nan_to_num(), far.nan_to_num(), far.nan_to_num(1., 2., 3.), l.nan_to_num(), far.double().nan_to_num()", -3,
      3);
}
CASE(signs_and_infinities) {
  Case c = unary(
      [](X) {
        return list(signbit(far()), signbit(l()), signbit(b()), isneginf(far()), isposinf(far()), isposinf(l()),
                    isreal(far()));
      },
      "far.signbit(), l.signbit(), b.signbit(), far.isneginf(), far.isposinf(), l.isposinf(), far.isreal()", 0, 1);
  c.inputs[0].requires_grad = false;
  return c;
}
CASE(float_power) {
  return unary(
      [](X x) { return list(float_power(x, 2), float_power(l(), 2), float_power(2, l()), float_power(l(), l())); },
      "x0.float_power(2), l.float_power(2), torch.float_power(2, l), l.float_power(l)", 0.5, 3);
}

CASE(hypot) {
  return binary([](X x, X y) { return list(hypot(x, y), hypot(tensor({3.f}), tensor({4}))); },
                "x0.hypot(x1), T([3.]).hypot(T([4]))",
                {{[] { hypot(l(), l()); }, "l.hypot(l)"}, {[] { hypot(ones(2), ones(3)); }, "ones(2).hypot(ones(3))"}});
}
CASE(logaddexp) {
  return binary([](X x, X y) { return list(logaddexp(x, y), logaddexp(far(), far()), logaddexp(far(), tensor(1.))); },
                "x0.logaddexp(x1), far.logaddexp(far), far.logaddexp(T(1.))",
                {{[] { logaddexp(l(), l()); }, "l.logaddexp(l)"}});
}
CASE(xlogy) {
  return binary(
      [](X x, X y) {
        return list(xlogy(x, y), xlogy(x, 3), xlogy(2, y), xlogy(l(), l()),
                    xlogy(tensor({0., 0., 1., 0.}), tensor({0., -1., 0., NAN})));
      },
      "x0.xlogy(x1), x0.xlogy(3), torch.xlogy(2, x1), l.xlogy(l), T([0., 0., 1., 0.]).xlogy(T([0., -1., 0., nan]))");
}
CASE(copysign) {
  return binary(
      [](X x, X y) {
        return list(copysign(x, y - 1), copysign(x, -1), copysign(l(), l()), copysign(l(), -0.),
                    copysign(tensor({1., 2.}), tensor({-0., 0.})));
      },
      "x0.copysign(x1 - 1), x0.copysign(-1), l.copysign(l), l.copysign(-0.), T([1., 2.]).copysign(T([-0., 0.]))");
}
CASE(fmax) {
  return binary(
      [](X x, X y) { return list(fmax(x, y), fmax(far(), tensor({NAN})), fmax(tensor({NAN}), far()), fmax(l(), l())); },
      "x0.fmax(x1), far.fmax(T([nan])), T([nan]).fmax(far), l.fmax(l)");
}
CASE(fmin) {
  return binary([](X x, X y) { return list(fmin(x, y), fmin(far(), tensor({1.}))); }, "x0.fmin(x1), far.fmin(T([1.]))");
}
CASE(clamp_by_a_tensor) {
  return binary([](X x, X y) { return list(clamp_min(x, y), clamp_max(x, y), x.clamp(y, y + 0.3)); },
                "x0.clamp_min(x1), x0.clamp_max(x1), x0.clamp(x1, x1 + .3)");
}
CASE(heaviside) {
  Case c = binary(
      [](X x, X y) { return list(heaviside(x - 1, y), heaviside(far(), tensor(0.5f)), heaviside(l(), tensor(1))); },
      "(x0 - 1).heaviside(x1), far.heaviside(T(.5)), l.heaviside(T(1))",
      {{[] { heaviside(far(), l()); }, "far.heaviside(l)"}});
  for (Input& in : c.inputs) in.requires_grad = false;
  return c;
}
CASE(shifts) {
  Case c = binary(
      [](X, X) {
        const Tensor most = tensor({-8, 8, INT64_MIN}), bytes = tensor({200, 7}).to(kUInt8),
                     small = tensor({-9, 9}, kInt32);
        return list(bitwise_left_shift(l(), 1), bitwise_left_shift(most, tensor({1, 64, 1})),
                    bitwise_left_shift(l(), -1), bitwise_left_shift(bytes, 1), bitwise_left_shift(b(), 1),
                    bitwise_right_shift(most, 1), bitwise_right_shift(most, tensor({63, 64, -1})),
                    bitwise_right_shift(bytes, 3), bitwise_right_shift(small, 40), bitwise_left_shift(small, 30));
      },
      "m, y, s = T([-8, 8, -2 ** 63]), T([200, 7]).byte(), T([-9, 9]).int(); l << 1, m << T([1, 64, 1]), l << -1, y << "
      "1, "
      "b << 1, m >> 1, m >> T([63, 64, -1]), y >> 3, s >> 40, s << 30",
      {{[] { bitwise_left_shift(far(), 1); }, "far << 1"}, {[] { bitwise_right_shift(far(), 1); }, "far >> 1"}});
  for (Input& in : c.inputs) in.requires_grad = false;
  return c;
}

}  // namespace convgrad::cases
