#pragma once
#include <cstdint>
#include <vector>

#include "kernels/conv/problem.h"
#include "kernels/tile_blocks.h"

namespace convgrad::kernels {

/// One axis of a window that slides: position o under tap t meets cell first + o·step + t·tap_step; cells outside
/// [0, cells) count as zero.
struct WindowAxis {
  int64_t positions = 1, taps = 1, cells = 1, first = 0, step = 1, tap_step = 1;
  int64_t stride = 0;  // elements from cell to cell
};

/// A tensor as a convolution sees it: the matrix whose row (c, t) holds, for every position (n, o), the cell that tap t
/// of channel c meets there. It is never stored whole: pack-inl.h packs the piece that is being worked on.
struct Window {
  int64_t batch = 1, batch_stride = 0, channel_stride = 0;
  std::array<WindowAxis, 3> axes{};

  int64_t taps() const { return axes[0].taps * axes[1].taps * axes[2].taps; }
  int64_t positions_per_sample() const { return axes[0].positions * axes[1].positions * axes[2].positions; }
  int64_t positions() const { return batch * positions_per_sample(); }
};

/// Where results go: position (n, o) of channel m at offset + n·batch_stride + m·channel_stride + Σ o·strides.
struct Placement {
  int64_t offset = 0, batch_stride = 0, channel_stride = 0;
  std::array<int64_t, 3> strides{};
};

/// Σ over (c, t) of weights[m, c, t] · window[(c, t), (n, o)], for each of the groups: a forward pass, or one phase of
/// backward-data.
struct Correlation {
  int64_t groups = 1, rows = 1, channels = 1;  // rows of results and channels summed over, both a group
  Window window = {};
  int64_t weight_offset = 0, weight_group_stride = 0, weight_row_stride = 0, weight_channel_stride = 0;
  std::array<int64_t, 3> weight_tap_strides{};
  Placement placement = {};

  /// Whether a row's weights follow each other evenly, over taps and channels alike.
  bool even_rows() const;
};

/// What the forward pass reads of x; backward-weights reads the same.
Window input_window(const ConvProblem& p);
/// dy, position by position: a window of one tap.
Window output_window(const ConvProblem& p);

Correlation forward_correlation(const ConvProblem& p);

/// Backward-data as unstrided correlations of dy, one for each residue of the input's cells modulo the strides: no
/// zeros are inserted. Together they write every cell of dx once; one without taps writes the bias (or zero).
std::vector<Correlation> backward_data_correlations(const ConvProblem& p);

/// Joins neighbouring axes that the window and the result run through without a break, so that positions lie in long
/// rows.
void join_axes(Correlation& c);
void join_axes(Window& a, Window& b);

/// A stretch of positions and where each tap's cells lie: for tap t the pieces [begin[t], begin[t + 1]), in order of
/// columns. Columns that no piece covers are zero.
class WindowPanel {
 public:
  struct Piece {
    int32_t column, count;
    int64_t offset;  // of the first cell, channel 0
  };

  /// Positions [first, first + count) of the window.
  void place(const Window& window, int64_t first, int64_t count);

  int64_t count() const { return count_; }
  const Piece* begin(int64_t tap) const { return pieces_.data() + begin_[static_cast<size_t>(tap)]; }
  const Piece* end(int64_t tap) const { return pieces_.data() + begin_[static_cast<size_t>(tap) + 1]; }
  bool covered(int64_t tap) const { return covered_[static_cast<size_t>(tap)]; }

 private:
  struct Run {  // positions of one row
    int64_t column, count, offset;
    std::array<int64_t, 3> cell;
  };
  void find_runs(const Window& window, int64_t first);
  void add_tap(const Window& window, const std::array<int64_t, 3>& tap);

  int64_t count_ = 0;
  std::vector<Run> runs_;
  std::vector<Piece> pieces_;
  std::vector<size_t> begin_;
  std::vector<bool> covered_;
};

/// Where a stretch of positions lies in the result: pieces of constant stride, in order of columns.
class PlacedPanel {
 public:
  struct Piece {
    int64_t column, count, offset;
  };
  void place(const Placement& placement, const Window& window, int64_t first, int64_t count);

  int64_t stride() const { return stride_; }
  const std::vector<Piece>& pieces() const { return pieces_; }
  /// One unbroken stretch of memory.
  bool contiguous() const { return pieces_.size() == 1 && (stride_ == 1 || pieces_[0].count == 1); }

 private:
  int64_t stride_ = 1;
  std::vector<Piece> pieces_;
};

}  // namespace convgrad::kernels
