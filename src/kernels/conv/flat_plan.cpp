#include "kernels/conv/flat_plan.h"

#include <algorithm>

namespace convgrad::kernels {
namespace {

int64_t floor_div(int64_t a, int64_t b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

}  // namespace

FlatAxis::FlatAxis(const WindowAxis& axis) {
  for (int64_t t = 0; t < axis.taps; ++t) {
    const int64_t cell = axis.first + t * axis.tap_step, shift = floor_div(cell, axis.step);
    const int64_t phase = cell - shift * axis.step;
    auto found = std::find(phases.begin(), phases.end(), phase);
    if (found == phases.end()) found = phases.insert(phases.end(), phase);
    tap_phase.push_back(found - phases.begin());
    tap_shift.push_back(shift);
  }
  if (axis.taps == 0) return;
  const auto [least, most] = std::minmax_element(tap_shift.begin(), tap_shift.end());
  least_shift = *least;
  spread = *most - *least;
  for (int64_t& shift : tap_shift) shift -= least_shift;
}

FlatPlan::FlatPlan(const Correlation& c, int64_t floats, int64_t slack)
    : correlation(&c),
      high(c.window.axes[1]),
      wide(c.window.axes[2]),
      band_high(c.window.axes[1].positions),
      band_wide(c.window.axes[2].positions) {
  lay_out(slack);
  // Fewer rows first; then shorter ones, but not much shorter than what the taps reach over.
  const auto cells = [&] { return channels() * channel_size + c.rows * flat_count(band_high, band_wide); };
  while (cells() > floats && band_high > 1) {
    band_high = ceil_div(band_high, 2);
    lay_out(slack);
  }
  while (cells() > floats && band_wide > std::max<int64_t>(512, 2 * wide.spread)) {
    band_wide = ceil_div(band_wide, 2);
    lay_out(slack);
  }
}

void FlatPlan::lay_out(int64_t slack) {
  row = band_wide + wide.spread;
  plane = (band_high + high.spread) * row;
  const auto phases = static_cast<int64_t>(high.phases.size() * wide.phases.size());
  channel_size = round_up(phases * plane + slack, 16);
  offsets.clear();
  for (size_t h = 0; h < high.tap_shift.size(); ++h)
    for (size_t w = 0; w < wide.tap_shift.size(); ++w) {
      const int64_t phase = high.tap_phase[h] * static_cast<int64_t>(wide.phases.size()) + wide.tap_phase[w];
      offsets.push_back(phase * plane + high.tap_shift[h] * row + wide.tap_shift[w]);
    }
}

FlatBand FlatPlan::band(int64_t index) const {
  const auto& axes = correlation->window.axes;
  const int64_t in_row = index % bands_wide(), in_column = index / bands_wide() % bands_high(), rest = index / bands();
  const int64_t planes = correlation->window.batch * axes[0].positions;
  return {.group = rest / planes,
          .sample = rest % planes / axes[0].positions,
          .depth = rest % axes[0].positions,
          .high = {in_column * band_high, std::min(axes[1].positions, (in_column + 1) * band_high)},
          .wide = {in_row * band_wide, std::min(axes[2].positions, (in_row + 1) * band_wide)}};
}

}  // namespace convgrad::kernels
