#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

namespace convgrad::kernels {

using Random = std::mt19937_64;

inline int64_t pick(Random& random, int64_t low, int64_t high) {
  return std::uniform_int_distribution<int64_t>(low, high)(random);
}

/// An array of `Rank` axes laid out at random: axes in any order, gaps between elements, cells around and between them
/// NaN. What is only read may also have expanded (stride 0) and reversed axes. Values are small integers, so that every
/// sum is exact in float32 and results can be compared for equality.
template <class T, size_t Rank>
class StridedArray {
 public:
  std::array<int64_t, Rank> sizes{}, strides{};

  /// layout 0: row-major and dense; 1: dense in another order; 2: gaps too; 3 (only read): expanded and reversed axes
  /// too.
  StridedArray(Random& random, const std::array<int64_t, Rank>& sizes_, int layout) : sizes(sizes_) {
    std::array<size_t, Rank> order;
    std::iota(order.begin(), order.end(), size_t{0});
    if (layout > 0) std::shuffle(order.begin(), order.end(), random);
    int64_t step = 1, low = 0;
    for (size_t i = Rank; i-- > 0;) {
      const size_t axis = order[i];
      if (layout >= 2) step *= pick(random, 1, 2);
      strides[axis] = step;
      step *= std::max<int64_t>(1, sizes[axis]);
      if (layout == 3 && pick(random, 0, 5) == 0) strides[axis] = 0;
      if (layout == 3 && pick(random, 0, 3) == 0) {
        strides[axis] = -strides[axis];
        low -= strides[axis] * std::max<int64_t>(0, sizes[axis] - 1);
      }
    }
    origin_ = kGuard + low;
    cells_.assign(static_cast<size_t>(step + 2 * kGuard), std::numeric_limits<T>::quiet_NaN());
  }

  T* data() { return cells_.data() + origin_; }
  const T* data() const { return cells_.data() + origin_; }

  /// Calls f(cell) for each element in row-major order of its index; expanded elements several times.
  template <class F>
  void for_each(F f) {
    const int64_t count = std::accumulate(sizes.begin(), sizes.end(), int64_t{1}, std::multiplies<>());
    for (int64_t flat = 0; flat < count; ++flat) f(data()[offset(flat)]);
  }

  void fill_integers(Random& random, int64_t magnitude = 4) {
    for_each([&](T& cell) { cell = static_cast<T>(pick(random, -magnitude, magnitude)); });
  }
  void fill_normal(Random& random) {
    std::normal_distribution<double> normal;
    for_each([&](T& cell) { cell = static_cast<T>(normal(random)); });
  }

  /// The elements, dense and row-major.
  std::vector<T> values() {
    std::vector<T> result;
    for_each([&](T& cell) { result.push_back(cell); });
    return result;
  }

  /// How many cells that belong to no element are no longer NaN.
  int64_t damaged_cells() {
    const auto before = cells_;
    for_each([](T& cell) { cell = std::numeric_limits<T>::quiet_NaN(); });
    const auto damaged = std::count_if(cells_.begin(), cells_.end(), [](T cell) { return !std::isnan(cell); });
    cells_ = before;
    return damaged;
  }

 private:
  static constexpr int64_t kGuard = 64;

  int64_t offset(int64_t flat) const {
    int64_t result = 0;
    for (size_t axis = Rank; axis-- > 0;) {
      result += flat % sizes[axis] * strides[axis];
      flat /= sizes[axis];
    }
    return result;
  }

  int64_t origin_ = 0;
  std::vector<T> cells_;
};

}  // namespace convgrad::kernels
