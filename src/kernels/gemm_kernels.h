#pragma once
#include "kernels/gemm.h"
#include "kernels/tile_blocks.h"

namespace convgrad::kernels {

/// What gemm.cpp compiles once for each instruction set; one thread's share each.
template <class T>
struct GemmKernels {
  void (*blocked)(const GemmProblem<T>& p, Range rows, Range columns);
  void (*dots)(const GemmProblem<T>& p, Range rows, Range depth, T* sums);
  int64_t tile_rows, tile_columns;
};

}  // namespace convgrad::kernels
