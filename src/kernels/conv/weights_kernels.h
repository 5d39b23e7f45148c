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
  bool dots;     // few rows: inner products with dy as it lies, its positions side by side
  bool shifted;  // the taps of a row of the kernel read one copy of the cells; the task has whole channels
  const T *x, *dy;
  T* sums;  // of the group: [depth][sums_stride], outputs padded to whole vectors
  int64_t sums_stride;
};

/// The slices' sums of one group, and where dw has them.
template <class T>
struct WeightSlices {
  const T* sums = nullptr;  // of the first slice: [depth][sums_stride]
  int64_t depth = 0, sums_stride = 0, slices = 0, slice_size = 0;
  int64_t output_stride = 0;         // of dw
  bool dense = false;                // (c, t) side by side in dw
  const int64_t* offsets = nullptr;  // of each (c, t) in dw
};

/// What implicit_gemm_weights.cpp compiles once for each instruction set.
template <class T>
struct WeightKernels {
  void (*run)(const WeightShare<T>& share);
  void (*add_slices)(const WeightSlices<T>& slices, Range outputs, T* dw);
  int64_t tile_rows, lanes;
  bool shares_cells;  // knows WeightShare::shifted
};

}  // namespace convgrad::kernels
