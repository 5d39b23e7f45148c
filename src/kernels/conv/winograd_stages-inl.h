// Cutting planes into tiles and back, for Winograd's algorithm; compiled once for each instruction set.
#if defined(CONVGRAD_KERNELS_CONV_WINOGRAD_STAGES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CONVGRAD_KERNELS_CONV_WINOGRAD_STAGES_INL_H_
#undef CONVGRAD_KERNELS_CONV_WINOGRAD_STAGES_INL_H_
#else
#define CONVGRAD_KERNELS_CONV_WINOGRAD_STAGES_INL_H_
#endif

#include <algorithm>

#include "kernels/conv/winograd_kernels.h"
#include "kernels/conv/winograd_transforms-inl.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {

/// Tiles whose points are held at once: more where the weights' points come from memory for each block of them, fewer
/// where there are very many channels.
inline int64_t block_tiles(const WinogradProblem& p) {
  constexpr int64_t kMostCells = 1 << 20;
  const int64_t cells = p.points() * p.correlation.window.axes[0].taps * p.correlation.channels;
  return std::clamp<int64_t>(kMostCells / cells, 1, cells * p.correlation.rows > (1 << 20) ? 56 : 28);
}

/// Cells of points that are held at once beside the weights' and the other operand's: a quarter of the second-level
/// cache.
inline int64_t block_floats() { return second_level_cache() / 4 / static_cast<int64_t>(sizeof(float)); }

/// Points of a group's weights.
inline WeightPoints weight_points(int64_t points, int64_t depth, int64_t rows) {
  return {points, depth, rows, kLanes<float>, kTileVectors};
}

/// Products of one shape with panels of WeightPoints: `vectors` vectors of rows, the last panel perhaps narrower.
template <Strip S, class T>
class PanelProducts {
 public:
  PanelProducts(const WeightPoints& layout, int64_t tile_rows, int64_t vectors)
      : panels_(vectors * kLanes<T> / layout.width),
        whole_(tile_rows, layout.width / kLanes<T>),
        rest_vectors_(vectors - panels_ * (layout.width / kLanes<T>)),
        rest_(tile_rows, std::max<int64_t>(1, rest_vectors_)) {}

  /// f(panel, its product) for each.
  template <class F>
  HWY_INLINE void each(F f) const {
    for (int64_t i = 0; i < panels_; ++i) f(i, whole_);
    if (rest_vectors_ > 0) f(panels_, rest_);
  }

 private:
  int64_t panels_;
  CachedProduct<S, T> whole_;
  int64_t rest_vectors_;
  CachedProduct<S, T> rest_;
};

/// Vectors of rows in work at once: whole panels of WeightPoints whose points of `tiles` tiles take about `floats`.
template <class T>
int64_t block_vectors(const WeightPoints& layout, int64_t rows, int64_t tiles, int64_t floats) {
  const int64_t step = layout.width / kLanes<T>, wanted = floats / (layout.points * tiles * kLanes<T>);
  return std::clamp<int64_t>(wanted / step * step, step, round_up(rows / kLanes<T>, step));
}

/// Asks for cells that are read soon.
template <class T>
HWY_INLINE void prefetch_cells(const T* cells, int64_t count) {
  for (int64_t i = 0; i < count; i += 64 / static_cast<int64_t>(sizeof(T))) __builtin_prefetch(cells + i);
}

/// Copies rows [row, row + rows) by columns [column, column + width) of a plane, channels innermost and padded to
/// `stride`, which begins as zero; cells outside the plane become zero.
template <class T>
void load_patch(const PlaneView<const T>& plane, int64_t row, int64_t rows, int64_t column, int64_t width,
                int64_t stride, T* patch) {
  const int64_t low = std::max<int64_t>(0, -column), high = std::max(low, std::min(width, plane.columns - column));
  for (int64_t i = 0; i < rows; ++i, patch += width * stride) {
    const int64_t cell_row = row + i;
    if (cell_row < 0 || cell_row >= plane.rows) {
      std::fill(patch, patch + width * stride, T{0});
      continue;
    }
    std::fill(patch, patch + low * stride, T{0});
    std::fill(patch + high * stride, patch + width * stride, T{0});
    if (plane.column_stride == 1 && cell_row + 4 < plane.rows)  // the next row of tiles begins four rows further down
      for (int64_t c = 0; c < plane.channels; ++c)
        for (int64_t j = 0; j < plane.columns; j += 64 / static_cast<int64_t>(sizeof(T)))
          __builtin_prefetch(plane.cells + c * plane.channel_stride + (cell_row + 4) * plane.row_stride + j);
    pack_strip_into(patch + low * stride, stride,
                    plane.cells + cell_row * plane.row_stride + (column + low) * plane.column_stride, plane.channels,
                    plane.channel_stride, high - low, plane.column_stride);
  }
}

/// Where points lie: point q of tile t, channel c at t·tile_stride + q·point_stride + c. Tile by tile, for the
/// transforms to run through memory in order; tiles must not begin in the same set of the cache.
struct PointLayout {
  int64_t point_stride, tile_stride;
  PointLayout(int64_t points, int64_t channels) : point_stride(channels), tile_stride(points * channels + 16) {}
};

/// Transforms From × From cells of a patch, for each of `tiles` tiles 4 columns apart, to points.
template <int From, int Points, class T, void (*Transform)(const Vector<T>*, Vector<T>*)>
void patch_to_points(const T* patch, int64_t width, int64_t stride, int64_t tiles, T* points, PointLayout layout) {
  for (int64_t t = 0; t < tiles; ++t)
    for (int64_t c = 0; c < stride; c += kLanes<T>)
      transform_square<From, Points, T, Transform>(
          patch + 4 * t * stride + c, width * stride, stride,
          StoreSquare<Points, T>{points + t * layout.tile_stride + c, layout.point_stride});
}

/// Stores `columns` ≤ 4 neighbouring cells of each of `channels` ≤ L channels; cells[j] holds column j, channels by
/// lanes.
template <class T>
HWY_INLINE void store_cells(const Vector<T>* cells, int64_t columns, int64_t channels, T* to, int64_t channel_stride,
                            int64_t column_stride) {
  const Tag<T> d;
  constexpr int64_t L = kLanes<T>;
  alignas(64) T buffer[4 * L];
#if HWY_TARGET != HWY_SCALAR
  if constexpr (sizeof(T) == 4) {
    if (columns == 4 && column_stride == 1) {
      const hn::Repartition<double, decltype(d)> pairs;
      const auto low01 = hn::BitCast(pairs, hn::InterleaveLower(d, cells[0], cells[1]));
      const auto low23 = hn::BitCast(pairs, hn::InterleaveLower(d, cells[2], cells[3]));
      const auto high01 = hn::BitCast(pairs, hn::InterleaveUpper(d, cells[0], cells[1]));
      const auto high23 = hn::BitCast(pairs, hn::InterleaveUpper(d, cells[2], cells[3]));
      hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, low01, low23)), d, buffer);
      hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, low01, low23)), d, buffer + L);
      hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, high01, high23)), d, buffer + 2 * L);
      hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, high01, high23)), d, buffer + 3 * L);
      const hn::Full128<T> block;
      for (int64_t k = 0; k < channels; ++k)
        hn::StoreU(hn::LoadU(block, buffer + k % 4 * L + k / 4 * 4), block, to + k * channel_stride);
      return;
    }
  }
#endif
  for (int j = 0; j < 4; ++j) hn::StoreU(cells[j], d, buffer + j * L);
  for (int64_t k = 0; k < channels; ++k)
    for (int64_t j = 0; j < columns; ++j) to[k * channel_stride + j * column_stride] = buffer[j * L + k];
}

/// Adds the bias to rows of 4 results and stores those inside the plane.
template <class T>
struct StoreResults {
  Vector<T> bias;
  T* to;
  int64_t rows, columns, channels;
  const PlaneView<T>& plane;
  HWY_INLINE void operator()(int i, const Vector<T>* row) const {
    if (i >= rows) return;
    const Vector<T> cells[4] = {hn::Add(row[0], bias), hn::Add(row[1], bias), hn::Add(row[2], bias),
                                hn::Add(row[3], bias)};
    store_cells<T>(cells, columns, channels, to + i * plane.row_stride, plane.channel_stride, plane.column_stride);
  }
};

/// Transforms the points of `tiles` tiles to 4×4 results each and stores those that lie inside the plane, from (row, 0)
/// on. `bias` holds one value for each channel, padded to lanes.
template <class W, class T>
void points_to_plane(const T* points, PointLayout layout, int64_t tiles, const T* bias, const PlaneView<T>& plane,
                     int64_t row) {
  const Tag<T> d;
  constexpr int N = W::kPoints;
  for (int64_t c = 0; c < plane.channels; c += kLanes<T>)
    for (int64_t t = 0; t < tiles; ++t) {
      const StoreResults<T> store{
          .bias = hn::LoadU(d, bias + c),
          .to = plane.cells + c * plane.channel_stride + row * plane.row_stride + 4 * t * plane.column_stride,
          .rows = plane.rows - row,
          .columns = std::min<int64_t>(4, plane.columns - 4 * t),
          .channels = std::min(kLanes<T>, plane.channels - c),
          .plane = plane};
      transform_square<N, 4, T, transform_output<W, T>>(points + t * layout.tile_stride + c, N * layout.point_stride,
                                                        layout.point_stride, store);
    }
}

/// Asks for the cache lines of the channels' rows [row, row + 4), which are written soon.
template <class T>
void prefetch_rows(const PlaneView<T>& plane, Range channels, int64_t row) {
  if (plane.column_stride != 1) return;
  for (int64_t c = channels.first; c < channels.last; ++c)
    for (int64_t i = row; i < std::min(row + 4, plane.rows); ++i) {
      const T* cells = plane.cells + c * plane.channel_stride + i * plane.row_stride;
      for (int64_t j = 0; j < plane.columns; j += 64 / static_cast<int64_t>(sizeof(T)))
        __builtin_prefetch(cells + j, 1);
    }
}

}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard
