// ops/pointwise.h
#include <convgrad/ops/pointwise.h>

#include "rows.h"

namespace convgrad::python {

namespace {

/// `other` is a tensor, or a number that takes part in type promotion only by its kind.
template <class WithTensor, class WithNumber>
Tensor with_other(Args& a, WithTensor tensor, WithNumber number) {
  return a.is_number(1) ? number(a.tensor(0), a.scalar(1)) : tensor(a.tensor(0), a.tensor(1));
}

constexpr auto add_row = [](Args& a) {
  return with_other(
      a, [&](const Tensor& x, const Tensor& y) { return add(x, y, a.scalar(2)); },
      [&](const Tensor& x, Scalar y) { return add(x, y, a.scalar(2)); });
};
constexpr auto sub_row = [](Args& a) {
  return with_other(
      a, [&](const Tensor& x, const Tensor& y) { return sub(x, y, a.scalar(2)); },
      [&](const Tensor& x, Scalar y) { return sub(x, y, a.scalar(2)); });
};
constexpr auto mul_row = [](Args& a) {
  return with_other(
      a, [](const Tensor& x, const Tensor& y) { return mul(x, y); },
      [](const Tensor& x, Scalar y) { return mul(x, y); });
};
constexpr auto div_row = [](Args& a) {
  return with_other(
      a, [](const Tensor& x, const Tensor& y) { return div(x, y); },
      [](const Tensor& x, Scalar y) { return div(x, y); });
};
constexpr auto div_rounded = [](Args& a) {
  if (!a.given(2)) return div(a.tensor(0), a.tensor(1));
  return div(a.tensor(0), a.tensor(1), a.string(2));
};
constexpr auto div_number_rounded = [](Args& a) {
  if (!a.given(2)) return div(a.tensor(0), a.scalar(1));
  return div(a.tensor(0), a.scalar(1), a.string(2));
};
constexpr auto floor_divide_row = [](Args& a) {
  return with_other(
      a, [](const Tensor& x, const Tensor& y) { return floor_divide(x, y); },
      [](const Tensor& x, Scalar y) { return floor_divide(x, y); });
};
constexpr auto clamp_tensors = [](Args& a) { return clamp(a.tensor(0), a.tensor(1), a.tensor(2)); };
constexpr auto clamp_numbers = [](Args& a) { return clamp(a.tensor(0), a.maybe_scalar(1), a.maybe_scalar(2)); };
constexpr auto logit_row = [](Args& a) { return logit(a.tensor(0), a.maybe_real(1)); };

#define UNARY(name, function)                                                                      \
  {                                                                                                \
    name "(Tensor input, *, Tensor out=None)", both, [](Args& a) { return function(a.tensor(0)); } \
  }
#define BINARY(name, function)                                     \
  {                                                                \
    name "(Tensor input, Tensor other, *, Tensor out=None)", both, \
        [](Args& a) { return function(a.tensor(0), a.tensor(1)); } \
  }
#define SPECIAL(name, function)                                                                                     \
  {                                                                                                                 \
    "special_" name "(Tensor input, *, Tensor out=None)", in_special, [](Args& a) { return function(a.tensor(0)); } \
  }
#define XLOGY(name, where, where_scalar)                                     \
  {name "(Tensor input, Tensor other, *, Tensor out=None)", where,           \
   [](Args& a) { return xlogy(a.tensor(0), a.tensor(1)); }},                 \
      {name "(Scalar self, Tensor other, *, Tensor out=None)", where_scalar, \
       [](Args& a) { return xlogy(a.scalar(0), a.tensor(1)); }},             \
  {                                                                          \
    name "(Tensor input, Scalar other, *, Tensor out=None)", where,          \
        [](Args& a) { return xlogy(a.tensor(0), a.scalar(1)); }              \
  }
#define UNARY_IN_PLACE(name)                                                    \
  {                                                                             \
#name "(Tensor input)", both, [](Args& a) { Tensor x = a.tensor(0); x.name(); } \
  }

const Row rows[] = {
    {"add(Tensor input, Tensor other, *, Scalar alpha=1, Tensor out=None)", both, add_row},
    {"add(Tensor input, Scalar alpha, Tensor other, *, Tensor out=None)|deprecated", both,
     [](Args& a) { return add(a.tensor(0), a.tensor(2), a.scalar(1)); }},
    {"sub(Tensor input, Tensor other, *, Scalar alpha=1, Tensor out=None)", both, sub_row},
    {"subtract(Tensor input, Tensor other, *, Scalar alpha=1, Tensor out=None)", both, sub_row},
    {"subtract(Tensor input, Scalar other, Scalar alpha=1)", both,
     [](Args& a) { return sub(a.tensor(0), a.scalar(1), a.scalar(2)); }},
    {"rsub(Tensor input, Tensor other, *, Scalar alpha=1)", in_torch,
     [](Args& a) { return rsub(a.tensor(0), a.tensor(1), a.scalar(2)); }},
    {"rsub(Tensor input, Scalar other, Scalar alpha=1)", in_torch,
     [](Args& a) { return rsub(a.tensor(0), a.scalar(1), a.scalar(2)); }},
    {"mul(Tensor input, Tensor other, *, Tensor out=None)", both, mul_row},
    {"multiply(Tensor input, Tensor other, *, Tensor out=None)", both, mul_row},
    {"multiply(Tensor input, Scalar other)", both, [](Args& a) { return mul(a.tensor(0), a.scalar(1)); }},
    {"div(Tensor input, Tensor other, *, Tensor out=None)", both, div_row},
    {"div(Tensor input, Tensor other, *, c10::string_view? rounding_mode, Tensor out=None)", both,
     [](Args& a) { return a.is_number(1) ? div_number_rounded(a) : div_rounded(a); }},
    {"div(Tensor input, Scalar other, *, c10::string_view? rounding_mode)", both, div_number_rounded},
    {"divide(Tensor input, Tensor other, *, Tensor out=None)", both, div_row},
    {"divide(Tensor input, Tensor other, *, c10::string_view? rounding_mode, Tensor out=None)", both,
     [](Args& a) { return a.is_number(1) ? div_number_rounded(a) : div_rounded(a); }},
    {"divide(Tensor input, Scalar other)", both, [](Args& a) { return div(a.tensor(0), a.scalar(1)); }},
    {"divide(Tensor input, Scalar other, *, c10::string_view? rounding_mode)", both, div_number_rounded},
    {"true_divide(Tensor input, Tensor other, *, Tensor out=None)", both, div_row},
    {"true_divide(Tensor input, Scalar other)", both, [](Args& a) { return div(a.tensor(0), a.scalar(1)); }},
    {"floor_divide(Tensor input, Tensor other, *, Tensor out=None)", both, floor_divide_row},
    {"floor_divide(Tensor input, Scalar other)", both, [](Args& a) { return floor_divide(a.tensor(0), a.scalar(1)); }},
    {"remainder(Tensor input, Tensor other, *, Tensor out=None)", both,
     [](Args& a) { return remainder(a.tensor(0), a.tensor(1)); }},
    {"remainder(Scalar self, Tensor other)", in_torch, [](Args& a) { return remainder(a.scalar(0), a.tensor(1)); }},
    {"remainder(Tensor input, Scalar other, *, Tensor out=None)", both,
     [](Args& a) { return remainder(a.tensor(0), a.scalar(1)); }},
    {"fmod(Tensor input, Tensor other, *, Tensor out=None)", both, [](Args& a) { return fmod(a.tensor(0), a.tensor(1)); }},
    {"fmod(Tensor input, Scalar other, *, Tensor out=None)", both, [](Args& a) { return fmod(a.tensor(0), a.scalar(1)); }},
    {"pow(Tensor input, Tensor exponent, *, Tensor out=None)", both, [](Args& a) { return pow(a.tensor(0), a.tensor(1)); }},
    {"pow(Scalar self, Tensor exponent, *, Tensor out=None)", in_torch, [](Args& a) { return pow(a.scalar(0), a.tensor(1)); }},
    {"pow(Tensor input, Scalar exponent, *, Tensor out=None)", both, [](Args& a) { return pow(a.tensor(0), a.scalar(1)); }},

    {"add_(Tensor input, Tensor other, *, Scalar alpha=1)", method,
     [](Args& a) {
       Tensor x = a.tensor(0);
       a.is_number(1) ? x.add_(a.scalar(1), a.scalar(2)) : x.add_(a.tensor(1), a.scalar(2));
     }},
    {"sub_(Tensor input, Tensor other, *, Scalar alpha=1)", method,
     [](Args& a) {
       Tensor x = a.tensor(0);
       a.is_number(1) ? x.sub_(a.scalar(1), a.scalar(2)) : x.sub_(a.tensor(1), a.scalar(2));
     }},
    {"mul_(Tensor input, Tensor other)", method,
     [](Args& a) {
       Tensor x = a.tensor(0);
       a.is_number(1) ? x.mul_(a.scalar(1)) : x.mul_(a.tensor(1));
     }},
    {"div_(Tensor input, Tensor other)", method,
     [](Args& a) {
       Tensor x = a.tensor(0);
       a.is_number(1) ? x.div_(a.scalar(1)) : x.div_(a.tensor(1));
     }},
    CONVGRAD_IN_PLACE("div_(Tensor input, Tensor other, *, c10::string_view? rounding_mode)", method,
                      a.is_number(1) ? div(x, a.scalar(1), a.string(2)) : div(x, a.tensor(1), a.string(2))),
    CONVGRAD_IN_PLACE("pow_(Tensor input, Tensor exponent)", method, pow(x, a.tensor(1))),
    {"pow_(Tensor input, Scalar exponent)", method, [](Args& a) { Tensor x = a.tensor(0); x.pow_(a.scalar(1)); }},

    UNARY("neg", neg),
    UNARY("negative", neg),
    UNARY("abs", abs),
    UNARY("absolute", abs),
    UNARY("sign", sign),
    UNARY("sgn", sgn),
    UNARY("square", square),
    UNARY("sqrt", sqrt),
    UNARY("rsqrt", rsqrt),
    UNARY("reciprocal", reciprocal),
    UNARY("exp", exp),
    UNARY("exp2", exp2),
    UNARY("expm1", expm1),
    UNARY("log", log),
    UNARY("log2", log2),
    UNARY("log10", log10),
    UNARY("log1p", log1p),
    UNARY("sin", sin),
    UNARY("cos", cos),
    UNARY("tan", tan),
    UNARY("asin", asin),
    UNARY("arcsin", asin),
    UNARY("acos", acos),
    UNARY("arccos", acos),
    UNARY("atan", atan),
    UNARY("arctan", atan),
    UNARY("sinh", sinh),
    UNARY("cosh", cosh),
    UNARY("tanh", tanh),
    UNARY("sigmoid", sigmoid),
    UNARY("erf", erf),
    UNARY("erfc", erfc),
    UNARY("floor", floor),
    UNARY("ceil", ceil),
    UNARY("trunc", trunc),
    UNARY("fix", trunc),
    UNARY("frac", frac),
    UNARY("asinh", asinh),
    UNARY("arcsinh", asinh),
    UNARY("acosh", acosh),
    UNARY("arccosh", acosh),
    UNARY("atanh", atanh),
    UNARY("arctanh", atanh),
    UNARY("erfinv", erfinv),
    UNARY("lgamma", lgamma),
    UNARY("digamma", digamma),
    UNARY("sinc", sinc),
    UNARY("deg2rad", deg2rad),
    UNARY("rad2deg", rad2deg),
    SPECIAL("erf", erf),
    SPECIAL("erfc", erfc),
    SPECIAL("erfinv", erfinv),
    SPECIAL("exp2", exp2),
    SPECIAL("expm1", expm1),
    SPECIAL("log1p", log1p),
    SPECIAL("expit", sigmoid),
    SPECIAL("gammaln", lgamma),
    SPECIAL("digamma", digamma),
    SPECIAL("psi", digamma),
    SPECIAL("sinc", sinc),
    BINARY("hypot", hypot),
    BINARY("logaddexp", logaddexp),
    BINARY("fmax", fmax),
    BINARY("fmin", fmin),
    BINARY("copysign", copysign),
    {"copysign(Tensor input, Scalar other, *, Tensor out=None)", both, [](Args& a) { return copysign(a.tensor(0), a.scalar(1)); }},
    {"heaviside(Tensor input, Tensor values, *, Tensor out=None)", both, [](Args& a) { return heaviside(a.tensor(0), a.tensor(1)); }},
    XLOGY("xlogy", both, in_torch),
    XLOGY("special_xlogy", in_special, in_special),
    {"logit(Tensor input, double? eps=None, *, Tensor out=None)", both, logit_row},
    {"special_logit(Tensor input, double? eps=None, *, Tensor out=None)", in_special, logit_row},
    {"nan_to_num(Tensor input, double? nan=None, double? posinf=None, double? neginf=None, *, Tensor out=None)", both,
     [](Args& a) { return nan_to_num(a.tensor(0), a.maybe_real(1).value_or(0), a.maybe_real(2), a.maybe_real(3)); }},
    {"float_power(Tensor input, Tensor exponent, *, Tensor out=None)", both,
     [](Args& a) { return float_power(a.tensor(0), a.tensor(1)); }},
    {"float_power(Scalar self, Tensor exponent, *, Tensor out=None)", in_torch,
     [](Args& a) { return float_power(a.scalar(0), a.tensor(1)); }},
    {"float_power(Tensor input, Scalar exponent, *, Tensor out=None)", both,
     [](Args& a) { return float_power(a.tensor(0), a.scalar(1)); }},
    {"special_round(Tensor input, *, int64_t decimals=0, Tensor out=None)", in_special,
     [](Args& a) { return round(a.tensor(0), a.integer(1)); }},
    {"round(Tensor input, *, Tensor out=None)", both, [](Args& a) { return round(a.tensor(0)); }},
    {"round(Tensor input, *, int64_t decimals, Tensor out=None)", both,
     [](Args& a) { return round(a.tensor(0), a.integer(1)); }},
    {"positive(Tensor input)", both, [](Args& a) { return positive(a.tensor(0)); }},
    BINARY("atan2", atan2),
    BINARY("arctan2", atan2),

    UNARY_IN_PLACE(neg_),
    UNARY_IN_PLACE(abs_),
    UNARY_IN_PLACE(exp_),
    UNARY_IN_PLACE(log_),
    UNARY_IN_PLACE(sqrt_),
    UNARY_IN_PLACE(reciprocal_),
    UNARY_IN_PLACE(sin_),
    UNARY_IN_PLACE(cos_),
    UNARY_IN_PLACE(tanh_),
    UNARY_IN_PLACE(sigmoid_),
    UNARY_IN_PLACE(round_),
    UNARY_IN_PLACE(floor_),
    UNARY_IN_PLACE(ceil_),

    {"clamp(Tensor input, Tensor? min=None, Tensor? max=None, *, Tensor out=None)", both, clamp_tensors},
    {"clamp(Tensor input, Scalar? min=None, Scalar? max=None, *, Tensor out=None)", both, clamp_numbers},
    {"clip(Tensor input, Tensor? min=None, Tensor? max=None, *, Tensor out=None)", both, clamp_tensors},
    {"clip(Tensor input, Scalar? min=None, Scalar? max=None, *, Tensor out=None)", both, clamp_numbers},
    {"clamp_min(Tensor input, Tensor min, *, Tensor out=None)", both, [](Args& a) { return clamp_min(a.tensor(0), a.tensor(1)); }},
    {"clamp_min(Tensor input, Scalar min, *, Tensor out=None)", both, [](Args& a) { return clamp_min(a.tensor(0), a.scalar(1)); }},
    {"clamp_max(Tensor input, Tensor max, *, Tensor out=None)", both, [](Args& a) { return clamp_max(a.tensor(0), a.tensor(1)); }},
    {"clamp_max(Tensor input, Scalar max, *, Tensor out=None)", both, [](Args& a) { return clamp_max(a.tensor(0), a.scalar(1)); }},
    CONVGRAD_IN_PLACE("clamp_(Tensor input, Tensor? min=None, Tensor? max=None)", both, clamp(x, a.tensor(1), a.tensor(2))),
    {"clamp_(Tensor input, Scalar? min=None, Scalar? max=None)", both,
     [](Args& a) { Tensor x = a.tensor(0); x.clamp_(a.maybe_scalar(1), a.maybe_scalar(2)); }},
    BINARY("maximum", maximum),
    BINARY("minimum", minimum),
    {"addcmul(Tensor input, Tensor tensor1, Tensor tensor2, *, Scalar value=1, Tensor out=None)", both,
     [](Args& a) { return addcmul(a.tensor(0), a.tensor(1), a.tensor(2), a.scalar(3)); }},
    {"addcdiv(Tensor input, Tensor tensor1, Tensor tensor2, *, Scalar value=1, Tensor out=None)", both,
     [](Args& a) { return addcdiv(a.tensor(0), a.tensor(1), a.tensor(2), a.scalar(3)); }},
    {"addcmul_(Tensor input, Tensor tensor1, Tensor tensor2, *, Scalar value=1)", method,
     [](Args& a) { Tensor x = a.tensor(0); x.addcmul_(a.tensor(1), a.tensor(2), a.scalar(3)); }},
    {"addcdiv_(Tensor input, Tensor tensor1, Tensor tensor2, *, Scalar value=1)", method,
     [](Args& a) { Tensor x = a.tensor(0); x.addcdiv_(a.tensor(1), a.tensor(2), a.scalar(3)); }},
    {"lerp(Tensor input, Tensor end, Tensor weight, *, Tensor out=None)", both,
     [](Args& a) { return lerp(a.tensor(0), a.tensor(1), a.tensor(2)); }},
    {"lerp(Tensor input, Tensor end, Scalar weight, *, Tensor out=None)", both,
     [](Args& a) { return lerp(a.tensor(0), a.tensor(1), a.scalar(2)); }},
    CONVGRAD_IN_PLACE("lerp_(Tensor input, Tensor end, Tensor weight)", method, lerp(x, a.tensor(1), a.tensor(2))),
    {"lerp_(Tensor input, Tensor end, Scalar weight)", method,
     [](Args& a) { Tensor x = a.tensor(0); x.lerp_(a.tensor(1), a.scalar(2)); }},
    {"tril(Tensor input, SymInt diagonal=0, *, Tensor out=None)", both, [](Args& a) { return tril(a.tensor(0), a.integer(1)); }},
    {"triu(Tensor input, SymInt diagonal=0, *, Tensor out=None)", both, [](Args& a) { return triu(a.tensor(0), a.integer(1)); }},
};
#undef UNARY
#undef BINARY
#undef SPECIAL
#undef XLOGY
#undef UNARY_IN_PLACE

}  // namespace

void bind_pointwise() { add_rows(rows); }

}  // namespace convgrad::python
