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

FlatPlan::FlatPlan(const Correlation& c)
    : correlation(&c),
      high(c.window.axes[1]),
      wide(c.window.axes[2]),
      band_high(c.window.axes[1].positions),
      band_wide(c.window.axes[2].positions),
      chunk(std::max<int64_t>(1, channels())),
      row_block(c.rows) {}

FlatPlan::FlatPlan(const Correlation& c, int64_t floats, int64_t slack) : FlatPlan(c) {
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

template <class Fits>
bool FlatPlan::cut_bands(int64_t slack, int64_t least, const Fits& fits) {
  const auto& axes = correlation->window.axes;
  for (int64_t bands = 1;; ++bands) {
    band_high = ceil_div(axes[1].positions, bands);
    lay_out(slack);
    if (fits()) return true;
    if (band_high <= least) break;
  }
  for (int64_t bands = 2; band_wide > std::max<int64_t>(256, 2 * wide.spread); ++bands) {
    band_wide = round_up(ceil_div(axes[2].positions, bands), 16);
    lay_out(slack);
    if (fits()) return true;
  }
  return false;
}

FlatPlan FlatPlan::for_cache(const Correlation& c, int64_t cache, int64_t slack, int threads) {
  constexpr int64_t kStripRows = 8, kBlockRows = 96;
  FlatPlan plan(c);
  plan.lay_out(slack);
  // The weights of a strip, with the lines of the planes that a tile reads, should stay in the first-level cache.
  constexpr int64_t kNearBytes = 20 << 10, kLine = 128;
  const auto lines = static_cast<int64_t>(plan.high.tap_shift.size() * plan.wide.phases.size());
  const int64_t near = kNearBytes / (plan.taps() * kStripRows * 4 + lines * kLine + 1);
  const auto count = [&] { return plan.flat_count(plan.band_high, plan.band_wide); };
  const int64_t planes = c.groups * c.window.batch * c.window.axes[0].positions;
  const auto balanced = [&](int64_t units) { return units >= 8 * threads || units % threads == 0; };
  const auto fits_whole = [&] {
    return balanced(planes * plan.bands()) &&
           plan.channels() * plan.channel_size + std::min(kStripRows, c.rows) * count() <= cache * 2 / 3;
  };
  const int64_t least = std::min(plan.band_high, 2 * plan.high.spread + 1);
  if (plan.channels() <= 2 * near || c.rows <= kStripRows)
    if (plan.cut_bands(slack, least, fits_whole) || c.rows <= kStripRows) return plan;
  // A third of the cache for results, a quarter for planes.
  plan.band_wide = c.window.axes[2].positions;
  const int64_t rows = std::min(c.rows, kBlockRows);
  plan.cut_bands(slack, 1, [&] { return rows * count() <= cache / 3; });
  plan.chunk = std::clamp<int64_t>(std::min(near, cache / 4 / plan.channel_size), 1, plan.chunk);
  int64_t blocks = ceil_div(c.rows, rows);
  while (!balanced(planes * plan.bands() * blocks) && c.rows / (blocks + 1) >= 2 * kStripRows) ++blocks;
  plan.row_block = ceil_div(c.rows, blocks);
  return plan;
}

void FlatPlan::lay_out(int64_t slack) {
  row = band_wide + wide.spread;
  plane = (band_high + high.spread) * row;
  const auto phases = static_cast<int64_t>(high.phases.size() * wide.phases.size());
  channel_size = round_up(phases * plane + slack, 16);
  if (channel_size % 32 == 0) channel_size += 16;  // channels must not meet in a few sets of the cache
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
