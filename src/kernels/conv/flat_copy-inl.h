// Copies input channels into flat planes (conv/flat_plan.h), compiled once for each instruction set.
#if defined(CONVGRAD_KERNELS_CONV_FLAT_COPY_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CONVGRAD_KERNELS_CONV_FLAT_COPY_INL_H_
#undef CONVGRAD_KERNELS_CONV_FLAT_COPY_INL_H_
#else
#define CONVGRAD_KERNELS_CONV_FLAT_COPY_INL_H_
#endif

#include <algorithm>

#include "kernels/conv/flat_plan.h"
#include "kernels/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {

/// Copies one plane of the input (its first cell at `x`) as the band's positions read it, phase by phase. Cells outside
/// the input are left as they are: zero, if the planes were cleared before the first band of this place and size.
template <class T>
void copy_flat_plane(const FlatPlan& plan, const FlatBand& band, const T* x, T* to) {
  const WindowAxis &h_axis = plan.correlation->window.axes[1], &w_axis = plan.correlation->window.axes[2];
  const int64_t rows = band.high.count() + plan.high.spread, columns = band.wide.count() + plan.wide.spread;
  const int64_t first_row = band.high.first + plan.high.least_shift,
                first_column = band.wide.first + plan.wide.least_shift;
  for (const int64_t h_phase : plan.high.phases)
    for (const int64_t w_phase : plan.wide.phases) {
      const int64_t low = std::max<int64_t>(0, -first_column);  // first_column + j >= 0
      const int64_t room = w_axis.cells > w_phase ? (w_axis.cells - 1 - w_phase) / w_axis.step + 1 : 0;
      const int64_t count = std::min(columns, room - first_column) - low;
      for (int64_t i = 0; i < rows && count > 0; ++i) {
        const int64_t row = (first_row + i) * h_axis.step + h_phase;
        if (row < 0 || row >= h_axis.cells) continue;
        copy_strided(to + i * plan.row + low,
                     x + row * h_axis.stride + ((first_column + low) * w_axis.step + w_phase) * w_axis.stride, count,
                     w_axis.step * w_axis.stride);
      }
      to += plan.plane;
    }
}

/// Copies some of the planes that the band reads: channel by channel, depth tap by depth tap. `stale` planes hold
/// another band's cells and are cleared first, as are those of depth taps in the padding.
template <class T>
void copy_flat_planes(const FlatPlan& plan, const FlatBand& band, Range planes, bool stale, const T* x, T* to) {
  const Correlation& c = *plan.correlation;
  const WindowAxis& depth = c.window.axes[0];
  x += band.sample * c.window.batch_stride + band.group * c.channels * c.window.channel_stride;
  for (int64_t p = planes.first; p < planes.last; ++p, to += plan.channel_size) {
    const int64_t cell = depth.first + band.depth * depth.step + p % depth.taps * depth.tap_step;
    const bool inside = cell >= 0 && cell < depth.cells;
    if (stale || !inside || depth.taps > 1) std::fill(to, to + plan.channel_size, T{0});
    if (inside) copy_flat_plane(plan, band, x + p / depth.taps * c.window.channel_stride + cell * depth.stride, to);
  }
}

}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard
