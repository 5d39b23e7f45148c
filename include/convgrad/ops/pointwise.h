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

// Bounds and fused forms.

/// min(max(x, min), max); one bound may be absent. NaN stays, in x or a bound. The gradient passes where
/// min <= x <= max. Like torch.clamp.
CONVGRAD_API Tensor clamp(const Tensor& x, std::optional<Scalar> min, std::optional<Scalar> max = {});
/// The same with tensors, of which one may be undefined; they get the gradient where they were taken.
CONVGRAD_API Tensor clamp(const Tensor& x, const Tensor& min, const Tensor& max);
CONVGRAD_API Tensor clamp_min(const Tensor& x, Scalar min);
CONVGRAD_API Tensor clamp_max(const Tensor& x, Scalar max);
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

}  // namespace convgrad
