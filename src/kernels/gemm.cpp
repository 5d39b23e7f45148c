#include "kernels/gemm.h"

#include <algorithm>
#include <type_traits>

#include "core/memory.h"
#include "core/threads.h"
#include "kernels/gemm_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/gemm.cpp"
#include "hwy/foreach_target.h"
#include "kernels/tile-inl.h"

// C = A·B by packed panels in three levels of cache (Goto & van de Geijn 2008; BLIS, Van Zee & van de Geijn 2015), or,
// where k is long and contiguous in both, by dot products of the rows as they lie, k cut into slices of fixed length.

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {

constexpr int64_t kBlockDepth = 512;  // k of one packed block: the longer, the less often C is read and written
constexpr int64_t kBlockRows = 120;   // of A: with its depth an eighth of a 2 MiB second-level cache
constexpr int64_t kBlockPanels = 8;   // of B: less than half of it
constexpr int64_t kDotDepth = 1024;   // k of one block of dot products

/// Brings C's range to beta·C + biases, for products that accumulate on top of it.
template <class T>
void prepare(const GemmProblem<T>& p, Range rows, Range columns) {
  for (int64_t i = rows.first; i < rows.last; ++i)
    for (int64_t j = columns.first; j < columns.last; ++j) {
      T& c = p.c.data[i * p.c.row_stride + j * p.c.col_stride];
      c = (p.beta == 0 ? T{0} : p.beta * c) + (p.row_bias ? p.row_bias[i] : T{0}) +
          (p.column_bias ? p.column_bias[j] : T{0});
    }
}

/// Scratch of one thread: one block of A, one of B, one tile.
template <class T>
struct Blocks {
  int64_t depth, rows, columns;
  Scratch<T> memory;
  T *tile, *b, *a;

  Blocks(Range m, Range n, int64_t k)
      : depth(std::min(k, kBlockDepth)),
        rows(std::min(m.count(), kBlockRows)),
        columns(std::min(round_up(n.count(), kTileColumns<T>), kBlockPanels * kTileColumns<T>)),
        memory(kTileRows * kTileColumns<T> + (columns + rows) * depth),
        tile(memory),
        b(tile + kTileRows * kTileColumns<T>),
        a(b + columns * depth) {}
};

/// One tile of C, through a buffer where C's columns are not contiguous or end inside a vector.
template <class T>
void tile_into(const GemmProblem<T>& p, int64_t i, int64_t rows, int64_t j, int64_t columns, int64_t k, const T* a,
               const T* b, int64_t b_stride, T* buffer, Start start) {
  T* c = p.c.data + i * p.c.row_stride + j * p.c.col_stride;
  const int64_t vectors = ceil_div(columns, kLanes<T>);
  if (p.c.col_stride == 1 && columns == vectors * kLanes<T>)
    return multiply_panel<T>(rows, vectors, k, a, rows, b, b_stride, c, p.c.row_stride, start, nullptr);
  multiply_panel<T>(rows, vectors, k, a, rows, b, b_stride, buffer, kTileColumns<T>, Start::zero, nullptr);
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t q = 0; q < columns; ++q) {
      T& cell = c[r * p.c.row_stride + q * p.c.col_stride];
      const T value = buffer[r * kTileColumns<T> + q];
      cell = start == Start::zero ? value : cell + value;
    }
}

/// C's rows × columns by packed panels, on this thread.
template <class T>
void blocked(const GemmProblem<T>& p, Range rows, Range columns) {
  constexpr int64_t NR = kTileColumns<T>;
  const Blocks<T> blocks(rows, columns, p.k);
  const bool prepared = p.beta != 0 || p.row_bias || p.column_bias || p.k == 0;
  if (prepared) prepare(p, rows, columns);
  // A few rows do not repay the packing of B.
  const bool direct_b = p.b.col_stride == 1 && rows.count() <= 2 * kTileRows;
  for (int64_t j0 = columns.first; j0 < columns.last; j0 += blocks.columns) {
    const int64_t j1 = std::min(columns.last, j0 + blocks.columns);
    for (int64_t l0 = 0; l0 < p.k; l0 += blocks.depth) {
      const int64_t depth = std::min(blocks.depth, p.k - l0);
      const Start start = prepared || l0 > 0 ? Start::accumulate : Start::zero;
      const T* b_rows = p.b.data + l0 * p.b.row_stride;
      for (int64_t j = j0; j < j1; j += NR)
        if (!direct_b || j + NR > j1)
          pack_strip(blocks.b + (j - j0) * depth, NR, b_rows + j * p.b.col_stride, std::min(NR, j1 - j), p.b.col_stride,
                     depth, p.b.row_stride);
      for (int64_t i0 = rows.first; i0 < rows.last; i0 += blocks.rows) {
        const int64_t i1 = std::min(rows.last, i0 + blocks.rows);
        for (int64_t i = i0; i < i1; i += kTileRows) {
          const int64_t some = std::min<int64_t>(kTileRows, i1 - i);
          T* packed = blocks.a + (i - i0) * depth;
          pack_strip(packed, some, p.a.data + i * p.a.row_stride + l0 * p.a.col_stride, some, p.a.row_stride, depth,
                     p.a.col_stride);
          if (p.alpha != 1)
            for (int64_t e = 0; e < some * depth; ++e) packed[e] *= p.alpha;
        }
        // Strip by strip: rows of C are written in long stretches.
        for (int64_t i = i0; i < i1; i += kTileRows)
          for (int64_t j = j0; j < j1; j += NR) {
            const bool direct = direct_b && j + NR <= j1;
            tile_into(p, i, std::min<int64_t>(kTileRows, i1 - i), j, std::min(NR, j1 - j), depth,
                      blocks.a + (i - i0) * depth, direct ? b_rows + j : blocks.b + (j - j0) * depth,
                      direct ? p.b.row_stride : NR, blocks.tile, start);
          }
      }
    }
  }
}

/// C's rows × columns by dot products over k's range, added to sums[rows][columns].
template <class T>
void dots(const GemmProblem<T>& p, Range rows, Range depth, T* sums) {
  for (int64_t l = depth.first; l < depth.last; l += kDotDepth)
    multiply_dots<T>(rows.count(), p.n, std::min(kDotDepth, depth.last - l), p.a.data + rows.first * p.a.row_stride + l,
                     p.a.row_stride, p.b.data + l, p.b.col_stride, sums, p.n);
}

template <class T>
constexpr GemmKernels<T> kernels_for() {
  return {.blocked = blocked<T>, .dots = dots<T>, .tile_rows = kTileRows, .tile_columns = kTileColumns<T>};
}

KernelSet<GemmKernels> gemm_kernel_set() { return {kernels_for<float>(), kernels_for<double>()}; }

}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convgrad::kernels {
namespace {

constexpr int64_t kSliceDepth = 8192;  // k of one slice: part of the result's definition, so no thread count changes it

HWY_EXPORT(gemm_kernel_set);

/// The same problem with rows and columns in each other's place.
template <class T>
GemmProblem<T> transposed(const GemmProblem<T>& p) {
  const auto turn = [](auto view) {
    std::swap(view.row_stride, view.col_stride);
    return view;
  };
  GemmProblem<T> q = p;
  q.m = p.n, q.n = p.m;
  q.a = turn(p.b), q.b = turn(p.a), q.c = turn(p.c);
  q.row_bias = p.column_bias, q.column_bias = p.row_bias;
  return q;
}

/// Dot products pay where k is contiguous in both operands and packing (a transposition then) costs over a tenth.
template <class T>
bool wants_dots(const GemmProblem<T>& p) {
  return (p.a.col_stride == 1 || p.k == 1) && (p.b.row_stride == 1 || p.k == 1) && p.k >= 64 &&
         160 * (p.m + p.n) > p.m * p.n;
}

/// Slices of k in parallel, their sums added in order.
template <class T>
void by_dots(const GemmProblem<T>& p, const GemmKernels<T>& kernels) {
  const int64_t slices = ceil_div(p.k, kSliceDepth), row_blocks = ceil_div(p.m, 64), size = p.m * p.n;
  const Scratch<T> sums(slices * size);
  parallel_for(0, slices * row_blocks, ceil_div(kLeastWork * slices * row_blocks, size * p.k),
               [&](int64_t first, int64_t last) {
                 const FlushDenormals flush;
                 for (int64_t task = first; task < last; ++task) {
                   const int64_t slice = task / row_blocks;
                   const Range rows = piece(p.m, 1, task % row_blocks, row_blocks);
                   T* part = sums + slice * size + rows.first * p.n;
                   std::fill(part, part + rows.count() * p.n, T{0});
                   kernels.dots(p, rows, {slice * kSliceDepth, std::min(p.k, (slice + 1) * kSliceDepth)}, part);
                 }
               });
  for (int64_t i = 0; i < p.m; ++i)
    for (int64_t j = 0; j < p.n; ++j) {
      T sum = sums[i * p.n + j];
      for (int64_t s = 1; s < slices; ++s) sum += sums[s * size + i * p.n + j];
      T& c = p.c.data[i * p.c.row_stride + j * p.c.col_stride];
      c = p.alpha * sum + (p.beta == 0 ? T{0} : p.beta * c) + (p.row_bias ? p.row_bias[i] : T{0}) +
          (p.column_bias ? p.column_bias[j] : T{0});
    }
}

/// Rows × columns of C cut into a grid of threads, each packing what it needs: the grid that packs least.
template <class T>
void by_blocks(const GemmProblem<T>& p, const GemmKernels<T>& kernels) {
  const int threads = useful_threads(p.m * p.n * std::max<int64_t>(1, p.k));
  parallel_team(threads, [&](int thread, int team) {
    const FlushDenormals flush;
    int64_t across = 1;
    for (int64_t c = 1; c <= team; ++c)
      if (team % c == 0 && p.m * c / team + p.n / c < p.m * across / team + p.n / across) across = c;
    const Range rows = piece(p.m, kernels.tile_rows, thread / across, team / across);
    const Range columns = piece(p.n, kernels.tile_columns, thread % across, across);
    if (rows.count() > 0 && columns.count() > 0) kernels.blocked(p, rows, columns);
  });
}

template <class T>
void multiply_one(const GemmProblem<T>& p, const GemmKernels<T>& kernels) {
  const bool tall = p.n < kernels.tile_columns / 3 && p.m > p.n,
             along_rows = p.c.col_stride != 1 && p.c.row_stride == 1;
  const GemmProblem<T> q = tall || along_rows ? transposed(p) : p;
  wants_dots(q) ? by_dots(q, kernels) : by_blocks(q, kernels);
}

template <class T>
void multiply(const GemmProblem<T>& p) {
  const GemmKernels<T> kernels = HWY_DYNAMIC_DISPATCH(gemm_kernel_set)().of<T>();
  const auto one = [&](int64_t b) {
    GemmProblem<T> q = p;
    q.batch = 1;
    q.a.data += b * p.a.batch_stride, q.b.data += b * p.b.batch_stride, q.c.data += b * p.c.batch_stride;
    multiply_one(q, kernels);
  };
  const int64_t work = p.m * p.n * std::max<int64_t>(1, p.k);
  if (p.batch < num_threads()) {
    for (int64_t b = 0; b < p.batch; ++b) one(b);
  } else {
    parallel_for(0, p.batch, ceil_div(kLeastWork, work), [&](int64_t first, int64_t last) {
      for (int64_t b = first; b < last; ++b) one(b);
    });
  }
}

/// Integers, by the definition; they wrap as PyTorch's do.
template <class T>
void multiply_integers(const GemmProblem<T>& p) {
  const auto element = [&](int64_t batch, int64_t i, int64_t j) {
    const T* a = p.a.data + batch * p.a.batch_stride + i * p.a.row_stride;
    const T* b = p.b.data + batch * p.b.batch_stride + j * p.b.col_stride;
    T& c = p.c.data[batch * p.c.batch_stride + i * p.c.row_stride + j * p.c.col_stride];
    uint64_t sum = 0;
    for (int64_t l = 0; l < p.k; ++l)
      sum += static_cast<uint64_t>(a[l * p.a.col_stride]) * static_cast<uint64_t>(b[l * p.b.row_stride]);
    sum *= static_cast<uint64_t>(p.alpha);
    if (p.beta != 0) sum += static_cast<uint64_t>(p.beta) * static_cast<uint64_t>(c);
    if (p.row_bias) sum += static_cast<uint64_t>(p.row_bias[i]);
    if (p.column_bias) sum += static_cast<uint64_t>(p.column_bias[j]);
    c = static_cast<T>(sum);
  };
  parallel_for(0, p.batch * p.m, 1 + 32768 / std::max<int64_t>(1, p.n * p.k), [&](int64_t first, int64_t last) {
    for (int64_t row = first; row < last; ++row)
      for (int64_t j = 0; j < p.n; ++j) element(row / p.m, row % p.m, j);
  });
}

}  // namespace

template <class T>
void gemm(const GemmProblem<T>& problem) {
  if (problem.batch <= 0 || problem.m <= 0 || problem.n <= 0) return;
  if constexpr (std::is_floating_point_v<T>)
    multiply(problem);
  else
    multiply_integers(problem);
}

template void gemm<float>(const GemmProblem<float>&);
template void gemm<double>(const GemmProblem<double>&);
template void gemm<int64_t>(const GemmProblem<int64_t>&);
template void gemm<int32_t>(const GemmProblem<int32_t>&);
template void gemm<uint8_t>(const GemmProblem<uint8_t>&);

}  // namespace convgrad::kernels
#endif  // HWY_ONCE
