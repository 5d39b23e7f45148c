#pragma once
#include <cstdint>

namespace convgrad::kernels {

/// A matrix, or a batch of them, anywhere in memory: element (b, i, j) is data[b·batch_stride + i·row_stride +
/// j·col_stride].
template <class T>
struct MatrixView {
  T* data = nullptr;
  int64_t row_stride = 0, col_stride = 0, batch_stride = 0;
};

/// C = alpha·A·B + beta·C + biases, for each of `batch` matrices. A is m×k, B is k×n, C is m×n.
/// A and B may have any strides, zero and negative included; C's elements must be distinct and overlap neither.
/// With beta = 0, C is written without being read; with k = 0, the product is zero.
template <class T>
struct GemmProblem {
  int64_t m = 0, n = 0, k = 0, batch = 1;
  MatrixView<const T> a = {}, b = {};
  MatrixView<T> c = {};
  T alpha = 1, beta = 0;
  const T* row_bias = nullptr;     // m values, one added to each row of C
  const T* column_bias = nullptr;  // n values, one added to each column of C
};

/// Runs the product: float, double; int64_t, int32_t, uint8_t (wrapping) by plain loops. The same result every run,
/// whatever the number of threads.
///
///   gemm<float>({.m = 2, .n = 3, .k = 4, .a = {a, 4, 1}, .b = {b, 3, 1}, .c = {c, 3, 1}});   // all row-major
template <class T>
void gemm(const GemmProblem<T>& problem);

}  // namespace convgrad::kernels
