#include "kernels/conv/depthwise_plan.h"

#include <algorithm>
#include <limits>

namespace convgrad::kernels {

DepthwisePlan::DepthwisePlan(const std::vector<Correlation>& correlations, int64_t result_cells)
    : result_cells(result_cells) {
  const Window& window = correlations[0].window;
  channels = correlations[0].groups, samples = window.batch;
  for (int a = 0; a < 3; ++a) {
    int64_t high = std::numeric_limits<int64_t>::min();
    cells[a] = window.axes[a].cells, low[a] = std::numeric_limits<int64_t>::max();
    for (const Correlation& c : correlations) {
      const WindowAxis& axis = c.window.axes[a];
      if (axis.taps == 0) continue;
      const int64_t reach = (axis.taps - 1) * axis.tap_step, last = axis.first + (axis.positions - 1) * axis.step;
      low[a] = std::min({low[a], axis.first, axis.first + reach});
      high = std::max({high, last, last + reach});
    }
    if (high < low[a]) low[a] = 0, high = 0;
    extent[a] = high - low[a] + 1;
  }
  const std::array<int64_t, 3> strides = {extent[1] * extent[2], extent[2], 1};
  for (const Correlation& c : correlations) {
    Part part{.correlation = &c, .first = 0, .offsets = {}, .steps = {}};
    const auto& axes = c.window.axes;
    for (int a = 0; a < 3; ++a) {
      part.first += (axes[a].first - low[a]) * strides[a];
      part.steps[a] = axes[a].step * strides[a];
    }
    for (int64_t d = 0; d < axes[0].taps; ++d)
      for (int64_t h = 0; h < axes[1].taps; ++h)
        for (int64_t w = 0; w < axes[2].taps; ++w)
          part.offsets.push_back(d * axes[0].tap_step * strides[0] + h * axes[1].tap_step * strides[1] +
                                 w * axes[2].tap_step);
    taps += static_cast<int64_t>(part.offsets.size());
    parts.push_back(std::move(part));
  }
}

}  // namespace convgrad::kernels
