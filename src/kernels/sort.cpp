#include "kernels/sort.h"

#include <array>
#include <bit>
#include <limits>
#include <type_traits>
#include <utility>

#include "core/check.h"
#include "core/memory.h"

namespace convgrad::kernels {
namespace {

constexpr int64_t kGrain = 1024;
constexpr int64_t kShort = 64;  // up to here comparing is faster than counting digits

template <class T>
using KeyOf = std::conditional_t<sizeof(T) == 8, uint64_t, std::conditional_t<sizeof(T) == 4, uint32_t, uint8_t>>;

/// A number whose order among unsigned numbers is x's: NaN last, both zeros equal.
template <class T>
KeyOf<T> key_of(T x) {
  using Key = KeyOf<T>;
  constexpr Key sign = Key(1) << (8 * sizeof(Key) - 1);
  if constexpr (std::is_floating_point_v<T>) {
    if (x != x) return static_cast<Key>(~Key(0));
    const Key bits = std::bit_cast<Key>(x + T(0));  // −0 becomes +0
    return bits & sign ? ~bits : bits | sign;
  } else if constexpr (std::is_signed_v<T>) {
    return static_cast<Key>(x) ^ sign;
  } else {
    return static_cast<Key>(x);
  }
}

/// An element's key and its position in the line.
template <class Key>
struct Entry {
  Key key;
  std::conditional_t<sizeof(Key) == 8, uint64_t, uint32_t> index;
};

template <class Key>
bool before(const Entry<Key>& a, const Entry<Key>& b) {
  return a.key < b.key;
}

/// The keys of a line, inverted where the greatest shall come first.
template <class T>
void read_line(const Lines& lines, int64_t line, bool descending, const T* x, Entry<KeyOf<T>>* entries) {
  using Key = KeyOf<T>;
  const Key flip = descending ? static_cast<Key>(~Key(0)) : Key(0);
  x += lines.start(line);
  for (int64_t i = 0; i < lines.n; ++i)
    entries[i] = {static_cast<Key>(key_of(x[i * lines.inner]) ^ flip), static_cast<decltype(entries->index)>(i)};
}

/// The elements of a line in the order of the entries.
template <class T>
void write_line(const Lines& from, const Lines& to, int64_t line, const Entry<KeyOf<T>>* entries, const T* x, T* values,
                int64_t* indices) {
  x += from.start(line);
  const int64_t start = to.start(line);
  for (int64_t i = 0; i < to.n; ++i) {
    const auto index = static_cast<int64_t>(entries[i].index);
    values[start + i * to.inner] = x[index * from.inner];
    indices[start + i * to.inner] = index;
  }
}

/// Sorts by one byte of the keys after the other, lowest first; equals keep their order. The result lies in the array
/// that is returned.
template <class Key>
Entry<Key>* radix_sort(Entry<Key>* from, Entry<Key>* to, int64_t n) {
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

/// The sorted entries, in one of two arrays of n.
template <class Key>
Entry<Key>* sort_entries(Entry<Key>* entries, Entry<Key>* other, int64_t n) {
  if (n > kShort) return radix_sort(entries, other, n);
  std::stable_sort(entries, entries + n, before<Key>);
  return entries;
}

/// The steps of PyTorch's topk, so that equals come out in its order.
template <class Key>
void select(Entry<Key>* entries, int64_t n, int64_t k, bool sorted) {
  if (k * 64 <= n) {
    std::partial_sort(entries, entries + k, entries + n, before<Key>);
  } else {
    std::nth_element(entries, entries + k - 1, entries + n, before<Key>);
    if (sorted) std::sort(entries, entries + k - 1, before<Key>);
  }
}

/// The position of the median in a line; equals count in their order, as in PyTorch.
template <class T>
int64_t select_median(Entry<KeyOf<T>>* entries, int64_t n, bool ignore_nan) {
  int64_t nans = 0;
  if constexpr (std::is_floating_point_v<T>) {
    const auto is_nan = [](const auto& e) { return e.key == key_of(std::numeric_limits<T>::quiet_NaN()); };
    nans = std::count_if(entries, entries + n, is_nan);
    if (nans > 0 && !ignore_nan) return std::find_if(entries, entries + n, is_nan) - entries;
  }
  auto* const middle = entries + (n - nans - 1) / 2;
  std::nth_element(entries, middle, entries + n,
                   [](const auto& a, const auto& b) { return a.key < b.key || (a.key == b.key && a.index < b.index); });
  return static_cast<int64_t>(middle->index);
}

template <class T>
void check_length(const Lines& lines) {
  check(sizeof(T) == 8 || lines.n <= int64_t{UINT32_MAX}, "sorting takes at most {} elements of {} bytes, but got {}",
        UINT32_MAX, sizeof(T), lines.n);
}

}  // namespace

template <class T>
void sort(const Lines& lines, bool descending, const T* x, T* values, int64_t* indices) {
  check_length<T>(lines);
  for_each_line(lines, kGrain, [&](int64_t first, int64_t last) {
    const Scratch<Entry<KeyOf<T>>> entries(2 * lines.n);
    for (int64_t line = first; line < last; ++line) {
      read_line(lines, line, descending, x, entries.data());
      const auto* sorted = sort_entries(entries.data(), entries + lines.n, lines.n);
      write_line(lines, lines, line, sorted, x, values, indices);
    }
  });
}

template <class T>
void top_k(const Lines& lines, int64_t k, bool largest, bool sorted, const T* x, T* values, int64_t* indices) {
  check_length<T>(lines);
  if (k == 0) return;
  for_each_line(lines, kGrain, [&](int64_t first, int64_t last) {
    const Scratch<Entry<KeyOf<T>>> entries(lines.n);
    for (int64_t line = first; line < last; ++line) {
      read_line(lines, line, largest, x, entries.data());
      select(entries.data(), lines.n, k, sorted);
      write_line(lines, {lines.outer, k, lines.inner}, line, entries.data(), x, values, indices);
    }
  });
}

template <class T>
void median(const Lines& lines, bool ignore_nan, const T* x, T* values, int64_t* indices) {
  check_length<T>(lines);
  for_each_line(lines, kGrain, [&](int64_t first, int64_t last) {
    const Scratch<Entry<KeyOf<T>>> entries(lines.n);
    for (int64_t line = first; line < last; ++line) {
      read_line(lines, line, false, x, entries.data());
      indices[line] = select_median<T>(entries.data(), lines.n, ignore_nan);
      values[line] = x[lines.start(line) + indices[line] * lines.inner];
    }
  });
}

// NOLINTBEGIN(bugprone-macro-parentheses): T is a type
#define CONVGRAD_INSTANTIATE(T)                                                      \
  template void sort<T>(const Lines&, bool, const T*, T*, int64_t*);                 \
  template void top_k<T>(const Lines&, int64_t, bool, bool, const T*, T*, int64_t*); \
  template void median<T>(const Lines&, bool, const T*, T*, int64_t*);
// NOLINTEND(bugprone-macro-parentheses)
CONVGRAD_INSTANTIATE(float)
CONVGRAD_INSTANTIATE(double)
CONVGRAD_INSTANTIATE(int64_t)
CONVGRAD_INSTANTIATE(int32_t)
CONVGRAD_INSTANTIATE(uint8_t)
CONVGRAD_INSTANTIATE(bool)
#undef CONVGRAD_INSTANTIATE

}  // namespace convgrad::kernels
