#include "kernels/conv/flat.h"

#include <algorithm>

#include "core/memory.h"
#include "core/threads.h"
#include "kernels/conv/flat_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/conv/flat.cpp"
#include "hwy/foreach_target.h"
#include "kernels/conv/flat_copy-inl.h"
#include "kernels/conv/pack-inl.h"
#include "kernels/tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {

// Vectors of positions in a tile by its rows, so that all sums, one operand and the rows' weights fit in registers.
#if HWY_TARGET <= HWY_AVX3
constexpr int kFlatVectors[] = {0, 12, 10, 8, 6, 4, 4, 3, 3};
#else
constexpr int kFlatVectors[] = {0, 8, 5, 3, 2, 2, 2};
#endif
constexpr int kFlatRows = std::size(kFlatVectors) - 1;

/// y[R][V vectors] = start + Σ over channels and taps of weight · plane[position + offset].
template <int R, int V, class T>
void flat_tile(const FlatPlan::Part& part, int64_t channel_size, int64_t channels, const T* HWY_RESTRICT plane,
               const T* HWY_RESTRICT weights, Begin<T> start, T* y, int64_t y_stride) {
  const Tag<T> d;
  constexpr int64_t L = kLanes<T>;
  const int64_t* offsets = part.offsets.data();
  const int64_t taps = part.taps();
  Vector<T> sum[R][V];
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r)
#pragma GCC unroll 12
    for (int v = 0; v < V; ++v) sum[r][v] = hn::LoadU(d, start.first + r * start.row_stride + v * start.vector_stride);
  for (int64_t c = 0; c < channels; ++c, plane += channel_size)
    for (int64_t t = 0; t < taps; ++t, weights += R) {
      const T* cells = plane + offsets[t];
      if constexpr (R <= 4) {  // few rows: their weights stay in registers, positions pass by
        Vector<T> w[R];
#pragma GCC unroll 8
        for (int r = 0; r < R; ++r) {
          w[r] = hn::Set(d, weights[r]);
          hold(w[r]);
        }
#pragma GCC unroll 12
        for (int v = 0; v < V; ++v) {
          Vector<T> x = hn::LoadU(d, cells + v * L);
          if constexpr (R > 1) hold(x);
#pragma GCC unroll 8
          for (int r = 0; r < R; ++r) sum[r][v] = hn::MulAdd(w[r], x, sum[r][v]);
        }
      } else {
        Vector<T> x[V];
#pragma GCC unroll 12
        for (int v = 0; v < V; ++v) {
          x[v] = hn::LoadU(d, cells + v * L);
          hold(x[v]);
        }
#pragma GCC unroll 8
        for (int r = 0; r < R; ++r) {
          const Vector<T> w = hn::Set(d, weights[r]);
#pragma GCC unroll 12
          for (int v = 0; v < V; ++v) sum[r][v] = hn::MulAdd(w, x[v], sum[r][v]);
        }
      }
    }
#pragma GCC unroll 8
  for (int r = 0; r < R; ++r)
#pragma GCC unroll 12
    for (int v = 0; v < V; ++v) hn::StoreU(sum[r][v], d, y + r * y_stride + v * L);
}

template <class T>
using FlatTile = void (*)(const FlatPlan::Part& part, int64_t channel_size, int64_t channels, const T* plane,
                          const T* weights, Begin<T> start, T* y, int64_t y_stride);

/// Tiles of all, half and a quarter of the vectors.
template <class T>
struct FlatTiles {
  FlatTile<T> tile[3];
  int64_t width[3];
};

template <int R, class T>
constexpr FlatTiles<T> flat_tiles_of() {
  constexpr int V = kFlatVectors[R], half = (V + 1) / 2, quarter = (V + 3) / 4;
  return {{flat_tile<R, V, T>, flat_tile<R, half, T>, flat_tile<R, quarter, T>},
          {V * kLanes<T>, half * kLanes<T>, quarter * kLanes<T>}};
}

template <class T>
const FlatTiles<T>& flat_tiles(int64_t rows) {
  static constexpr auto table = []<int... I>(std::integer_sequence<int, I...>) {
    return std::array<FlatTiles<T>, sizeof...(I)>{flat_tiles_of<1 + I, T>()...};
  }
  (std::make_integer_sequence<int, kFlatRows>());
  return table[static_cast<size_t>(rows - 1)];
}

/// One strip of a group's weights, of every part: [channel][depth tap][tap][row of the strip] each. The parts' taps of
/// one channel lie side by side: a strip is read once.
template <class T>
void pack_flat_weights(const FlatPlan& plan, int64_t group, int64_t strip, const T* w, T* to) {
  const Correlation& first = *plan.correlation;
  const Range rows = piece(first.rows, 1, strip, ceil_div(first.rows, kFlatRows));
  w += group * first.weight_group_stride + rows.first * first.weight_row_stride;
  to += group * plan.group_weights();
  const auto at = [&](const FlatPlan::Part& part, int64_t channel) {
    const int64_t taps = part.correlation->window.taps();
    return to + part.first_weight + (rows.first * first.channels + channel * rows.count()) * taps;
  };
  if (plan.parts.size() == 1 && first.even_rows())
    return pack_strip_into(at(plan.parts[0], 0), rows.count(), w + first.weight_offset, rows.count(),
                           first.weight_row_stride, first.channels * first.window.taps(), first.weight_tap_strides[2]);
  for (int64_t channel = 0; channel < first.channels; ++channel, w += first.weight_channel_stride)
    for (const FlatPlan::Part& part : plan.parts)
      gather_taps(*part.correlation, w + part.correlation->weight_offset, rows.count(), at(part, channel));
}

template <class T>
class FlatRunner {
 public:
  explicit FlatRunner(const FlatShare<T>& share)
      : share_(share),
        plan_(*share.plan),
        c_(*plan_.correlation),
        strips_a_part_(ceil_div(c_.rows, kFlatRows)),
        strips_(strips_a_part_ * static_cast<int64_t>(plan_.parts.size())),
        one_chunk_(plan_.chunk >= plan_.channels()),
        result_stride_(round_up(plan_.flat_count(plan_.band_high, plan_.band_wide), 16) + kFlatVectors[1] * kLanes<T>),
        planes_(plan_.chunk * plan_.channel_size),
        results_((one_chunk_ ? 1 : ceil_div(strips_, plan_.row_blocks())) * kFlatRows * result_stride_) {}

  void run() {
    const int64_t blocks = plan_.row_blocks();
    for (int64_t u = share_.units.first; u < share_.units.last; ++u)
      run_band(plan_.band(u / blocks), piece(strips_, 1, u % blocks, blocks), u == share_.units.first);
  }

 private:
  /// One chunk: strip by strip through one strip's results; several: all rows' results stay from chunk to chunk.
  void run_band(const FlatBand& band, Range strips, bool first) {
    for (int64_t p = 0; p == 0 || p < plan_.channels(); p += plan_.chunk) {
      const Range planes{p, std::min(p + plan_.chunk, plan_.channels())};
      copy_flat_planes<T>(plan_, band, planes, first || plan_.bands() > 1, share_.x, planes_);
      first = false;
      for (int64_t s = strips.first; s < strips.last; ++s) {
        T* const place = in_place(band, part_of(s), rows_of(s));
        const int64_t done = multiply(band, s, strips.first, planes, place);
        if (place)
          store_rest(band, part_of(s), rows_of(s).count(), done, place);
        else if (one_chunk_)
          store(band, part_of(s), rows_of(s), results_);
      }
    }
    if (one_chunk_) return;
    for (int64_t s = strips.first; s < strips.last; ++s)
      store(band, part_of(s), rows_of(s), results_of(s, strips.first));
  }

  const FlatPlan::Part& part_of(int64_t strip) const {
    return plan_.parts[static_cast<size_t>(strip / strips_a_part_)];
  }
  Range rows_of(int64_t strip) const { return piece(c_.rows, 1, strip % strips_a_part_, strips_a_part_); }
  T* results_of(int64_t strip, int64_t first) const {
    return results_ + (one_chunk_ ? 0 : (strip - first) * kFlatRows) * result_stride_;
  }

  T* first_result(const FlatBand& band, const Placement& to, int64_t row) const {
    return share_.y + to.offset + band.sample * to.batch_stride + band.depth * to.strides[0] +
           band.high.first * to.strides[1] + band.wide.first * to.strides[2] +
           (band.group * c_.rows + row) * to.channel_stride;
  }
  int64_t flat_count(const FlatBand& band) const { return plan_.flat_count(band.high.count(), band.wide.count()); }

  /// Where the results of a band lie, if they lie there as here, position by position: null elsewhere.
  T* in_place(const FlatBand& band, const FlatPlan::Part& part, Range rows) const {
    const Placement& to = part.correlation->placement;
    if (!one_chunk_ || plan_.parts.size() > 1 || to.strides[2] != 1) return nullptr;
    if (band.high.count() > 1 && (plan_.row != band.wide.count() || plan_.row != to.strides[1])) return nullptr;
    return first_result(band, to, rows.first);
  }

  /// One strip of rows. Tiles that end within the band go to `place`, unless it is null; returns their positions.
  int64_t multiply(const FlatBand& band, int64_t strip, int64_t first_strip, Range planes, T* place) {
    const FlatPlan::Part& part = part_of(strip);
    const int64_t count = flat_count(band), place_stride = part.correlation->placement.channel_stride;
    const Range rows = rows_of(strip);
    const T* weights = share_.weights + band.group * plan_.group_weights() + part.first_weight +
                       (rows.first * plan_.channels() + planes.first * rows.count()) * part.taps();
    T bias[kFlatRows * kLanes<T>];
    const bool biased = share_.bias && planes.first == 0;
    if (biased) begin_rows<T>(share_.bias + band.group * c_.rows + rows.first, rows.count(), bias);
    const FlatTiles<T>& tiles = flat_tiles<T>(rows.count());
    T* const results = results_of(strip, first_strip);
    int64_t q = 0, done = 0;
    while (q < count) {
      const int size = count - q > tiles.width[1] ? 0 : count - q > tiles.width[2] ? 1 : 2;
      const bool fits = place && q + tiles.width[size] <= count;
      T* const to = fits ? place + q : results + q;
      const int64_t stride = fits ? place_stride : result_stride_;
      const Begin<T> start = biased ? Begin<T>{bias, kLanes<T>, 0}
                                    : begin<T>(planes.first > 0 ? Start::accumulate : Start::zero, to, stride);
      tiles.tile[size](part, plan_.channel_size, planes.count(), planes_ + q, weights, start, to, stride);
      q += tiles.width[size];
      if (fits) done = q;
    }
    return done;
  }

  /// What did not fit in place.
  void store_rest(const FlatBand& band, const FlatPlan::Part& part, int64_t rows, int64_t done, T* place) {
    const int64_t stride = part.correlation->placement.channel_stride;
    for (int64_t m = 0; m < rows; ++m)
      copy_strided(place + m * stride + done, results_ + m * result_stride_ + done, flat_count(band) - done, 1);
  }

  /// Copies the results of some rows out, without the positions between rows and those that the part does not have.
  void store(const FlatBand& band, const FlatPlan::Part& part, Range rows, const T* results) {
    const Placement& to = part.correlation->placement;
    const auto& axes = part.correlation->window.axes;
    const int64_t high = std::min(band.high.last, axes[1].positions) - band.high.first;
    const int64_t wide = std::min(band.wide.last, axes[2].positions) - band.wide.first;
    if (wide <= 0) return;
    T* y = first_result(band, to, rows.first);
    for (int64_t m = rows.first; m < rows.last; ++m)
      for (int64_t h = 0; h < high; ++h) {
        const T* from = results + (m - rows.first) * result_stride_ + h * plan_.row;
        T* row = y + (m - rows.first) * to.channel_stride + h * to.strides[1];
        if (to.strides[2] == 1)
          copy_strided(row, from, wide, 1);
        else
          for (int64_t w = 0; w < wide; ++w) row[w * to.strides[2]] = from[w];
      }
  }

  const FlatShare<T>& share_;
  const FlatPlan& plan_;
  const Correlation& c_;
  int64_t strips_a_part_, strips_;
  bool one_chunk_;
  int64_t result_stride_;
  Scratch<T> planes_, results_;
};

template <class T>
void run_flat_share(const FlatShare<T>& share) {
  FlatRunner<T>(share).run();
}

template <class T>
constexpr FlatKernels<T> flat_kernels_for() {
  return {.pack_weights = pack_flat_weights<T>,
          .run = run_flat_share<T>,
          .slack = kFlatVectors[1] * kLanes<T>,
          .rows = kFlatRows};
}

KernelSet<FlatKernels> flat_kernel_set() { return {flat_kernels_for<float>(), flat_kernels_for<double>()}; }

}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convgrad::kernels::flat {
namespace {

HWY_EXPORT(flat_kernel_set);

template <class T>
void run(std::span<const Correlation> correlations, const T* x, const T* w, const T* bias, T* y) {
  const Correlation& c = correlations[0];
  if (c.rows == 0 || c.window.positions() == 0) return;
  const FlatKernels<T> kernels = HWY_DYNAMIC_DISPATCH(flat_kernel_set)().of<T>();
  int64_t work = 0;
  for (const Correlation& part : correlations)
    work += c.groups * c.rows * part.window.positions() * std::max<int64_t>(4, c.channels * part.window.taps());
  const int threads = useful_threads(work);
  const FlatPlan plan =
      FlatPlan::for_cache(correlations, second_level_cache() / static_cast<int64_t>(sizeof(T)), kernels.slack, threads);
  const Scratch<T> weights(c.groups * plan.group_weights());
  const int64_t strips = ceil_div(c.rows, kernels.rows);
  const int64_t units = c.groups * c.window.batch * c.window.axes[0].positions * plan.bands() * plan.row_blocks();
  parallel_team(threads, [&](int thread, int team) {
    const FlushDenormals flush;
    const Range packed = piece(c.groups * strips, 1, thread, team), mine = piece(units, 1, thread, team);
    for (int64_t s = packed.first; s < packed.last; ++s) kernels.pack_weights(plan, s / strips, s % strips, w, weights);
    if (team > 1) team_barrier();
    if (mine.count() > 0) kernels.run({.plan = &plan, .units = mine, .x = x, .weights = weights, .bias = bias, .y = y});
  });
}

/// Whether two phases read their input in one copy: the same planes, and the same cells of them.
bool share_planes(const Correlation& a, const Correlation& b) {
  const WindowAxis &p = a.window.axes[0], &q = b.window.axes[0];
  const auto same_cells = [&](int axis) {
    return a.window.axes[axis].cells == b.window.axes[axis].cells &&
           a.window.axes[axis].stride == b.window.axes[axis].stride;
  };
  return p.positions == q.positions && p.taps == q.taps && p.first == q.first && p.tap_step == q.tap_step &&
         same_cells(0) && same_cells(1) && same_cells(2);
}

}  // namespace

template <class T>
void forward(const ConvProblem& p, const T* x, const T* w, const T* bias, T* y) {
  const Correlation c = forward_correlation(p);
  run<T>({&c, 1}, x, w, bias, y);
}

template <class T>
void backward_data(const ConvProblem& p, const T* dy, const T* w, const T* bias, T* dx) {
  constexpr size_t kMostPhases = 64;  // of one plan
  const std::vector<Correlation> phases = backward_data_correlations(p);
  for (size_t first = 0, end; first < phases.size(); first = end) {
    const size_t most = std::min(phases.size(), first + kMostPhases);
    for (end = first + 1; end < most && share_planes(phases[first], phases[end]);) ++end;
    run<T>(std::span(phases).subspan(first, end - first), dy, w, bias, dx);
  }
}

template void forward<float>(const ConvProblem&, const float*, const float*, const float*, float*);
template void forward<double>(const ConvProblem&, const double*, const double*, const double*, double*);
template void backward_data<float>(const ConvProblem&, const float*, const float*, const float*, float*);
template void backward_data<double>(const ConvProblem&, const double*, const double*, const double*, double*);

}  // namespace convgrad::kernels::flat
#endif  // HWY_ONCE
