#pragma once
#include <convgrad/array_ref.h>

#include <algorithm>

namespace convgrad {

namespace detail {
/// Throws ShapeError: "Expected 2 values, but instead got 3".
[[noreturn]] CONVGRAD_API void wrong_count(size_t expected, size_t got);
}  // namespace detail

/// One value for each of D spatial axes: a single number stands for all of them, so `.stride = 2` and `.stride = {2,
/// 2}` say the same. Any other count than one or D throws ShapeError. Like torch::ExpandingArray.
template <size_t D, class T = int64_t>
class ExpandingArray {
 public:
  constexpr ExpandingArray(T all) { values_.fill(all); }                         // NOLINT: numbers convert
  constexpr ExpandingArray(const std::array<T, D>& values) : values_(values) {}  // NOLINT
  constexpr ExpandingArray(std::initializer_list<T> list) { set(list.begin(), list.size()); }  // NOLINT
  ExpandingArray(const std::vector<T>& list) { set(list.data(), list.size()); }                // NOLINT
  ExpandingArray(ArrayRef<T> list) { set(list.data(), list.size()); }                          // NOLINT

  static constexpr size_t size() { return D; }
  constexpr const T& operator[](size_t i) const { return values_[i]; }
  constexpr T& operator[](size_t i) { return values_[i]; }
  constexpr const T* begin() const { return values_.data(); }
  constexpr const T* end() const { return values_.data() + D; }
  constexpr const std::array<T, D>& array() const { return values_; }
  operator ArrayRef<T>() const { return ArrayRef<T>(values_.data(), D); }  // NOLINT
  friend bool operator==(const ExpandingArray& a, const ExpandingArray& b) { return a.values_ == b.values_; }

 private:
  constexpr void set(const T* list, size_t count) {
    if (count == 1)
      values_.fill(*list);
    else if (count == D)
      std::copy_n(list, D, values_.begin());
    else
      detail::wrong_count(D, count);
  }
  std::array<T, D> values_{};
};

}  // namespace convgrad
