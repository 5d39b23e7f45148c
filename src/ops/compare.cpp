#include "convgrad/ops/compare.h"

#include "core/check.h"
#include "ops/elementwise.h"

namespace convgrad {

using kernels::Op;

Tensor eq(const Tensor& a, const Tensor& b) { return elementwise(Op::eq, {a, b}); }
Tensor eq(const Tensor& a, Scalar b) { return elementwise(Op::eq, {a, b}); }
Tensor ne(const Tensor& a, const Tensor& b) { return elementwise(Op::ne, {a, b}); }
Tensor ne(const Tensor& a, Scalar b) { return elementwise(Op::ne, {a, b}); }
Tensor lt(const Tensor& a, const Tensor& b) { return elementwise(Op::lt, {a, b}); }
Tensor lt(const Tensor& a, Scalar b) { return elementwise(Op::lt, {a, b}); }
Tensor le(const Tensor& a, const Tensor& b) { return elementwise(Op::le, {a, b}); }
Tensor le(const Tensor& a, Scalar b) { return elementwise(Op::le, {a, b}); }
Tensor gt(const Tensor& a, const Tensor& b) { return elementwise(Op::gt, {a, b}); }
Tensor gt(const Tensor& a, Scalar b) { return elementwise(Op::gt, {a, b}); }
Tensor ge(const Tensor& a, const Tensor& b) { return elementwise(Op::ge, {a, b}); }
Tensor ge(const Tensor& a, Scalar b) { return elementwise(Op::ge, {a, b}); }

Tensor logical_and(const Tensor& a, const Tensor& b) { return elementwise(Op::logical_and, {a, b}); }
Tensor logical_or(const Tensor& a, const Tensor& b) { return elementwise(Op::logical_or, {a, b}); }
Tensor logical_xor(const Tensor& a, const Tensor& b) { return elementwise(Op::logical_xor, {a, b}); }
Tensor logical_not(const Tensor& x) { return elementwise(Op::logical_not, Operand(x)); }

Tensor bitwise_and(const Tensor& a, const Tensor& b) { return elementwise(Op::bitwise_and, {a, b}); }
Tensor bitwise_or(const Tensor& a, const Tensor& b) { return elementwise(Op::bitwise_or, {a, b}); }
Tensor bitwise_xor(const Tensor& a, const Tensor& b) { return elementwise(Op::bitwise_xor, {a, b}); }
Tensor bitwise_not(const Tensor& x) { return elementwise(Op::bitwise_not, Operand(x)); }

Tensor isnan(const Tensor& x) { return elementwise(Op::isnan, Operand(x)); }
Tensor isinf(const Tensor& x) { return elementwise(Op::isinf, Operand(x)); }
Tensor isfinite(const Tensor& x) { return elementwise(Op::isfinite, Operand(x)); }

Tensor isclose(const Tensor& a, const Tensor& b, double rtol, double atol, bool equal_nan) {
  check(a.dtype() == b.dtype(), "{} did not match {}", legacy_name(a.dtype()), legacy_name(b.dtype()));
  check(rtol >= 0, "rtol must be greater than or equal to zero, but got {}", rtol);
  check(atol >= 0, "atol must be greater than or equal to zero, but got {}", atol);
  const auto close = [&](const Tensor& x, const Tensor& y) {
    return elementwise(Op::isclose, {x, y}, Types::common, {Scalar(rtol), Scalar(atol)});
  };
  // integers are compared as doubles, which keeps differences below 2⁵³ exact
  const Tensor near = a.is_floating_point() ? close(a, b) : close(a.to(kFloat64), b.to(kFloat64));
  return equal_nan ? logical_or(near, logical_and(isnan(a), isnan(b))) : near;
}

Tensor Tensor::eq(const Tensor& other) const { return convgrad::eq(*this, other); }
Tensor Tensor::ne(const Tensor& other) const { return convgrad::ne(*this, other); }
Tensor Tensor::lt(const Tensor& other) const { return convgrad::lt(*this, other); }
Tensor Tensor::le(const Tensor& other) const { return convgrad::le(*this, other); }
Tensor Tensor::gt(const Tensor& other) const { return convgrad::gt(*this, other); }
Tensor Tensor::ge(const Tensor& other) const { return convgrad::ge(*this, other); }
Tensor Tensor::eq(Scalar other) const { return convgrad::eq(*this, other); }
Tensor Tensor::ne(Scalar other) const { return convgrad::ne(*this, other); }
Tensor Tensor::lt(Scalar other) const { return convgrad::lt(*this, other); }
Tensor Tensor::le(Scalar other) const { return convgrad::le(*this, other); }
Tensor Tensor::gt(Scalar other) const { return convgrad::gt(*this, other); }
Tensor Tensor::ge(Scalar other) const { return convgrad::ge(*this, other); }
Tensor Tensor::logical_and(const Tensor& other) const { return convgrad::logical_and(*this, other); }
Tensor Tensor::logical_or(const Tensor& other) const { return convgrad::logical_or(*this, other); }
Tensor Tensor::logical_xor(const Tensor& other) const { return convgrad::logical_xor(*this, other); }
Tensor Tensor::logical_not() const { return convgrad::logical_not(*this); }
Tensor Tensor::bitwise_and(const Tensor& other) const { return convgrad::bitwise_and(*this, other); }
Tensor Tensor::bitwise_or(const Tensor& other) const { return convgrad::bitwise_or(*this, other); }
Tensor Tensor::bitwise_xor(const Tensor& other) const { return convgrad::bitwise_xor(*this, other); }
Tensor Tensor::bitwise_not() const { return convgrad::bitwise_not(*this); }
Tensor Tensor::isnan() const { return convgrad::isnan(*this); }
Tensor Tensor::isinf() const { return convgrad::isinf(*this); }
Tensor Tensor::isfinite() const { return convgrad::isfinite(*this); }

Tensor operator==(const Tensor& a, const Tensor& b) { return eq(a, b); }
Tensor operator==(const Tensor& a, Scalar b) { return eq(a, b); }
Tensor operator==(Scalar a, const Tensor& b) { return eq(b, a); }
Tensor operator!=(const Tensor& a, const Tensor& b) { return ne(a, b); }
Tensor operator!=(const Tensor& a, Scalar b) { return ne(a, b); }
Tensor operator!=(Scalar a, const Tensor& b) { return ne(b, a); }
Tensor operator<(const Tensor& a, const Tensor& b) { return lt(a, b); }
Tensor operator<(const Tensor& a, Scalar b) { return lt(a, b); }
Tensor operator<(Scalar a, const Tensor& b) { return gt(b, a); }
Tensor operator<=(const Tensor& a, const Tensor& b) { return le(a, b); }
Tensor operator<=(const Tensor& a, Scalar b) { return le(a, b); }
Tensor operator<=(Scalar a, const Tensor& b) { return ge(b, a); }
Tensor operator>(const Tensor& a, const Tensor& b) { return gt(a, b); }
Tensor operator>(const Tensor& a, Scalar b) { return gt(a, b); }
Tensor operator>(Scalar a, const Tensor& b) { return lt(b, a); }
Tensor operator>=(const Tensor& a, const Tensor& b) { return ge(a, b); }
Tensor operator>=(const Tensor& a, Scalar b) { return ge(a, b); }
Tensor operator>=(Scalar a, const Tensor& b) { return le(b, a); }
Tensor operator&(const Tensor& a, const Tensor& b) { return bitwise_and(a, b); }
Tensor operator&(const Tensor& a, Scalar b) { return elementwise(Op::bitwise_and, {a, b}); }
Tensor operator&(Scalar a, const Tensor& b) { return b & a; }
Tensor operator|(const Tensor& a, const Tensor& b) { return bitwise_or(a, b); }
Tensor operator|(const Tensor& a, Scalar b) { return elementwise(Op::bitwise_or, {a, b}); }
Tensor operator|(Scalar a, const Tensor& b) { return b | a; }
Tensor operator^(const Tensor& a, const Tensor& b) { return bitwise_xor(a, b); }
Tensor operator^(const Tensor& a, Scalar b) { return elementwise(Op::bitwise_xor, {a, b}); }
Tensor operator^(Scalar a, const Tensor& b) { return b ^ a; }
Tensor operator~(const Tensor& x) {
  check<TypeError>(!x.is_floating_point(),
                   "~ (operator.invert) is only implemented on integer and Boolean-type tensors");
  return bitwise_not(x);
}

}  // namespace convgrad
