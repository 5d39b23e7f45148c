#include "kernels/conv/implicit_gemm.h"

#include <algorithm>
#include <vector>

#include "core/memory.h"
#include "core/threads.h"
#include "kernels/conv/correlation_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/conv/implicit_gemm.cpp"
#include "hwy/foreach_target.h"
#include "kernels/conv/pack-inl.h"
#include "kernels/tile-inl.h"

// Forward and backward-data as products weights · window, positions along the vectors (Chetlur et al. 2014, arXiv
// 1410.0759, for the idea of never storing the window's matrix). A panel of the matrix, one tile wide and kDepth high,
// is packed into the first-level cache and meets all rows of weights. Error: one rounding a multiply-add, sums in order
// of (channel, tap).

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {

constexpr int64_t kMostDepth = 256;  // rows of the window's matrix in one panel
constexpr int64_t kMostPanels = 16;  // whose results stay in the second-level cache from one depth to the next

/// Rows that lie side by side, as the transposed weights of backward-data do: all strips together, so that one stretch
/// of memory is read after the other.
template <class T>
void pack_adjacent_rows(Range rows, const T* w, int64_t depth, int64_t step, T* to) {
  for (int64_t l = 0; l < depth; ++l, w += step)
    for (int64_t m = rows.first; m < rows.last; m += kTileRows) {
      const int64_t some = std::min<int64_t>(kTileRows, rows.last - m);
      const T* from = w + m;
      T* strip = to + (m - rows.first) * depth + l * some;
      if (some == kTileRows)
        std::copy_n(from, kTileRows, strip);  // a length that the compiler knows
      else
        std::copy_n(from, some, strip);
    }
}

/// Strips of kTileRows rows, [depth][rows of the strip] each.
template <class T>
void pack_weights(const Correlation& c, int64_t group, Range rows, const T* w, T* to) {
  w += c.weight_offset + group * c.weight_group_stride;
  if (c.weight_row_stride == 1 && c.window.taps() == 1)
    return pack_adjacent_rows(rows, w, c.channels, c.weight_channel_stride, to);
  for (int64_t m = rows.first; m < rows.last; m += kTileRows) {
    const int64_t some = std::min<int64_t>(kTileRows, rows.last - m);
    const T* strip = w + m * c.weight_row_stride;
    if (c.even_rows()) {
      const int64_t depth = c.channels * c.window.taps();
      pack_strip_into(to, some, strip, some, c.weight_row_stride, depth, c.weight_tap_strides[2]);
      to += some * depth;
      continue;
    }
    for (int64_t channel = 0; channel < c.channels; ++channel)
      to = gather_taps(c, strip + channel * c.weight_channel_stride, some, to);
  }
}

/// The panels of one share whose results are in work, and where those go.
template <class T>
class Panels {
 public:
  explicit Panels(const CorrelationShare<T>& share)
      : share_(share),
        c_(*share.correlation),
        depth_(c_.channels * c_.window.taps()),
        cache_(second_level_cache() / static_cast<int64_t>(sizeof(T))),
        // half of the cache for the weights that a panel meets, a quarter for results
        depth_step_(std::clamp<int64_t>(cache_ / 2 / share.rows.count(), 64, kMostDepth)),
        most_panels_(std::clamp<int64_t>(cache_ / 4 / (share.rows.count() * kTileColumns<T>), 2, kMostPanels)),
        panel_(kTileColumns<T> * std::min(depth_step_, depth_)),
        aside_(std::min(most_panels_, share.panels.count()) * share.rows.count() * kTileColumns<T>) {}

  void run() {
    for (int64_t p = share_.panels.first; p < share_.panels.last; p += most_panels_)
      run(p, std::min(most_panels_, share_.panels.last - p));
  }

 private:
  /// Computes panels [first, first + count).
  void run(int64_t first, int64_t count) {
    for (int64_t i = 0; i < count; ++i) place(i, first + i);
    for (int64_t d = 0; d < depth_ || d == 0; d += depth_step_)
      for (int64_t i = 0; i < count; ++i) multiply(i, {d, std::min(d + depth_step_, depth_)});
    for (int64_t i = 0; i < count; ++i)
      if (!direct_[i]) store_aside(i);
  }

  void place(int64_t i, int64_t panel) {
    const int64_t first = panel * kTileColumns<T>, count = std::min(kTileColumns<T>, c_.window.positions() - first);
    windows_[i].place(c_.window, first, count);
    placed_[i].place(c_.placement, c_.window, first, count);
    direct_[i] = placed_[i].contiguous() && count % kLanes<T> == 0;
  }

  T* aside(int64_t i) { return aside_ + i * share_.rows.count() * kTileColumns<T>; }

  int64_t first_row() const { return share_.group * c_.rows + share_.rows.first; }

  void multiply(int64_t i, Range depth) {
    const int64_t vectors = ceil_div(windows_[i].count(), kLanes<T>), width = kTileColumns<T>;
    pack_window_rows<T>(c_.window, windows_[i], depth, share_.x + share_.group * c_.channels * c_.window.channel_stride,
                        panel_, width, vectors * kLanes<T>);
    T* const y =
        direct_[i] ? share_.y + placed_[i].pieces()[0].offset + first_row() * c_.placement.channel_stride : aside(i);
    const int64_t y_stride = direct_[i] ? c_.placement.channel_stride : width;
    const Start start = depth.first > 0 ? Start::accumulate : share_.bias ? Start::bias : Start::zero;
    T bias[kTileRows * kLanes<T>];
    for (int64_t m = 0; m < share_.rows.count(); m += kTileRows) {
      const int64_t some = std::min<int64_t>(kTileRows, share_.rows.count() - m);
      const int64_t row = share_.rows.first + m;
      T* const rows = y + m * y_stride;
      const Begin<T> begins = start == Start::bias ? begin_rows<T>(share_.bias + first_row() + m, some, bias)
                                                   : begin<T>(start, rows, y_stride);
      if (share_.as_they_lie)
        multiply_panel<T, Strip::rows>(some, vectors, depth.count(),
                                       share_.weights + row * c_.weight_row_stride + depth.first, c_.weight_row_stride,
                                       panel_, width, rows, y_stride, begins);
      else
        multiply_panel<T>(some, vectors, depth.count(), share_.weights + row * depth_ + depth.first * some, some,
                          panel_, width, rows, y_stride, begins);
    }
  }

  void store_aside(int64_t i) {
    const int64_t step = placed_[i].stride();
    for (int64_t m = 0; m < share_.rows.count(); ++m) {
      T* y = share_.y + (first_row() + m) * c_.placement.channel_stride;
      const T* values = aside(i) + m * kTileColumns<T>;
      for (const auto& piece : placed_[i].pieces()) {
        T* to = y + piece.offset;
        const T* from = values + piece.column;
        if (step == 1)
          copy_strided(to, from, piece.count, 1);
        else
          for (int64_t q = 0; q < piece.count; ++q) to[q * step] = from[q];
      }
    }
  }

  const CorrelationShare<T>& share_;
  const Correlation& c_;
  int64_t depth_, cache_, depth_step_, most_panels_;
  Scratch<T> panel_, aside_;
  std::array<WindowPanel, kMostPanels> windows_;
  std::array<PlacedPanel, kMostPanels> placed_;
  std::array<bool, kMostPanels> direct_;
};

template <class T>
void run_share(const CorrelationShare<T>& share) {
  Panels<T>(share).run();
}

template <class T>
constexpr CorrelationKernels<T> correlation_kernels_for() {
  return {
      .pack_weights = pack_weights<T>, .run = run_share<T>, .tile_rows = kTileRows, .tile_columns = kTileColumns<T>};
}

KernelSet<CorrelationKernels> correlation_kernel_set() {
  return {correlation_kernels_for<float>(), correlation_kernels_for<double>()};
}

}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convgrad::kernels::implicit_gemm {
namespace {

HWY_EXPORT(correlation_kernel_set);

constexpr int64_t kPackedStrips = 8;  // of weights, packed together
constexpr int64_t kFewPanels = 16;    // do not repay the packing of weights that lie row by row
constexpr int64_t kMostRows = 512;    // of one share: their results must stay in the second-level cache

/// How the work of a correlation is cut: units are (group, block of rows, panel), in this order.
struct Cut {
  int64_t row_blocks, panels, units;
  int threads;

  template <class T>
  Cut(const Correlation& c, const CorrelationKernels<T>& k) {
    const int64_t work = c.groups * c.rows * c.window.positions() * std::max<int64_t>(1, c.channels * c.window.taps());
    threads = useful_threads(work);
    panels = ceil_div(c.window.positions(), k.tile_columns);
    const int64_t least = ceil_div(threads, c.groups * panels);  // few positions: share the rows out too
    row_blocks = std::min(std::max(ceil_div(c.rows, kMostRows), least), ceil_div(c.rows, k.tile_rows));
    units = c.groups * row_blocks * panels;
  }
};

template <class T>
void run_units(const Correlation& c, const Cut& cut, Range units, CorrelationShare<T> share,
               const CorrelationKernels<T>& kernels) {
  const int64_t packed_group = c.rows * c.channels * c.window.taps();
  const T* weights = share.weights;
  for (int64_t unit = units.first; unit < units.last;) {
    const int64_t block = unit / cut.panels, first = unit % cut.panels;
    const int64_t some = std::min(cut.panels - first, units.last - unit);
    share.group = block / cut.row_blocks;
    share.rows = piece(c.rows, kernels.tile_rows, block % cut.row_blocks, cut.row_blocks);
    share.panels = {first, first + some};
    share.weights = weights + share.group * (share.as_they_lie ? c.weight_group_stride : packed_group);
    if (share.rows.count() > 0) kernels.run(share);
    unit += some;
  }
}

template <class T>
void run(const Correlation& c, const T* x, const T* w, const T* bias, T* y) {
  if (c.rows == 0 || c.window.positions() == 0) return;
  const CorrelationKernels<T> kernels = HWY_DYNAMIC_DISPATCH(correlation_kernel_set)().of<T>();
  const int64_t depth = c.channels * c.window.taps();
  const Cut cut(c, kernels);
  const bool as_they_lie = cut.panels <= kFewPanels && c.weight_tap_strides[2] == 1 && c.even_rows();
  const Scratch<T> packed(as_they_lie ? 0 : c.groups * c.rows * depth);
  const int64_t block = kPackedStrips * kernels.tile_rows, blocks = ceil_div(c.rows, block);
  parallel_team(cut.threads, [&](int thread, int team) {
    const FlushDenormals flush;
    const Range mine = as_they_lie ? Range{} : piece(c.groups * blocks, 1, thread, team);
    for (int64_t b = mine.first; b < mine.last; ++b) {
      const int64_t group = b / blocks, first = b % blocks * block;
      kernels.pack_weights(c, group, {first, std::min(c.rows, first + block)}, w,
                           packed + (group * c.rows + first) * depth);
    }
    if (team > 1 && !as_they_lie) team_barrier();
    const CorrelationShare<T> share{.correlation = &c,
                                    .group = 0,
                                    .rows = {},
                                    .panels = {},
                                    .x = x,
                                    .weights = as_they_lie ? w + c.weight_offset : packed.data(),
                                    .as_they_lie = as_they_lie,
                                    .bias = bias,
                                    .y = y};
    run_units(c, cut, piece(cut.units, 1, thread, team), share, kernels);
  });
}

}  // namespace

template <class T>
void forward(const ConvProblem& p, const T* x, const T* w, const T* bias, T* y) {
  run(forward_correlation(p), x, w, bias, y);
}

template <class T>
void backward_data(const ConvProblem& p, const T* dy, const T* w, const T* bias, T* dx) {
  for (const Correlation& c : backward_data_correlations(p)) run(c, dy, w, bias, dx);
}

template void forward<float>(const ConvProblem&, const float*, const float*, const float*, float*);
template void forward<double>(const ConvProblem&, const double*, const double*, const double*, double*);
template void backward_data<float>(const ConvProblem&, const float*, const float*, const float*, float*);
template void backward_data<double>(const ConvProblem&, const double*, const double*, const double*, double*);

}  // namespace convgrad::kernels::implicit_gemm
#endif  // HWY_ONCE
