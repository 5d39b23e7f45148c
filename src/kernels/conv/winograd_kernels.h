#pragma once
#include "kernels/conv/window.h"

namespace convgrad::kernels {

/// A plane of channels to cut tiles from (or add tiles to): cell (channel, row, column) by its strides.
template <class T>
struct PlaneView {
  T* cells = nullptr;
  int64_t channels = 0, channel_stride = 0;
  int64_t rows = 0, row_stride = 0, columns = 0, column_stride = 0;
};

/// A correlation that Winograd's algorithm computes: steps of one, taps 3×3 or 5×5 in order, any taps along depth
/// (their sum is taken where the points are multiplied). Results are cut into 4×4 tiles; a row of tiles is the unit of
/// work.
struct WinogradProblem {
  Correlation correlation = {};
  int64_t taps = 0, planes = 0;            // planes: samples by depth positions
  int64_t tiles_high = 0, tiles_wide = 0;  // of one plane

  int64_t tile_rows() const { return planes * tiles_high; }
  int64_t points() const { return (taps + 3) * (taps + 3); }
};

/// One thread's share: rows of tiles of one group.
template <class T>
struct WinogradShare {
  const WinogradProblem* problem = nullptr;
  int64_t group = 0;
  Range tile_rows = {};
  const T* x = nullptr;
  const T* points = nullptr;  // of the weights: see weights_to_points
  const T* bias = nullptr;    // one value for each row of the whole result, or null
  T* y = nullptr;
  // backward-weights, of some output channels, cut at multiples of the lanes
  Range outputs = {};
  const T* dy = nullptr;
  T* weight_points = nullptr;
};

/// What winograd.cpp and winograd_backward.cpp compile once for each instruction set. Points of weights lie as
/// [point][channel][row, padded to lanes].
template <class T>
struct WinogradKernels {
  void (*weights_to_points)(const WinogradProblem& p, int64_t group, Range channels, const T* w, T* points);
  void (*forward)(const WinogradShare<T>& share);
  int64_t lanes;
};

/// Backward-data in adjoint form: whole planes of one group, so that overlapping tiles meet on one thread.
template <class T>
struct WinogradAdjointShare {
  const WinogradProblem* problem = nullptr;  // of the forward pass
  int64_t group = 0;
  Range planes = {};
  const T* dy = nullptr;
  const T* points = nullptr;  // of the weights: [point][output channel][input channel, padded to lanes]
  const T* bias = nullptr;
  T* dx = nullptr;
};

template <class T>
struct WinogradBackwardKernels {
  void (*add_weight_points)(const WinogradShare<T>& share);
  void (*points_to_weights)(const WinogradProblem& p, Range channels, const T* points, int64_t slices,
                            int64_t slice_stride, T* dw);
  int64_t lanes;
};

}  // namespace convgrad::kernels
