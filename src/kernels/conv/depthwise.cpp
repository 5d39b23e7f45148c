#include "kernels/conv/depthwise.h"

#include <algorithm>

#include "core/memory.h"
#include "core/threads.h"
#include "kernels/conv/depthwise_plan.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/conv/depthwise.cpp"
#include "hwy/foreach_target.h"
#include "kernels/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {

// Positions of a row whose sums stay in registers.
constexpr int kRowPositions = HWY_TARGET <= HWY_AVX3 ? 16 : 12;

/// A vector of channels for each of N positions side by side, in `rows` rows: y = start + Σ over taps of w · x.
template <int N, class T>
void lane_rows(const DepthwisePlan::Part& part, int64_t rows, const T* HWY_RESTRICT x, const T* HWY_RESTRICT w,
               Vector<T> start, T* HWY_RESTRICT y) {
  const Tag<T> d;
  constexpr int64_t L = kLanes<T>;
  const int64_t step = part.steps[2] * L, y_step = part.correlation->placement.strides[2] * L;
  for (int64_t r = 0; r < rows; ++r) {
    Vector<T> sum[N];
#pragma GCC unroll 16
    for (int i = 0; i < N; ++i) sum[i] = start;
    const T* tap = w;
    for (const int64_t offset : part.offsets) {
      const T* cell = x + offset * L;
      Vector<T> weight = hn::LoadU(d, tap);
      hold(weight);
#pragma GCC unroll 16
      for (int i = 0; i < N; ++i) sum[i] = hn::MulAdd(weight, hn::LoadU(d, cell + i * step), sum[i]);
      tap += L;
    }
#pragma GCC unroll 16
    for (int i = 0; i < N; ++i) hn::StoreU(sum[i], d, y + i * y_step);
    x += part.steps[1] * L;
    y += part.correlation->placement.strides[1] * L;
  }
}

template <class T>
using LaneRows = void (*)(const DepthwisePlan::Part& part, int64_t rows, const T* x, const T* w, Vector<T> start, T* y);
template <class T>
LaneRows<T> lane_rows_for(int64_t positions) {
  static constexpr auto table = []<int... I>(std::integer_sequence<int, I...>) {
    return std::array<LaneRows<T>, sizeof...(I)>{lane_rows<1 + I, T>...};
  }
  (std::make_integer_sequence<int, kRowPositions>());
  return table[static_cast<size_t>(positions - 1)];
}

/// sums[t] += Σ over the positions of x at tap t · dy, for `rows` by `columns` neighbouring taps; those of one sample
/// are added up in registers first.
template <int R, int C, class T>
void lane_weights(const DepthwisePlan::Part& part, const int64_t* offsets, int64_t taps_of_row, const T* HWY_RESTRICT x,
                  const T* HWY_RESTRICT dy, T* HWY_RESTRICT sums) {
  const Tag<T> d;
  constexpr int64_t L = kLanes<T>;
  const auto& axes = part.correlation->window.axes;
  const int64_t column_step = axes[2].tap_step * L, step = part.steps[2] * L;
  Vector<T> sum[R][C];
#pragma GCC unroll 4
  for (int r = 0; r < R; ++r)
#pragma GCC unroll 8
    for (int c = 0; c < C; ++c) sum[r][c] = hn::Zero(d);
  for (int64_t depth = 0; depth < axes[0].positions; ++depth)
    for (int64_t high = 0; high < axes[1].positions; ++high) {
      const T* row[R];
#pragma GCC unroll 4
      for (int r = 0; r < R; ++r)
        row[r] = x + (part.first + depth * part.steps[0] + high * part.steps[1] + offsets[r * taps_of_row]) * L;
      for (int64_t wide = 0; wide < axes[2].positions; ++wide, dy += L) {
        Vector<T> g = hn::LoadU(d, dy);
        hold(g);
#pragma GCC unroll 4
        for (int r = 0; r < R; ++r) {
#pragma GCC unroll 8
          for (int c = 0; c < C; ++c) sum[r][c] = hn::MulAdd(g, hn::LoadU(d, row[r] + c * column_step), sum[r][c]);
          row[r] += step;
        }
      }
    }
#pragma GCC unroll 4
  for (int r = 0; r < R; ++r)
#pragma GCC unroll 8
    for (int c = 0; c < C; ++c) {
      T* to = sums + (r * taps_of_row + c) * L;
      hn::StoreU(hn::Add(hn::LoadU(d, to), sum[r][c]), d, to);
    }
}

constexpr int kTapRows = 3, kTapColumns = 5;  // at most, of those whose sums stay in registers

template <class T>
using LaneWeights = void (*)(const DepthwisePlan::Part& part, const int64_t* offsets, int64_t taps_of_row, const T* x,
                             const T* dy, T* sums);
template <class T>
LaneWeights<T> lane_weights_for(int64_t rows, int64_t columns) {
  static constexpr auto table = []<int... I>(std::integer_sequence<int, I...>) {
    return std::array<LaneWeights<T>, sizeof...(I)>{lane_weights<1 + I / kTapColumns, 1 + I % kTapColumns, T>...};
  }
  (std::make_integer_sequence<int, kTapRows * kTapColumns>());
  return table[static_cast<size_t>((rows - 1) * kTapColumns + columns - 1)];
}

/// What the passes share: the bordered plane of a block of channels.
template <class T>
class LanePlane {
 public:
  explicit LanePlane(const DepthwisePlan& plan) : plan_(plan), cells_(plan.bordered_cells() * kLanes<T>) {
    std::fill_n(static_cast<T*>(cells_), plan.bordered_cells() * kLanes<T>, T{0});
  }

  /// The planes of `channels` channels, the first of which is at x. The border stays zero.
  void fill(const T* x, int64_t channel_stride, int64_t channels) {
    constexpr int64_t L = kLanes<T>;
    const Range depth = plan_.copied(0), high = plan_.copied(1), wide = plan_.copied(2);
    for (int64_t i = depth.first; i < depth.last; ++i)
      for (int64_t j = high.first; j < high.last; ++j) {
        const int64_t row = (i - plan_.low[0]) * plan_.extent[1] + j - plan_.low[1];
        transpose(cells_ + (row * plan_.extent[2] + wide.first - plan_.low[2]) * L, L,
                  x + (i * plan_.cells[1] + j) * plan_.cells[2] + wide.first, channel_stride, channels, wide.count());
      }
  }
  const T* at(int64_t cell) const { return cells_ + cell * kLanes<T>; }

 private:
  const DepthwisePlan& plan_;
  Scratch<T> cells_;
};

template <class T>
Range channels_of(const DepthwisePlan& plan, int64_t block) {
  return {block * kLanes<T>, std::min(plan.channels, (block + 1) * kLanes<T>)};
}

/// The weights of a block, a vector of channels for each tap of each part.
template <class T>
void pack_lanes(const DepthwisePlan& plan, Range channels, const T* w, T* to) {
  for (const DepthwisePlan::Part& part : plan.parts) {
    const Correlation& c = *part.correlation;
    const auto& axes = c.window.axes;
    for (int64_t d = 0; d < axes[0].taps; ++d)
      for (int64_t h = 0; h < axes[1].taps; ++h)
        for (int64_t v = 0; v < axes[2].taps; ++v, to += kLanes<T>)
          copy_strided(to,
                       w + c.weight_offset + channels.first * c.weight_group_stride + d * c.weight_tap_strides[0] +
                           h * c.weight_tap_strides[1] + v * c.weight_tap_strides[2],
                       channels.count(), c.weight_group_stride);
  }
}

/// All positions of one part of a block's results.
template <class T>
void run_part(const DepthwisePlan::Part& part, const LanePlane<T>& plane, const T* w, Vector<T> start, T* results) {
  const auto& axes = part.correlation->window.axes;
  const Placement& to = part.correlation->placement;
  const int64_t wide = axes[2].positions, pieces = ceil_div(wide, kRowPositions);
  for (int64_t depth = 0; depth < axes[0].positions; ++depth)
    for (int64_t i = 0; i < pieces; ++i) {
      const Range some = piece(wide, 1, i, pieces);
      lane_rows_for<T>(some.count())(
          part, axes[1].positions, plane.at(part.first + depth * part.steps[0] + some.first * part.steps[2]), w, start,
          results + (to.offset + depth * to.strides[0] + some.first * to.strides[2]) * kLanes<T>);
    }
}

template <class T>
void run_lanes(const DepthwiseShare<T>& share) {
  const DepthwisePlan& plan = *share.plan;
  const Window& window = plan.parts[0].correlation->window;
  const Placement& to = plan.parts[0].correlation->placement;
  const Tag<T> d;
  constexpr int64_t L = kLanes<T>;
  LanePlane<T> plane(plan);
  const Scratch<T> weights(plan.taps * L + L), results(plan.result_cells * L);
  std::fill_n(static_cast<T*>(weights), plan.taps * L + L, T{0});
  T* bias = weights + plan.taps * L;
  for (int64_t u = share.units.first; u < share.units.last; ++u) {
    const int64_t sample = u % plan.samples;
    const Range channels = channels_of<T>(plan, u / plan.samples);
    if (sample == 0 || u == share.units.first) {
      pack_lanes(plan, channels, share.w, static_cast<T*>(weights));
      if (share.bias) std::copy_n(share.bias + channels.first, channels.count(), bias);
    }
    plane.fill(share.x + sample * window.batch_stride + channels.first * window.channel_stride, window.channel_stride,
               channels.count());
    const T* w = weights;
    for (const DepthwisePlan::Part& part : plan.parts) {
      run_part(part, plane, w, hn::LoadU(d, bias), static_cast<T*>(results));
      w += static_cast<int64_t>(part.offsets.size()) * L;
    }
    transpose(share.y + sample * to.batch_stride + channels.first * to.channel_stride, to.channel_stride,
              static_cast<const T*>(results), L, plan.result_cells, channels.count());
  }
}

/// One block's gradients of weights, of one sample, added to `sums`.
template <class T>
void add_sample(const DepthwisePlan::Part& part, const LanePlane<T>& plane, const T* dy, T* sums) {
  const auto& axes = part.correlation->window.axes;
  const int64_t rows = axes[0].taps * axes[1].taps, columns = axes[2].taps;
  for (int64_t r = 0; r < rows;) {
    const int64_t some = std::min<int64_t>(columns > 3 ? 2 : kTapRows, rows - r);
    for (int64_t c = 0; c < columns; c += kTapColumns) {
      const int64_t tap = r * columns + c;
      lane_weights_for<T>(some, std::min<int64_t>(kTapColumns, columns - c))(part, part.offsets.data() + tap, columns,
                                                                             plane.at(0), dy, sums + tap * kLanes<T>);
    }
    r += some;
  }
}

template <class T>
void run_lane_weights(const DepthwiseWeightShare<T>& share) {
  const DepthwisePlan& plan = *share.plan;
  const DepthwisePlan::Part& part = plan.parts[0];
  const Correlation& c = *part.correlation;
  const auto& axes = c.window.axes;
  constexpr int64_t L = kLanes<T>;
  LanePlane<T> plane(plan);
  const Scratch<T> gradients(plan.result_cells * L), sums(plan.taps * L);
  for (int64_t block = share.blocks.first; block < share.blocks.last; ++block) {
    const Range channels = channels_of<T>(plan, block);
    std::fill_n(static_cast<T*>(gradients), plan.result_cells * L, T{0});
    std::fill_n(static_cast<T*>(sums), plan.taps * L, T{0});
    for (int64_t sample = 0; sample < plan.samples; ++sample) {
      plane.fill(share.x + sample * c.window.batch_stride + channels.first * c.window.channel_stride,
                 c.window.channel_stride, channels.count());
      transpose(static_cast<T*>(gradients), L,
                share.dy + sample * c.placement.batch_stride + channels.first * c.placement.channel_stride,
                c.placement.channel_stride, channels.count(), plan.result_cells);
      add_sample(part, plane, static_cast<const T*>(gradients), static_cast<T*>(sums));
    }
    const T* from = sums;
    for (int64_t d = 0; d < axes[0].taps; ++d)
      for (int64_t h = 0; h < axes[1].taps; ++h)
        for (int64_t v = 0; v < axes[2].taps; ++v, from += L)
          for (int64_t i = 0; i < channels.count(); ++i)
            share.dw[c.weight_offset + (channels.first + i) * c.weight_group_stride + d * c.weight_tap_strides[0] +
                     h * c.weight_tap_strides[1] + v * c.weight_tap_strides[2]] = from[i];
  }
}

template <class T>
constexpr DepthwiseKernels<T> depthwise_kernels_for() {
  return {.run = run_lanes<T>, .run_weights = run_lane_weights<T>, .lanes = kLanes<T>};
}

KernelSet<DepthwiseKernels> depthwise_kernel_set() {
  return {depthwise_kernels_for<float>(), depthwise_kernels_for<double>()};
}

}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convgrad::kernels::depthwise {
namespace {

HWY_EXPORT(depthwise_kernel_set);

/// Whether the cells of a plane follow each other.
bool dense(const std::array<int64_t, 5>& strides, const std::array<int64_t, 3>& sizes) {
  int64_t expected = 1;
  for (int a = 2; a >= 0; expected *= sizes[a], --a)
    if (sizes[a] != 1 && strides[a + 2] != expected) return false;
  return true;
}

template <class T>
void run(const std::vector<Correlation>& correlations, int64_t result_cells, const T* x, const T* w, const T* bias,
         T* y) {
  const DepthwiseKernels<T> kernels = HWY_DYNAMIC_DISPATCH(depthwise_kernel_set)().of<T>();
  const DepthwisePlan plan(correlations, result_cells);
  const int64_t units = plan.samples * ceil_div(plan.channels, kernels.lanes);
  const int threads = useful_threads(plan.samples * plan.channels * result_cells * std::max<int64_t>(4, plan.taps));
  parallel_team(threads, [&](int thread, int team) {
    const FlushDenormals flush;
    const Range mine = piece(units, 1, thread, team);
    if (mine.count() > 0) kernels.run({.plan = &plan, .units = mine, .x = x, .w = w, .bias = bias, .y = y});
  });
}

/// Whether the planes, with the border that far-reaching or padded windows need and a vector of channels in each cell,
/// fit into the second-level cache. Careful steps: none of the products can overflow.
bool fits(const ConvProblem& p) {
  constexpr int64_t kMostCells = 16 << 10;
  int64_t cells = 1;
  for (const ConvAxis& a : p.axes) {
    for (const int64_t factor : {a.kernel, a.dilation, a.stride, a.input, a.output})
      if (factor > kMostCells && (factor != a.dilation || a.kernel > 1) && (factor != a.stride || a.output > 1))
        return false;
    const int64_t reach = (a.kernel - 1) * a.dilation;
    cells *= reach + std::max(a.input, (a.output - 1) * a.stride + 1);
    if (cells > kMostCells) return false;
  }
  return true;
}

}  // namespace

bool applies(const ConvProblem& p, Pass pass) {
  if (p.groups < 4 || p.in_channels != p.groups || p.out_channels != p.groups || p.batch == 0) return false;
  std::array<int64_t, 3> x_sizes, y_sizes;
  for (int a = 0; a < 3; ++a) {
    x_sizes[a] = p.axes[a].input, y_sizes[a] = p.axes[a].output;
    if (x_sizes[a] < 1 || y_sizes[a] < 1 || p.axes[a].kernel < 1) return false;
  }
  if (!fits(p) || !dense(p.x_strides, x_sizes) || !dense(p.y_strides, y_sizes)) return false;
  if (pass != Pass::backward_data) return true;
  const std::vector<Correlation> parts = backward_data_correlations(p);  // whose axes may have been joined
  const auto same = [&](const Correlation& c) {
    for (int a = 0; a < 3; ++a)
      if (c.window.axes[a].cells != parts[0].window.axes[a].cells) return false;
    return true;
  };
  return std::all_of(parts.begin(), parts.end(), same);
}

template <class T>
void forward(const ConvProblem& p, const T* x, const T* w, const T* bias, T* y) {
  run({forward_correlation(p)}, p.axes[0].output * p.axes[1].output * p.axes[2].output, x, w, bias, y);
}

template <class T>
void backward_data(const ConvProblem& p, const T* dy, const T* w, const T* bias, T* dx) {
  run(backward_data_correlations(p), p.axes[0].input * p.axes[1].input * p.axes[2].input, dy, w, bias, dx);
}

template <class T>
void backward_weights(const ConvProblem& p, const T* x, const T* dy, T* dw) {
  const DepthwiseKernels<T> kernels = HWY_DYNAMIC_DISPATCH(depthwise_kernel_set)().of<T>();
  const std::vector<Correlation> correlation = {forward_correlation(p)};
  const DepthwisePlan plan(correlation, p.axes[0].output * p.axes[1].output * p.axes[2].output);
  const int64_t blocks = ceil_div(plan.channels, kernels.lanes);
  const int threads = useful_threads(plan.samples * plan.channels * plan.result_cells * plan.taps);
  parallel_team(threads, [&](int thread, int team) {
    const FlushDenormals flush;
    const Range mine = piece(blocks, 1, thread, team);
    if (mine.count() > 0) kernels.run_weights({.plan = &plan, .blocks = mine, .x = x, .dy = dy, .dw = dw});
  });
}

template void forward<float>(const ConvProblem&, const float*, const float*, const float*, float*);
template void forward<double>(const ConvProblem&, const double*, const double*, const double*, double*);
template void backward_data<float>(const ConvProblem&, const float*, const float*, const float*, float*);
template void backward_data<double>(const ConvProblem&, const double*, const double*, const double*, double*);
template void backward_weights<float>(const ConvProblem&, const float*, const float*, float*);
template void backward_weights<double>(const ConvProblem&, const double*, const double*, double*);

}  // namespace convgrad::kernels::depthwise
#endif  // HWY_ONCE
