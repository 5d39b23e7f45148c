// Normalisation, group by group: while a group's elements are in a cache, they are summed and then mapped. Sums are
// taken in double; those of squares begin at a group's first element, so that a large mean costs no digits.
//
// Three ways through memory: groups of long runs (pictures), groups that are one row with a weight for each element
// (layer norm), and groups that are columns (batch norm of vectors).
#include "kernels/norm.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/memory.h"
#include "core/threads.h"
#include "kernels/norm_runs.h"

namespace convgrad::kernels {
namespace {

constexpr int64_t kGrain = 16384;   // elements worth a thread
constexpr int64_t kRowBlocks = 32;  // whatever the number of threads: their order is that of the sums

enum class Way : uint8_t { runs, rows, columns };

Way way_of(const NormShape& s) {
  if (s.outer == 1 && s.inner == 1 && s.per > 1) return Way::rows;
  return s.per == 1 && s.inner <= kColumnsInner ? Way::columns : Way::runs;
}
int64_t groups_worth_a_thread(const NormShape& s) { return 1 + kGrain / std::max<int64_t>(1, s.count()); }

// ---- runs

/// run(offset in memory, weight's number, channel's number) for each run of group g.
template <class F>
void each_run(const NormShape& s, int64_t g, F&& run) {
  for (int64_t o = 0; o < s.outer; ++o)
    for (int64_t c = g * s.per; c < (g + 1) * s.per; ++c) run((o * s.channels() + c) * s.inner, c % s.weights, c);
}

template <class T>
void forward_runs(const NormForward<T>& f, int64_t first, int64_t last) {
  const NormShape& s = f.shape;
  const NormRuns<T>& runs = norm_runs<T>();
  for (int64_t g = first; g < last; ++g) {
    if (!f.given) {
      const double shift = f.x[g * s.per * s.inner];
      NormSums sums;
      each_run(s, g, [&](int64_t at, int64_t, int64_t) {
        const NormSums part = runs.shifted_sums(f.x + at, s.inner, shift);
        sums.a += part.a, sums.b += part.b;
      });
      set_moments(sums, shift, s.count(), f.mean[g], f.variance[g]);
    }
    const double rstd = 1 / std::sqrt(f.variance[g] + f.eps);
    each_run(s, g, [&](int64_t at, int64_t w, int64_t) {
      const double scale = f.weight ? rstd * f.weight[w] : rstd, shift = f.bias ? f.bias[w] : 0;
      runs.map(f.x + at, nullptr, nullptr, f.y + at, s.inner, NormLine<T>(f.mean[g], scale, shift));
    });
  }
}

/// channel_sums: for each channel Σ dy and Σ dy · (x − mean).
template <class T>
void backward_runs(const NormBackward<T>& b, NormSums* channel_sums, int64_t first, int64_t last) {
  const NormShape& s = b.shape;
  const NormRuns<T>& runs = norm_runs<T>();
  const double n = static_cast<double>(s.count());
  for (int64_t g = first; g < last; ++g) {
    const double mean = b.mean[g], rstd = 1 / std::sqrt(b.variance[g] + b.eps);
    NormSums group;
    each_run(s, g, [&](int64_t at, int64_t w, int64_t c) {
      const NormSums part = runs.gradient_sums(b.dy + at, nullptr, b.x + at, s.inner, mean);
      const double weight = b.weight ? b.weight[w] : 1;
      channel_sums[c].a += part.a, channel_sums[c].b += part.b;
      group.a += part.a * weight, group.b += part.b * weight;
    });
    if (!b.dx) continue;
    const double slope = b.given ? 0 : -group.b / n * rstd * rstd * rstd, shift = b.given ? 0 : -group.a / n * rstd;
    each_run(s, g, [&](int64_t at, int64_t w, int64_t) {
      const T factor = static_cast<T>(b.weight ? rstd * b.weight[w] : rstd);
      runs.gradient(b.dy + at, b.x + at, nullptr, b.dx + at, s.inner, factor, NormLine<T>(mean, slope, shift));
    });
  }
}

// ---- rows: outer and inner are one

template <class T>
void forward_rows(const NormForward<T>& f, int64_t first, int64_t last) {
  const int64_t n = f.shape.per;
  const NormRuns<T>& runs = norm_runs<T>();
  for (int64_t g = first; g < last; ++g) {
    const T* x = f.x + g * n;
    if (!f.given) set_moments(runs.shifted_sums(x, n, x[0]), x[0], n, f.mean[g], f.variance[g]);
    const int64_t w = g * n % f.shape.weights;
    runs.map(x, f.weight ? f.weight + w : nullptr, f.bias ? f.bias + w : nullptr, f.y + g * n, n,
             NormLine<T>(f.mean[g], 1 / std::sqrt(f.variance[g] + f.eps), 0));
  }
}

/// parts: the sums for the weights of these rows alone, [2, weights]; null where not wanted.
template <class T>
void backward_rows(const NormBackward<T>& b, T* parts, int64_t first, int64_t last) {
  const int64_t n = b.shape.per, weights = b.shape.weights;
  const NormRuns<T>& runs = norm_runs<T>();
  for (int64_t g = first; g < last; ++g) {
    const T *dy = b.dy + g * n, *x = b.x + g * n;
    const int64_t w = g * n % weights;
    const T* weight = b.weight ? b.weight + w : nullptr;
    const double mean = b.mean[g], rstd = 1 / std::sqrt(b.variance[g] + b.eps);
    if (b.dx) {
      NormSums sums;
      if (!b.given) sums = runs.gradient_sums(dy, weight, x, n, mean);
      const double slope = -sums.b / static_cast<double>(n) * rstd * rstd * rstd;
      runs.gradient(dy, x, weight, b.dx + g * n, n, static_cast<T>(rstd),
                    NormLine<T>(mean, slope, -sums.a / static_cast<double>(n) * rstd));
    }
    if (parts) runs.add_products(dy, x, parts + w, parts + weights + w, n, NormLine<T>(mean, rstd, 0));
  }
}

/// Weights are common to all rows: each block of rows has sums of its own, which are added at the end.
template <class T>
void backward_by_rows(const NormBackward<T>& b) {
  const NormShape& s = b.shape;
  const bool wanted = b.dweight || b.dbias;
  const int64_t block = (s.groups + kRowBlocks - 1) / kRowBlocks, blocks = (s.groups + block - 1) / block;
  const int64_t size = wanted ? 2 * s.weights : 0;
  const Scratch<T> parts(blocks * size);
  parallel_for(0, blocks, 1 + kGrain / (block * s.per), [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      T* own = wanted ? parts + i * size : nullptr;
      std::fill_n(own, size, T(0));
      backward_rows(b, own, i * block, std::min(s.groups, (i + 1) * block));
    }
  });
  for (int64_t i = 0; i < blocks; ++i)
    for (int64_t w = 0; w < s.weights; ++w) {
      if (b.dweight) b.dweight[w] += parts[i * size + w];
      if (b.dbias) b.dbias[w] += parts[i * size + s.weights + w];
    }
}

}  // namespace

void set_moments(const NormSums& sums, double shift, int64_t n, double& mean, double& variance) {
  const double off = sums.a / static_cast<double>(n), v = sums.b / static_cast<double>(n) - off * off;
  mean = shift + off;
  variance = v < 0 ? 0 : v;  // rounding may not make it negative; a NaN stays one
}

template <class T>
void norm_forward(const NormForward<T>& f) {
  const Way way = way_of(f.shape);
  const auto part = way == Way::runs ? forward_runs<T> : way == Way::rows ? forward_rows<T> : norm_forward_columns<T>;
  parallel_for(0, f.shape.groups, groups_worth_a_thread(f.shape),
               [&](int64_t first, int64_t last) { part(f, first, last); });
}

template <class T>
void norm_backward(const NormBackward<T>& b) {
  const NormShape& s = b.shape;
  if (b.dweight) std::fill_n(b.dweight, s.weights, 0.0);
  if (b.dbias) std::fill_n(b.dbias, s.weights, 0.0);
  const Way way = way_of(s);
  if (way == Way::rows) return backward_by_rows(b);
  std::vector<NormSums> sums(static_cast<size_t>(s.channels()));
  const auto part = way == Way::runs ? backward_runs<T> : norm_backward_columns<T>;
  parallel_for(0, s.groups, groups_worth_a_thread(s),
               [&](int64_t first, int64_t last) { part(b, sums.data(), first, last); });
  for (int64_t c = 0; c < s.channels(); ++c) {
    const NormSums& sum = sums[static_cast<size_t>(c)];
    if (b.dweight) b.dweight[c % s.weights] += sum.b / std::sqrt(b.variance[c / s.per] + b.eps);
    if (b.dbias) b.dbias[c % s.weights] += sum.a;
  }
}

template void norm_forward<float>(const NormForward<float>&);
template void norm_forward<double>(const NormForward<double>&);
template void norm_backward<float>(const NormBackward<float>&);
template void norm_backward<double>(const NormBackward<double>&);

}  // namespace convgrad::kernels
