#include "kernels/sort.h"

#include <array>
#include <bit>
#include <type_traits>
#include <utility>

#include "core/memory.h"

namespace convgrad::kernels {
namespace {

constexpr int64_t kGrain = 1024;
constexpr int64_t kShort = 64;  // up to here comparing is faster than counting digits

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
using KeyOf = std::conditional_t<sizeof(T) == 8, uint64_t, std::conditional_t<sizeof(T) == 4, uint32_t, uint8_t>>;

/// A number whose order among unsigned numbers is x's: NaN last, both zeros equal.
template <class T>
KeyOf<T> key_of(T x) {
  using Key = KeyOf<T>;
  constexpr Key sign = Key(1) << (8 * sizeof(Key) - 1);
  if constexpr (std::is_floating_point_v<T>) {
    if (is_nan(x)) return static_cast<Key>(~Key(0));
    const Key bits = std::bit_cast<Key>(x + T(0));  // −0 becomes +0
    return bits & sign ? ~bits : bits | sign;
  } else if constexpr (std::is_signed_v<T>) {
    return static_cast<Key>(x) ^ sign;
  } else {
    return static_cast<Key>(x);
  }
}

template <class Key>
struct Keyed {
  Key key;
  KeyOf<std::conditional_t<sizeof(Key) == 8, int64_t, int32_t>> index;
};

/// Sorts by one byte of the keys after the other, lowest first; equals keep their order. The result lies in the array
/// that is returned.
template <class Key>
Keyed<Key>* radix_sort(Keyed<Key>* from, Keyed<Key>* to, int64_t n) {
  constexpr size_t digits = sizeof(Key);
  std::array<std::array<int64_t, 256>, digits> counts{};
  for (int64_t i = 0; i < n; ++i)
    for (size_t d = 0; d < digits; ++d) ++counts[d][from[i].key >> 8 * d & 255];
  for (size_t d = 0; d < digits; ++d) {
    auto& count = counts[d];
    if (count[from[0].key >> 8 * d & 255] == n) continue;  // all the same
    int64_t place = 0;
    for (int64_t& c : count) place += std::exchange(c, place);
    for (int64_t i = 0; i < n; ++i) to[count[from[i].key >> 8 * d & 255]++] = from[i];
    std::swap(from, to);
  }
  return from;
}

/// Lines of the same length, one after the other, with the memory that one needs.
template <class T>
class LineSorter {
 public:
  LineSorter(const Lines& lines, bool descending)
      : lines_(lines),
        descending_(descending),
        counting_(lines.n > kShort && lines.n <= int64_t{UINT32_MAX}),
        entries_(counting_ ? 0 : lines.n),
        keyed_(counting_ ? 2 * lines.n : 0) {}

  void sort(int64_t line, const T* x, T* values, int64_t* indices) const {
    const int64_t start = lines_.start(line);
    if (counting_)
      by_counting(x + start, values + start, indices + start);
    else
      by_comparing(x + start, values + start, indices + start);
  }

 private:
  void by_comparing(const T* x, T* values, int64_t* indices) const {
    Entry<T>* e = entries_.data();
    for (int64_t i = 0; i < lines_.n; ++i) e[i] = {x[i * lines_.inner], i};
    std::stable_sort(e, e + lines_.n, descending_ ? descends<T> : ascends<T>);
    for (int64_t i = 0; i < lines_.n; ++i)
      values[i * lines_.inner] = e[i].value, indices[i * lines_.inner] = e[i].index;
  }

  void by_counting(const T* x, T* values, int64_t* indices) const {
    using Key = KeyOf<T>;
    const Key flip = descending_ ? static_cast<Key>(~Key(0)) : Key(0);
    Keyed<Key>* k = keyed_.data();
    for (int64_t i = 0; i < lines_.n; ++i)
      k[i] = {static_cast<Key>(key_of(x[i * lines_.inner]) ^ flip), static_cast<decltype(k[i].index)>(i)};
    k = radix_sort(k, k + lines_.n, lines_.n);
    for (int64_t i = 0; i < lines_.n; ++i) {
      values[i * lines_.inner] = x[static_cast<int64_t>(k[i].index) * lines_.inner];
      indices[i * lines_.inner] = static_cast<int64_t>(k[i].index);
    }
  }

  const Lines& lines_;
  bool descending_, counting_;
  Scratch<Entry<T>> entries_;
  Scratch<Keyed<KeyOf<T>>> keyed_;
};

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
    const LineSorter<T> sorter(lines, descending);
    for (int64_t line = first; line < last; ++line) sorter.sort(line, x, values, indices);
  });
}

template <class T>
void top_k(const Lines& lines, int64_t k, bool largest, bool sorted, const T* x, T* values, int64_t* indices) {
  if (k == 0) return;
  const Lines out{lines.outer, k, lines.inner};
  for_each_line(lines, kGrain, [&](int64_t first, int64_t last) {
    const Scratch<Entry<T>> entries(lines.n);
    Entry<T>* e = entries.data();
    for (int64_t line = first; line < last; ++line) {
      const T* from = x + lines.start(line);
      for (int64_t i = 0; i < lines.n; ++i) e[i] = {from[i * lines.inner], i};
      select(e, lines.n, k, sorted, largest ? descends<T> : ascends<T>);
      const int64_t start = out.start(line);
      for (int64_t i = 0; i < k; ++i)
        values[start + i * lines.inner] = e[i].value, indices[start + i * lines.inner] = e[i].index;
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
