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
  const T* points = nullptr;  // of the weights: see WeightPoints
  const T* bias = nullptr;    // one value for each row of the whole result, or null
  T* y = nullptr;
  // backward-weights, of some output channels, cut at the panels of their points
  Range outputs = {};
  const T* dy = nullptr;
  T* weight_points = nullptr;
};

/// Where the points of weights lie: panels of as many rows as a tile of a product is wide, each [point][channel][row of
/// the panel], so that one product reads one stretch of memory, and the next point's follows it.
struct WeightPoints {
  int64_t points, depth, width, panels;

  WeightPoints(int64_t points, int64_t depth, int64_t rows, int64_t lanes, int64_t tile_vectors)
      : points(points), depth(depth) {
    const int64_t vectors = ceil_div(rows, lanes);
    panels = ceil_div(vectors, tile_vectors);
    width = ceil_div(vectors, panels) * lanes;
  }
  int64_t cells() const { return panels * points * depth * width; }
  int64_t at(int64_t point, int64_t channel, int64_t row) const {
    return ((row / width * points + point) * depth + channel) * width + row % width;
  }
};

/// What winograd.cpp compiles once for each instruction set.
template <class T>
struct WinogradKernels {
  void (*weights_to_points)(const WinogradProblem& p, int64_t group, Range channels, const T* w, T* points);
  void (*forward)(const WinogradShare<T>& share);
  int64_t lanes, tile_vectors;

  /// Of a group's weights; channels with depth taps, those of each tap padded to lanes.
  WeightPoints weight_points(const WinogradProblem& p) const {
    const Correlation& c = p.correlation;
    return {p.points(), c.window.axes[0].taps * round_up(c.channels, lanes), c.rows, lanes, tile_vectors};
  }
};

/// Backward-data in adjoint form: whole planes of one group, so that overlapping tiles meet on one thread.
template <class T>
struct WinogradAdjointShare {
  const WinogradProblem* problem = nullptr;  // of the forward pass
  int64_t group = 0;
  Range planes = {};
  const T* dy = nullptr;
  const T* points = nullptr;  // of the weights, rows and channels exchanged
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
