#include <algorithm>

#include "core/memory.h"
#include "core/threads.h"
#include "kernels/conv/winograd.h"
#include "kernels/conv/winograd_problem.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/conv/winograd_weights.cpp"
#include "hwy/foreach_target.h"
#include "kernels/conv/winograd_stages-inl.h"

// Backward-weights as the exact adjoint of the forward algorithm: dg = Gᵀ[Σ over tiles of (Bᵀ d B) ⊙ (A dy Aᵀ)]G. Tiles
// are cut into slices, a number that depends on the problem alone; each has sums of its own, added in order.

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {

template <class W, class T>
class WinogradWeights {
 public:
  explicit WinogradWeights(const WinogradShare<T>& share)
      : share_(share),
        p_(*share.problem),
        c_(p_.correlation),
        depth_taps_(c_.window.axes[0].taps),
        channels_(round_up(c_.channels, kLanes<T>)),
        rows_(round_up(c_.rows, kLanes<T>)),
        width_(4 * p_.tiles_wide + W::kTaps - 1),
        block_rows_(std::clamp<int64_t>(block_tiles(p_) / p_.tiles_wide, 1, share.tile_rows.count())),
        tiles_(block_rows_ * p_.tiles_wide),
        layout_(weight_points(p_.points(), depth_taps_ * channels_, c_.rows)),
        vectors_(block_vectors<T>(layout_, rows_, tiles_, block_floats())),
        input_(p_.points(), depth_taps_ * channels_),
        output_(p_.points(), vectors_ * kLanes<T>),
        patch_(W::kPoints * width_ * std::max(channels_, output_.point_stride)),
        input_points_(tiles_ * input_.tile_stride),
        output_points_(tiles_ * output_.tile_stride) {}

  void run() {
    const Range all = share_.tile_rows;
    const int64_t panel = layout_.at(0, 0, layout_.width);  // cells of one
    std::fill(share_.weight_points + share_.outputs.first / layout_.width * panel,
              share_.weight_points + ceil_div(share_.outputs.last, layout_.width) * panel, T{0});
    for (int64_t first = all.first; first < all.last; first += block_rows_)
      run_block({first, std::min(first + block_rows_, all.last)});
  }

 private:
  void run_block(Range rows) {
    const int64_t tiles = p_.tiles_wide;
    std::fill(patch_.data(), patch_ + W::kPoints * width_ * channels_, T{0});
    for (int64_t r = rows.first; r < rows.last; ++r)
      for (int64_t tap = 0; tap < depth_taps_; ++tap) {
        const auto plane = source_plane<const T>(p_, share_.group, r / p_.tiles_high, tap, share_.x);
        load_patch<T>(plane, c_.window.axes[1].first + r % p_.tiles_high * 4, W::kPoints, c_.window.axes[2].first,
                      width_, channels_, patch_);
        patch_to_points<W::kPoints, W::kPoints, T, transform_input<W, T>>(
            patch_, width_, channels_, tiles,
            input_points_ + (r - rows.first) * tiles * input_.tile_stride + tap * channels_, input_);
      }
    const int64_t last = ceil_div(share_.outputs.last, kLanes<T>);
    for (int64_t v = share_.outputs.first / kLanes<T>; v < last; v += vectors_)
      add_products(rows, v * kLanes<T>, std::min(vectors_, last - v));
  }

  /// Adds the products of a block of tiles to the points of weights of `vectors` vectors of output channels.
  void add_products(Range rows, int64_t first, int64_t vectors) {
    const int64_t tiles = p_.tiles_wide, count = vectors * kLanes<T>;
    std::fill(patch_.data(), patch_ + 4 * 4 * tiles * count, T{0});
    for (int64_t r = rows.first; r < rows.last; ++r) {
      auto plane = result_plane<const T>(p_, share_.group, r / p_.tiles_high, share_.dy);
      plane.cells += first * plane.channel_stride;
      plane.channels = std::min(count, c_.rows - first);
      load_patch<T>(plane, r % p_.tiles_high * 4, 4, 0, 4 * tiles, count, patch_);
      patch_to_points<4, W::kPoints, T, transform_output_adjoint<W, T>>(
          patch_, 4 * tiles, count, tiles, output_points_ + (r - rows.first) * tiles * output_.tile_stride, output_);
    }
    const int64_t depth = (depth_taps_ - 1) * channels_ + c_.channels;
    const PanelProducts<Strip::columns, T> products(layout_, depth, vectors);
    for (int64_t q = 0; q < p_.points(); ++q)
      products.each([&](int64_t panel, const CachedProduct<Strip::columns, T>& product) {
        T* weights = share_.weight_points + layout_.at(q, 0, first + panel * layout_.width);
        prefetch_cells(weights + layout_.depth * layout_.width, depth * layout_.width);  // the next point's
        product.run(rows.count() * tiles, input_points_ + q * input_.point_stride, input_.tile_stride,
                    output_points_ + q * output_.point_stride + panel * layout_.width, output_.tile_stride, weights,
                    layout_.width, Start::accumulate);
      });
  }

  const WinogradShare<T>& share_;
  const WinogradProblem& p_;
  const Correlation& c_;
  int64_t depth_taps_, channels_, rows_, width_, block_rows_, tiles_;
  WeightPoints layout_;
  int64_t vectors_;
  PointLayout input_, output_;
  Scratch<T> patch_, input_points_, output_points_;
};

template <class T>
void add_weight_points(const WinogradShare<T>& share) {
  share.problem->taps == 3 ? WinogradWeights<Winograd<3>, T>(share).run()
                           : WinogradWeights<Winograd<5>, T>(share).run();
}

template <class W, class T>
void points_to_weights_of(const WinogradProblem& p, Range channels, const T* points, int64_t slices,
                          int64_t slice_stride, T* dw) {
  const Tag<T> d;
  constexpr int N = W::kPoints, R = W::kTaps;
  constexpr int64_t L = kLanes<T>;
  const Correlation& c = p.correlation;
  const int64_t padded = round_up(c.channels, L);
  const WeightPoints layout = weight_points(p.points(), c.window.axes[0].taps * padded, c.rows);
  for (int64_t channel = channels.first; channel < channels.last; ++channel)
    for (int64_t m = 0; m < c.rows; m += L) {
      const int64_t tap = channel / c.channels, in_channel = channel % c.channels;
      const T* from = points + layout.at(0, tap * padded + in_channel, m);
      const int64_t step = layout.depth * layout.width;  // from point to point
      alignas(64) T sums[N * N * L], taps[R * R * L];
      for (int q = 0; q < N * N; ++q) {
        Vector<T> sum = hn::LoadU(d, from + q * step);
        for (int64_t s = 1; s < slices; ++s) sum = hn::Add(sum, hn::LoadU(d, from + s * slice_stride + q * step));
        hn::StoreU(sum, d, sums + q * L);
      }
      transform_square<N, R, T, transform_weights_adjoint<W, T>>(sums, N * L, L, StoreSquare<R, T>{taps, L});
      T* to = dw + m * c.weight_row_stride + in_channel * c.weight_channel_stride + tap * c.weight_tap_strides[0];
      for (int i = 0; i < R * R; ++i) {
        T* cell = to + i / R * c.weight_tap_strides[1] + i % R * c.weight_tap_strides[2];
        for (int64_t k = 0; k < std::min(L, c.rows - m); ++k) cell[k * c.weight_row_stride] = taps[i * L + k];
      }
    }
}

template <class T>
void points_to_weights(const WinogradProblem& p, Range channels, const T* points, int64_t slices, int64_t slice_stride,
                       T* dw) {
  p.taps == 3 ? points_to_weights_of<Winograd<3>, T>(p, channels, points, slices, slice_stride, dw)
              : points_to_weights_of<Winograd<5>, T>(p, channels, points, slices, slice_stride, dw);
}

WinogradBackwardKernels<float> winograd_backward_kernels() {
  return {.add_weight_points = add_weight_points<float>,
          .points_to_weights = points_to_weights<float>,
          .lanes = kLanes<float>};
}

}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convgrad::kernels::winograd {
namespace {

HWY_EXPORT(winograd_backward_kernels);

constexpr int64_t kMostSlices = 8;
constexpr int64_t kLeastTiles = 256;      // in a slice
constexpr int64_t kMostCells = 16 << 20;  // of all slices' sums; one slice may have more

}  // namespace

int64_t weight_slices(const ConvProblem& problem) {
  const auto p = winograd_problem(problem, Pass::backward_weights);
  const int64_t fitting = kMostCells / std::max<int64_t>(1, weight_cells(problem));
  return std::max<int64_t>(
      1, std::min({kMostSlices, p->tile_rows() * p->tiles_wide / kLeastTiles, p->tile_rows(), fitting}));
}

void backward_weights(const ConvProblem& problem, const float* x, const float* dy, float* dw, int64_t slices) {
  const WinogradProblem p = *winograd_problem(problem, Pass::backward_weights);
  const auto kernels = HWY_DYNAMIC_DISPATCH(winograd_backward_kernels)();
  const Correlation& c = p.correlation;
  const int64_t depth_taps = c.window.axes[0].taps;
  const WeightPoints layout = current_winograd_kernels().weight_points(p);
  const int64_t group_size = layout.cells();
  const int64_t slice_stride = c.groups * group_size;
  const Scratch<float> points(slices * slice_stride);
  const int threads = useful_threads(c.groups * p.tile_rows() * p.tiles_wide * p.points() * c.rows * c.channels);
  parallel_team(threads, [&](int thread, int team) {
    const FlushDenormals flush;
    // With many channels there is one slice: their input's points are made on each thread.
    const int64_t parts = c.groups * slices % team == 0 ? 1 : std::min<int64_t>(team, layout.panels);
    const Range tasks = piece(c.groups * slices * parts, 1, thread, team);
    for (int64_t task = tasks.first; task < tasks.last; ++task) {
      const int64_t slice = task / parts / c.groups, group = task / parts % c.groups;
      kernels.add_weight_points({.problem = &p,
                                 .group = group,
                                 .tile_rows = piece(p.tile_rows(), 1, slice, slices),
                                 .x = x,
                                 .outputs = piece(c.rows, layout.width, task % parts, parts),
                                 .dy = dy,
                                 .weight_points = points + slice * slice_stride + group * group_size});
    }
    if (team > 1) team_barrier();
    const Range channels = piece(c.channels * depth_taps, 1, thread, team);
    for (int64_t g = 0; g < c.groups; ++g)
      kernels.points_to_weights(p, channels, points + g * group_size, slices, slice_stride,
                                dw + g * c.weight_group_stride);
  });
}

}  // namespace convgrad::kernels::winograd
#endif  // HWY_ONCE
