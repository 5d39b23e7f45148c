#include <algorithm>

#include "core/memory.h"
#include "core/threads.h"
#include "kernels/conv/winograd.h"
#include "kernels/conv/winograd_problem.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/conv/winograd_adjoint.cpp"
#include "hwy/foreach_target.h"
#include "kernels/conv/winograd_stages-inl.h"

// Backward-data as the exact adjoint of the forward algorithm: dx = Σ over tiles, overlapping, of B[(G g Gᵀ) ⊙ (A dy
// Aᵀ)]Bᵀ. One thread has whole planes, so the sums of overlapping tiles have one order.

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {

/// Adds rows of N vectors to to + i·row_step + j·column_step.
template <int N, class T>
struct AddSquare {
  T* HWY_RESTRICT to;
  int64_t row_step, column_step;
  HWY_INLINE void operator()(int i, const Vector<T>* row) const {
    const Tag<T> d;
#pragma GCC unroll 8
    for (int j = 0; j < N; ++j) {
      T* cell = to + i * row_step + j * column_step;
      hn::StoreU(hn::Add(hn::LoadU(d, cell), row[j]), d, cell);
    }
  }
};

template <class W, class T>
class WinogradAdjoint {
 public:
  explicit WinogradAdjoint(const WinogradAdjointShare<T>& share)
      : share_(share),
        p_(*share.problem),
        c_(p_.correlation),
        channels_(round_up(c_.channels, kLanes<T>)),
        rows_(round_up(c_.rows, kLanes<T>)),
        width_(4 * p_.tiles_wide + W::kTaps - 1),
        height_(4 * p_.tiles_high + W::kTaps - 1),
        block_rows_(std::clamp<int64_t>(block_tiles(p_) / p_.tiles_wide, 1, p_.tiles_high)),
        tiles_(block_rows_ * p_.tiles_wide),
        vectors_(std::clamp<int64_t>(2 * block_floats() / (p_.points() * tiles_ * kLanes<T>), 1, rows_ / kLanes<T>)),
        layout_(weight_points(p_.points(), rows_, c_.channels)),
        output_(p_.points(), vectors_ * kLanes<T>),
        input_(p_.points(), channels_),
        patch_(4 * 4 * p_.tiles_wide * output_.point_stride),
        output_points_(tiles_ * output_.tile_stride),
        input_points_(tiles_ * input_.tile_stride),
        sums_(height_ * width_ * channels_) {}

  void run() {
    for (int64_t plane = share_.planes.first; plane < share_.planes.last; ++plane) {
      std::fill(sums_.data(), sums_ + height_ * width_ * channels_, T{0});
      for (int64_t first = 0; first < p_.tiles_high; first += block_rows_)
        add_block(plane, {first, std::min(first + block_rows_, p_.tiles_high)});
      store(source_plane<T>(p_, share_.group, plane, 0, share_.dx));
    }
  }

 private:
  void add_block(int64_t plane, Range rows) {
    const int64_t tiles = p_.tiles_wide;
    for (int64_t v = 0; v < rows_ / kLanes<T>; v += vectors_) {
      const int64_t some = std::min(vectors_, rows_ / kLanes<T> - v);
      transform_dy(plane, rows, v * kLanes<T>, some * kLanes<T>);
      const PanelProducts<Strip::rows, T> products(layout_, rows.count() * tiles, channels_ / kLanes<T>);
      const int64_t depth = std::min(some * kLanes<T>, c_.rows - v * kLanes<T>);
      for (int64_t q = 0; q < p_.points(); ++q)
        products.each([&](int64_t panel, const CachedProduct<Strip::rows, T>& product) {
          const T* weights = share_.points + layout_.at(q, v * kLanes<T>, panel * layout_.width);
          prefetch_cells(weights + layout_.depth * layout_.width, depth * layout_.width);  // the next point's
          product.run(depth, output_points_ + q * output_.point_stride, output_.tile_stride, weights, layout_.width,
                      input_points_ + q * input_.point_stride + panel * layout_.width, input_.tile_stride,
                      v > 0 ? Start::accumulate : Start::zero);
        });
    }
    for (int64_t r = rows.first; r < rows.last; ++r)
      for (int64_t t = 0; t < tiles; ++t)
        for (int64_t c = 0; c < channels_; c += kLanes<T>)
          transform_square<W::kPoints, W::kPoints, T, transform_input_adjoint<W, T>>(
              input_points_ + ((r - rows.first) * tiles + t) * input_.tile_stride + c, W::kPoints * input_.point_stride,
              input_.point_stride,
              AddSquare<W::kPoints, T>{sums_ + (4 * r * width_ + 4 * t) * channels_ + c, width_ * channels_,
                                       channels_});
  }

  /// Points of dy's channels [first, first + count).
  void transform_dy(int64_t plane_index, Range rows, int64_t first, int64_t count) {
    const int64_t tiles = p_.tiles_wide;
    std::fill(patch_.data(), patch_ + 4 * 4 * tiles * count, T{0});
    for (int64_t r = rows.first; r < rows.last; ++r) {
      auto plane = result_plane<const T>(p_, share_.group, plane_index, share_.dy);
      plane.cells += first * plane.channel_stride;
      plane.channels = std::min(count, c_.rows - first);
      load_patch<T>(plane, 4 * r, 4, 0, 4 * tiles, count, patch_);
      patch_to_points<4, W::kPoints, T, transform_output_adjoint<W, T>>(
          patch_, 4 * tiles, count, tiles, output_points_ + (r - rows.first) * tiles * output_.tile_stride, output_);
    }
  }

  void store(const PlaneView<T>& dx) {
    const int64_t first_row = -c_.window.axes[1].first, first_column = -c_.window.axes[2].first;  // the padding
    for (int64_t i = 0; i < dx.rows; ++i) {
      const T* from = sums_ + ((i + first_row) * width_ + first_column) * channels_;
      T* row = dx.cells + i * dx.row_stride;
      if (dx.column_stride == 1)
        transpose(row, dx.channel_stride, from, channels_, dx.columns, dx.channels);
      else
        for (int64_t j = 0; j < dx.columns; ++j)
          for (int64_t c = 0; c < dx.channels; ++c)
            row[j * dx.column_stride + c * dx.channel_stride] = from[j * channels_ + c];
      if (share_.bias)
        for (int64_t c = 0; c < dx.channels; ++c)
          for (int64_t j = 0; j < dx.columns; ++j)
            row[j * dx.column_stride + c * dx.channel_stride] += share_.bias[share_.group * c_.channels + c];
    }
  }

  const WinogradAdjointShare<T>& share_;
  const WinogradProblem& p_;
  const Correlation& c_;
  int64_t channels_, rows_, width_, height_, block_rows_, tiles_, vectors_;
  WeightPoints layout_;
  PointLayout output_, input_;
  Scratch<T> patch_, output_points_, input_points_, sums_;
};

void winograd_adjoint(const WinogradAdjointShare<float>& share) {
  share.problem->taps == 3 ? WinogradAdjoint<Winograd<3>, float>(share).run()
                           : WinogradAdjoint<Winograd<5>, float>(share).run();
}

}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convgrad::kernels::winograd {
namespace {

HWY_EXPORT(winograd_adjoint);

/// The weights as weights_to_points reads them for the adjoint: output channels are summed over, taps in forward order.
WinogradProblem transposed_weights(const WinogradProblem& p) {
  WinogradProblem q = p;
  Correlation& c = q.correlation;
  std::swap(c.rows, c.channels);
  std::swap(c.weight_row_stride, c.weight_channel_stride);
  return q;
}

}  // namespace

int64_t adjoint_sums_cells(const ConvProblem& p) {
  int64_t cells = num_threads() * round_up(p.in_channels / p.groups, 16);
  for (int a = 1; a < 3; ++a) cells *= round_up(p.axes[a].output, 4) + p.axes[a].kernel - 1;
  return cells;
}

bool adjoint_pays(const ConvProblem& p) {
  constexpr int64_t kMostCells = 1 << 16;  // of a plane: each thread holds one of every channel
  const auto forward = winograd_problem(p, Pass::forward), backward = winograd_problem(p, Pass::backward_data);
  if (!forward || !backward || p.axes[0].kernel != 1 || p.axes[0].pad_low != 0 || p.axes[0].pad_high != 0) return false;
  if (16 * forward->tiles_high * forward->tiles_wide > kMostCells) return false;
  return 8 * backward->tiles_high * backward->tiles_wide >= 9 * forward->tiles_high * forward->tiles_wide;
}

void backward_data_adjoint(const ConvProblem& problem, const float* dy, const float* w, const float* bias, float* dx) {
  const WinogradProblem p = *winograd_problem(problem, Pass::forward), weights = transposed_weights(p);
  const auto kernels = current_winograd_kernels();
  const Correlation& c = p.correlation;
  const int64_t group_size = kernels.weight_points(weights).cells();
  const Scratch<float> points(c.groups * group_size);
  const int threads = useful_threads(c.groups * p.tile_rows() * p.tiles_wide * p.points() * c.rows * c.channels);
  parallel_team(threads, [&](int thread, int team) {
    const FlushDenormals flush;
    for (int64_t g = 0; g < c.groups; ++g)
      kernels.weights_to_points(weights, g, piece(c.rows, 1, thread, team), w, points + g * group_size);
    if (team > 1) team_barrier();
    const Range mine = piece(c.groups * p.planes, 1, thread, team);
    for (int64_t unit = mine.first; unit < mine.last;) {
      const int64_t group = unit / p.planes, first = unit % p.planes,
                    some = std::min(p.planes - first, mine.last - unit);
      HWY_DYNAMIC_DISPATCH(winograd_adjoint)
      ({.problem = &p,
        .group = group,
        .planes = {first, first + some},
        .dy = dy,
        .points = points + group * group_size,
        .bias = bias,
        .dx = dx});
      unit += some;
    }
  });
}

}  // namespace convgrad::kernels::winograd
#endif  // HWY_ONCE
