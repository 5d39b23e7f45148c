#include "kernels/conv/window.h"

#include <algorithm>
#include <numeric>

namespace convgrad::kernels {
namespace {

/// The stretch of one row that begins at a position: its index along each axis and how many positions are left in the
/// row.
struct RowStart {
  int64_t sample;
  std::array<int64_t, 3> index;
  int64_t left;
};

RowStart row_start(const Window& w, int64_t position) {
  RowStart r;
  for (int a = 2; a >= 0; --a) {
    r.index[a] = position % w.axes[a].positions;
    position /= w.axes[a].positions;
  }
  r.sample = position;
  r.left = w.axes[2].positions - r.index[2];
  return r;
}

/// One residue of backward-data along one axis.
struct Phase {
  WindowAxis axis;
  int64_t first_cell, first_tap, tap_stride;
};

/// Cells i = residue + j·stride of dx meet tap t where stride divides i + pad − t·dilation, in output cell
/// (i + pad − t·dilation) / stride: taps t0, t0 + stride/g, …, with g = gcd(dilation, stride).
Phase phase_of(const ConvAxis& a, int64_t residue, int64_t y_stride) {
  const int64_t period = a.stride / std::gcd(a.dilation, a.stride);
  Phase phase{.axis = {}, .first_cell = residue, .first_tap = 0, .tap_stride = period};
  phase.axis = {.positions = residue < a.input ? (a.input - residue - 1) / a.stride + 1 : 0,
                .taps = 0,
                .cells = a.output,
                .first = 0,
                .step = 1,
                .tap_step = -(a.dilation * period / a.stride),
                .stride = y_stride};
  for (int64_t t = 0; t < std::min(period, a.kernel); ++t) {
    const int64_t from = residue + a.pad_low - t * a.dilation;
    if (from % a.stride != 0) continue;
    phase.first_tap = t;
    phase.axis.first = from / a.stride;
    phase.axis.taps = (a.kernel - t - 1) / period + 1;
    break;
  }
  return phase;
}

/// Axes without windowing: position = cell, one tap.
bool plain(const WindowAxis& a) { return a.taps == 1 && a.step == 1 && a.first == 0 && a.positions == a.cells; }

bool joinable(const WindowAxis& outer, const WindowAxis& inner) {
  return plain(outer) && plain(inner) &&
         (outer.positions == 1 || inner.positions == 1 || outer.stride == inner.stride * inner.cells);
}

/// Makes one axis of `outer` and its inner neighbour, in the inner one's place.
void join(WindowAxis& outer, WindowAxis& inner) {
  if (inner.positions == 1) inner.stride = outer.stride;
  inner.positions *= outer.positions;
  inner.cells *= outer.cells;
  outer = {};
}

}  // namespace

Window input_window(const ConvProblem& p) {
  Window w{.batch = p.batch, .batch_stride = p.x_strides[0], .channel_stride = p.x_strides[1]};
  for (int a = 0; a < 3; ++a)
    w.axes[a] = {.positions = p.axes[a].output,
                 .taps = p.axes[a].kernel,
                 .cells = p.axes[a].input,
                 .first = -p.axes[a].pad_low,
                 .step = p.axes[a].stride,
                 .tap_step = p.axes[a].dilation,
                 .stride = p.x_strides[a + 2]};
  return w;
}

Window output_window(const ConvProblem& p) {
  Window w{.batch = p.batch, .batch_stride = p.y_strides[0], .channel_stride = p.y_strides[1]};
  for (int a = 0; a < 3; ++a)
    w.axes[a] = {.positions = p.axes[a].output, .cells = p.axes[a].output, .stride = p.y_strides[a + 2]};
  return w;
}

bool Correlation::even_rows() const {
  const auto& a = window.axes;
  const int64_t step = weight_tap_strides[2];
  const auto follows = [](int64_t count, int64_t stride, int64_t expected) { return count == 1 || stride == expected; };
  return follows(a[1].taps, weight_tap_strides[1], a[2].taps * step) &&
         follows(a[0].taps, weight_tap_strides[0], a[1].taps * a[2].taps * step) &&
         follows(channels, weight_channel_stride, window.taps() * step);
}

Correlation forward_correlation(const ConvProblem& p) {
  Correlation c{.groups = p.groups,
                .rows = p.out_channels / p.groups,
                .channels = p.in_channels / p.groups,
                .window = input_window(p)};
  c.weight_group_stride = c.rows * p.w_strides[0];
  c.weight_row_stride = p.w_strides[0], c.weight_channel_stride = p.w_strides[1];
  c.weight_tap_strides = {p.w_strides[2], p.w_strides[3], p.w_strides[4]};
  c.placement = {.offset = 0,
                 .batch_stride = p.y_strides[0],
                 .channel_stride = p.y_strides[1],
                 .strides = {p.y_strides[2], p.y_strides[3], p.y_strides[4]}};
  join_axes(c);
  return c;
}

std::vector<Correlation> backward_data_correlations(const ConvProblem& p) {
  std::vector<Correlation> result;
  const auto& axes = p.axes;
  std::array<int64_t, 3> residues;
  for (int a = 0; a < 3; ++a) residues[a] = std::min(axes[a].stride, axes[a].input);
  for (int64_t i = 0; i < residues[0] * residues[1] * residues[2]; ++i) {
    const std::array<int64_t, 3> residue = {i / (residues[1] * residues[2]), i / residues[2] % residues[1],
                                            i % residues[2]};
    Correlation c{.groups = p.groups, .rows = p.in_channels / p.groups, .channels = p.out_channels / p.groups};
    c.window = {.batch = p.batch, .batch_stride = p.y_strides[0], .channel_stride = p.y_strides[1]};
    c.weight_group_stride = c.channels * p.w_strides[0];
    c.weight_row_stride = p.w_strides[1], c.weight_channel_stride = p.w_strides[0];
    c.placement = {.offset = 0, .batch_stride = p.x_strides[0], .channel_stride = p.x_strides[1]};
    for (int a = 0; a < 3; ++a) {
      const Phase phase = phase_of(axes[a], residue[a], p.y_strides[a + 2]);
      c.window.axes[a] = phase.axis;
      c.weight_offset += phase.first_tap * p.w_strides[a + 2];
      c.weight_tap_strides[a] = phase.tap_stride * p.w_strides[a + 2];
      c.placement.offset += phase.first_cell * p.x_strides[a + 2];
      c.placement.strides[a] = axes[a].stride * p.x_strides[a + 2];
    }
    if (c.window.positions() == 0) continue;
    join_axes(c);
    result.push_back(c);
  }
  return result;
}

void join_axes(Correlation& c) {
  auto& strides = c.placement.strides;
  for (int a = 1; a >= 0; --a) {
    auto& outer = c.window.axes[a];
    auto& inner = c.window.axes[a + 1];
    if (!joinable(outer, inner)) continue;
    if (inner.positions == 1)
      strides[a + 1] = strides[a];
    else if (outer.positions > 1 && strides[a] != strides[a + 1] * inner.positions)
      continue;
    join(outer, inner);
  }
}

void join_axes(Window& a, Window& b) {
  for (int i = 1; i >= 0; --i)
    if (joinable(a.axes[i], a.axes[i + 1]) && joinable(b.axes[i], b.axes[i + 1])) {
      join(a.axes[i], a.axes[i + 1]);
      join(b.axes[i], b.axes[i + 1]);
    }
}

void WindowPanel::find_runs(const Window& window, int64_t first) {
  runs_.clear();
  for (int64_t column = 0; column < count_;) {
    const RowStart row = row_start(window, first + column);
    Run run{.column = column,
            .count = std::min(row.left, count_ - column),
            .offset = row.sample * window.batch_stride,
            .cell = {}};
    for (int a = 0; a < 3; ++a) run.cell[a] = window.axes[a].first + row.index[a] * window.axes[a].step;
    runs_.push_back(run);
    column += run.count;
  }
}

void WindowPanel::add_tap(const Window& window, const std::array<int64_t, 3>& tap) {
  int64_t columns = 0;
  const WindowAxis& line = window.axes[2];
  for (const Run& run : runs_) {
    std::array<int64_t, 3> cell;
    for (int a = 0; a < 3; ++a) cell[a] = run.cell[a] + tap[a] * window.axes[a].tap_step;
    if (cell[0] < 0 || cell[0] >= window.axes[0].cells || cell[1] < 0 || cell[1] >= window.axes[1].cells) continue;
    const int64_t skipped = cell[2] < 0 ? ceil_div(-cell[2], line.step) : 0;
    const int64_t room = cell[2] < line.cells ? (line.cells - 1 - cell[2]) / line.step + 1 : 0;
    const int64_t count = std::min(run.count, room) - skipped;
    if (count <= 0) continue;
    const int64_t offset = run.offset + cell[0] * window.axes[0].stride + cell[1] * window.axes[1].stride +
                           (cell[2] + skipped * line.step) * line.stride;
    pieces_.push_back({static_cast<int32_t>(run.column + skipped), static_cast<int32_t>(count), offset});
    columns += count;
  }
  begin_.push_back(pieces_.size());
  covered_.push_back(columns == count_);
}

void WindowPanel::place(const Window& window, int64_t first, int64_t count) {
  count_ = count;
  find_runs(window, first);
  pieces_.clear();
  covered_.clear();
  begin_.assign(1, 0);
  const auto& axes = window.axes;
  for (int64_t d = 0; d < axes[0].taps; ++d)
    for (int64_t h = 0; h < axes[1].taps; ++h)
      for (int64_t w = 0; w < axes[2].taps; ++w) add_tap(window, {d, h, w});
}

void PlacedPanel::place(const Placement& placement, const Window& window, int64_t first, int64_t count) {
  stride_ = placement.strides[2];
  pieces_.clear();
  for (int64_t column = 0; column < count;) {
    const RowStart row = row_start(window, first + column);
    const int64_t some = std::min(row.left, count - column);
    int64_t offset = placement.offset + row.sample * placement.batch_stride;
    for (int a = 0; a < 3; ++a) offset += row.index[a] * placement.strides[a];
    if (!pieces_.empty() && pieces_.back().offset + pieces_.back().count * stride_ == offset)
      pieces_.back().count += some;
    else
      pieces_.push_back({column, some, offset});
    column += some;
  }
}

}  // namespace convgrad::kernels
