#include "kernels/gemm.h"

#include <algorithm>
#include <type_traits>

#include "core/threads.h"

namespace convgrad::kernels {
namespace {

/// One element of alpha·A·B + beta·C + biases; integers wrap as PyTorch's do.
template <class T>
void element(const GemmProblem<T>& p, int64_t batch, int64_t i, int64_t j) {
  using Sum = std::conditional_t<std::is_floating_point_v<T>, T, uint64_t>;
  const T* a = p.a.data + batch * p.a.batch_stride + i * p.a.row_stride;
  const T* b = p.b.data + batch * p.b.batch_stride + j * p.b.col_stride;
  T& c = p.c.data[batch * p.c.batch_stride + i * p.c.row_stride + j * p.c.col_stride];
  Sum sum = 0;
  for (int64_t l = 0; l < p.k; ++l)
    sum += static_cast<Sum>(a[l * p.a.col_stride]) * static_cast<Sum>(b[l * p.b.row_stride]);
  sum *= static_cast<Sum>(p.alpha);
  if (p.beta != 0) sum += static_cast<Sum>(p.beta) * static_cast<Sum>(c);
  if (p.row_bias) sum += static_cast<Sum>(p.row_bias[i]);
  if (p.column_bias) sum += static_cast<Sum>(p.column_bias[j]);
  c = static_cast<T>(sum);
}

template <class T>
void plain_gemm(const GemmProblem<T>& p) {
  const int64_t rows = p.batch * p.m;
  const int64_t grain = 1 + 32768 / std::max<int64_t>(1, p.n * p.k);
  parallel_for(0, rows, grain, [&](int64_t first, int64_t last) {
    const FlushDenormals flush;
    for (int64_t row = first; row < last; ++row)
      for (int64_t j = 0; j < p.n; ++j) element(p, row / p.m, row % p.m, j);
  });
}

}  // namespace

template <class T>
void gemm(const GemmProblem<T>& problem) {
  if (problem.batch <= 0 || problem.m <= 0 || problem.n <= 0) return;
  plain_gemm(problem);
}

template void gemm<float>(const GemmProblem<float>&);
template void gemm<double>(const GemmProblem<double>&);
template void gemm<int64_t>(const GemmProblem<int64_t>&);
template void gemm<int32_t>(const GemmProblem<int32_t>&);
template void gemm<uint8_t>(const GemmProblem<uint8_t>&);

}  // namespace convgrad::kernels
