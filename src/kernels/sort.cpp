#include "kernels/sort.h"

#include <utility>

#include "core/memory.h"

namespace convgrad::kernels {
namespace {

constexpr int64_t kGrain = 1024;

template <class T>
struct Entry {
  T value;
  int64_t index;
};

template <class T>
bool is_nan(T x) {
  return x != x;
}
template <class T>
bool ascends(const Entry<T>& a, const Entry<T>& b) {
  return (!is_nan(a.value) && is_nan(b.value)) || a.value < b.value;
}
template <class T>
bool descends(const Entry<T>& a, const Entry<T>& b) {
  return (is_nan(a.value) && !is_nan(b.value)) || a.value > b.value;
}

template <class T>
void gather(const Lines& lines, int64_t line, const T* x, Entry<T>* entries) {
  const T* from = x + lines.start(line);
  for (int64_t i = 0; i < lines.n; ++i) entries[i] = {from[i * lines.inner], i};
}
template <class T>
void scatter(const Lines& lines, int64_t line, const Entry<T>* entries, T* values, int64_t* indices) {
  const int64_t start = lines.start(line);
  for (int64_t i = 0; i < lines.n; ++i) {
    values[start + i * lines.inner] = entries[i].value;
    indices[start + i * lines.inner] = entries[i].index;
  }
}

/// The steps of PyTorch's topk, so that equals come out in its order.
template <class T, class Compare>
void select(Entry<T>* entries, int64_t n, int64_t k, bool sorted, Compare before) {
  if (k * 64 <= n) {
    std::partial_sort(entries, entries + k, entries + n, before);
  } else {
    std::nth_element(entries, entries + k - 1, entries + n, before);
    if (sorted) std::sort(entries, entries + k - 1, before);
  }
}

}  // namespace

template <class T>
void sort(const Lines& lines, bool descending, const T* x, T* values, int64_t* indices) {
  for_each_line(lines, kGrain, [&](int64_t first, int64_t last) {
    const Scratch<Entry<T>> entries(lines.n);
    for (int64_t line = first; line < last; ++line) {
      gather(lines, line, x, entries.data());
      std::stable_sort(entries.data(), entries + lines.n, descending ? descends<T> : ascends<T>);
      scatter(lines, line, entries.data(), values, indices);
    }
  });
}

template <class T>
void top_k(const Lines& lines, int64_t k, bool largest, bool sorted, const T* x, T* values, int64_t* indices) {
  if (k == 0) return;
  for_each_line(lines, kGrain, [&](int64_t first, int64_t last) {
    const Scratch<Entry<T>> entries(lines.n);
    for (int64_t line = first; line < last; ++line) {
      gather(lines, line, x, entries.data());
      select(entries.data(), lines.n, k, sorted, largest ? descends<T> : ascends<T>);
      scatter<T>({lines.outer, k, lines.inner}, line, entries.data(), values, indices);
    }
  });
}

#define CONVGRAD_INSTANTIATE(T)                                      \
  template void sort<T>(const Lines&, bool, const T*, T*, int64_t*); \
  template void top_k<T>(const Lines&, int64_t, bool, bool, const T*, T*, int64_t*);
CONVGRAD_INSTANTIATE(float)
CONVGRAD_INSTANTIATE(double)
CONVGRAD_INSTANTIATE(int64_t)
CONVGRAD_INSTANTIATE(int32_t)
CONVGRAD_INSTANTIATE(uint8_t)
CONVGRAD_INSTANTIATE(bool)
#undef CONVGRAD_INSTANTIATE

}  // namespace convgrad::kernels
