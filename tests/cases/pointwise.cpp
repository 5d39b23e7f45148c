// Arithmetic, bounds and elementary functions of every element.
#include <convgrad/ops/pointwise.h>

#include "cases/case.h"

namespace convgrad::cases {
namespace {

Input input(double low, double high) { return {.sizes = {3, 4}, .low = low, .high = high}; }

/// y = f(x) for x in [low, high), with its speed on a large tensor.
Case unary(Tensor (*f)(const Tensor&), double low, double high, const std::string& oracle) {
  return {.run = [f](const variable_list& x) { return variable_list{f(x[0])}; },
          .inputs = {input(low, high)},
          .oracle = oracle,
          .large = {{.sizes = {1 << 18}, .low = low, .high = high}}};
}

/// y = f(a, b), b broadcast.
Case binary(Tensor (*f)(const Tensor&, const Tensor&), double low, double high, const std::string& oracle) {
  return {.run = [f](const variable_list& x) { return variable_list{f(x[0], x[1])}; },
          .inputs = {input(low, high), {.sizes = {2, 1, 4}, .low = low, .high = high}},
          .oracle = oracle,
          .large = {{.sizes = {1 << 18}, .low = low, .high = high}, {.sizes = {1 << 18}, .low = low, .high = high}}};
}

}  // namespace

CASE(exp) { return unary(exp, -3, 3, "torch.exp(x0)"); }
CASE(exp2) { return unary(exp2, -3, 3, "torch.exp2(x0)"); }
CASE(expm1) { return unary(expm1, -3, 3, "torch.expm1(x0)"); }
CASE(log) { return unary(log, 0.2, 3, "torch.log(x0)"); }
CASE(log2) { return unary(log2, 0.2, 3, "torch.log2(x0)"); }
CASE(log10) { return unary(log10, 0.2, 3, "torch.log10(x0)"); }
CASE(log1p) { return unary(log1p, -0.8, 3, "torch.log1p(x0)"); }
CASE(sqrt) { return unary(sqrt, 0.2, 3, "torch.sqrt(x0)"); }
CASE(rsqrt) { return unary(rsqrt, 0.2, 3, "torch.rsqrt(x0)"); }
CASE(square) { return unary(square, -3, 3, "torch.square(x0)"); }
CASE(reciprocal) { return unary(reciprocal, 0.3, 3, "torch.reciprocal(x0)"); }
CASE(abs) { return unary(abs, 0.1, 3, "torch.abs(x0)"); }
CASE(abs_of_negative) { return unary(abs, -3, -0.1, "torch.abs(x0)"); }
CASE(neg) { return unary(neg, -3, 3, "-x0"); }
CASE(sin) { return unary(sin, -9, 9, "torch.sin(x0)"); }
CASE(cos) { return unary(cos, -9, 9, "torch.cos(x0)"); }
CASE(tan) { return unary(tan, -1, 1, "torch.tan(x0)"); }
CASE(asin) { return unary(asin, -0.9, 0.9, "torch.asin(x0)"); }
CASE(acos) { return unary(acos, -0.9, 0.9, "torch.acos(x0)"); }
CASE(atan) { return unary(atan, -3, 3, "torch.atan(x0)"); }
CASE(sinh) { return unary(sinh, -3, 3, "torch.sinh(x0)"); }
CASE(cosh) { return unary(cosh, -3, 3, "torch.cosh(x0)"); }
CASE(tanh) { return unary(tanh, -3, 3, "torch.tanh(x0)"); }
CASE(sigmoid) { return unary(sigmoid, -5, 5, "torch.sigmoid(x0)"); }
CASE(erf) { return unary(erf, -3, 3, "torch.erf(x0)"); }
CASE(erfc) { return unary(erfc, -3, 3, "torch.erfc(x0)"); }
CASE(frac) { return unary(frac, 0.1, 0.9, "torch.frac(x0)"); }
CASE(floor) { return unary(floor, 0.1, 0.9, "torch.floor(x0)"); }
CASE(ceil) { return unary(ceil, 0.1, 0.9, "torch.ceil(x0)"); }
CASE(trunc) { return unary(trunc, 0.1, 0.9, "torch.trunc(x0)"); }
CASE(round) { return unary(round, 0.6, 1.4, "torch.round(x0)"); }
CASE(sign) { return unary(sign, 0.1, 0.9, "torch.sign(x0)"); }

Tensor minus(const Tensor& a, const Tensor& b) { return a - b; }
Tensor plus(const Tensor& a, const Tensor& b) { return a + b; }
CASE(add) {
  Case c = binary(plus, -3, 3, "x0 + x1");
  c.failures = {{[] {
                   plus(Tensor::of(1).expand({2, 3}), Tensor::of(1).expand({4}));
                 },
                 "torch.ones(2, 3) + torch.ones(4)"}};
  return c;
}
CASE(add_scaled) {
  return binary([](const Tensor& a, const Tensor& b) { return add(a, b, 0.5); }, -3, 3, "torch.add(x0, x1, alpha=0.5)");
}
CASE(sub) {
  Case c = binary(minus, -3, 3, "x0 - x1");
  c.failures = {{[] { minus(Tensor::of(true), Tensor::of(true)); }, "torch.tensor(True) - torch.tensor(True)"}};
  return c;
}
CASE(rsub) {
  return binary([](const Tensor& a, const Tensor& b) { return rsub(a, b, 2); }, -3, 3, "torch.rsub(x0, x1, alpha=2)");
}
CASE(mul) { return binary(mul, -3, 3, "x0 * x1"); }
CASE(div) { return binary(div, 0.5, 3, "x0 / x1"); }
CASE(div_rounded) {
  Case c = binary([](const Tensor& a, const Tensor& b) { return div(a, b * 3 + 3, "floor"); }, 0.2, 0.9,
                  "torch.div(x0, x1 * 3 + 3, rounding_mode='floor')");
  c.failures = {{[] { div(Tensor::of(1), Tensor::of(0), "floor"); },
                 "torch.div(torch.tensor(1), torch.tensor(0), rounding_mode='floor')"},
                {[] { div(Tensor::of(1.), Tensor::of(2.), "up"); },
                 "torch.div(torch.tensor(1.), torch.tensor(2.), rounding_mode='up')"}};
  return c;
}
CASE(remainder) {
  return binary([](const Tensor& a, const Tensor& b) { return (a + 3) % b; }, 1.1, 1.4, "(x0 + 3) % x1");
}
CASE(fmod) {
  return binary([](const Tensor& a, const Tensor& b) { return fmod(-a - 3, b); }, 1.1, 1.4, "torch.fmod(-x0 - 3, x1)");
}
CASE(pow) { return binary(pow, 0.3, 3, "x0 ** x1"); }
CASE(atan2) { return binary(atan2, 0.2, 3, "torch.atan2(x0, x1)"); }
CASE(maximum) { return binary(maximum, -3, 3, "torch.maximum(x0, x1)"); }
CASE(minimum) { return binary(minimum, -3, 3, "torch.minimum(x0, x1)"); }
CASE(lerp) {
  return binary([](const Tensor& a, const Tensor& b) { return lerp(a, b, 0.7); }, -3, 3, "torch.lerp(x0, x1, 0.7)");
}

CASE(numbers) {
  return {.run =
              [](const variable_list& x) {
                return variable_list{x[0] + 2, x[0] - 2,    2 - x[0],       x[0] * 3,     x[0] / 3,
                                     2 / x[0], x[0].pow(3), x[0].pow(-1.5), pow(2, x[0]), x[0] % 5};
              },
          .inputs = {input(0.5, 3)},
          .oracle = "(x0 + 2, x0 - 2, 2 - x0, x0 * 3, x0 / 3, 2 / x0, x0 ** 3, x0 ** -1.5, 2 ** x0, x0 % 5)",
          .failures = {{[] { Tensor::of(2).pow(-1); }, "torch.tensor(2) ** -1"},
                       {[] { Tensor::of(2).add(Tensor::of(1), 0.5); },
                        "torch.add(torch.tensor(2), torch.tensor(1), alpha=0.5)"}}};
}
CASE(clamp) {
  return {.run =
              [](const variable_list& x) {
                return variable_list{x[0].clamp(-0.5, 0.5), x[0].clamp(0.1), x[0].clamp({}, 0.1), x[0].clamp_min(-0.2),
                                     x[0].clamp_max(0.2)};
              },
          .inputs = {input(-1, 1)},
          .oracle = "(x0.clamp(-0.5, 0.5), x0.clamp(0.1), x0.clamp(max=0.1), x0.clamp_min(-0.2), x0.clamp_max(0.2))",
          .failures = {{[] { Tensor::of(1.).clamp({}); }, "torch.tensor(1.).clamp()"}}};
}
CASE(clamp_by_tensors) {
  return {.run =
              [](const variable_list& x) {
                return variable_list{clamp(x[0], x[1], x[2]), clamp(x[0], x[1], {}), clamp(x[0], {}, x[2])};
              },
          .inputs = {input(-1, 1), {.sizes = {4}}, {.sizes = {3, 1}}},
          .oracle = "(torch.clamp(x0, x1, x2), torch.clamp(x0, min=x1), torch.clamp(x0, max=x2))"};
}
CASE(addcmul) {
  return {.run = [](const variable_list& x) { return variable_list{addcmul(x[0], x[1], x[2], 0.3)}; },
          .inputs = {input(-1, 1), {.sizes = {4}}, {.sizes = {3, 1}}},
          .oracle = "torch.addcmul(x0, x1, x2, value=0.3)"};
}
CASE(addcdiv) {
  return {.run = [](const variable_list& x) { return variable_list{addcdiv(x[0], x[1], x[2], 0.3)}; },
          .inputs = {input(-1, 1), {.sizes = {4}}, {.sizes = {3, 1}, .low = 0.5, .high = 2}},
          .oracle = "torch.addcdiv(x0, x1, x2, value=0.3)"};
}
CASE(lerp_by_tensor) {
  return {.run = [](const variable_list& x) { return variable_list{lerp(x[0], x[1], x[2])}; },
          .inputs = {input(-1, 1), {.sizes = {4}}, {.sizes = {3, 1}, .low = 0, .high = 1}},
          .oracle = "torch.lerp(x0, x1, x2)"};
}
CASE(triangles) {
  return {.run =
              [](const variable_list& x) {
                return variable_list{x[0].tril(), x[0].tril(-2), x[0].triu(1), x[0].triu(-9)};
              },
          .inputs = {{.sizes = {2, 3, 4}}},
          .oracle = "(x0.tril(), x0.tril(-2), x0.triu(1), x0.triu(-9))",
          .failures = {{[] { Tensor::of(1).tril(); }, "torch.tensor(1).tril()"}}};
}
CASE(in_place_functions) {
  return {
      .run =
          [](const variable_list& x) {
            const auto y = [&] { return x[0] * 1; };
            return variable_list{y().abs_(),
                                 y().exp_(),
                                 y().log_(),
                                 y().sqrt_(),
                                 y().reciprocal_(),
                                 y().sin_(),
                                 y().cos_(),
                                 y().relu_(),
                                 y().clamp_(0.7, 1),
                                 y().lerp_(x[1], 0.3),
                                 y().addcdiv_(x[1], x[1] + 2, 0.5),
                                 (y() + 0.05).round_(),
                                 (y() / 9).floor_(),
                                 (y() / 9).ceil_()};
          },
      .inputs = {input(0.55, 1.3), {.sizes = {4}}},
      .oracle =
          "x0.abs(), x0.exp(), x0.log(), x0.sqrt(), x0.reciprocal(), x0.sin(), x0.cos(), x0.relu(), x0.clamp(0.7, 1), "
          "x0.lerp(x1.expand(3, 4), 0.3), x0.addcdiv(x1, x1 + 2, value=0.5), (x0 + 0.05).round(), (x0 / 9).floor(), "
          "(x0 / 9).ceil()",
      .failures = {{[] { Tensor::of(1).exp_(); }, "torch.tensor(1).exp_()"},
                   {[] { Tensor::of(1).div_(2); }, "torch.tensor(1).div_(2)"},
                   {[] { Tensor::of(1.).add_(Tensor::of(1.).expand(2)); }, "torch.tensor(1.).add_(torch.ones(2))"},
                   {[] { Tensor::of(true).add_(1.5); }, "torch.tensor(True).add_(1.5)"}}};
}
CASE(floor_divide) {
  Case c{.run =
             [](const variable_list& x) {
               const Tensor a = Tensor::of(-7), b = Tensor::of(2);
               return variable_list{floor_divide(x[0], x[1]), floor_divide(x[0], 0.3), floor_divide(a, b), a % b,
                                    fmod(a, b)};
             },
         .inputs = {input(-3, 3), input(0.2, 0.9)},
         .oracle = "a, b = torch.tensor(-7), torch.tensor(2)\nx0 // x1, x0 // 0.3, a // b, a % b, torch.fmod(a, b)",
         .failures = {{[] { floor_divide(Tensor::of(1), Tensor::of(0)); }, "torch.tensor(1) // torch.tensor(0)"}}};
  for (Input& in : c.inputs) in.requires_grad = false;
  return c;
}
CASE(in_place) {
  return {.run =
              [](const variable_list& x) {
                Tensor a = x[0].clone(), b = x[0].clone(), c = x[0].clone();
                a.add_(x[1], 2).mul_(x[1]).sub_(1).tanh_();
                b.pow_(2).div_(x[1]).addcmul_(x[1], x[1]).sigmoid_();
                c.copy_(x[1]).neg_().exp_();
                return variable_list{a, b, c};
              },
          .inputs = {input(-1, 1), {.sizes = {4}, .low = 0.5, .high = 1}},
          .oracle = "(((x0 + 2 * x1) * x1 - 1).tanh(), (x0 ** 2 / x1 + x1 * x1).sigmoid(), (-x1.expand(3, 4)).exp())"};
}

}  // namespace convgrad::cases
