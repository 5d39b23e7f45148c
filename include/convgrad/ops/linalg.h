#pragma once
#include <convgrad/tensor.h>

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

}  // namespace convgrad
