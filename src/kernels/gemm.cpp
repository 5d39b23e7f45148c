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

// C = A·B by packed panels in three levels of cache (Goto & van de Geijn 2008; BLIS, Van Zee & van de Geijn 2015): a
// block of A stays in the second level, a panel of B in the first, and meets all of that block. Few panels of B stay in
// the second level instead, and strips of A pass by as they lie. Or, where k is long and contiguous in both, by dot
// products of the rows as they lie, k cut into slices of fixed length.

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {

// k of one packed block: a panel of B that deep fills half of the first-level cache.
constexpr int64_t kBlockDepth = HWY_TARGET <= HWY_AVX3 ? 192 : 256;
constexpr int64_t kSlabCells =
    256 << 10;                      // of B, packed once for all of A: the more columns, the less often A is packed
constexpr int64_t kDotDepth = 512;  // k of one block of dot products

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

/// Scratch of one thread: one block of A for the second-level cache, one slab of B, one tile.
template <class T>
struct Blocks {
  int64_t depth, rows, columns;
  Scratch<T> memory;
  T *tile, *b, *a;

  Blocks(Range m, Range n, int64_t k)
      : depth(std::clamp<int64_t>(k, 1, kBlockDepth)),
        rows(std::min(m.count(), block_rows(depth))),
        columns(std::min(round_up(n.count(), kTileColumns<T>), round_up(kSlabCells / depth, kTileColumns<T>))),
        memory(kTileRows * kTileColumns<T> + (columns + rows) * depth),
        tile(memory),
        b(tile + kTileRows * kTileColumns<T>),
        a(b + columns * depth) {}

  static int64_t block_rows(int64_t depth) {
    const int64_t cells = second_level_cache() / 3 / static_cast<int64_t>(sizeof(T));
    return std::max<int64_t>(kTileRows, cells / depth / kTileRows * kTileRows);
  }
};

/// C's rows × columns by packed panels, on this thread.
template <class T>
class Blocked {
 public:
  Blocked(const GemmProblem<T>& p, Range rows, Range columns)
      : p_(p),
        rows_(rows),
        columns_(columns),
        blocks_(rows, columns, p.k),
        // A few rows do not repay the packing of B,
        direct_b_(p.b.col_stride == 1 && rows.count() <= 2 * kTileRows),
        // nor a few panels, which stay in the second-level cache from strip to strip, that of A.
        direct_a_(p.a.col_stride == 1 && p.alpha == 1 &&
                  columns.count() * blocks_.depth * static_cast<int64_t>(sizeof(T)) <= second_level_cache() / 2) {}

  void run() {
    if (p_.k == 0) return prepare(p_, rows_, columns_);
    const Start first = p_.beta != 0 || p_.row_bias || p_.column_bias ? Start::bias : Start::zero;
    for (int64_t j = columns_.first; j < columns_.last; j += blocks_.columns)
      for (int64_t l = 0; l < p_.k; l += blocks_.depth)
        multiply({j, std::min(columns_.last, j + blocks_.columns)}, {l, std::min(p_.k, l + blocks_.depth)},
                 l > 0 ? Start::accumulate : first);
  }

 private:
  static constexpr int64_t NR = kTileColumns<T>;

  const T* a_at(int64_t row, int64_t column) const {
    return p_.a.data + row * p_.a.row_stride + column * p_.a.col_stride;
  }
  const T* b_at(int64_t row, int64_t column) const {
    return p_.b.data + row * p_.b.row_stride + column * p_.b.col_stride;
  }

  void multiply(Range columns, Range depth, Start start) {
    for (int64_t j = columns.first; j < columns.last; j += NR)
      if (!direct_b_ || j + NR > columns.last)
        pack_strip(blocks_.b + (j - columns.first) * depth.count(), NR, b_at(depth.first, j),
                   std::min(NR, columns.last - j), p_.b.col_stride, depth.count(), p_.b.row_stride);
    if (direct_a_) {
      for (int64_t r = rows_.first; r < rows_.last; r += kTileRows)
        for (int64_t j = columns.first; j < columns.last; j += NR)
          multiply_tile(r, rows_.last, j, columns, depth, start);
      return;
    }
    for (int64_t i = rows_.first; i < rows_.last; i += blocks_.rows) {
      const Range rows{i, std::min(rows_.last, i + blocks_.rows)};
      pack_a(rows, depth);
      for (int64_t j = columns.first; j < columns.last; j += NR)
        for (int64_t r = rows.first; r < rows.last; r += kTileRows)
          multiply_tile(r, rows.last, j, columns, depth, start, blocks_.a + (r - rows.first) * depth.count());
    }
  }

  /// The tile at (i, j), of rows before `last`, by A as it lies or packed.
  void multiply_tile(int64_t i, int64_t last, int64_t j, Range columns, Range depth, Start start,
                     const T* packed = nullptr) {
    const bool direct = direct_b_ && j + NR <= columns.last;
    const Range rows{i, std::min<int64_t>(i + kTileRows, last)}, wide{j, std::min(j + NR, columns.last)};
    const T* b = direct ? b_at(depth.first, j) : blocks_.b + (j - columns.first) * depth.count();
    const int64_t vectors = ceil_div(wide.count(), kLanes<T>), b_stride = direct ? p_.b.row_stride : NR;
    store_tile(rows, wide, vectors, start, [&](T* c, int64_t c_stride, Begin<T> begin) {
      if (packed)
        multiply_panel<T>(rows.count(), vectors, depth.count(), packed, rows.count(), b, b_stride, c, c_stride, begin);
      else
        multiply_panel<T, Strip::rows>(rows.count(), vectors, depth.count(), a_at(i, depth.first), p_.a.row_stride, b,
                                       b_stride, c, c_stride, begin);
    });
  }

  /// One tile of C, through a buffer where C's columns are not contiguous or end inside a vector.
  template <class F>
  void store_tile(Range rows, Range columns, int64_t vectors, Start start, F product) {
    const int64_t stride = p_.c.row_stride;
    T* c = p_.c.data + rows.first * stride + columns.first * p_.c.col_stride;
    const bool whole = p_.c.col_stride == 1 && columns.count() == vectors * kLanes<T>;
    if (whole && start == Start::bias && p_.beta == 0 && !p_.row_bias)  // a linear layer's
      return product(c, stride, {p_.column_bias + columns.first, 0, kLanes<T>});
    if (start == Start::bias) {  // tile by tile, so that C passes through the caches once
      prepare(p_, rows, columns);
      start = Start::accumulate;
    }
    if (whole) {
      for (int64_t r = 0; r < rows.count(); ++r) __builtin_prefetch(c + r * stride, 1);
      return product(c, stride, begin<T>(start, c, stride));
    }
    product(blocks_.tile, NR, begin<T>(Start::zero, c, 0));
    for (int64_t r = 0; r < rows.count(); ++r)
      for (int64_t q = 0; q < columns.count(); ++q) {
        T& cell = c[r * stride + q * p_.c.col_stride];
        const T value = blocks_.tile[r * NR + q];
        cell = start == Start::zero ? value : cell + value;
      }
  }

  void pack_a(Range rows, Range depth) {
    for (int64_t i = rows.first; i < rows.last; i += kTileRows) {
      const int64_t some = std::min<int64_t>(kTileRows, rows.last - i);
      T* packed = blocks_.a + (i - rows.first) * depth.count();
      pack_strip(packed, some, a_at(i, depth.first), some, p_.a.row_stride, depth.count(), p_.a.col_stride);
      if (p_.alpha != 1)
        for (int64_t e = 0; e < some * depth.count(); ++e) packed[e] *= p_.alpha;
    }
  }

  const GemmProblem<T>& p_;
  Range rows_, columns_;
  Blocks<T> blocks_;
  bool direct_b_, direct_a_;
};

template <class T>
void blocked(const GemmProblem<T>& p, Range rows, Range columns) {
  Blocked<T>(p, rows, columns).run();
}

/// C's rows × columns by dot products over k's range, added to sums[columns][p.m].
template <class T>
void dots(const GemmProblem<T>& p, Range rows, Range depth, T* sums) {
  for (int64_t l = depth.first; l < depth.last; l += kDotDepth)
    multiply_dots<T>(rows.count(), p.n, std::min(kDotDepth, depth.last - l), p.a.data + rows.first * p.a.row_stride + l,
                     p.a.row_stride, p.b.data + l, p.b.col_stride, sums, p.m);
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

/// Dot products pay where k is contiguous in both operands and packing, a transposition then, is not repaid by many
/// rows and columns; or where k is so long that its slices are what threads can share.
template <class T>
bool wants_dots(const GemmProblem<T>& p) {
  const int64_t repaid = p.k > 2 * kSliceDepth ? 160 : 8;
  return (p.a.col_stride == 1 || p.k == 1) && (p.b.row_stride == 1 || p.k == 1) && p.k >= 64 &&
         repaid * (p.m + p.n) > p.m * p.n;
}

/// Some rows of C from the sums of the slices, added in order.
template <class T>
void add_dots(const GemmProblem<T>& p, Range rows, const T* sums, int64_t slices) {
  for (int64_t i = rows.first; i < rows.last; ++i)
    for (int64_t j = 0; j < p.n; ++j) {
      T sum = sums[j * p.m + i];
      for (int64_t s = 1; s < slices; ++s) sum += sums[(s * p.n + j) * p.m + i];
      T& c = p.c.data[i * p.c.row_stride + j * p.c.col_stride];
      c = p.alpha * sum + (p.beta == 0 ? T{0} : p.beta * c) + (p.row_bias ? p.row_bias[i] : T{0}) +
          (p.column_bias ? p.column_bias[j] : T{0});
    }
}

/// Slices of k in parallel.
template <class T>
void by_dots(const GemmProblem<T>& p, const GemmKernels<T>& kernels) {
  const int64_t slices = ceil_div(p.k, kSliceDepth), row_blocks = ceil_div(p.m, 64), size = p.m * p.n;
  const Scratch<T> sums(slices * size);
  const auto rows_of = [&](int64_t block) { return piece(p.m, 4, block, row_blocks); };
  parallel_for(0, slices * row_blocks, ceil_div(kLeastWork * slices * row_blocks, size * p.k),
               [&](int64_t first, int64_t last) {
                 const FlushDenormals flush;
                 for (int64_t task = first; task < last; ++task) {
                   const int64_t slice = task / row_blocks;
                   const Range rows = rows_of(task % row_blocks);
                   T* part = sums + slice * size + rows.first;
                   for (int64_t j = 0; j < p.n; ++j) std::fill_n(part + j * p.m, rows.count(), T{0});
                   kernels.dots(p, rows, {slice * kSliceDepth, std::min(p.k, (slice + 1) * kSliceDepth)}, part);
                   if (slices == 1) add_dots(p, rows, sums.data(), 1);
                 }
               });
  if (slices == 1) return;
  parallel_for(0, row_blocks, ceil_div(kLeastWork * row_blocks, 8 * slices * size), [&](int64_t first, int64_t last) {
    for (int64_t block = first; block < last; ++block) add_dots(p, rows_of(block), sums.data(), slices);
  });
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
