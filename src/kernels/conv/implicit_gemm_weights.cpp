#include <algorithm>
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

template <class T>
void run_weight_share(const WeightShare<T>& share) {
  if (share.dots) return run_weight_dots(share);
  constexpr int64_t L = kLanes<T>;
  const WeightSums& p = *share.problem;
  const int64_t vectors = ceil_div(share.outputs.count(), L), panels = ceil_div(vectors, kTileVectors);
  const int64_t stretch = std::min(kStretch, share.positions.count());
  const Scratch<T> columns(vectors * L * stretch), strip(kTileRows * kStripStride);
  std::fill(columns.data(), columns + vectors * L * stretch, T{0});  // lanes past the last output stay zero
  const T* x = share.x + share.group * p.channels * p.input.channel_stride;
  const T* dy = share.dy + (share.group * p.outputs + share.outputs.first) * p.output.channel_stride;
  WindowPanel input, output;
  for (int64_t q = share.positions.first; q < share.positions.last; q += kStretch) {
    const int64_t count = std::min(kStretch, share.positions.last - q);
    input.place(p.input, q, count);
    output.place(p.output, q, count);
    for (int64_t panel = 0; panel < panels; ++panel) {
      const Range v = piece(vectors, 1, panel, panels);
      pack_window_columns<T>(p.output, output, std::min(v.count() * L, share.outputs.count() - v.first * L),
                             dy + v.first * L * p.output.channel_stride, columns + v.first * L * stretch,
                             v.count() * L);
    }
    const Start start = q == share.positions.first ? Start::zero : Start::accumulate;
    for (int64_t r = share.rows.first; r < share.rows.last; r += kTileRows) {
      const int64_t some = std::min<int64_t>(kTileRows, share.rows.last - r);
      pack_window_rows<T>(p.input, input, {r, r + some}, x, strip, kStripStride, count);
      for (int64_t panel = 0; panel < panels; ++panel) {
        const Range v = piece(vectors, 1, panel, panels);
        multiply_panel<T, Strip::rows>(
            some, v.count(), count, strip, kStripStride, columns + v.first * L * stretch, v.count() * L,
            share.sums + r * share.sums_stride + share.outputs.first + v.first * L, share.sums_stride, start, nullptr);
      }
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
  return {.run = run_weight_share<T>, .add_slices = add_weight_slices<T>, .tile_rows = kTileRows, .lanes = kLanes<T>};
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
  return std::max<int64_t>(1, std::min({positions / kLeastPositions, kMostSlices, fitting}));
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
  const int64_t output_blocks = ceil_div(s.outputs, dots ? kFewOutputs : kMostOutputs),
                others = p.groups * output_blocks * slices;
  const int64_t row_blocks =
      dots || others % threads == 0 ? 1 : std::min(2 * int64_t{threads}, ceil_div(s.depth(), kernels.tile_rows));
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
                           .x = x,
                           .dy = dy,
                           .sums = nullptr,
                           .sums_stride = stride};
      share.rows = piece(s.depth(), kernels.tile_rows, task % row_blocks, row_blocks);
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
