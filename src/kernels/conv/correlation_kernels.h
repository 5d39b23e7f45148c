#pragma once
#include "kernels/conv/window.h"

namespace convgrad::kernels {

/// One thread's share of a correlation: the given rows of one group for the given panels of positions.
template <class T>
struct CorrelationShare {
  const Correlation* correlation;
  int64_t group;
  Range rows, panels;    // a panel is one tile's columns
  const T *x, *weights;  // weights of the group,
  bool as_they_lie;      // a row's side by side; or else packed by pack_weights
  const T* bias;         // one value for each row of the whole result, or null
  T* y;
};

/// What implicit_gemm.cpp compiles once for each instruction set.
template <class T>
struct CorrelationKernels {
  void (*pack_weights)(const Correlation& c, int64_t group, Range rows, const T* w, T* to);
  void (*run)(const CorrelationShare<T>& share);
  int64_t tile_rows, tile_columns;
};

}  // namespace convgrad::kernels
