#pragma once
#include "kernels/conv/window.h"

namespace convgrad::kernels {

/// Backward-weights as a product: for each group, sums[(c, t)][k] = Σ over positions of input[(c, t), q] · output[k,
/// q].
struct WeightSums {
  Window input, output;
  int64_t channels = 1, outputs = 1;  // of one group
  int64_t depth() const { return channels * input.taps(); }
};

/// One task: some rows (c, t) and some outputs of one group, over some positions.
template <class T>
struct WeightShare {
  const WeightSums* problem;
  int64_t group;
  Range rows, outputs, positions;
  const T *x, *dy;
  T* sums;  // of the group: [depth][sums_stride], outputs padded to whole vectors
  int64_t sums_stride;
};

/// What implicit_gemm_weights.cpp compiles once for each instruction set.
template <class T>
struct WeightKernels {
  void (*run)(const WeightShare<T>& share);
  int64_t tile_rows, lanes;
};

}  // namespace convgrad::kernels
