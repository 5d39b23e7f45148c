#pragma once
#include <convgrad/tensor.h>

namespace convgrad {

// Arithmetic on elements. Everywhere here: operands are broadcast against each other, and meet in the type that
// torch.result_type gives; a number in place of a tensor takes part in that only by its kind (bool, integer, float).
// All but the rounding functions are differentiable.

/// a + alpha · b. Errors: a float alpha with integers. Like torch.add.
CONVGRAD_API Tensor add(const Tensor& a, const Tensor& b, Scalar alpha = 1);
CONVGRAD_API Tensor add(const Tensor& a, Scalar b, Scalar alpha = 1);
/// a − alpha · b. Errors: bool tensors (there `^` is meant). Like torch.sub.
CONVGRAD_API Tensor sub(const Tensor& a, const Tensor& b, Scalar alpha = 1);
CONVGRAD_API Tensor sub(const Tensor& a, Scalar b, Scalar alpha = 1);
/// b − alpha · a. Like torch.rsub.
CONVGRAD_API Tensor rsub(const Tensor& a, const Tensor& b, Scalar alpha = 1);
CONVGRAD_API Tensor rsub(const Tensor& a, Scalar b, Scalar alpha = 1);
/// a · b. Like torch.mul.
CONVGRAD_API Tensor mul(const Tensor& a, const Tensor& b);
CONVGRAD_API Tensor mul(const Tensor& a, Scalar b);
/// a / b; integers become the default float type. Like torch.div.
CONVGRAD_API Tensor div(const Tensor& a, const Tensor& b);
CONVGRAD_API Tensor div(const Tensor& a, Scalar b);
/// a / b rounded: "trunc" towards zero, "floor" down; integers stay integers. Errors: another word; integers by zero
/// ("ZeroDivisionError"). Like torch.div.
CONVGRAD_API Tensor div(const Tensor& a, const Tensor& b, const std::string& rounding_mode);
CONVGRAD_API Tensor div(const Tensor& a, Scalar b, const std::string& rounding_mode);
/// ⌊a / b⌋, as Python's //. No gradient. Like torch.floor_divide.
CONVGRAD_API Tensor floor_divide(const Tensor& a, const Tensor& b);
CONVGRAD_API Tensor floor_divide(const Tensor& a, Scalar b);
/// a − ⌊a / b⌋ · b: has the divisor's sign, as Python's %. Like torch.remainder.
CONVGRAD_API Tensor remainder(const Tensor& a, const Tensor& b);
CONVGRAD_API Tensor remainder(const Tensor& a, Scalar b);
CONVGRAD_API Tensor remainder(Scalar a, const Tensor& b);
/// What is left of a after division towards zero: has the dividend's sign. Like torch.fmod.
CONVGRAD_API Tensor fmod(const Tensor& a, const Tensor& b);
CONVGRAD_API Tensor fmod(const Tensor& a, Scalar b);
/// base to the power of exponent. Errors: integers to a negative number. Like torch.pow.
CONVGRAD_API Tensor pow(const Tensor& base, const Tensor& exponent);
CONVGRAD_API Tensor pow(const Tensor& base, Scalar exponent);
CONVGRAD_API Tensor pow(Scalar base, const Tensor& exponent);
/// −x. Errors: bool tensors. Like torch.neg.
CONVGRAD_API Tensor neg(const Tensor& x);

// Functions of every element, within 2 units of the last place of the exact value in float32 and 4 in float64, on every
// instruction set. Integers and bool become the default float type, except in abs, sign, square, floor, ceil, trunc and
// round.

/// |x|. Like torch.abs.
CONVGRAD_API Tensor abs(const Tensor& x);
/// −1, 0 or 1; 0 of NaN, as PyTorch. Gradient 0. Like torch.sign.
CONVGRAD_API Tensor sign(const Tensor& x);
/// x². Like torch.square.
CONVGRAD_API Tensor square(const Tensor& x);
/// √x, correctly rounded. Like torch.sqrt.
CONVGRAD_API Tensor sqrt(const Tensor& x);
/// 1 / √x. Like torch.rsqrt.
CONVGRAD_API Tensor rsqrt(const Tensor& x);
/// 1 / x. Like torch.reciprocal.
CONVGRAD_API Tensor reciprocal(const Tensor& x);
/// eˣ. Like torch.exp.
CONVGRAD_API Tensor exp(const Tensor& x);
/// 2ˣ. Like torch.exp2.
CONVGRAD_API Tensor exp2(const Tensor& x);
/// eˣ − 1, accurate near 0. Like torch.expm1.
CONVGRAD_API Tensor expm1(const Tensor& x);
/// Natural logarithm. Like torch.log.
CONVGRAD_API Tensor log(const Tensor& x);
/// Logarithm to base 2. Like torch.log2.
CONVGRAD_API Tensor log2(const Tensor& x);
/// Logarithm to base 10. Like torch.log10.
CONVGRAD_API Tensor log10(const Tensor& x);
/// log(1 + x), accurate near 0. Like torch.log1p.
CONVGRAD_API Tensor log1p(const Tensor& x);
/// Sine, of radians. Like torch.sin.
CONVGRAD_API Tensor sin(const Tensor& x);
/// Cosine. Like torch.cos.
CONVGRAD_API Tensor cos(const Tensor& x);
/// Tangent. Like torch.tan.
CONVGRAD_API Tensor tan(const Tensor& x);
/// Arc sine. Like torch.asin.
CONVGRAD_API Tensor asin(const Tensor& x);
/// Arc cosine. Like torch.acos.
CONVGRAD_API Tensor acos(const Tensor& x);
/// Arc tangent. Like torch.atan.
CONVGRAD_API Tensor atan(const Tensor& x);
/// The angle of the point (x, y), in (−π, π]. Like torch.atan2.
CONVGRAD_API Tensor atan2(const Tensor& y, const Tensor& x);
/// Hyperbolic sine. Like torch.sinh.
CONVGRAD_API Tensor sinh(const Tensor& x);
/// Hyperbolic cosine. Like torch.cosh.
CONVGRAD_API Tensor cosh(const Tensor& x);
/// Hyperbolic tangent. Like torch.tanh.
CONVGRAD_API Tensor tanh(const Tensor& x);
/// 1 / (1 + e⁻ˣ). Like torch.sigmoid.
CONVGRAD_API Tensor sigmoid(const Tensor& x);
/// Error function. Like torch.erf.
CONVGRAD_API Tensor erf(const Tensor& x);
/// 1 − erf(x), accurate for large x. Like torch.erfc.
CONVGRAD_API Tensor erfc(const Tensor& x);
/// To the nearest integer, halves to the even one. Gradient 0. Like torch.round.
CONVGRAD_API Tensor round(const Tensor& x);
/// To `decimals` places behind the point (before it, where negative). Floats alone. Like torch.round.
CONVGRAD_API Tensor round(const Tensor& x, int64_t decimals);
/// The next integer below. Gradient 0. Like torch.floor.
CONVGRAD_API Tensor floor(const Tensor& x);
/// The next integer above. Gradient 0. Like torch.ceil.
CONVGRAD_API Tensor ceil(const Tensor& x);
/// The integer part. Gradient 0. Like torch.trunc.
CONVGRAD_API Tensor trunc(const Tensor& x);
/// x − trunc(x). Floats alone. Like torch.frac.
CONVGRAD_API Tensor frac(const Tensor& x);

// Functions that fewer programs call; the first group is computed in float64.

/// Inverse hyperbolic sine, cosine and tangent. Like torch.asinh, torch.acosh and torch.atanh.
CONVGRAD_API Tensor asinh(const Tensor& x);
CONVGRAD_API Tensor acosh(const Tensor& x);
CONVGRAD_API Tensor atanh(const Tensor& x);
/// The inverse of erf. Like torch.erfinv.
CONVGRAD_API Tensor erfinv(const Tensor& x);
/// log |Γ(x)|, and its derivative. Like torch.lgamma and torch.digamma.
CONVGRAD_API Tensor lgamma(const Tensor& x);
CONVGRAD_API Tensor digamma(const Tensor& x);
/// √(a² + b²) of floats. Like torch.hypot.
CONVGRAD_API Tensor hypot(const Tensor& a, const Tensor& b);

/// log(eᵃ + eᵇ), without overflow. Floats alone. Like torch.logaddexp.
CONVGRAD_API Tensor logaddexp(const Tensor& a, const Tensor& b);
/// a · log(b), 0 where a is 0 and b no NaN. Like torch.xlogy.
CONVGRAD_API Tensor xlogy(const Tensor& a, const Tensor& b);
CONVGRAD_API Tensor xlogy(Scalar a, const Tensor& b);
CONVGRAD_API Tensor xlogy(const Tensor& a, Scalar b);
/// log(x / (1 − x)); with eps x is first held in [eps, 1 − eps]. Like torch.logit.
CONVGRAD_API Tensor logit(const Tensor& x, std::optional<double> eps = {});
/// sin(πx) / (πx), and 1 at 0. Like torch.sinc.
CONVGRAD_API Tensor sinc(const Tensor& x);
/// Degrees as radians, and back. Like torch.deg2rad and torch.rad2deg.
CONVGRAD_API Tensor deg2rad(const Tensor& x);
CONVGRAD_API Tensor rad2deg(const Tensor& x);
/// x with other numbers for NaN, ∞ (default: the type's largest) and −∞ (its lowest). Like torch.nan_to_num.
CONVGRAD_API Tensor nan_to_num(const Tensor& x, double nan = 0, std::optional<double> posinf = {},
                               std::optional<double> neginf = {});
/// The larger (smaller) of two; where one is NaN, the other. Like torch.fmax and torch.fmin.
CONVGRAD_API Tensor fmax(const Tensor& a, const Tensor& b);
CONVGRAD_API Tensor fmin(const Tensor& a, const Tensor& b);
/// |a| with b's sign, that of −0 included. Like torch.copysign.
CONVGRAD_API Tensor copysign(const Tensor& a, const Tensor& b);
CONVGRAD_API Tensor copysign(const Tensor& a, Scalar b);
/// 0 where x < 0, 1 where x > 0, else `values`, of x's type. No gradient. Like torch.heaviside.
CONVGRAD_API Tensor heaviside(const Tensor& x, const Tensor& values);
/// As sign. Like torch.sgn.
CONVGRAD_API Tensor sgn(const Tensor& x);
/// x itself. Errors: bool. Like torch.positive.
CONVGRAD_API Tensor positive(const Tensor& x);
/// base to the power of exponent in float64. Like torch.float_power.
CONVGRAD_API Tensor float_power(const Tensor& base, const Tensor& exponent);
CONVGRAD_API Tensor float_power(const Tensor& base, Scalar exponent);
CONVGRAD_API Tensor float_power(Scalar base, const Tensor& exponent);

// Bounds and fused forms.

/// min(max(x, min), max); one bound may be absent. NaN stays, in x or a bound. The gradient passes where
/// min <= x <= max. Like torch.clamp.
CONVGRAD_API Tensor clamp(const Tensor& x, std::optional<Scalar> min, std::optional<Scalar> max = {});
/// The same with tensors, of which one may be undefined; they get the gradient where they were taken.
CONVGRAD_API Tensor clamp(const Tensor& x, const Tensor& min, const Tensor& max);
CONVGRAD_API Tensor clamp_min(const Tensor& x, Scalar min);
CONVGRAD_API Tensor clamp_max(const Tensor& x, Scalar max);
CONVGRAD_API Tensor clamp_min(const Tensor& x, const Tensor& min);
CONVGRAD_API Tensor clamp_max(const Tensor& x, const Tensor& max);
/// The larger of two; NaN of either wins, +0 over −0. Equal ones share the gradient. Like torch.maximum.
CONVGRAD_API Tensor maximum(const Tensor& a, const Tensor& b);
/// The smaller of two; NaN of either wins, −0 over +0. Like torch.minimum.
CONVGRAD_API Tensor minimum(const Tensor& a, const Tensor& b);
/// x + value · tensor1 · tensor2. Like torch.addcmul.
CONVGRAD_API Tensor addcmul(const Tensor& x, const Tensor& tensor1, const Tensor& tensor2, Scalar value = 1);
/// x + value · tensor1 / tensor2. Errors: two integer tensors. Like torch.addcdiv.
CONVGRAD_API Tensor addcdiv(const Tensor& x, const Tensor& tensor1, const Tensor& tensor2, Scalar value = 1);
/// start + weight · (end − start). Floats of one type. Like torch.lerp.
CONVGRAD_API Tensor lerp(const Tensor& start, const Tensor& end, Scalar weight);
CONVGRAD_API Tensor lerp(const Tensor& start, const Tensor& end, const Tensor& weight);

// Parts of matrices.

/// The last two dimensions with zeros above (triu: below) the given diagonal: 0 the main one, positive ones above it.
/// Errors: fewer than two dimensions. Like torch.tril and torch.triu.
CONVGRAD_API Tensor tril(const Tensor& x, int64_t diagonal = 0);
CONVGRAD_API Tensor triu(const Tensor& x, int64_t diagonal = 0);

// Other names for the same. Like torch.absolute and so on.
inline Tensor absolute(const Tensor& x) { return abs(x); }
inline Tensor arccos(const Tensor& x) { return acos(x); }
inline Tensor arccosh(const Tensor& x) { return acosh(x); }
inline Tensor arcsin(const Tensor& x) { return asin(x); }
inline Tensor arcsinh(const Tensor& x) { return asinh(x); }
inline Tensor arctan(const Tensor& x) { return atan(x); }
inline Tensor arctan2(const Tensor& y, const Tensor& x) { return atan2(y, x); }
inline Tensor arctanh(const Tensor& x) { return atanh(x); }
inline Tensor clip(const Tensor& x, std::optional<Scalar> min, std::optional<Scalar> max = {}) {
  return clamp(x, min, max);
}
inline Tensor divide(const Tensor& a, const Tensor& b) { return div(a, b); }
inline Tensor divide(const Tensor& a, Scalar b) { return div(a, b); }
inline Tensor fix(const Tensor& x) { return trunc(x); }
inline Tensor multiply(const Tensor& a, const Tensor& b) { return mul(a, b); }
inline Tensor multiply(const Tensor& a, Scalar b) { return mul(a, b); }
inline Tensor negative(const Tensor& x) { return neg(x); }
inline Tensor subtract(const Tensor& a, const Tensor& b, Scalar alpha = 1) { return sub(a, b, alpha); }
inline Tensor subtract(const Tensor& a, Scalar b, Scalar alpha = 1) { return sub(a, b, alpha); }
inline Tensor true_divide(const Tensor& a, const Tensor& b) { return div(a, b); }
inline Tensor true_divide(const Tensor& a, Scalar b) { return div(a, b); }

// As members.
inline Tensor Tensor::acosh() const { return convgrad::acosh(*this); }
inline Tensor Tensor::asinh() const { return convgrad::asinh(*this); }
inline Tensor Tensor::atanh() const { return convgrad::atanh(*this); }
inline Tensor Tensor::erfinv() const { return convgrad::erfinv(*this); }
inline Tensor Tensor::lgamma() const { return convgrad::lgamma(*this); }
inline Tensor Tensor::digamma() const { return convgrad::digamma(*this); }
inline Tensor Tensor::sgn() const { return convgrad::sgn(*this); }
inline Tensor Tensor::sinc() const { return convgrad::sinc(*this); }
inline Tensor Tensor::deg2rad() const { return convgrad::deg2rad(*this); }
inline Tensor Tensor::rad2deg() const { return convgrad::rad2deg(*this); }
inline Tensor Tensor::frac() const { return convgrad::frac(*this); }
inline Tensor Tensor::exp2() const { return convgrad::exp2(*this); }
inline Tensor Tensor::atan2(const Tensor& x) const { return convgrad::atan2(*this, x); }
inline Tensor Tensor::hypot(const Tensor& other) const { return convgrad::hypot(*this, other); }
inline Tensor Tensor::logaddexp(const Tensor& other) const { return convgrad::logaddexp(*this, other); }
inline Tensor Tensor::xlogy(const Tensor& other) const { return convgrad::xlogy(*this, other); }
inline Tensor Tensor::xlogy(Scalar other) const { return convgrad::xlogy(*this, other); }
inline Tensor Tensor::copysign(const Tensor& other) const { return convgrad::copysign(*this, other); }
inline Tensor Tensor::copysign(Scalar other) const { return convgrad::copysign(*this, other); }
inline Tensor Tensor::heaviside(const Tensor& values) const { return convgrad::heaviside(*this, values); }
inline Tensor Tensor::fmax(const Tensor& other) const { return convgrad::fmax(*this, other); }
inline Tensor Tensor::fmin(const Tensor& other) const { return convgrad::fmin(*this, other); }
inline Tensor Tensor::fmod(Scalar other) const { return convgrad::fmod(*this, other); }
inline Tensor Tensor::floor_divide(Scalar other) const { return convgrad::floor_divide(*this, other); }
inline Tensor Tensor::logit(std::optional<double> eps) const { return convgrad::logit(*this, eps); }
inline Tensor Tensor::nan_to_num(double nan, std::optional<double> posinf, std::optional<double> neginf) const {
  return convgrad::nan_to_num(*this, nan, posinf, neginf);
}
inline Tensor Tensor::round(int64_t decimals) const { return convgrad::round(*this, decimals); }
inline Tensor Tensor::clamp(const Tensor& min, const Tensor& max) const { return convgrad::clamp(*this, min, max); }
inline Tensor Tensor::clip(std::optional<Scalar> min, std::optional<Scalar> max) const {
  return convgrad::clip(*this, min, max);
}

}  // namespace convgrad
