#pragma once
#include <optional>

#include "kernels/conv/winograd_kernels.h"

namespace convgrad::kernels {

/// The pass as Winograd's algorithm computes it; none where it does not apply. Backward-weights is described by the
/// forward pass whose weights it differentiates.
std::optional<WinogradProblem> winograd_problem(const ConvProblem& p, Pass pass);

namespace winograd {
/// Cells of all weights' points.
int64_t weight_cells(const ConvProblem& p);
/// What winograd.cpp compiled for the instruction set in use.
WinogradKernels<float> current_winograd_kernels();
}  // namespace winograd

/// The plane of x that tile row `tile_row` reads under depth tap `tap`, and of y (or dy) that it writes; the plane of a
/// depth tap in the padding has no rows.
template <class T>
PlaneView<T> source_plane(const WinogradProblem& p, int64_t group, int64_t plane, int64_t tap, T* x) {
  const Window& w = p.correlation.window;
  const WindowAxis& depth = w.axes[0];
  const int64_t cell = depth.first + plane % depth.positions * depth.step + tap * depth.tap_step;
  const bool inside = cell >= 0 && cell < depth.cells;
  return {.cells = x + plane / depth.positions * w.batch_stride + (inside ? cell * depth.stride : 0) +
                   group * p.correlation.channels * w.channel_stride,
          .channels = p.correlation.channels,
          .channel_stride = w.channel_stride,
          .rows = inside ? w.axes[1].cells : 0,
          .row_stride = w.axes[1].stride,
          .columns = w.axes[2].cells,
          .column_stride = w.axes[2].stride};
}

template <class T>
PlaneView<T> result_plane(const WinogradProblem& p, int64_t group, int64_t plane, T* y) {
  const Correlation& c = p.correlation;
  const auto& axes = c.window.axes;
  return {.cells = y + c.placement.offset + plane / axes[0].positions * c.placement.batch_stride +
                   plane % axes[0].positions * c.placement.strides[0] + group * c.rows * c.placement.channel_stride,
          .channels = c.rows,
          .channel_stride = c.placement.channel_stride,
          .rows = axes[1].positions,
          .row_stride = c.placement.strides[1],
          .columns = axes[2].positions,
          .column_stride = c.placement.strides[2]};
}

}  // namespace convgrad::kernels
