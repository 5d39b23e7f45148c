#pragma once
#include <convgrad/tensor.h>

namespace convgrad {

// Comparisons and logic. Operands are broadcast and meet in one type as in arithmetic; results are bool tensors,
// without gradient.

/// a == b. Like torch.eq; likewise ne, lt (<), le (<=), gt (>), ge (>=).
CONVGRAD_API Tensor eq(const Tensor& a, const Tensor& b);
CONVGRAD_API Tensor eq(const Tensor& a, Scalar b);
CONVGRAD_API Tensor ne(const Tensor& a, const Tensor& b);
CONVGRAD_API Tensor ne(const Tensor& a, Scalar b);
CONVGRAD_API Tensor lt(const Tensor& a, const Tensor& b);
CONVGRAD_API Tensor lt(const Tensor& a, Scalar b);
CONVGRAD_API Tensor le(const Tensor& a, const Tensor& b);
CONVGRAD_API Tensor le(const Tensor& a, Scalar b);
CONVGRAD_API Tensor gt(const Tensor& a, const Tensor& b);
CONVGRAD_API Tensor gt(const Tensor& a, Scalar b);
CONVGRAD_API Tensor ge(const Tensor& a, const Tensor& b);
CONVGRAD_API Tensor ge(const Tensor& a, Scalar b);

/// Logic of "is not zero". Like torch.logical_and and so on.
CONVGRAD_API Tensor logical_and(const Tensor& a, const Tensor& b);
CONVGRAD_API Tensor logical_or(const Tensor& a, const Tensor& b);
CONVGRAD_API Tensor logical_xor(const Tensor& a, const Tensor& b);
CONVGRAD_API Tensor logical_not(const Tensor& x);

/// Logic of each bit, of integers and bool; the result has the operands' type. Like torch.bitwise_and and so on.
CONVGRAD_API Tensor bitwise_and(const Tensor& a, const Tensor& b);
CONVGRAD_API Tensor bitwise_or(const Tensor& a, const Tensor& b);
CONVGRAD_API Tensor bitwise_xor(const Tensor& a, const Tensor& b);
CONVGRAD_API Tensor bitwise_not(const Tensor& x);

/// a · 2ᵇ of integers, bits that are shifted out lost, and ⌊a / 2ᵇ⌋. Like torch.bitwise_left_shift and
/// torch.bitwise_right_shift.
CONVGRAD_API Tensor bitwise_left_shift(const Tensor& a, const Tensor& b);
CONVGRAD_API Tensor bitwise_left_shift(const Tensor& a, Scalar b);
CONVGRAD_API Tensor bitwise_right_shift(const Tensor& a, const Tensor& b);
CONVGRAD_API Tensor bitwise_right_shift(const Tensor& a, Scalar b);

/// What is no number; what is infinite; what is neither. Like torch.isnan, torch.isinf, torch.isfinite.
CONVGRAD_API Tensor isnan(const Tensor& x);
CONVGRAD_API Tensor isinf(const Tensor& x);
CONVGRAD_API Tensor isfinite(const Tensor& x);
/// −∞; ∞; every element, as there are no complex numbers. Like torch.isneginf, torch.isposinf, torch.isreal.
CONVGRAD_API Tensor isneginf(const Tensor& x);
CONVGRAD_API Tensor isposinf(const Tensor& x);
CONVGRAD_API Tensor isreal(const Tensor& x);
/// Whether an element has a minus sign, −0 included. Like torch.signbit.
CONVGRAD_API Tensor signbit(const Tensor& x);

/// |a − b| <= atol + rtol · |b|. Errors: types that differ, negative tolerances. Like torch.isclose.
CONVGRAD_API Tensor isclose(const Tensor& a, const Tensor& b, double rtol = 1e-5, double atol = 1e-8,
                            bool equal_nan = false);
/// Whether isclose holds everywhere. Like torch.allclose.
CONVGRAD_API bool allclose(const Tensor& a, const Tensor& b, double rtol = 1e-5, double atol = 1e-8,
                           bool equal_nan = false);
/// Whether sizes and all elements are equal. Like torch.equal.
CONVGRAD_API bool equal(const Tensor& a, const Tensor& b);

// Other names for the same. Like torch.greater and so on.
inline Tensor greater(const Tensor& a, const Tensor& b) { return gt(a, b); }
inline Tensor greater(const Tensor& a, Scalar b) { return gt(a, b); }
inline Tensor greater_equal(const Tensor& a, const Tensor& b) { return ge(a, b); }
inline Tensor greater_equal(const Tensor& a, Scalar b) { return ge(a, b); }
inline Tensor less(const Tensor& a, const Tensor& b) { return lt(a, b); }
inline Tensor less(const Tensor& a, Scalar b) { return lt(a, b); }
inline Tensor less_equal(const Tensor& a, const Tensor& b) { return le(a, b); }
inline Tensor less_equal(const Tensor& a, Scalar b) { return le(a, b); }
inline Tensor not_equal(const Tensor& a, const Tensor& b) { return ne(a, b); }
inline Tensor not_equal(const Tensor& a, Scalar b) { return ne(a, b); }

// As members.
inline Tensor Tensor::isclose(const Tensor& other, double rtol, double atol, bool equal_nan) const {
  return convgrad::isclose(*this, other, rtol, atol, equal_nan);
}
inline Tensor Tensor::isneginf() const { return convgrad::isneginf(*this); }
inline Tensor Tensor::isposinf() const { return convgrad::isposinf(*this); }
inline Tensor Tensor::signbit() const { return convgrad::signbit(*this); }
inline Tensor Tensor::bitwise_left_shift(const Tensor& other) const {
  return convgrad::bitwise_left_shift(*this, other);
}
inline Tensor Tensor::bitwise_right_shift(const Tensor& other) const {
  return convgrad::bitwise_right_shift(*this, other);
}

}  // namespace convgrad
