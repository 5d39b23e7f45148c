#pragma once
#include <vector>

#include "kernels/conv/window.h"

namespace convgrad::kernels {

/// One plane for a block of channels, a vector of them in each cell, with the border that the windows of some
/// correlations reach into. Positions and cells are counted in whole vectors.
struct DepthwisePlan {
  struct Part {
    const Correlation* correlation;
    int64_t first;                 // cell that the first tap meets at the first position, in the bordered plane
    std::vector<int64_t> offsets;  // from there, by tap
    std::array<int64_t, 3> steps;  // from position to position, by axis
  };
  std::vector<Part> parts;
  int64_t channels = 0, samples = 0;
  std::array<int64_t, 3> cells{}, low{}, extent{};  // of the source; of the bordered plane: its first cell and its size
  int64_t taps = 0;                                 // of all parts
  int64_t result_cells = 0;                         // of a plane of results

  DepthwisePlan(const std::vector<Correlation>& correlations, int64_t result_cells);

  int64_t bordered_cells() const { return extent[0] * extent[1] * extent[2]; }
  /// The first of the source's cells that are copied along an axis, and how many.
  Range copied(int axis) const {
    const int64_t first = std::max<int64_t>(0, low[axis]);
    return {first, std::max(first, std::min(cells[axis], low[axis] + extent[axis]))};
  }
};

/// One thread's share: units are (block of channels, sample), or blocks of channels for the weights' gradient.
template <class T>
struct DepthwiseShare {
  const DepthwisePlan* plan;
  Range units;
  const T *x, *w, *bias;  // bias: one value a channel, or null
  T* y;
};
template <class T>
struct DepthwiseWeightShare {
  const DepthwisePlan* plan;
  Range blocks;
  const T *x, *dy;
  T* dw;
};

/// What depthwise.cpp compiles once for each instruction set.
template <class T>
struct DepthwiseKernels {
  void (*run)(const DepthwiseShare<T>& share);
  void (*run_weights)(const DepthwiseWeightShare<T>& share);
  int64_t lanes;
};

}  // namespace convgrad::kernels
