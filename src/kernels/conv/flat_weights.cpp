#include <algorithm>

#include "core/memory.h"
#include "core/threads.h"
#include "kernels/conv/flat.h"
#include "kernels/conv/flat_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/conv/flat_weights.cpp"
#include "hwy/foreach_target.h"
#include "kernels/conv/flat_copy-inl.h"
#include "kernels/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {

// Taps in a tile by its rows, so that all sums and the rows' operands fit in registers.
#if HWY_TARGET <= HWY_AVX3
constexpr int kWeightTaps[] = {0, 10, 10, 8, 6, 5, 4, 3, 3};
#else
constexpr int kWeightTaps[] = {0, 8, 5, 3, 2};
#endif
constexpr int kWeightRows = std::size(kWeightTaps) - 1;

/// sums[r][t] += Σ over `count` positions, a multiple of the lanes, of dy[r] · plane[position + offsets[t]]; lane by
/// lane.
template <int R, int N, class T>
void weight_tile(int64_t count, const T* HWY_RESTRICT dy, int64_t dy_stride, const T* HWY_RESTRICT plane,
                 const int64_t* offsets, T* HWY_RESTRICT sums, int64_t sums_stride) {
  const Tag<T> d;
  constexpr int64_t L = kLanes<T>;
  Vector<T> sum[R][N];
  const T* cells[N];
#pragma GCC unroll 10
  for (int t = 0; t < N; ++t) cells[t] = plane + offsets[t];
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r)
#pragma GCC unroll 10
    for (int t = 0; t < N; ++t) sum[r][t] = hn::LoadU(d, sums + r * sums_stride + t * L);
  for (int64_t q = 0; q < count; q += L) {
    Vector<T> row[R];
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r) {
      row[r] = hn::LoadU(d, dy + r * dy_stride + q);
      hold(row[r]);
    }
#pragma GCC unroll 10
    for (int t = 0; t < N; ++t) {
      Vector<T> x = hn::LoadU(d, cells[t] + q);
      hold(x);
#pragma GCC unroll 8
      for (int r = 0; r < R; ++r) sum[r][t] = hn::MulAdd(row[r], x, sum[r][t]);
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r)
#pragma GCC unroll 10
    for (int t = 0; t < N; ++t) hn::StoreU(sum[r][t], d, sums + r * sums_stride + t * L);
}

template <class T>
using WeightTile = void (*)(int64_t count, const T* dy, int64_t dy_stride, const T* plane, const int64_t* offsets,
                            T* sums, int64_t sums_stride);

/// weight_tile<R, n> for 1 <= n <= kWeightTaps[R].
template <int R, class T>
WeightTile<T> weight_tile_of(int64_t taps) {
  static constexpr auto table = []<int... I>(std::integer_sequence<int, I...>) {
    return std::array<WeightTile<T>, sizeof...(I)>{weight_tile<R, 1 + I, T>...};
  }
  (std::make_integer_sequence<int, kWeightTaps[R]>());
  return table[static_cast<size_t>(taps - 1)];
}

template <class T>
WeightTile<T> weight_tile_for(int64_t rows, int64_t taps) {
  using ByTaps = WeightTile<T> (*)(int64_t);
  static constexpr auto table = []<int... I>(std::integer_sequence<int, I...>) {
    return std::array<ByTaps, sizeof...(I)>{weight_tile_of<1 + I, T>...};
  }
  (std::make_integer_sequence<int, kWeightRows>());
  return table[static_cast<size_t>(rows - 1)](taps);
}

template <class T>
class FlatWeights {
 public:
  explicit FlatWeights(const FlatWeightShare<T>& share)
      : share_(share),
        plan_(*share.plan),
        c_(*plan_.correlation),
        dy_stride_(round_up(plan_.flat_count(plan_.band_high, plan_.band_wide), kLanes<T>)),
        planes_(plan_.channels() * plan_.channel_size),
        dy_(c_.rows * dy_stride_) {}

  void run() {
    const int64_t depth = plan_.channels() * plan_.parts[0].taps();
    std::fill(share_.sums, share_.sums + c_.rows * depth * kLanes<T>, T{0});
    const int64_t bands = plan_.bands() * c_.window.axes[0].positions, first = share_.group * c_.window.batch;
    bool stale = true;  // what lies between the rows must be zero, too
    for (int64_t b = (first + share_.samples.first) * bands; b < (first + share_.samples.last) * bands; ++b) {
      const FlatBand band = plan_.band(b);
      copy_flat_planes<T>(plan_, band, {0, plan_.channels()}, stale, share_.x, planes_);
      if (stale) std::fill(dy_.data(), dy_ + c_.rows * dy_stride_, T{0});
      copy_dy(band);
      add(band);
      stale = plan_.bands() > 1;
    }
  }

 private:
  void copy_dy(const FlatBand& band) {
    const Placement& from = c_.placement;
    const T* dy = share_.dy + from.offset + band.sample * from.batch_stride + band.depth * from.strides[0] +
                  band.high.first * from.strides[1] + band.wide.first * from.strides[2] +
                  band.group * c_.rows * from.channel_stride;
    for (int64_t m = 0; m < c_.rows; ++m)
      for (int64_t h = 0; h < band.high.count(); ++h)
        copy_strided(dy_ + m * dy_stride_ + h * plan_.row, dy + m * from.channel_stride + h * from.strides[1],
                     band.wide.count(), from.strides[2]);
  }

  void add(const FlatBand& band) {
    const int64_t taps = plan_.parts[0].taps(), depth = plan_.channels() * taps,
                  strips = ceil_div(c_.rows, kWeightRows);
    const int64_t count = round_up(plan_.flat_count(band.high.count(), band.wide.count()), kLanes<T>);
    for (int64_t s = 0; s < strips; ++s) {
      const Range rows = piece(c_.rows, 1, s, strips);
      const int64_t parts = ceil_div(taps, kWeightTaps[rows.count()]);
      for (int64_t part = 0; part < parts; ++part) {
        const Range some = piece(taps, 1, part, parts);
        const WeightTile<T> tile = weight_tile_for<T>(rows.count(), some.count());
        for (int64_t channel = 0; channel < plan_.channels(); ++channel)
          tile(count, dy_ + rows.first * dy_stride_, dy_stride_, planes_ + channel * plan_.channel_size,
               plan_.parts[0].offsets.data() + some.first,
               share_.sums + (rows.first * depth + channel * taps + some.first) * kLanes<T>, depth * kLanes<T>);
      }
    }
  }

  const FlatWeightShare<T>& share_;
  const FlatPlan& plan_;
  const Correlation& c_;
  int64_t dy_stride_;
  Scratch<T> planes_, dy_;
};

template <class T>
void run_flat_weights(const FlatWeightShare<T>& share) {
  FlatWeights<T>(share).run();
}

template <class T>
constexpr FlatWeightKernels<T> flat_weight_kernels_for() {
  return {.run = run_flat_weights<T>, .slack = kLanes<T>, .lanes = kLanes<T>};
}

KernelSet<FlatWeightKernels> flat_weight_kernel_set() {
  return {flat_weight_kernels_for<float>(), flat_weight_kernels_for<double>()};
}

}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convgrad::kernels::flat {
namespace {

HWY_EXPORT(flat_weight_kernel_set);

constexpr int64_t kBandFloats = 96 << 10;  // of a band's planes and results
constexpr int64_t kMostSlices = 8;         // of the batch, where there are few groups

/// dw of one group: lanes and slices added in order.
template <class T>
void add_up(const Correlation& c, int64_t group, const T* sums, int64_t slices, int64_t slice_stride, int64_t lanes,
            T* dw) {
  const auto& axes = c.window.axes;
  dw += c.weight_offset + group * c.weight_group_stride;
  for (int64_t m = 0; m < c.rows; ++m)
    for (int64_t channel = 0; channel < c.channels; ++channel)
      for (int64_t d = 0; d < axes[0].taps; ++d)
        for (int64_t h = 0; h < axes[1].taps; ++h)
          for (int64_t w = 0; w < axes[2].taps; ++w, sums += lanes) {
            T sum = 0;
            for (int64_t s = 0; s < slices; ++s)
              for (int64_t lane = 0; lane < lanes; ++lane) sum += sums[s * slice_stride + lane];
            dw[m * c.weight_row_stride + channel * c.weight_channel_stride + d * c.weight_tap_strides[0] +
               h * c.weight_tap_strides[1] + w * c.weight_tap_strides[2]] = sum;
          }
}

}  // namespace

int64_t weight_slices(const ConvProblem& p) {
  return p.groups >= 16 ? 1 : std::clamp<int64_t>(p.batch, 1, kMostSlices);
}

int64_t scratch_cells(const ConvProblem& p, Pass pass) {
  constexpr int64_t kMostLanes = 16;
  const int64_t weights =
      p.in_channels * (p.out_channels / p.groups) * p.axes[0].kernel * p.axes[1].kernel * p.axes[2].kernel;
  return pass == Pass::backward_weights ? kMostLanes * weights : weights;
}

template <class T>
void backward_weights(const ConvProblem& p, const T* x, const T* dy, T* dw, int64_t slices) {
  if (p.in_channels == 0 || p.out_channels == 0) return;
  const FlatWeightKernels<T> kernels = HWY_DYNAMIC_DISPATCH(flat_weight_kernel_set)().of<T>();
  const Correlation c = forward_correlation(p);
  const FlatPlan plan(c, kBandFloats, kernels.slack);
  if (c.window.positions() == 0) slices = 0;
  const int64_t group_size = c.rows * plan.channels() * plan.parts[0].taps() * kernels.lanes;
  const Scratch<T> sums(std::max<int64_t>(1, slices * c.groups * group_size));
  const int threads = useful_threads(c.groups * c.rows * c.window.positions() * plan.channels() * plan.parts[0].taps());
  parallel_team(threads, [&](int thread, int team) {
    const FlushDenormals flush;
    const Range tasks = piece(slices * c.groups, 1, thread, team);
    for (int64_t task = tasks.first; task < tasks.last; ++task) {
      const int64_t slice = task / c.groups, group = task % c.groups;
      kernels.run({.plan = &plan,
                   .group = group,
                   .samples = piece(c.window.batch, 1, slice, slices),
                   .x = x,
                   .dy = dy,
                   .sums = sums + task * group_size});
    }
    if (team > 1) team_barrier();
    const Range groups = piece(c.groups, 1, thread, team);
    for (int64_t g = groups.first; g < groups.last; ++g)
      add_up(c, g, sums + g * group_size, slices, c.groups * group_size, kernels.lanes, dw);
  });
}

template void backward_weights<float>(const ConvProblem&, const float*, const float*, float*, int64_t);
template void backward_weights<double>(const ConvProblem&, const double*, const double*, double*, int64_t);

}  // namespace convgrad::kernels::flat
#endif  // HWY_ONCE
