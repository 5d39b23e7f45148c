#include "kernels/conv/winograd.h"

#include <algorithm>
#include <vector>

#include "core/memory.h"
#include "core/threads.h"
#include "kernels/conv/winograd_problem.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/conv/winograd.cpp"
#include "hwy/foreach_target.h"
#include "kernels/conv/winograd_stages-inl.h"

// Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A. Channels along the vectors: a row of tiles is copied channels innermost into the
// first-level cache and transformed; the products of a block of tiles, one small matrix product for each point, and
// their transform back stay in the second-level cache (the fusion of Zlateski et al. 2019, arXiv 1912.02165).

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {

template <class W, class T>
class WinogradForward {
 public:
  explicit WinogradForward(const WinogradShare<T>& share)
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
        patch_(W::kPoints * width_ * channels_),
        points_(tiles_ * input_.tile_stride),
        products_(tiles_ * output_.tile_stride),
        bias_(rows_) {
    std::fill(patch_.data(), patch_ + W::kPoints * width_ * channels_, T{0});
    std::fill(bias_.data(), bias_ + rows_, T{0});
    if (share.bias) std::copy_n(share.bias + share.group * c_.rows, c_.rows, bias_.data());
  }

  void run() {
    const Range all = share_.tile_rows;
    for (int64_t first = all.first; first < all.last; first += block_rows_)
      run_block({first, std::min(first + block_rows_, all.last)});
  }

 private:
  void run_block(Range rows) {
    for (int64_t r = rows.first; r < rows.last; ++r)
      for (int64_t tap = 0; tap < depth_taps_; ++tap) {
        const auto plane = source_plane<const T>(p_, share_.group, r / p_.tiles_high, tap, share_.x);
        load_patch<T>(plane, c_.window.axes[1].first + r % p_.tiles_high * 4, W::kPoints, c_.window.axes[2].first,
                      width_, channels_, patch_);
        patch_to_points<W::kPoints, W::kPoints, T, transform_input<W, T>>(
            patch_, width_, channels_, p_.tiles_wide,
            points_ + (r - rows.first) * p_.tiles_wide * input_.tile_stride + tap * channels_, input_);
      }
    const int64_t depth = (depth_taps_ - 1) * channels_ + c_.channels;
    for (int64_t v = 0; v < rows_ / kLanes<T>; v += vectors_) {
      const int64_t some = std::min(vectors_, rows_ / kLanes<T> - v);
      const PanelProducts<Strip::rows, T> products(layout_, rows.count() * p_.tiles_wide, some);
      for (int64_t q = 0; q < p_.points(); ++q) {
        prefetch(rows, v * kLanes<T>, piece(std::min(some * kLanes<T>, c_.rows - v * kLanes<T>), 1, q, p_.points()));
        products.each([&](int64_t panel, const CachedProduct<Strip::rows, T>& product) {
          const T* weights = share_.points + layout_.at(q, 0, v * kLanes<T> + panel * layout_.width);
          prefetch_cells(weights + layout_.depth * layout_.width, depth * layout_.width);  // the next point's
          product.run(depth, points_ + q * input_.point_stride, input_.tile_stride, weights, layout_.width,
                      products_ + q * output_.point_stride + panel * layout_.width, output_.tile_stride, Start::zero);
        });
      }
      store(rows, v * kLanes<T>, some * kLanes<T>);
    }
  }

  /// The plane of a row of tiles' results, from channel `first` on.
  PlaneView<T> result(int64_t row, int64_t first) const {
    PlaneView<T> plane = result_plane<T>(p_, share_.group, row / p_.tiles_high, share_.y);
    plane.cells += first * plane.channel_stride;
    return plane;
  }

  void prefetch(Range rows, int64_t first, Range channels) const {
    for (int64_t r = rows.first; r < rows.last; ++r) prefetch_rows(result(r, first), channels, r % p_.tiles_high * 4);
  }

  /// Results of channels [first, first + count), as many of them as there are.
  void store(Range rows, int64_t first, int64_t count) {
    for (int64_t r = rows.first; r < rows.last; ++r) {
      PlaneView<T> plane = result(r, first);
      plane.channels = std::min(count, c_.rows - first);
      points_to_plane<W, T>(products_ + (r - rows.first) * p_.tiles_wide * output_.tile_stride, output_, p_.tiles_wide,
                            bias_ + first, plane, r % p_.tiles_high * 4);
    }
  }

  const WinogradShare<T>& share_;
  const WinogradProblem& p_;
  const Correlation& c_;
  int64_t depth_taps_, channels_, rows_, width_, block_rows_, tiles_;
  WeightPoints layout_;
  int64_t vectors_;
  PointLayout input_, output_;
  Scratch<T> patch_, points_, products_, bias_;
};

template <class T>
void winograd_forward(const WinogradShare<T>& share) {
  share.problem->taps == 3 ? WinogradForward<Winograd<3>, T>(share).run()
                           : WinogradForward<Winograd<5>, T>(share).run();
}

/// Channels here count depth taps too: channel tap·C + c has its points in row tap·(C padded) + c.
template <class W, class T>
void weights_to_points_of(const WinogradProblem& p, int64_t group, Range channels, const T* w, T* points) {
  const Tag<T> d;
  constexpr int N = W::kPoints, R = W::kTaps;
  constexpr int64_t L = kLanes<T>;
  const Correlation& c = p.correlation;
  const int64_t padded = round_up(c.channels, L);
  const WeightPoints layout = weight_points(p.points(), c.window.axes[0].taps * padded, c.rows);
  w += c.weight_offset + group * c.weight_group_stride;
  for (int64_t channel = channels.first; channel < channels.last; ++channel)
    for (int64_t m = 0; m < c.rows; m += L) {
      alignas(64) T taps[R * R * L] = {};
      const int64_t tap = channel / c.channels, in_channel = channel % c.channels;
      const T* from =
          w + m * c.weight_row_stride + in_channel * c.weight_channel_stride + tap * c.weight_tap_strides[0];
      for (int i = 0; i < R; ++i)
        for (int j = 0; j < R; ++j)
          copy_strided(taps + (i * R + j) * L, from + i * c.weight_tap_strides[1] + j * c.weight_tap_strides[2],
                       std::min(L, c.rows - m), c.weight_row_stride);
      T* to = points + layout.at(0, tap * padded + in_channel, m);
      transform_square<R, N, T, transform_weights<W, T>>(taps, R * L, L,
                                                         StoreSquare<N, T>{to, layout.depth * layout.width});
      if (in_channel == c.channels - 1)  // the lanes that pad the channels are multiplied too
        for (int q = 0; q < N * N; ++q)
          for (int64_t lane = c.channels; lane < padded; ++lane)
            hn::StoreU(hn::Zero(d), d, points + layout.at(q, tap * padded + lane, m));
    }
}

template <class T>
void weights_to_points(const WinogradProblem& p, int64_t group, Range channels, const T* w, T* points) {
  p.taps == 3 ? weights_to_points_of<Winograd<3>, T>(p, group, channels, w, points)
              : weights_to_points_of<Winograd<5>, T>(p, group, channels, w, points);
}

WinogradKernels<float> winograd_kernels() {
  return {.weights_to_points = weights_to_points<float>,
          .forward = winograd_forward<float>,
          .lanes = kLanes<float>,
          .tile_vectors = kTileVectors};
}

}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convgrad::kernels {

std::optional<WinogradProblem> winograd_problem(const ConvProblem& p, Pass pass) {
  for (int a = 1; a < 3; ++a)
    if (p.axes[a].stride != 1 || p.axes[a].dilation != 1) return {};
  const int64_t taps = p.axes[2].kernel;
  if (p.axes[1].kernel != taps || (taps != 3 && taps != 5)) return {};
  if (pass == Pass::backward_data && p.axes[0].stride != 1) return {};
  if (p.in_channels == 0 || p.out_channels == 0) return {};
  WinogradProblem result{.correlation = {}, .taps = taps};
  Correlation& c = result.correlation;
  if (pass == Pass::backward_data) {
    const auto phases = backward_data_correlations(p);
    if (phases.size() != 1) return {};
    c = phases[0];
    for (int a = 1; a < 3; ++a) {  // taps run backwards through dy: turn the weights instead
      c.window.axes[a].first -= taps - 1;
      c.window.axes[a].tap_step = 1;
      c.weight_offset += (taps - 1) * c.weight_tap_strides[a];
      c.weight_tap_strides[a] = -c.weight_tap_strides[a];
    }
  } else {
    c = forward_correlation(p);
  }
  const auto& axes = c.window.axes;
  result.planes = c.window.batch * axes[0].positions;
  result.tiles_high = ceil_div(axes[1].positions, 4);
  result.tiles_wide = ceil_div(axes[2].positions, 4);
  return result;
}

namespace winograd {
namespace {

HWY_EXPORT(winograd_kernels);

}  // namespace

WinogradKernels<float> current_winograd_kernels() { return HWY_DYNAMIC_DISPATCH(winograd_kernels)(); }

namespace {

/// Planes cut into columns of tiles, a row of which has points for the second-level cache. `channels`: with depth taps.
std::vector<WinogradProblem> cut_columns(const WinogradProblem& p, int64_t channels) {
  constexpr int64_t kLeastTiles = 28, kMostCells = 256 << 10;
  const int64_t most = std::max(kLeastTiles, kMostCells / (p.points() * channels));
  const int64_t segments = ceil_div(p.tiles_wide, most);
  std::vector<WinogradProblem> result;
  for (int64_t s = 0; s < segments; ++s) {
    const Range tiles = piece(p.tiles_wide, 1, s, segments);
    WinogradProblem segment = p;
    WindowAxis& wide = segment.correlation.window.axes[2];
    segment.tiles_wide = tiles.count();
    segment.correlation.placement.offset += 4 * tiles.first * p.correlation.placement.strides[2];
    wide.first += 4 * tiles.first;
    wide.positions = std::min(wide.positions, 4 * tiles.last) - 4 * tiles.first;
    result.push_back(segment);
  }
  return result;
}

void run(const WinogradProblem& p, const float* x, const float* w, const float* bias, float* y) {
  if (p.tile_rows() == 0 || p.tiles_wide == 0) return;
  const auto kernels = current_winograd_kernels();
  const Correlation& c = p.correlation;
  const int64_t depth_taps = c.window.axes[0].taps, padded = depth_taps * round_up(c.channels, kernels.lanes);
  const int64_t group_size = kernels.weight_points(p).cells();
  const Scratch<float> points(c.groups * group_size);
  const int threads = useful_threads(c.groups * p.tile_rows() * p.tiles_wide * p.points() * c.rows * c.channels);
  const std::vector<WinogradProblem> segments = cut_columns(p, padded);
  parallel_team(threads, [&](int thread, int team) {
    const FlushDenormals flush;
    for (int64_t g = 0; g < c.groups; ++g)
      kernels.weights_to_points(p, g, piece(c.channels * depth_taps, 1, thread, team), w, points + g * group_size);
    if (team > 1) team_barrier();
    const Range mine = piece(c.groups * p.tile_rows(), 1, thread, team);
    for (int64_t unit = mine.first; unit < mine.last;) {
      const int64_t group = unit / p.tile_rows(), first = unit % p.tile_rows();
      const int64_t some = std::min(p.tile_rows() - first, mine.last - unit);
      for (const WinogradProblem& segment : segments)
        kernels.forward({.problem = &segment,
                         .group = group,
                         .tile_rows = {first, first + some},
                         .x = x,
                         .points = points + group * group_size,
                         .bias = bias,
                         .y = y});
      unit += some;
    }
  });
}

}  // namespace

int64_t weight_cells(const ConvProblem& p) {
  constexpr int64_t kMostLanes = 16, kMostVectors = 3;
  const auto cells = [&](int64_t channels, int64_t rows) {
    const int64_t depth = p.axes[0].kernel * round_up(channels / p.groups, kMostLanes);
    return WeightPoints((p.axes[2].kernel + 3) * (p.axes[2].kernel + 3), depth, rows / p.groups, kMostLanes,
                        kMostVectors)
        .cells();
  };
  return p.groups * std::max(cells(p.in_channels, p.out_channels), cells(p.out_channels, p.in_channels));
}

int64_t scratch_cells(const ConvProblem& p, Pass pass) {
  return weight_cells(p) + (pass == Pass::backward_data && adjoint_pays(p) ? adjoint_sums_cells(p) : 0);
}

bool applies(const ConvProblem& p, Pass pass) { return winograd_problem(p, pass).has_value(); }

void forward(const ConvProblem& p, const float* x, const float* w, const float* bias, float* y) {
  run(*winograd_problem(p, Pass::forward), x, w, bias, y);
}

void backward_data(const ConvProblem& p, const float* dy, const float* w, const float* bias, float* dx) {
  if (adjoint_pays(p)) return backward_data_adjoint(p, dy, w, bias, dx);
  run(*winograd_problem(p, Pass::backward_data), dy, w, bias, dx);
}

}  // namespace winograd
}  // namespace convgrad::kernels
#endif  // HWY_ONCE
