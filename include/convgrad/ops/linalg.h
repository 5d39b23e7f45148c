#pragma once
#include <convgrad/tensor.h>

#include <optional>
#include <string>

namespace convgrad {

// Products. Operands may have any strides and are never copied to be read transposed; both must have the same type.
// Sums over an empty dimension are zero. Integers wrap around; bool is refused.

/// C = A·B of matrices, m×k and k×n. Like torch.mm.
CONVGRAD_API Tensor mm(const Tensor& a, const Tensor& b);
/// The same for each of b matrices: b×m×k and b×k×n. Like torch.bmm.
CONVGRAD_API Tensor bmm(const Tensor& a, const Tensor& b);
/// Matrix times vector: m×k and k. Like torch.mv.
CONVGRAD_API Tensor mv(const Tensor& matrix, const Tensor& vector);
/// Σ a·b of two vectors. Like torch.dot.
CONVGRAD_API Tensor dot(const Tensor& a, const Tensor& b);
/// aᵢ·bⱼ of two vectors. Like torch.outer.
CONVGRAD_API Tensor outer(const Tensor& a, const Tensor& b);
/// beta·self + alpha·A·B; self is expanded to m×n, and not read where beta is zero. Like torch.addmm.
CONVGRAD_API Tensor addmm(const Tensor& self, const Tensor& a, const Tensor& b, Scalar beta = 1, Scalar alpha = 1);
/// The product that the ranks ask for: vectors (dot), matrix and vector, matrices, and batches of them, whose leading
/// dimensions are broadcast; a vector on the left counts as a row, on the right as a column, and its dimension goes
/// away. Like torch.matmul.
CONVGRAD_API Tensor matmul(const Tensor& a, const Tensor& b);
/// x·weightᵀ + bias: x is …×in, weight out×in, bias out (undefined: none). Like torch.nn.functional.linear.
CONVGRAD_API Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias = {});

/// Einstein's summation: each operand's dimensions have letters, those of the result stand behind "->" (without it: all
/// that stand once, in alphabetical order), the others are summed; "..." stands for any dimensions, which are
/// broadcast. einsum("bij,bjk->bik", {a, b}) is bmm. Like torch.einsum.
CONVGRAD_API Tensor einsum(const std::string& equation, TensorList tensors);
/// The sum over some dimensions of each; a number: over so many of the first's last and the second's first dimensions.
/// Like torch.tensordot.
CONVGRAD_API Tensor tensordot(const Tensor& a, const Tensor& b, int64_t dims = 2);
CONVGRAD_API Tensor tensordot(const Tensor& a, const Tensor& b, IntArrayRef dims_a, IntArrayRef dims_b);
/// The sum over the last dimension of both; of a number the product. Like torch.inner.
CONVGRAD_API Tensor inner(const Tensor& a, const Tensor& b);
/// beta·self + alpha·(bmm of a and b; the sum of its matrices; mv; outer). Like torch.baddbmm, torch.addbmm,
/// torch.addmv and torch.addr.
CONVGRAD_API Tensor baddbmm(const Tensor& self, const Tensor& a, const Tensor& b, Scalar beta = 1, Scalar alpha = 1);
CONVGRAD_API Tensor addbmm(const Tensor& self, const Tensor& a, const Tensor& b, Scalar beta = 1, Scalar alpha = 1);
CONVGRAD_API Tensor addmv(const Tensor& self, const Tensor& a, const Tensor& x, Scalar beta = 1, Scalar alpha = 1);
CONVGRAD_API Tensor addr(const Tensor& self, const Tensor& a, const Tensor& b, Scalar beta = 1, Scalar alpha = 1);
/// The vector product along a dimension of size three (default: the first one). Like torch.cross.
CONVGRAD_API Tensor cross(const Tensor& a, const Tensor& b, std::optional<int64_t> dim = {});
/// Square matrices to the power of n, below zero of their inverses. Like torch.matrix_power.
CONVGRAD_API Tensor matrix_power(const Tensor& x, int64_t n);

// As members.
inline Tensor Tensor::inner(const Tensor& other) const { return convgrad::inner(*this, other); }
inline Tensor Tensor::baddbmm(const Tensor& a, const Tensor& b, Scalar beta, Scalar alpha) const {
  return convgrad::baddbmm(*this, a, b, beta, alpha);
}
inline Tensor Tensor::addmv(const Tensor& a, const Tensor& x, Scalar beta, Scalar alpha) const {
  return convgrad::addmv(*this, a, x, beta, alpha);
}
inline Tensor Tensor::cross(const Tensor& other, std::optional<int64_t> dim) const {
  return convgrad::cross(*this, other, dim);
}
inline Tensor Tensor::matrix_power(int64_t n) const { return convgrad::matrix_power(*this, n); }

}  // namespace convgrad
