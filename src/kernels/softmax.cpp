#include "kernels/softmax.h"

#include <algorithm>
#include <cmath>
#include <limits>
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/softmax.cpp"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
//
#include "core/memory.h"
#include "core/threads.h"
#include "hwy/contrib/math/math-inl.h"
#include "hwy/highway.h"
#include "kernels/partial-inl.h"

HWY_BEFORE_NAMESPACE();
namespace convgrad::kernels::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
template <class T>
using Tag = hn::ScalableTag<T>;
template <class T>
using Vec = hn::Vec<Tag<T>>;

constexpr int64_t kGrain = 8192;  // elements that are worth a thread
constexpr int64_t kBlock = 1024;  // terms summed before they join the total in double
constexpr int64_t kTile = 64;     // columns worked on together
constexpr int64_t kTileBytes = 1 << 18;
constexpr int64_t kRows = 32;  // the same where the total is no double

template <class T>
constexpr int64_t width() {
  return static_cast<int64_t>(hn::MaxLanes(Tag<T>()));
}

/// The first `count` elements at p, −∞ in the other lanes.
template <class T>
HWY_INLINE Vec<T> load_padded(const T* p, int64_t count) {
  constexpr Tag<T> d;
  if (count >= width<T>()) return hn::LoadU(d, p);
  const auto there = hn::FirstN(d, static_cast<size_t>(count));
  return hn::IfThenElse(there, load_partial(d, p, count), hn::Set(d, -std::numeric_limits<T>::infinity()));
}

/// Highway's exp gives 0 for NaN, its log a number.
template <class T>
HWY_INLINE Vec<T> exp(Vec<T> x) {
  return hn::IfThenElse(hn::IsNaN(x), x, hn::Exp(Tag<T>(), x));
}

/// Σ f(i, count) over the vectors of n elements.
template <class T, class F>
HWY_INLINE double sum_vectors(int64_t n, F f) {
  constexpr Tag<T> d;
  double total = 0;
  for (int64_t first = 0; first < n; first += kBlock) {
    const int64_t last = HWY_MIN(n, first + kBlock);
    Vec<T> sum = hn::Zero(d);
    for (int64_t i = first; i < last; i += width<T>()) sum = hn::Add(sum, f(i, last - i));
    total += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, sum)));
  }
  return total;
}

template <class T>
void row(const T* x, T* y, int64_t n, bool log) {
  constexpr Tag<T> d;
  Vec<T> top = hn::Set(d, -std::numeric_limits<T>::infinity());
  for (int64_t i = 0; i < n; i += width<T>()) top = hn::Max(top, load_padded(x + i, n - i));
  const Vec<T> max = hn::MaxOfLanes(d, top);
  const double sum = sum_vectors<T>(n, [&](int64_t i, int64_t count) HWY_ATTR {
    const Vec<T> term = exp<T>(hn::Sub(load_padded(x + i, count), max));
    if (!log) store_partial(term, d, y + i, count);
    return term;
  });
  const Vec<T> last = hn::Set(d, static_cast<T>(log ? std::log(sum) : sum));
  for (int64_t i = 0; i < n; i += width<T>())
    store_partial(
        log ? hn::Sub(hn::Sub(load_partial(d, x + i, n - i), max), last) : hn::Div(load_partial(d, y + i, n - i), last),
        d, y + i, n - i);
}

template <class T>
void row_gradient(const T* dy, const T* y, T* dx, int64_t n, bool log) {
  constexpr Tag<T> d;
  const double total = sum_vectors<T>(n, [&](int64_t i, int64_t count) HWY_ATTR {
    const Vec<T> g = load_partial(d, dy + i, count);
    return log ? g : hn::Mul(g, load_partial(d, y + i, count));
  });
  const Vec<T> sum = hn::Set(d, static_cast<T>(total));
  for (int64_t i = 0; i < n; i += width<T>()) {
    const Vec<T> g = load_partial(d, dy + i, n - i), p = load_partial(d, y + i, n - i);
    store_partial(log ? hn::Sub(g, hn::Mul(exp<T>(p), sum)) : hn::Mul(hn::Sub(g, sum), p), d, dx + i, n - i);
  }
}

/// Σ f(row), lane by lane.
template <class T, class F>
HWY_INLINE Vec<T> sum_rows(int64_t n, F f) {
  Vec<T> total = hn::Zero(Tag<T>());
  for (int64_t first = 0; first < n; first += kRows) {
    Vec<T> sum = hn::Zero(Tag<T>());
    for (int64_t i = first; i < HWY_MIN(n, first + kRows); ++i) sum = hn::Add(sum, f(i));
    total = hn::Add(total, sum);
  }
  return total;
}

/// n rows of some columns, `stride` apart: softmax of each column, in place.
template <class T>
void tile_columns(T* tile, int64_t stride, int64_t n, bool log) {
  constexpr Tag<T> d;
  for (int64_t j = 0; j < stride; j += width<T>()) {
    T* x = tile + j;
    Vec<T> max = hn::LoadU(d, x);
    for (int64_t i = 1; i < n; ++i) max = hn::Max(max, hn::LoadU(d, x + i * stride));
    Vec<T> sum = sum_rows<T>(n, [&](int64_t i) HWY_ATTR {
      const Vec<T> shifted = hn::Sub(hn::LoadU(d, x + i * stride), max), term = exp<T>(shifted);
      hn::StoreU(log ? shifted : term, d, x + i * stride);
      return term;
    });
    if (log) sum = hn::IfThenElse(hn::IsNaN(sum), sum, hn::Log(d, sum));
    for (int64_t i = 0; i < n; ++i) {
      const Vec<T> v = hn::LoadU(d, x + i * stride);
      hn::StoreU(log ? hn::Sub(v, sum) : hn::Div(v, sum), d, x + i * stride);
    }
  }
}

/// The gradient of each column, from the tile of results and that of gradients, into the latter.
template <class T>
void tile_gradient(T* gradients, const T* results, int64_t stride, int64_t n, bool log) {
  constexpr Tag<T> d;
  for (int64_t j = 0; j < stride; j += width<T>()) {
    T* dy = gradients + j;
    const T* y = results + j;
    const Vec<T> sum = sum_rows<T>(n, [&](int64_t i) HWY_ATTR {
      const Vec<T> g = hn::LoadU(d, dy + i * stride);
      return log ? g : hn::Mul(g, hn::LoadU(d, y + i * stride));
    });
    for (int64_t i = 0; i < n; ++i) {
      const Vec<T> g = hn::LoadU(d, dy + i * stride), p = hn::LoadU(d, y + i * stride);
      hn::StoreU(log ? hn::Sub(g, hn::Mul(exp<T>(p), sum)) : hn::Mul(hn::Sub(g, sum), p), d, dy + i * stride);
    }
  }
}

/// Some neighbouring columns of an array, whose rows may be far apart, and a place to bring them together.
template <class T>
struct Columns {
  int64_t offset, count, inner, n;
  T* tile;
  int64_t tile_stride;

  int64_t tile_size() const { return n * tile_stride; }
  void gather(const T* from, T* to) const {
    for (int64_t i = 0; i < n; ++i) std::copy_n(from + offset + i * inner, count, to + i * tile_stride);
  }
  void scatter(const T* from, T* to) const {
    for (int64_t i = 0; i < n; ++i) std::copy_n(from + i * tile_stride, count, to + offset + i * inner);
  }
};

/// Columns in one tile: as many as fit in a cache, one where there are fewer than fill a vector.
template <class T>
int64_t columns_in_tile(const SoftmaxProblem& p) {
  if (p.inner < width<T>()) return 1;
  const int64_t fitting = kTileBytes / (p.n * static_cast<int64_t>(sizeof(T)));
  return HWY_MAX(width<T>(), HWY_MIN(kTile, fitting / width<T>() * width<T>()));
}

/// Calls rows(offset) for each row where the elements of one are neighbours, else columns(Columns) with memory for
/// `tiles` tiles.
template <class T, class OnRow, class OnColumns>
void for_each_group(const SoftmaxProblem& p, int64_t tiles, OnRow rows, OnColumns columns) {
  if (p.inner == 1) {
    parallel_for(0, p.outer, 1 + kGrain / p.n, [&](int64_t first, int64_t last) {
      for (int64_t i = first; i < last; ++i) rows(i * p.n);
    });
    return;
  }
  const int64_t tile = columns_in_tile<T>(p), groups = (p.inner + tile - 1) / tile;
  parallel_for(0, p.outer * groups, 1 + kGrain / (p.n * tile), [&](int64_t first, int64_t last) {
    const Scratch<T> memory(tiles * p.n * tile);
    std::fill_n(memory.data(), tiles * p.n * tile, T(0));  // columns that no group fills are computed, too
    for (int64_t group = first; group < last; ++group) {
      const int64_t column = group % groups * tile, offset = group / groups * p.n * p.inner + column;
      columns(Columns<T>{offset, HWY_MIN(tile, p.inner - column), p.inner, p.n, memory.data(), tile});
    }
  });
}

template <class T>
void run(const SoftmaxProblem& p, const T* x, T* y) {
  for_each_group<T>(
      p, 1, [&](int64_t at) { row(x + at, y + at, p.n, p.log); },
      [&](const Columns<T>& c) {
        c.gather(x, c.tile);
        if (c.tile_stride == 1)
          row(c.tile, c.tile, p.n, p.log);
        else
          tile_columns(c.tile, c.tile_stride, p.n, p.log);
        c.scatter(c.tile, y);
      });
}
template <class T>
void run_gradient(const SoftmaxProblem& p, const T* dy, const T* y, T* dx) {
  for_each_group<T>(
      p, 2, [&](int64_t at) { row_gradient(dy + at, y + at, dx + at, p.n, p.log); },
      [&](const Columns<T>& c) {
        T* results = c.tile + c.tile_size();
        c.gather(dy, c.tile);
        c.gather(y, results);
        if (c.tile_stride == 1)
          row_gradient(c.tile, results, c.tile, p.n, p.log);
        else
          tile_gradient(c.tile, results, c.tile_stride, p.n, p.log);
        c.scatter(c.tile, dx);
      });
}

void softmax_float(const SoftmaxProblem& p, const float* x, float* y) { run(p, x, y); }
void softmax_double(const SoftmaxProblem& p, const double* x, double* y) { run(p, x, y); }
void gradient_float(const SoftmaxProblem& p, const float* dy, const float* y, float* dx) { run_gradient(p, dy, y, dx); }
void gradient_double(const SoftmaxProblem& p, const double* dy, const double* y, double* dx) {
  run_gradient(p, dy, y, dx);
}

}  // namespace
}  // namespace convgrad::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace convgrad::kernels {

HWY_EXPORT(softmax_float);
HWY_EXPORT(softmax_double);
HWY_EXPORT(gradient_float);
HWY_EXPORT(gradient_double);

template <>
void softmax<float>(const SoftmaxProblem& p, const float* x, float* y) {
  if (p.n > 0) HWY_DYNAMIC_DISPATCH(softmax_float)(p, x, y);
}
template <>
void softmax<double>(const SoftmaxProblem& p, const double* x, double* y) {
  if (p.n > 0) HWY_DYNAMIC_DISPATCH(softmax_double)(p, x, y);
}
template <>
void softmax_gradient<float>(const SoftmaxProblem& p, const float* dy, const float* y, float* dx) {
  if (p.n > 0) HWY_DYNAMIC_DISPATCH(gradient_float)(p, dy, y, dx);
}
template <>
void softmax_gradient<double>(const SoftmaxProblem& p, const double* dy, const double* y, double* dx) {
  if (p.n > 0) HWY_DYNAMIC_DISPATCH(gradient_double)(p, dy, y, dx);
}

}  // namespace convgrad::kernels
#endif
