// Batch norm of vectors and small pictures: a matrix whose columns are summed. Plain loops over a block of columns.
#include <algorithm>
#include <array>
#include <cmath>

#include "kernels/norm_runs.h"

namespace convgrad::kernels {
namespace {

constexpr int64_t kColumns = 128;  // at once: their sums stay in the first-level cache
using Block = std::array<double, kColumns>;

/// A block of columns of a matrix.
struct Columns {
  int64_t rows, stride, first, count;

  /// f(where a row of the block starts) for each row.
  template <class F>
  void each_row(F f) const {
    for (int64_t r = 0; r < rows; ++r) f(r * stride + first);
  }
};

/// f(first group, its columns) for blocks of whole groups.
template <class F>
void each_block(const NormShape& s, int64_t first, int64_t last, F f) {
  const int64_t block = kColumns / s.inner;
  for (int64_t g = first; g < last; g += block) {
    const int64_t count = std::min(block, last - g) * s.inner;
    f(g, Columns{s.outer, s.groups * s.inner, g * s.inner, count});
  }
}

/// A line for each column.
template <class T>
struct Lines {
  std::array<T, kColumns> mean{}, scale{}, shift{};

  void set(int64_t first, int64_t count, const NormLine<T>& line) {
    std::fill_n(mean.begin() + first, count, line.mean);
    std::fill_n(scale.begin() + first, count, line.scale);
    std::fill_n(shift.begin() + first, count, line.shift);
  }
  T operator()(int64_t c, T x) const { return (x - mean[c]) * scale[c] + shift[c]; }
};

/// The sums of each group of `inner` columns.
NormSums group_sums(const Block& a, const Block& b, int64_t column, int64_t inner) {
  NormSums sums;
  for (int64_t i = column; i < column + inner; ++i) sums.a += a[i], sums.b += b[i];
  return sums;
}

template <class T>
void moments(const NormForward<T>& f, int64_t first, const Columns& columns) {
  const int64_t inner = f.shape.inner, n = columns.count;
  Block a{}, b{}, shift{};
  for (int64_t c = 0; c < n; ++c) shift[c] = f.x[columns.first + c / inner * inner];
  columns.each_row([&](int64_t at) {
    const T* x = f.x + at;
    for (int64_t c = 0; c < n; ++c) {
      const double v = x[c] - shift[c];
      a[c] += v;
      b[c] += v * v;
    }
  });
  for (int64_t c = 0, g = first; c < n; c += inner, ++g)
    set_moments(group_sums(a, b, c, inner), shift[c], f.shape.count(), f.mean[g], f.variance[g]);
}

}  // namespace

template <class T>
void norm_forward_columns(const NormForward<T>& f, int64_t first, int64_t last) {
  const NormShape& s = f.shape;
  each_block(s, first, last, [&](int64_t from, const Columns& columns) {
    if (!f.given) moments(f, from, columns);
    Lines<T> lines;
    for (int64_t c = 0; c < columns.count; c += s.inner) {
      const int64_t g = from + c / s.inner, w = g % s.weights;
      const double rstd = 1 / std::sqrt(f.variance[g] + f.eps);
      lines.set(c, s.inner, {f.mean[g], f.weight ? rstd * f.weight[w] : rstd, f.bias ? f.bias[w] : 0});
    }
    columns.each_row([&](int64_t at) {
      const T* x = f.x + at;
      T* y = f.y + at;
      for (int64_t c = 0; c < columns.count; ++c) y[c] = lines(c, x[c]);
    });
  });
}

template <class T>
void norm_backward_columns(const NormBackward<T>& b, NormSums* sums, int64_t first, int64_t last) {
  const NormShape& s = b.shape;
  const double n = static_cast<double>(s.count());
  each_block(s, first, last, [&](int64_t from, const Columns& columns) {
    Block slope{}, end{}, mean{};
    Lines<T> lines;
    std::array<T, kColumns> factor{};
    for (int64_t c = 0; c < columns.count; ++c) mean[c] = b.mean[from + c / s.inner];
    columns.each_row([&](int64_t at) {
      const T *dy = b.dy + at, *x = b.x + at;
      for (int64_t c = 0; c < columns.count; ++c) {
        end[c] += dy[c];
        slope[c] += dy[c] * (x[c] - mean[c]);
      }
    });
    for (int64_t c = 0, g = from; c < columns.count; c += s.inner, ++g) {
      sums[g] = group_sums(end, slope, c, s.inner);
      const double rstd = 1 / std::sqrt(b.variance[g] + b.eps);
      const double scale = b.weight ? rstd * b.weight[g % s.weights] : rstd;
      const double k = b.given ? 0 : -sums[g].b / n * rstd * rstd * scale;
      std::fill_n(factor.begin() + c, s.inner, static_cast<T>(scale));
      lines.set(c, s.inner, {b.mean[g], k, b.given ? 0 : -sums[g].a / n * scale});
    }
    if (!b.dx) return;
    columns.each_row([&](int64_t at) {
      const T *dy = b.dy + at, *x = b.x + at;
      T* dx = b.dx + at;
      for (int64_t c = 0; c < columns.count; ++c) dx[c] = dy[c] * factor[c] + lines(c, x[c]);
    });
  });
}

template void norm_forward_columns<float>(const NormForward<float>&, int64_t, int64_t);
template void norm_forward_columns<double>(const NormForward<double>&, int64_t, int64_t);
template void norm_backward_columns<float>(const NormBackward<float>&, NormSums*, int64_t, int64_t);
template void norm_backward_columns<double>(const NormBackward<double>&, NormSums*, int64_t, int64_t);

}  // namespace convgrad::kernels
