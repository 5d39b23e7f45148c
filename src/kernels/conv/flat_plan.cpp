#include "kernels/conv/flat_plan.h"

#include <algorithm>
#include <limits>

namespace convgrad::kernels {
namespace {

int64_t floor_div(int64_t a, int64_t b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

}  // namespace

FlatAxis::FlatAxis(std::span<const Correlation> correlations, int axis) {
  constexpr int64_t none = std::numeric_limits<int64_t>::max();
  int64_t least = none, most = -none;
  for (const Correlation& c : correlations) {
    const WindowAxis& a = c.window.axes[axis];
    positions = std::max(positions, a.positions);
    auto& own = taps.emplace_back();
    for (int64_t t = 0; t < a.taps; ++t) {
      const int64_t cell = a.first + t * a.tap_step, shift = floor_div(cell, a.step), phase = cell - shift * a.step;
      auto found = std::find(phases.begin(), phases.end(), phase);
      if (found == phases.end()) found = phases.insert(phases.end(), phase);
      own.push_back({found - phases.begin(), shift});
      least = std::min(least, shift), most = std::max(most, shift);
    }
  }
  if (least == none) return;
  least_shift = least, spread = most - least;
  for (auto& own : taps)
    for (Tap& tap : own) tap.shift -= least_shift;
}

FlatPlan::FlatPlan(std::span<const Correlation> correlations)
    : correlation(&correlations[0]),
      high(correlations, 1),
      wide(correlations, 2),
      band_high(high.positions),
      band_wide(wide.positions),
      chunk(std::max<int64_t>(1, channels())) {
  for (const Correlation& c : correlations) parts.push_back({.correlation = &c});
  row_block = rows();
}

FlatPlan::FlatPlan(const Correlation& c, int64_t floats, int64_t slack) : FlatPlan({&c, 1}) {
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

int64_t FlatPlan::group_weights() const {
  const Part& last = parts.back();
  return last.first_weight + correlation->rows * channels() * last.taps();
}

template <class Fits>
bool FlatPlan::cut_bands(int64_t slack, int64_t least, const Fits& fits) {
  for (int64_t bands = 1;; ++bands) {
    band_high = ceil_div(high.positions, bands);
    lay_out(slack);
    if (fits()) return true;
    if (band_high <= least) break;
  }
  for (int64_t bands = 2; band_wide > std::max<int64_t>(256, 2 * wide.spread); ++bands) {
    band_wide = round_up(ceil_div(wide.positions, bands), 16);
    lay_out(slack);
    if (fits()) return true;
  }
  return false;
}

FlatPlan FlatPlan::for_cache(std::span<const Correlation> correlations, int64_t cache, int64_t slack, int threads) {
  constexpr int64_t kStripRows = 8, kBlockRows = 96;
  FlatPlan plan(correlations);
  const Correlation& c = correlations[0];
  const int64_t all_rows = plan.rows();
  plan.lay_out(slack);
  // The weights of a strip, with the lines of the planes that a tile reads, should stay in the first-level cache.
  constexpr int64_t kNearBytes = 20 << 10, kLine = 128;
  int64_t taps = 0, lines = 0;
  for (size_t i = 0; i < plan.parts.size(); ++i) {
    taps = std::max(taps, plan.parts[i].taps());
    lines = std::max(lines, static_cast<int64_t>(plan.high.taps[i].size() * plan.wide.phases.size()));
  }
  const int64_t near = kNearBytes / (taps * kStripRows * 4 + lines * kLine + 1);
  const auto count = [&] { return plan.flat_count(plan.band_high, plan.band_wide); };
  const int64_t planes = c.groups * c.window.batch * c.window.axes[0].positions;
  const auto balanced = [&](int64_t units) { return units >= 8 * threads || units % threads == 0; };
  const auto fits_whole = [&] {
    return balanced(planes * plan.bands()) &&
           plan.channels() * plan.channel_size + std::min(kStripRows, c.rows) * count() <= cache * 2 / 3;
  };
  const int64_t least = std::min(plan.band_high, 2 * plan.high.spread + 1);
  if (plan.channels() <= 2 * near || all_rows <= kStripRows)
    if (plan.cut_bands(slack, least, fits_whole) || all_rows <= kStripRows) return plan;
  // A third of the cache for results, a quarter for planes.
  plan.band_wide = plan.wide.positions;
  const int64_t rows = std::min(all_rows, kBlockRows);
  plan.cut_bands(slack, 1, [&] { return rows * count() <= cache / 3; });
  plan.chunk = std::clamp<int64_t>(std::min(near, cache / 4 / plan.channel_size), 1, plan.chunk);
  int64_t blocks = ceil_div(all_rows, rows);
  while (!balanced(planes * plan.bands() * blocks) && all_rows / (blocks + 1) >= 2 * kStripRows) ++blocks;
  plan.row_block = ceil_div(all_rows, blocks);
  return plan;
}

void FlatPlan::lay_out(int64_t slack) {
  row = band_wide + wide.spread;
  plane = (band_high + high.spread) * row;
  const auto phases = static_cast<int64_t>(high.phases.size() * wide.phases.size());
  channel_size = round_up(phases * plane + slack, 16);
  if (channel_size % 32 == 0) channel_size += 16;  // channels must not meet in a few sets of the cache
  int64_t weights = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    Part& part = parts[i];
    part.offsets.clear();
    for (const FlatAxis::Tap& h : high.taps[i])
      for (const FlatAxis::Tap& w : wide.taps[i]) {
        const int64_t phase = h.phase * static_cast<int64_t>(wide.phases.size()) + w.phase;
        part.offsets.push_back(phase * plane + h.shift * row + w.shift);
      }
    part.first_weight = weights;
    weights += correlation->rows * channels() * part.taps();
  }
}

FlatBand FlatPlan::band(int64_t index) const {
  const auto& axes = correlation->window.axes;
  const int64_t in_row = index % bands_wide(), in_column = index / bands_wide() % bands_high(), rest = index / bands();
  const int64_t planes = correlation->window.batch * axes[0].positions;
  return {.group = rest / planes,
          .sample = rest % planes / axes[0].positions,
          .depth = rest % axes[0].positions,
          .high = {in_column * band_high, std::min(high.positions, (in_column + 1) * band_high)},
          .wide = {in_row * band_wide, std::min(wide.positions, (in_row + 1) * band_wide)}};
}

}  // namespace convgrad::kernels
