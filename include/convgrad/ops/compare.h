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

/// What is no number; what is infinite; what is neither. Like torch.isnan, torch.isinf, torch.isfinite.
CONVGRAD_API Tensor isnan(const Tensor& x);
CONVGRAD_API Tensor isinf(const Tensor& x);
CONVGRAD_API Tensor isfinite(const Tensor& x);

/// |a − b| <= atol + rtol · |b|. Errors: types that differ, negative tolerances. Like torch.isclose.
CONVGRAD_API Tensor isclose(const Tensor& a, const Tensor& b, double rtol = 1e-5, double atol = 1e-8,
                            bool equal_nan = false);
/// Whether isclose holds everywhere. Like torch.allclose.
CONVGRAD_API bool allclose(const Tensor& a, const Tensor& b, double rtol = 1e-5, double atol = 1e-8,
                           bool equal_nan = false);
/// Whether sizes and all elements are equal. Like torch.equal.
CONVGRAD_API bool equal(const Tensor& a, const Tensor& b);

}  // namespace convgrad
