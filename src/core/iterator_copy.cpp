// Copies between any two layouts, in one pass.
#include <algorithm>
#include <cstring>

#include "core/iterator.h"
#include "core/threads.h"
#include "core/walk.h"
#include "kernels/transpose.h"

namespace convgrad {
namespace {

constexpr int64_t kGrain = 1 << 15;  // elements
constexpr int64_t kTile = 32;

/// The dimension along which the input is dense where the output is dense along the innermost: a transposition.
/// 0 where it is none.
size_t transposed_dimension(const Walk& walk) {
  const auto &out = walk[0], &in = walk[1];
  if (out.dtype != in.dtype || out.strides[0] != out.element() || in.strides[0] == in.element()) return 0;
  for (size_t d = 1; d < walk.shape().size(); ++d)
    if (in.strides[d] == in.element() && walk.shape()[d] >= 4 && walk.shape()[0] >= 2) return d;
  return 0;
}

/// One tile of a transposition: `rows` along the input's dense dimension, `columns` along the output's.
template <class T>
void copy_tile(char* out, int64_t out_stride, const char* in, int64_t in_stride, int64_t rows, int64_t columns) {
  for (int64_t r = 0; r < rows; ++r) {
    T* to = reinterpret_cast<T*>(out + r * out_stride);
    const char* from = in + r * static_cast<int64_t>(sizeof(T));
    for (int64_t c = 0; c < columns; ++c) to[c] = *reinterpret_cast<const T*>(from + c * in_stride);
  }
}

void copy_word_tile(char* out, int64_t out_stride, const char* in, int64_t in_stride, int64_t rows, int64_t columns) {
  constexpr int64_t kWord = 4;  // strides are multiples of the element's size
  kernels::transpose_words(reinterpret_cast<float*>(out), out_stride / kWord, reinterpret_cast<const float*>(in),
                           in_stride / kWord, rows, columns);
}

/// Slabs of the two dimensions, cut into tiles that read and write whole cache lines.
void copy_transposed(const Walk& walk, size_t d) {
  const int64_t columns = walk.shape()[0], rows = walk.shape()[d], width = walk[0].element();
  const int64_t row_tiles = (rows + kTile - 1) / kTile, slabs = walk.numel() / (columns * rows);
  const auto tile = width == 1 ? copy_tile<uint8_t> : width == 4 ? copy_word_tile : copy_tile<uint64_t>;
  const int64_t grain = std::max<int64_t>(1, kGrain / (columns * std::min(rows, kTile)));
  parallel_for(0, slabs * row_tiles, grain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      DimVector at(walk.shape().size());
      int64_t slab = i / row_tiles;
      for (size_t k = 1; k < at.size(); ++k)
        if (k != d) at[k] = slab % walk.shape()[k], slab /= walk.shape()[k];
      at[d] = i % row_tiles * kTile;
      const int64_t height = std::min(kTile, rows - at[d]);
      char *out = walk.address(0, at), *in = walk.address(1, at);
      for (int64_t c = 0; c < columns; c += kTile)
        tile(out + c * width, walk[0].strides[d], in + c * walk[1].strides[0], walk[1].strides[0], height,
             std::min(kTile, columns - c));
    }
  });
}

/// Runs along the innermost dimension, both pointers moving together.
void copy_runs(const Walk& walk, kernels::Move move, int64_t begin, int64_t end) {
  DimVector at = walk.locate(begin);
  char* in = walk.address(1, at);
  const DimVector& in_strides = walk[1].strides;
  walk.each_run(0, at, end - begin, [&](int64_t, char* out, int64_t run) {
    move(out, walk[0].strides[0], in, in_strides[0], run);
    at[0] += run;
    in += run * in_strides[0];
    for (size_t d = 0; d + 1 < at.size() && at[d] == walk.shape()[d]; ++d) {
      at[d] = 0, ++at[d + 1];
      in += in_strides[d + 1] - walk.shape()[d] * in_strides[d];
    }
  });
}

}  // namespace

void run_copy(const Tensor& out, const Operand& in) {
  const detail::TensorImpl& to = out.impl();
  if (!in.is_number()) check_overlap(to, *in.tensor);
  if (to.numel == 0) return;
  Walk walk(to.sizes);
  walk.add(to);
  alignas(8) char number[8];
  if (in.is_number()) {
    store_number(in.number, to.dtype, number);
    walk.add_number(number, to.dtype);
  } else {
    walk.add(*in.tensor);
  }
  walk.arrange();
  if (const size_t d = transposed_dimension(walk)) return copy_transposed(walk, d);
  const kernels::Move move = kernels::find_move(walk[0].dtype, walk[1].dtype);
  parallel_for(0, walk.numel(), kGrain, [&](int64_t begin, int64_t end) { copy_runs(walk, move, begin, end); });
}

}  // namespace convgrad
