#pragma once
#include <convgrad/array_ref.h>

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

}  // namespace convgrad
