#pragma once
#include <span>
#include <vector>

#include "kernels/conv/window.h"

namespace convgrad::kernels {

/// Taps of one axis of some windows over the same cells, in a copy of them that a stride of s cuts into s phases: tap t
/// reads cell (o + shift)·s + phase. Phases that no tap reads are left out.
struct FlatAxis {
  struct Tap {
    int64_t phase, shift;  // index into phases; shift − least_shift, from zero on
  };
  std::vector<int64_t> phases;         // residues modulo the step
  std::vector<std::vector<Tap>> taps;  // by window
  int64_t positions = 0;               // of the window that has most
  int64_t least_shift = 0, spread = 0;

  FlatAxis(std::span<const Correlation> correlations, int axis);
};

/// One band of one plane of results: positions along height and width.
struct FlatBand {
  int64_t group, sample, depth;
  Range high, wide;
};

/// How the input of some correlations (of one, or of the phases of a strided backward-data) is copied into flat planes,
/// zero-padded, so that every tap is a constant offset: position (h, w) of a band is cell h·row + w, and a part's tap t
/// reads cell h·row + w + offsets[t]. The positions between the end of one row and the beginning of the next are
/// computed too and dropped.
struct FlatPlan {
  struct Part {
    const Correlation* correlation;
    std::vector<int64_t> offsets{};  // by tap of a plane
    int64_t first_weight = 0;        // of a group's

    int64_t taps() const { return static_cast<int64_t>(offsets.size()); }
  };
  const Correlation* correlation;  // the first: what all share
  std::vector<Part> parts;
  FlatAxis high, wide;
  int64_t band_high, band_wide;  // positions of one band
  int64_t row = 0, plane = 0;    // cells of a row and of one phase's plane
  int64_t channel_size = 0;      // cells of a channel, with room for a tile that runs past the end
  int64_t chunk = 0;      // planes copied at a time: more than one chunk where a band's do not fit into the cache
  int64_t row_block = 0;  // rows of results held at a time from chunk to chunk

  /// Bands whose copied channels and results take about `floats` cells, all channels in one chunk.
  FlatPlan(const Correlation& c, int64_t floats, int64_t slack);
  /// Bands, chunks of channels and blocks of rows whose planes and results fit into `cache` cells. The correlations
  /// differ in first cells, taps and positions of height and width, in weights and in where results go.
  static FlatPlan for_cache(std::span<const Correlation> correlations, int64_t cache, int64_t slack, int threads);

  int64_t bands_high() const { return ceil_div(high.positions, band_high); }
  int64_t bands_wide() const { return ceil_div(wide.positions, band_wide); }
  /// Planes of the input that one position along depth reads: channels by depth taps.
  int64_t channels() const { return correlation->channels * correlation->window.axes[0].taps; }
  /// Weights of a group, all parts'.
  int64_t group_weights() const;
  /// Rows of results, all parts'.
  int64_t rows() const { return correlation->rows * static_cast<int64_t>(parts.size()); }
  /// Cells from the first position of a band to the last, dropped ones included.
  int64_t flat_count(int64_t high_positions, int64_t wide_positions) const {
    return (high_positions - 1) * row + wide_positions;
  }
  /// Bands of one plane of results.
  int64_t bands() const { return bands_high() * bands_wide(); }
  int64_t row_blocks() const { return ceil_div(rows(), row_block); }
  /// The index-th band, in order of (group, sample, depth, height, width).
  FlatBand band(int64_t index) const;

 private:
  explicit FlatPlan(std::span<const Correlation> correlations);
  void lay_out(int64_t slack);
  /// Cuts planes into ever more bands until fits() holds or `least` rows are left; then rows, but not much shorter than
  /// what the taps reach over. False where nothing fits.
  template <class Fits>
  bool cut_bands(int64_t slack, int64_t least, const Fits& fits);
};

}  // namespace convgrad::kernels
