#include <algorithm>
#include <bit>
#include <numeric>
#include <vector>

#include "core/memory.h"
#include "core/threads.h"
#include "kernels/conv/implicit_gemm.h"
#include "kernels/conv/weights_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/conv/implicit_gemm_weights.cpp"
#include "hwy/foreach_target.h"
#include "kernels/conv/pack-inl.h"
#include "kernels/tile-inl.h"

// Backward-weights as a product over positions, output channels along the vectors: dy is packed transposed, once for
// all rows (c, t); the window's rows are packed as they lie and broadcast from there. Positions are cut into slices, a
// number that depends on the problem alone; each has sums of its own, added in order. Error: one rounding a
// multiply-add; positions in order within a slice. Few rows do not repay the packing of dy: inner products with it.
// Where rows of results are long, the taps of a row of the kernel read one copy of the cells, each from its own place
// on.

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {

constexpr int64_t kStretch = 512;      // positions packed at a time
constexpr int64_t kStripStride = 528;  // from row to row: rows must not meet in one set of the cache

/// f(column, count, offset) for stretches of positions that lie side by side in memory.
template <class F>
void each_stretch(const WindowPanel& panel, F f) {
  for (const auto *piece = panel.begin(0), *end = panel.end(0); piece != end;) {
    const int64_t column = piece->column, offset = piece->offset;
    int64_t count = 0;
    for (; piece != end && piece->column == column + count && piece->offset == offset + count; ++piece)
      count += piece->count;
    f(column, count, offset);
  }
}

template <class T>
void run_weight_dots(const WeightShare<T>& share) {
  const WeightSums& p = *share.problem;
  const Scratch<T> strip(share.rows.count() * kStripStride);
  const T* x = share.x + share.group * p.channels * p.input.channel_stride;
  const T* dy = share.dy + (share.group * p.outputs + share.outputs.first) * p.output.channel_stride;
  T* sums = share.sums + share.rows.first * share.sums_stride + share.outputs.first;
  for (int64_t r = 0; r < share.rows.count(); ++r)
    std::fill_n(sums + r * share.sums_stride, share.outputs.count(), T{0});
  WindowPanel input, output;
  for (int64_t q = share.positions.first; q < share.positions.last; q += kStretch) {
    const int64_t count = std::min(kStretch, share.positions.last - q);
    input.place(p.input, q, count);
    output.place(p.output, q, count);
    pack_window_rows<T>(p.input, input, share.rows, x, static_cast<T*>(strip), kStripStride, count);
    each_stretch(output, [&](int64_t column, int64_t some, int64_t offset) {
      multiply_dots<T>(share.outputs.count(), share.rows.count(), some, dy + offset, p.output.channel_stride,
                       strip + column, kStripStride, sums, share.sums_stride);
    });
  }
}

/// dy of one task, transposed: panels of vectors of output channels, [position][channel] each.
template <class T>
class WeightColumns {
 public:
  explicit WeightColumns(const WeightShare<T>& share)
      : share_(share),
        vectors_(ceil_div(share.outputs.count(), kLanes<T>)),
        panels_(ceil_div(vectors_, kTileVectors)),
        stretch_(std::min(kStretch, share.positions.count())),
        columns_(vectors_ * kLanes<T> * stretch_) {
    std::fill_n(columns_.data(), vectors_ * kLanes<T> * stretch_, T{0});  // lanes past the last output stay zero
  }

  void pack(int64_t q, int64_t count) {
    const WeightSums& p = *share_.problem;
    const T* dy = share_.dy + (share_.group * p.outputs + share_.outputs.first) * p.output.channel_stride;
    window_.place(p.output, q, count);
    each_panel([&](Range v, int64_t width) {
      const int64_t first = v.first * kLanes<T>;
      pack_window_columns<T>(p.output, window_, std::min(width, share_.outputs.count() - first),
                             dy + first * p.output.channel_stride, columns_ + first * stretch_, width);
    });
  }
  /// sums[r·sums_stride + k], from `start` on, plus Σ over count positions from `column` on of a[r·a_stride + position]
  /// · dy.
  void multiply(int64_t rows, int64_t count, const T* a, int64_t a_stride, int64_t column, T* sums, int64_t sums_stride,
                Start start) const {
    each_panel([&](Range v, int64_t width) {
      const int64_t first = v.first * kLanes<T>;
      T* const to = sums + share_.outputs.first + first;
      multiply_panel<T, Strip::rows>(rows, v.count(), count, a, a_stride, columns_ + first * stretch_ + column * width,
                                     width, to, sums_stride, begin<T>(start, to, sums_stride));
    });
  }
  /// Cells of one row of sums.
  int64_t width() const { return vectors_ * kLanes<T>; }

 private:
  template <class F>
  void each_panel(F f) const {
    for (int64_t panel = 0; panel < panels_; ++panel) {
      const Range v = piece(vectors_, 1, panel, panels_);
      f(v, v.count() * kLanes<T>);
    }
  }
  const WeightShare<T>& share_;
  int64_t vectors_, panels_, stretch_;
  Scratch<T> columns_;
  WindowPanel window_;
};

/// `count` cells of a row, `axis.step` apart, from `first` on; zeros outside of it.
template <class T>
void copy_row_cells(const WindowAxis& axis, const T* row, int64_t first, int64_t count, T* to) {
  const int64_t low = std::min(count, first < 0 ? ceil_div(-first, axis.step) : 0),
                high = std::clamp(first < axis.cells ? (axis.cells - 1 - first) / axis.step + 1 : 0, low, count);
  std::fill(to, to + low, T{0});
  if (low < high)
    copy_strided(to + low, row + (first + low * axis.step) * axis.stride, high - low, axis.step * axis.stride);
  std::fill(to + high, to + count, T{0});
}

/// Float32 on long vectors: elsewhere it is not worth its code.
constexpr bool kLongVectors = HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_SSE4;
template <class T>
constexpr bool kSharesCells = kLongVectors && sizeof(T) == 4;

/// The weights' gradient of whole channels, some at a time. Taps of a row of the kernel whose cells lie a whole number
/// of positions apart are one phase: they read the same cells, `shift` positions further each, which are copied once.
template <class T>
class ShiftedRows {
 public:
  explicit ShiftedRows(const WeightShare<T>& share)
      : share_(share),
        window_(share.problem->input),
        common_(std::gcd(wide_.step, wide_.tap_step)),
        phases_(wide_.step / common_),
        shift_(wide_.tap_step / common_),
        cells_stride_(round_up(std::min(kStretch, wide_.positions) + wide_.taps * shift_, 16) + 16),
        cells_(kTileRows * cells_stride_),
        columns_(share) {}

  void run() {
    for (int64_t r = share_.rows.first; r < share_.rows.last; ++r)
      std::fill_n(share_.sums + r * share_.sums_stride + share_.outputs.first, columns_.width(), T{0});
    const Range channels{share_.rows.first / window_.taps(), share_.rows.last / window_.taps()};
    for (int64_t q = share_.positions.first; q < share_.positions.last; q += kStretch) {
      const int64_t count = std::min(kStretch, share_.positions.last - q);
      columns_.pack(q, count);
      for (int64_t c = channels.first; c < channels.last; c += kTileRows)
        add_channels({c, std::min<int64_t>(channels.last, c + kTileRows)}, q, count);
    }
  }

 private:
  /// Row of results by row of results: its part of dy stays in the first-level cache for all taps.
  void add_channels(Range channels, int64_t q, int64_t count) {
    const WindowAxis &deep = window_.axes[0], &high = window_.axes[1];
    for (int64_t column = 0, some = 0; column < count; column += some) {
      const int64_t o = (q + column) % wide_.positions, above = (q + column) / wide_.positions,
                    planes = above / high.positions;
      some = std::min(wide_.positions - o, count - column);
      const T* const sample = share_.x +
                              (share_.group * share_.problem->channels + channels.first) * window_.channel_stride +
                              planes / deep.positions * window_.batch_stride;
      for (int64_t tap_d = 0; tap_d < deep.taps; ++tap_d)
        for (int64_t tap_h = 0; tap_h < high.taps; ++tap_h) {
          const int64_t cell_h = high.first + above % high.positions * high.step + tap_h * high.tap_step,
                        cell_d = deep.first + planes % deep.positions * deep.step + tap_d * deep.tap_step;
          if (cell_h < 0 || cell_h >= high.cells || cell_d < 0 || cell_d >= deep.cells) continue;  // all padding
          add_row(channels, (tap_d * high.taps + tap_h) * wide_.taps,
                  sample + cell_d * deep.stride + cell_h * high.stride, o, column, some);
        }
    }
  }

  /// The taps from `tap` on of one row of the kernel, over the positions [o, o + some) of one row of results.
  void add_row(Range channels, int64_t tap, const T* row, int64_t o, int64_t column, int64_t some) {
    const int64_t step = window_.taps() * share_.sums_stride;  // from channel to channel
    for (int64_t phase = 0; phase < std::min(phases_, wide_.taps); ++phase) {
      const int64_t taps = ceil_div(wide_.taps - phase, phases_);
      T* const cells = cells_;
      for (int64_t c = 0; c < channels.count(); ++c)
        copy_row_cells(wide_, row + c * window_.channel_stride, wide_.first + o * wide_.step + phase * wide_.tap_step,
                       some + (taps - 1) * shift_, cells + c * cells_stride_);
      T* const sums = share_.sums + channels.first * step + (tap + phase) * share_.sums_stride;
      const int64_t next = phases_ * share_.sums_stride;  // from tap to tap
      if (channels.count() >= std::min<int64_t>(taps, kTileRows)) {
        for (int64_t t = 0; t < taps; ++t)
          columns_.multiply(channels.count(), some, cells + t * shift_, cells_stride_, column, sums + t * next, step,
                            Start::accumulate);
        continue;
      }
      for (int64_t c = 0; c < channels.count(); ++c)
        for (int64_t t = 0; t < taps; t += kTileRows)
          columns_.multiply(std::min<int64_t>(kTileRows, taps - t), some, cells + c * cells_stride_ + t * shift_,
                            shift_, column, sums + c * step + t * next, next, Start::accumulate);
    }
  }

  const WeightShare<T>& share_;
  const Window& window_;
  const WindowAxis& wide_ = window_.axes[2];
  int64_t common_, phases_, shift_, cells_stride_;
  Scratch<T> cells_;
  WeightColumns<T> columns_;
};

template <class T>
void run_weight_share(const WeightShare<T>& share) {
  if (share.dots) return run_weight_dots(share);
  if constexpr (kSharesCells<T>)
    if (share.shifted) return ShiftedRows<T>(share).run();
  const WeightSums& p = *share.problem;
  const Scratch<T> strip(kTileRows * kStripStride);
  WeightColumns<T> columns(share);
  const T* x = share.x + share.group * p.channels * p.input.channel_stride;
  WindowPanel input;
  for (int64_t q = share.positions.first; q < share.positions.last; q += kStretch) {
    const int64_t count = std::min(kStretch, share.positions.last - q);
    input.place(p.input, q, count);
    columns.pack(q, count);
    const Start start = q == share.positions.first ? Start::zero : Start::accumulate;
    for (int64_t r = share.rows.first; r < share.rows.last; r += kTileRows) {
      const int64_t some = std::min<int64_t>(kTileRows, share.rows.last - r);
      pack_window_rows<T>(p.input, input, {r, r + some}, x, strip, kStripStride, count);
      columns.multiply(some, count, strip, kStripStride, 0, share.sums + r * share.sums_stride, share.sums_stride,
                       start);
    }
  }
}

/// dw of some output channels: the slices' sums added in order, and turned so that taps lie side by side.
template <class T>
void add_weight_slices(const WeightSlices<T>& s, Range outputs, T* dw) {
  constexpr int64_t L = kLanes<T>, kChunk = 64;
  const Tag<T> d;
  alignas(64) T sums[kChunk * L];
  for (int64_t k = outputs.first; k < outputs.last; k += L) {
    const int64_t some = std::min(L, outputs.last - k);
    for (int64_t first = 0; first < s.depth; first += kChunk) {
      const int64_t count = std::min(kChunk, s.depth - first);
      const T* from = s.sums + first * s.sums_stride + k;
      for (int64_t i = 0; i < count; ++i, from += s.sums_stride) {
        auto sum = hn::LoadU(d, from);
        for (int64_t slice = 1; slice < s.slices; ++slice)
          sum = hn::Add(sum, hn::LoadU(d, from + slice * s.slice_size));
        hn::StoreU(sum, d, sums + i * L);
      }
      if (s.dense)
        transpose(dw + k * s.output_stride + first, s.output_stride, sums, L, count, some);
      else
        for (int64_t i = 0; i < count; ++i)
          for (int64_t r = 0; r < some; ++r) dw[(k + r) * s.output_stride + s.offsets[first + i]] = sums[i * L + r];
    }
  }
}

template <class T>
constexpr WeightKernels<T> weight_kernels_for() {
  return {.run = run_weight_share<T>,
          .add_slices = add_weight_slices<T>,
          .tile_rows = kTileRows,
          .lanes = kLanes<T>,
          .shares_cells = kSharesCells<T>};
}

KernelSet<WeightKernels> weight_kernel_set() { return {weight_kernels_for<float>(), weight_kernels_for<double>()}; }

}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convgrad::kernels::implicit_gemm {
namespace {

HWY_EXPORT(weight_kernel_set);

constexpr int64_t kMostOutputs = 512;  // of one task: their packed columns must stay in the second-level cache
constexpr int64_t kFewRows = 32, kFewOutputs = 64;  // of inner products
constexpr int64_t kMostSlices = 8;                  // of positions
constexpr int64_t kLeastPositions = 512;            // in a slice
constexpr int64_t kMostBytes = 64 << 20;            // of all slices' sums; one slice may have more

/// Cells of one slice's sums.
int64_t sums_cells(const ConvProblem& p) {
  return p.in_channels * round_up(p.out_channels / p.groups, 16) * p.axes[0].kernel * p.axes[1].kernel *
         p.axes[2].kernel;
}

/// Whether enough taps of a row of the kernel read the same cells, along rows of results that are long enough.
bool shares_cells(const WindowAxis& wide) {
  constexpr int64_t kLongRow = 32, kTapsOfPhase = 3, kMostReach = 4096;
  const int64_t common = std::gcd(wide.step, wide.tap_step);
  return wide.positions >= kLongRow && ceil_div(wide.taps, wide.step / common) >= kTapsOfPhase &&
         wide.tap_step / common <= kMostReach / wide.taps;
}

/// dw = the slices' sums, added in order.
template <class T>
void add_slices(const ConvProblem& p, const WeightKernels<T>& kernels, int64_t slices, const T* sums, int64_t stride,
                T* dw) {
  const int64_t outputs = p.out_channels / p.groups, channels = p.in_channels / p.groups;
  std::vector<int64_t> offsets;
  for (int64_t c = 0; c < channels; ++c)
    for (int64_t d = 0; d < p.axes[0].kernel; ++d)
      for (int64_t h = 0; h < p.axes[1].kernel; ++h)
        for (int64_t w = 0; w < p.axes[2].kernel; ++w)
          offsets.push_back(c * p.w_strides[1] + d * p.w_strides[2] + h * p.w_strides[3] + w * p.w_strides[4]);
  bool dense = true;
  for (size_t i = 0; i < offsets.size(); ++i) dense = dense && offsets[i] == static_cast<int64_t>(i);
  WeightSlices<T> s{.depth = static_cast<int64_t>(offsets.size()),
                    .sums_stride = stride,
                    .slices = slices,
                    .output_stride = p.w_strides[0],
                    .dense = dense,
                    .offsets = offsets.data()};
  s.slice_size = p.groups * s.depth * stride;
  const int64_t blocks = ceil_div(outputs, kernels.lanes);
  parallel_for(0, p.groups * blocks, 1 + 65536 / std::max<int64_t>(1, s.depth * slices * kernels.lanes),
               [&](int64_t first, int64_t last) {
                 for (int64_t b = first; b < last; ++b) {
                   WeightSlices<T> of_group = s;
                   of_group.sums = sums + b / blocks * s.depth * stride;
                   const int64_t k = b % blocks * kernels.lanes;
                   kernels.add_slices(of_group, {k, std::min(outputs, k + kernels.lanes)},
                                      dw + b / blocks * outputs * p.w_strides[0]);
                 }
               });
}

}  // namespace

int64_t weight_slices(const ConvProblem& p, int64_t element_size) {
  const int64_t positions = p.batch * p.axes[0].output * p.axes[1].output * p.axes[2].output;
  const int64_t fitting = kMostBytes / element_size / std::max<int64_t>(1, sums_cells(p));
  const int64_t slices = std::max<int64_t>(1, std::min({positions / kLeastPositions, kMostSlices, fitting}));
  return static_cast<int64_t>(std::bit_floor(static_cast<uint64_t>(slices)));  // two or four threads get as much each
}

int64_t scratch_cells(const ConvProblem& p, Pass pass) {
  if (pass == Pass::backward_weights) return sums_cells(p);
  return p.in_channels * (p.out_channels / p.groups) * p.axes[0].kernel * p.axes[1].kernel * p.axes[2].kernel;
}

template <class T>
void backward_weights(const ConvProblem& p, const T* x, const T* dy, T* dw, int64_t slices) {
  WeightSums s{.input = input_window(p),
               .output = output_window(p),
               .channels = p.in_channels / p.groups,
               .outputs = p.out_channels / p.groups};
  if (p.out_channels == 0 || s.depth() == 0) return;
  const WeightKernels<T> kernels = HWY_DYNAMIC_DISPATCH(weight_kernel_set)().of<T>();
  const int64_t positions = s.input.positions(), stride = round_up(s.outputs, kernels.lanes);
  const int64_t size = p.groups * s.depth() * stride;
  const Scratch<T> sums(slices * size);
  if (positions == 0) std::fill(sums.data(), sums + size, T{0});

  const int threads = useful_threads(p.groups * s.depth() * s.outputs * positions);
  const bool dots = s.depth() <= kFewRows && (p.y_strides[4] == 1 || p.axes[2].output == 1);
  const bool shifted = !dots && kernels.shares_cells && shares_cells(s.input.axes[2]);
  const int64_t unit = (shifted ? s.input.taps() : 1) * kernels.tile_rows;  // of rows
  const int64_t output_blocks = ceil_div(s.outputs, dots ? kFewOutputs : kMostOutputs),
                others = p.groups * output_blocks * slices;
  const int64_t row_blocks =
      dots || others % threads == 0 ? 1 : std::min(2 * int64_t{threads}, ceil_div(s.depth(), unit));
  parallel_team(positions > 0 ? threads : 1, [&](int thread, int team) {
    const FlushDenormals flush;
    const Range tasks = piece(others * row_blocks, 1, thread, team);
    for (int64_t task = tasks.first; positions > 0 && task < tasks.last; ++task) {
      const int64_t slice = task / row_blocks % slices, block = task / row_blocks / slices;
      WeightShare<T> share{.problem = &s,
                           .group = block / output_blocks,
                           .rows = {},
                           .outputs = {},
                           .positions = {},
                           .dots = dots,
                           .shifted = shifted,
                           .x = x,
                           .dy = dy,
                           .sums = nullptr,
                           .sums_stride = stride};
      share.rows = piece(s.depth(), unit, task % row_blocks, row_blocks);
      share.outputs = piece(s.outputs, kernels.lanes, block % output_blocks, output_blocks);
      share.positions = piece(positions, 1, slice, slices);
      share.sums = sums + slice * size + share.group * s.depth() * stride;
      if (share.rows.count() > 0 && share.outputs.count() > 0) kernels.run(share);
    }
  });
  add_slices(p, kernels, slices, sums.data(), stride, dw);
}

template void backward_weights<float>(const ConvProblem&, const float*, const float*, float*, int64_t);
template void backward_weights<double>(const ConvProblem&, const double*, const double*, double*, int64_t);

}  // namespace convgrad::kernels::implicit_gemm
#endif  // HWY_ONCE
