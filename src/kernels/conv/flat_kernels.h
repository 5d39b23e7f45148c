#pragma once
#include "kernels/conv/flat_plan.h"

namespace convgrad::kernels {

/// One thread's share of a flat correlation: units are (group, sample, depth, band, block of rows), in this order.
template <class T>
struct FlatShare {
  const FlatPlan* plan;
  Range units;
  const T *x, *weights;  // weights: [group][part][channel, depth tap, tap][row], by strips: see pack_weights
  const T* bias;
  T* y;
};

/// What flat.cpp compiles once for each instruction set.
template <class T>
struct FlatKernels {
  void (*pack_weights)(const FlatPlan& plan, int64_t group, int64_t strip, const T* w, T* to);
  void (*run)(const FlatShare<T>& share);
  int64_t slack;  // cells that a tile may read past the last position
  int64_t rows;   // of a strip, at most
};

/// One task of backward-weights: some samples of one group.
template <class T>
struct FlatWeightShare {
  const FlatPlan* plan;
  int64_t group;
  Range samples;
  const T *x, *dy;
  T* sums;  // [row][channel, depth tap, tap][lane], partial sums in each lane
};

template <class T>
struct FlatWeightKernels {
  void (*run)(const FlatWeightShare<T>& share);
  int64_t slack, lanes;
};

}  // namespace convgrad::kernels
