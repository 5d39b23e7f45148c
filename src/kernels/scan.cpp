#include "kernels/scan.h"

#include <cmath>
#include <limits>
#include <type_traits>

namespace convgrad::kernels {
namespace {

constexpr int64_t kGrain = 16384, kGroup = 64;  // lines that lie side by side and run together

template <class T, class Op>
void run(const Lines& lines, const T* x, T* y, Op op,
         std::conditional_t<std::is_integral_v<T>, uint64_t, double> start) {
  for_each_line(lines, kGrain, [&](int64_t first, int64_t last) {
    if (lines.inner == 1) {
      for (int64_t line = first; line < last; ++line) {
        auto total = start;
        for (int64_t i = line * lines.n; i < (line + 1) * lines.n; ++i)
          y[i] = static_cast<T>(total = op(total, static_cast<decltype(start)>(x[i])));
      }
      return;
    }
    decltype(start) totals[kGroup];
    while (first < last) {
      const int64_t group = std::min({kGroup, last - first, lines.inner - first % lines.inner});
      const T* from = x + lines.start(first);
      T* to = y + lines.start(first);
      std::fill(totals, totals + group, start);
      for (int64_t i = 0; i < lines.n; ++i, from += lines.inner, to += lines.inner)
        for (int64_t j = 0; j < group; ++j)
          to[j] = static_cast<T>(totals[j] = op(totals[j], static_cast<decltype(start)>(from[j])));
      first += group;
    }
  });
}

double log_add_exp(double a, double b) {
  const double most = std::fmax(a, b), least = std::fmin(a, b);
  if (a != a || b != b) return a + b;
  return std::isinf(most) && (most > 0 || least == most) ? most : most + std::log1p(std::exp(least - most));
}

}  // namespace

template <class T>
void scan(const Lines& lines, Scan what, const T* x, T* y) {
  if constexpr (std::is_floating_point_v<T>)
    if (what == Scan::LogSumExp) return run(lines, x, y, log_add_exp, -std::numeric_limits<double>::infinity());
  if (what == Scan::Sum)
    run(
        lines, x, y, [](auto a, auto b) { return a + b; }, 0);
  else
    run(
        lines, x, y, [](auto a, auto b) { return a * b; }, 1);
}

template <class T>
void running_extremum(const Lines& lines, bool largest, const T* x, T* values, int64_t* indices) {
  for_each_line(lines, kGrain, [&](int64_t first, int64_t last) {
    for (int64_t line = first; line < last; ++line) {
      const int64_t start = lines.start(line);
      T best = x[start];
      int64_t at = 0;
      for (int64_t i = 0; i < lines.n; ++i) {
        const int64_t place = start + i * lines.inner;
        const T v = x[place];
        if (v != v || (best == best && (largest ? v >= best : v <= best))) best = v, at = i;
        values[place] = best, indices[place] = at;
      }
    }
  });
}
template void running_extremum<double>(const Lines&, bool, const double*, double*, int64_t*);
template void running_extremum<int64_t>(const Lines&, bool, const int64_t*, int64_t*, int64_t*);

template void scan<float>(const Lines&, Scan, const float*, float*);
template void scan<double>(const Lines&, Scan, const double*, double*);
template void scan<int64_t>(const Lines&, Scan, const int64_t*, int64_t*);
template void scan<int32_t>(const Lines&, Scan, const int32_t*, int32_t*);
template void scan<uint8_t>(const Lines&, Scan, const uint8_t*, uint8_t*);

}  // namespace convgrad::kernels
