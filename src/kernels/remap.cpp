#include "kernels/remap.h"

#include <algorithm>
#include <cstring>

#include "core/threads.h"

namespace convgrad::kernels {
namespace {

/// Visits the rows (all dimensions but the last) [first, last) of the output: body(row number, offset of its source, or
/// −1 where it has none).
template <class Body>
void each_row(const AxisMaps& maps, IntArrayRef strides, int64_t first, int64_t last, Body&& body) {
  const size_t rows = maps.output.size() - 1;
  DimVector at(rows);
  int64_t rest = first;
  for (size_t d = rows; d-- > 0;) at[d] = rest % maps.output[d], rest /= maps.output[d];
  for (int64_t r = first; r < last; ++r) {
    int64_t offset = 0;
    for (size_t d = 0; d < rows && offset >= 0; ++d) {
      const int64_t source = maps.sources[d].empty() ? at[d] : maps.sources[d][at[d]];
      offset = source < 0 ? -1 : offset + source * strides[d];
    }
    body(r, offset);
    for (size_t d = rows; d-- > 0;) {
      if (++at[d] < maps.output[d]) break;
      at[d] = 0;
    }
  }
}

/// The positions [begin, end) of a row that show consecutive elements of the input.
struct Run {
  int64_t begin = 0, end = 0;
};
Run longest_run(const AxisMaps& maps) {
  const auto& sources = maps.sources.back();
  if (sources.empty()) return {.begin = 0, .end = maps.output.back()};
  Run best;
  for (int64_t i = 0, n = maps.output.back(); i < n;) {
    int64_t j = i;
    while (j < n && sources[j] >= 0 && sources[j] == sources[i] + (j - i)) ++j;
    if (j - i > best.end - best.begin) best = {.begin = i, .end = j};
    i = std::max(j, i + 1);
  }
  return best;
}

template <class T>
void remap_rows(T* out, const T* x, IntArrayRef strides, const AxisMaps& maps, T value) {
  const int64_t width = maps.output.back(), step = strides.back();
  const auto& sources = maps.sources.back();
  const Run run = longest_run(maps);
  const int64_t run_source = sources.empty() || run.end == run.begin ? 0 : sources[run.begin];
  const auto edge = [&](T* to, const T* from, int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) to[i] = sources[i] < 0 ? value : from[sources[i] * step];
  };
  int64_t rows = 1;
  for (size_t d = 0; d + 1 < maps.output.size(); ++d) rows *= maps.output[d];
  parallel_for(0, rows, std::max<int64_t>(1, (1 << 15) / std::max<int64_t>(width, 1)),
               [&](int64_t first, int64_t last) {
                 each_row(maps, strides, first, last, [&](int64_t r, int64_t offset) {
                   T* to = out + r * width;
                   if (offset < 0) {
                     std::fill_n(to, width, value);
                     return;
                   }
                   const T* from = x + offset;
                   edge(to, from, 0, run.begin);
                   const int64_t n = run.end - run.begin;
                   if (n > 0 && step == 1)
                     std::memcpy(to + run.begin, from + run_source, static_cast<size_t>(n) * sizeof(T));
                   else
                     for (int64_t i = 0; i < n; ++i) to[run.begin + i] = from[(run_source + i) * step];
                   edge(to, from, run.end, width);
                 });
               });
}

}  // namespace

void remap(void* out, const void* x, IntArrayRef x_strides, const AxisMaps& maps, const void* value, int64_t bytes) {
  const auto run = [&]<class T>(T v) {
    std::memcpy(&v, value, sizeof v);
    remap_rows(static_cast<T*>(out), static_cast<const T*>(x), x_strides, maps, v);
  };
  if (bytes == 1)
    run(uint8_t{});
  else if (bytes == 4)
    run(uint32_t{});
  else
    run(uint64_t{});
}

template <class T>
void remap_backward(T* dx, const T* dy, const AxisMaps& maps) {
  const size_t dims = maps.output.size();
  DimVector strides(dims);
  int64_t step = 1;
  for (size_t d = dims; d-- > 0; step *= maps.input[d]) strides[d] = step;
  // Leading dimensions that are as they were: planes that share nothing.
  int64_t planes = 1, rows = 1;
  size_t lead = 0;
  for (; lead + 1 < dims && maps.sources[lead].empty(); ++lead) planes *= maps.output[lead];
  for (size_t d = lead; d + 1 < dims; ++d) rows *= maps.output[d];
  const int64_t width = maps.output.back();
  const auto& sources = maps.sources.back();
  const Run run = longest_run(maps);
  const int64_t run_source = sources.empty() || run.end == run.begin ? 0 : sources[run.begin];
  const auto edge = [&](T* to, const T* from, int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      if (sources[i] >= 0) to[sources[i]] += from[i];
  };
  parallel_for(0, planes, std::max<int64_t>(1, (1 << 15) / std::max<int64_t>(rows * width, 1)),
               [&](int64_t first, int64_t last) {
                 each_row(maps, strides, first * rows, last * rows, [&](int64_t r, int64_t offset) {
                   if (offset < 0) return;
                   T* to = dx + offset;
                   const T* from = dy + r * width;
                   edge(to, from, 0, run.begin);
                   T* middle = to + run_source - run.begin;
                   for (int64_t i = run.begin; i < run.end; ++i) middle[i] += from[i];
                   edge(to, from, run.end, width);
                 });
               });
}
template void remap_backward(float*, const float*, const AxisMaps&);
template void remap_backward(double*, const double*, const AxisMaps&);

}  // namespace convgrad::kernels
