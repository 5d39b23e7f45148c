// The register tiles under every product and convolution, compiled once for each instruction set.
// Included by files that are compiled through hwy/foreach_target.h, hence the guard that lets it in once for each
// target.
#if defined(CONVGRAD_KERNELS_TILE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef CONVGRAD_KERNELS_TILE_INL_H_
#undef CONVGRAD_KERNELS_TILE_INL_H_
#else
#define CONVGRAD_KERNELS_TILE_INL_H_
#endif

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "hwy/highway.h"
#include "kernels/tile_blocks.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class T>
using Tag = hn::ScalableTag<T>;
template <class T>
using Vector = hn::Vec<Tag<T>>;

/// Lanes of a vector; a constant on every target we compile for.
template <class T>
constexpr int64_t kLanes = hn::MaxLanes(Tag<T>());

// Tile shapes, so that accumulators, operands and a broadcast fit in 32 or 16 registers.
#if HWY_TARGET <= HWY_AVX3
constexpr int kTileRows = 8, kTileVectors = 3;   // outer product: rows by vectors of columns
constexpr int kMostTileRows[] = {0, 24, 12, 8};  // by vectors: fewer columns leave room for more rows
constexpr int kDotRows = 4, kDotColumns = 6;     // inner product: rows by columns, a vector of partial sums each
#else
constexpr int kTileRows = 6, kTileVectors = 2;
constexpr int kMostTileRows[] = {0, 12, 6};
constexpr int kDotRows = 4, kDotColumns = 3;
#endif

/// Columns of a full tile.
template <class T>
constexpr int64_t kTileColumns = kTileVectors* kLanes<T>;

/// Keeps an operand that several multiply-adds read in a register: compilers would fold its load into each of them
/// where registers are just enough, and two loads a cycle then starve two multiply-adds.
template <class V>
HWY_INLINE void hold(V& v) {
#if HWY_TARGET <= HWY_AVX3
  asm("" : "+v"(v.raw));
#elif HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR
  asm("" : "+x"(v.raw));
#elif HWY_ARCH_ARM && HWY_TARGET != HWY_SCALAR
  asm("" : "+w"(v.raw));
#else
  (void)v;
#endif
}

/// How sums begin: at zero, with what stands where they go, or with a bias.
enum class Start { zero, accumulate, bias };

/// Where a tile's sums begin: vector v of row r is what lies at first[r·row_stride + v·vector_stride].
template <class T>
struct Begin {
  const T* first;
  int64_t row_stride, vector_stride;
};

template <class T>
[[gnu::visibility("hidden")]] alignas(64) inline constexpr T kZeros[64 / sizeof(T)] = {};

/// At zero, or with C itself.
template <class T>
Begin<T> begin(Start start, const T* c, int64_t c_stride) {
  if (start == Start::zero) return {kZeros<T>, 0, 0};
  return {c, c_stride, kLanes<T>};
}

/// With a value for each row, through a buffer of rows · lanes.
template <class T>
Begin<T> begin_rows(const T* values, int64_t rows, T* buffer) {
  for (int64_t r = 0; r < rows; ++r) hn::StoreU(hn::Set(Tag<T>(), values[r]), Tag<T>(), buffer + r * kLanes<T>);
  return {buffer, kLanes<T>, 0};
}

/// How A lies: row r at step l is a[l·a_stride + r], or a[r·a_stride + l].
enum class Strip { columns, rows };

/// C[R][V vectors] = start + A·B, where A is a strip and row l of B lies at b + l·b_stride.
/// The sum over k runs in order, one fused multiply-add a step, whatever the tile's shape: splitting rows or columns
/// differently changes no result.
template <Strip S, int R, int V, class T>
void outer_tile(int64_t k, const T* HWY_RESTRICT a, int64_t a_stride, const T* HWY_RESTRICT b, int64_t b_stride, T* c,
                int64_t c_stride, Begin<T> start) {
  const Tag<T> d;
  constexpr int64_t L = kLanes<T>;
  Vector<T> sum[R][V];
#pragma GCC unroll 24
  for (int r = 0; r < R; ++r)
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) sum[r][v] = hn::LoadU(d, start.first + r * start.row_stride + v * start.vector_stride);
  for (int64_t l = 0; l < k; ++l, b += b_stride) {
    Vector<T> column[V];
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) {
      column[v] = hn::LoadU(d, b + v * L);
      hold(column[v]);
    }
#pragma GCC unroll 24
    for (int r = 0; r < R; ++r) {
      const Vector<T> row = hn::Set(d, S == Strip::columns ? a[r] : a[r * a_stride]);
#pragma GCC unroll 4
      for (int v = 0; v < V; ++v) sum[r][v] = hn::MulAdd(row, column[v], sum[r][v]);
    }
    a += S == Strip::columns ? a_stride : 1;
  }
#pragma GCC unroll 24
  for (int r = 0; r < R; ++r)
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) hn::StoreU(sum[r][v], d, c + r * c_stride + v * L);
}

template <class T>
using OuterTile = void (*)(int64_t k, const T* a, int64_t a_stride, const T* b, int64_t b_stride, T* c,
                           int64_t c_stride, Begin<T> start);

template <Strip S, int V, class T>
OuterTile<T> outer_tile_of(int64_t rows) {
  static constexpr auto table = []<int... I>(std::integer_sequence<int, I...>) {
    return std::array<OuterTile<T>, sizeof...(I)>{outer_tile<S, 1 + I, V, T>...};
  }
  (std::make_integer_sequence<int, kMostTileRows[V]>());
  return table[static_cast<size_t>(rows - 1)];
}

/// outer_tile for a strip of rows ≤ kMostTileRows[vectors] and a panel of vectors ≤ kTileVectors.
template <Strip S, class T>
OuterTile<T> outer_tile_for(int64_t rows, int64_t vectors) {
  if constexpr (kTileVectors > 2)
    if (vectors == 3) return outer_tile_of<S, 3, T>(rows);
  return vectors == 2 ? outer_tile_of<S, 2, T>(rows) : outer_tile_of<S, 1, T>(rows);
}

/// A strip by a panel of B: see outer_tile.
template <class T, Strip S = Strip::columns>
void multiply_panel(int64_t rows, int64_t vectors, int64_t k, const T* a, int64_t a_stride, const T* b,
                    int64_t b_stride, T* c, int64_t c_stride, Begin<T> start) {
  outer_tile_for<S, T>(rows, vectors)(k, a, a_stride, b, b_stride, c, c_stride, start);
}

/// C = start + A·B for many operands of one shape that lie in a near cache: cut into tiles of near-equal shape once.
template <Strip S, class T>
class CachedProduct {
 public:
  CachedProduct(int64_t rows, int64_t vectors) {
    const int64_t panels = ceil_div(vectors, kTileVectors);
    for (int64_t panel = 0; panel < panels; ++panel) {
      const Range v = piece(vectors, 1, panel, panels);
      const int64_t strips = ceil_div(rows, kMostTileRows[v.count()]);
      for (int64_t strip = 0; strip < strips; ++strip) {
        const Range r = piece(rows, 1, strip, strips);
        tiles_.push_back({outer_tile_for<S, T>(r.count(), v.count()), r.first, v.first * kLanes<T>});
      }
    }
  }

  void run(int64_t k, const T* a, int64_t a_stride, const T* b, int64_t b_stride, T* c, int64_t c_stride,
           Start start) const {
    for (const Tile& t : tiles_) {
      T* const tile = c + t.row * c_stride + t.column;
      t.multiply(k, a + t.row * (S == Strip::columns ? 1 : a_stride), a_stride, b + t.column, b_stride, tile, c_stride,
                 begin<T>(start, tile, c_stride));
    }
  }

 private:
  struct Tile {
    OuterTile<T> multiply;
    int64_t row, column;
  };
  std::vector<Tile> tiles_;
};

/// The sums of the lanes of four vectors.
#if HWY_TARGET != HWY_SCALAR
template <class D>
HWY_INLINE hn::Vec<hn::Full128<float>> sum_blocks(D d, hn::Vec<D> v) {
  if constexpr (hn::MaxLanes(d) > 4) {
    const hn::Half<D> half;
    return sum_blocks(half, hn::Add(hn::LowerHalf(half, v), hn::UpperHalf(half, v)));
  } else {
    return v;
  }
}

HWY_INLINE hn::Vec<hn::Full128<float>> sums_of_four(const Vector<float>* v) {
  const Tag<float> d;
  const hn::Repartition<double, decltype(d)> pairs;
  const auto ab = hn::BitCast(pairs, hn::Add(hn::InterleaveLower(d, v[0], v[1]), hn::InterleaveUpper(d, v[0], v[1])));
  const auto ef = hn::BitCast(pairs, hn::Add(hn::InterleaveLower(d, v[2], v[3]), hn::InterleaveUpper(d, v[2], v[3])));
  return sum_blocks(d, hn::Add(hn::BitCast(d, hn::InterleaveLower(pairs, ab, ef)),
                               hn::BitCast(d, hn::InterleaveUpper(pairs, ab, ef))));
}
#endif

/// c[j][r] += row r of A · row j of B, both of k contiguous values. Partial sums stand in vectors until the end.
template <int R, int C, class T>
void dot_tile(int64_t k, const T* HWY_RESTRICT a, int64_t a_stride, const T* HWY_RESTRICT b, int64_t b_stride,
              T* HWY_RESTRICT c, int64_t c_stride) {
  const Tag<T> d;
  constexpr int64_t L = kLanes<T>;
  Vector<T> sum[C][R];
#pragma GCC unroll 8
  for (int j = 0; j < C; ++j)
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r) sum[j][r] = hn::Zero(d);
  int64_t l = 0;
  for (; l + L <= k; l += L) {
    Vector<T> column[C];
#pragma GCC unroll 8
    for (int j = 0; j < C; ++j) {
      column[j] = hn::LoadU(d, b + j * b_stride + l);
      hold(column[j]);
    }
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r) {
      Vector<T> row = hn::LoadU(d, a + r * a_stride + l);
      hold(row);
#pragma GCC unroll 8
      for (int j = 0; j < C; ++j) sum[j][r] = hn::MulAdd(row, column[j], sum[j][r]);
    }
  }
#pragma GCC unroll 8
  for (int j = 0; j < C; ++j) {
    T totals[R];
#if HWY_TARGET != HWY_SCALAR
    if constexpr (R == 4 && sizeof(T) == 4) {
      hn::StoreU(sums_of_four(sum[j]), hn::Full128<float>(), totals);
    } else
#endif
    {
#pragma GCC unroll 8
      for (int r = 0; r < R; ++r) totals[r] = hn::GetLane(hn::SumOfLanes(d, sum[j][r]));
    }
    for (int64_t rest = l; rest < k; ++rest) {
#pragma GCC unroll 8
      for (int r = 0; r < R; ++r) totals[r] += a[r * a_stride + rest] * b[j * b_stride + rest];
    }
#pragma GCC unroll 8
    for (int r = 0; r < R; ++r) c[j * c_stride + r] += totals[r];
  }
}

template <class T>
using DotTile = void (*)(int64_t k, const T* a, int64_t a_stride, const T* b, int64_t b_stride, T* c, int64_t c_stride);

template <class T>
DotTile<T> dot_tile_for(int64_t rows, int64_t columns) {
  static constexpr auto table = []<int... I>(std::integer_sequence<int, I...>) {
    return std::array<DotTile<T>, sizeof...(I)>{dot_tile<1 + I / kDotColumns, 1 + I % kDotColumns, T>...};
  }
  (std::make_integer_sequence<int, kDotRows * kDotColumns>());
  return table[(rows - 1) * kDotColumns + columns - 1];
}

/// c[column][row] += A·Bᵀ, tile by tile; a and b hold rows of k contiguous values and should lie in the second-level
/// cache. A few rows of B stay in the first level while all of A passes by.
template <class T>
void multiply_dots(int64_t rows, int64_t columns, int64_t k, const T* a, int64_t a_stride, const T* b, int64_t b_stride,
                   T* c, int64_t c_stride) {
  constexpr int64_t kGroup = 4 * kDotColumns > 12 ? 12 : 9;
  for (int64_t group = 0; group < columns; group += kGroup)
    for (int64_t i = 0; i < rows; i += kDotRows)
      for (int64_t j = group; j < std::min(group + kGroup, columns); j += kDotColumns)
        dot_tile_for<T>(std::min<int64_t>(kDotRows, rows - i),
                        std::min<int64_t>(kDotColumns, std::min(group + kGroup, columns) - j))(
            k, a + i * a_stride, a_stride, b + j * b_stride, b_stride, c + j * c_stride + i, c_stride);
}

/// to[i] = from[i·step] for i < count. Touches no other cell.
template <class T>
void copy_strided(T* HWY_RESTRICT to, const T* HWY_RESTRICT from, int64_t count, int64_t step) {
  const Tag<T> d;
  constexpr int64_t L = kLanes<T>;
  int64_t i = 0;
  if (step == 1) {
    for (; i + L <= count; i += L) hn::StoreU(hn::LoadU(d, from + i), d, to + i);
#if HWY_TARGET <= HWY_AVX3
    if (i < count) {
      const auto mask = hn::FirstN(d, static_cast<size_t>(count - i));
      hn::BlendedStore(hn::MaskedLoad(mask, d, from + i), mask, d, to + i);
    }
    return;
#endif
  } else if (step == 0) {
    std::fill(to, to + count, *from);
    return;
  }
#if HWY_TARGET != HWY_SCALAR
  const auto even = [&](const T* at) HWY_ATTR { return hn::ConcatEven(d, hn::LoadU(d, at + L), hn::LoadU(d, at)); };
  // each stops one vector short: what the last one reads beyond its last element may lie behind the array
  if (step == 2) {
    for (; i + L < count; i += L) hn::StoreU(even(from + 2 * i), d, to + i);
    if (i > 0) {  // the last vector, which may overlap the one before, by the odd elements from one before on
      const T* last = from + 2 * (count - L) - 1;
      hn::StoreU(hn::ConcatOdd(d, hn::LoadU(d, last + L), hn::LoadU(d, last)), d, to + count - L);
      return;
    }
  } else if (step == 4) {
    for (; i + L < count; i += L)
      hn::StoreU(hn::ConcatEven(d, even(from + 4 * i + 2 * L), even(from + 4 * i)), d, to + i);
  }
#endif
  for (; i < count; ++i) to[i] = from[i * step];
}

/// to[r·to_step + i] = from[r·from_step + i·step] for r < rows, i < count. Touches no other cell.
template <class T>
void copy_rows(T* HWY_RESTRICT to, int64_t to_step, const T* HWY_RESTRICT from, int64_t from_step, int64_t rows,
               int64_t count, int64_t step) {
  constexpr int64_t L = kLanes<T>;
  const Tag<T> d;
  if (step == 1 && count >= L) {  // the last vector overlaps the one before
    const int64_t last = count - L;
    for (int64_t r = 0; r < rows; ++r, to += to_step, from += from_step) {
      __builtin_prefetch(from + 2 * count);
      for (int64_t i = 0; i < last; i += L) hn::StoreU(hn::LoadU(d, from + i), d, to + i);
      hn::StoreU(hn::LoadU(d, from + last), d, to + last);
    }
    return;
  }
#if HWY_TARGET != HWY_SCALAR
  const hn::CappedTag<T, 4> few;
  constexpr int64_t F = hn::MaxLanes(few);
  if (step == 1 && count >= F) {
    for (int64_t r = 0; r < rows; ++r, to += to_step, from += from_step) {
      for (int64_t i = 0; i < count - F; i += F) hn::StoreU(hn::LoadU(few, from + i), few, to + i);
      hn::StoreU(hn::LoadU(few, from + count - F), few, to + count - F);
    }
    return;
  }
#endif
  for (int64_t r = 0; r < rows; ++r, to += to_step, from += from_step) copy_strided(to, from, count, step);
}

#if HWY_TARGET != HWY_SCALAR
/// Transposes 4 rows of 4 values, or (with vectors of 8) 8 rows, as two blocks at once: to[c·to_stride + r] =
/// from[r·from_stride + c].
template <class D>
HWY_INLINE void transpose_block(D d, float* HWY_RESTRICT to, int64_t to_stride, const float* HWY_RESTRICT from,
                                int64_t from_stride) {
  const hn::Repartition<double, D> pairs;
  const auto row = [&](int r) {
    const hn::Full128<float> block;
    if constexpr (hn::MaxLanes(d) == 8)
      return hn::Combine(d, hn::LoadU(block, from + (r + 4) * from_stride), hn::LoadU(block, from + r * from_stride));
    else
      return hn::LoadU(d, from + r * from_stride);
  };
  const auto a = row(0), b = row(1), e = row(2), f = row(3);
  const auto ab_low = hn::BitCast(pairs, hn::InterleaveLower(d, a, b)),
             ef_low = hn::BitCast(pairs, hn::InterleaveLower(d, e, f));
  const auto ab_high = hn::BitCast(pairs, hn::InterleaveUpper(d, a, b)),
             ef_high = hn::BitCast(pairs, hn::InterleaveUpper(d, e, f));
  hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, ab_low, ef_low)), d, to);
  hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, ab_low, ef_low)), d, to + to_stride);
  hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, ab_high, ef_high)), d, to + 2 * to_stride);
  hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, ab_high, ef_high)), d, to + 3 * to_stride);
}

/// One stripe of rows, as many as d has lanes, by columns >= 4. The last block overlaps the one before.
template <class D>
HWY_INLINE void transpose_stripe(D d, float* HWY_RESTRICT to, int64_t to_stride, const float* HWY_RESTRICT from,
                                 int64_t from_stride, int64_t columns) {
  int64_t c = 0;
  for (; c + 4 <= columns; c += 4) transpose_block(d, to + c * to_stride, to_stride, from + c, from_stride);
  if (c < columns) transpose_block(d, to + (columns - 4) * to_stride, to_stride, from + columns - 4, from_stride);
}
#endif

/// to[c·to_stride + r] = from[r·from_stride + c] for r < rows, c < columns.
template <class T>
void transpose(T* HWY_RESTRICT to, int64_t to_stride, const T* HWY_RESTRICT from, int64_t from_stride, int64_t rows,
               int64_t columns) {
#if HWY_TARGET != HWY_SCALAR
  if constexpr (sizeof(T) == 4) {
    if (rows >= 4 && columns >= 4) {
      const hn::Full128<float> narrow;
      const hn::CappedTag<float, 8> wide;
      constexpr int64_t W = hn::MaxLanes(wide);
      int64_t r = 0;
      for (; r + W <= rows; r += W)
        transpose_stripe(wide, to + r, to_stride, from + r * from_stride, from_stride, columns);
      for (; r + 4 <= rows; r += 4)
        transpose_stripe(narrow, to + r, to_stride, from + r * from_stride, from_stride, columns);
      if (r < rows)  // the last rows overlap those before
        transpose_stripe(narrow, to + rows - 4, to_stride, from + (rows - 4) * from_stride, from_stride, columns);
      return;
    }
  }
#endif
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < columns; ++c) to[c * to_stride + r] = from[r * from_stride + c];
}

/// Copies a strip of a matrix: to[l·width + i] = from[i·step + l·k_step] for i < count, l < k.
template <class T>
void pack_strip_into(T* HWY_RESTRICT to, int64_t width, const T* HWY_RESTRICT from, int64_t count, int64_t step,
                     int64_t k, int64_t k_step) {
  if (k_step == 1 && step != 1) return transpose(to, width, from, step, count, k);
  copy_rows(to, width, from, k_step, k, count, step);
}

/// The same, with zeros from count up to width: outer_tile's operand.
template <class T>
void pack_strip(T* HWY_RESTRICT to, int64_t width, const T* HWY_RESTRICT from, int64_t count, int64_t step, int64_t k,
                int64_t k_step) {
  if (count < width)
    for (int64_t l = 0; l < k; ++l) std::fill(to + l * width + count, to + (l + 1) * width, T{0});
  pack_strip_into(to, width, from, count, step, k, k_step);
}

}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard
