#pragma once
#include <convgrad/tensor.h>

#include "core/make.h"

#include "kernels/lines.h"

namespace convgrad {

/// The lines along `dim` of a contiguous tensor of these sizes; a 0-d tensor is one line of one element.
inline kernels::Lines lines_of(IntArrayRef sizes, int64_t dim) {
  kernels::Lines lines;
  for (size_t d = 0; d < sizes.size(); ++d) {
    const int64_t at = static_cast<int64_t>(d);
    (at < dim ? lines.outer : at > dim ? lines.inner : lines.n) *= sizes[d];
  }
  return lines;
}

/// x with the order along `dim` reversed. Differentiable.
inline Tensor reversed(const Tensor& x, int64_t dim) {
  const int64_t n = x.size(dim);
  const Tensor positions = make_tensor({n}, kInt64);
  for (int64_t i = 0; i < n; ++i) positions.data_ptr<int64_t>()[i] = n - 1 - i;
  return x.index_select(dim, positions);
}

}  // namespace convgrad
