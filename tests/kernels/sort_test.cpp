#include "kernels/sort.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include "kernels/scan.h"

namespace convgrad::kernels {
namespace {

/// Few different values, so that many are equal; among floats the odd ones, too.
template <class T>
std::vector<T> values(std::mt19937& random, size_t n) {
  std::vector<T> x(n);
  for (T& v : x) {
    const int pick = std::uniform_int_distribution<int>(-40, 40)(random);
    v = static_cast<T>(pick * (pick % 3 == 0 ? 1e6 : 0.25));
    if constexpr (std::is_floating_point_v<T>) {
      using Limits = std::numeric_limits<T>;
      const T odd[] = {Limits::quiet_NaN(), -Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity(), T(-0.0), 0,
                       Limits::denorm_min()};
      if (pick % 10 == 0) v = odd[static_cast<size_t>(pick + 40) / 10 % 7];
    }
  }
  return x;
}

template <class T>
class Sort : public testing::Test {};
using Types = testing::Types<float, double, int64_t, int32_t, uint8_t>;
TYPED_TEST_SUITE(Sort, Types);

TYPED_TEST(Sort, IsStableAndPutsNaNLast) {
  using T = TypeParam;
  std::mt19937 random(3);
  for (const int64_t n : {1, 2, 17, 64, 65, 300, 2000})
    for (const int64_t inner : {1, 3})
      for (const bool descending : {false, true}) {
        const Lines lines{.outer = 2, .n = n, .inner = inner};
        const std::vector<T> x = values<T>(random, static_cast<size_t>(2 * n * inner));
        std::vector<T> sorted(x.size());
        std::vector<int64_t> from(x.size()), order(static_cast<size_t>(n));
        sort(lines, descending, x.data(), sorted.data(), from.data());
        for (int64_t line = 0; line < lines.count(); ++line) {
          const auto at = [&](int64_t i) { return static_cast<size_t>(lines.start(line) + i * inner); };
          std::iota(order.begin(), order.end(), int64_t{0});
          std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
            const T u = x[at(descending ? b : a)], v = x[at(descending ? a : b)];
            return (u == u && v != v) || u < v;
          });
          for (int64_t i = 0; i < n; ++i) ASSERT_EQ(from[at(i)], order[static_cast<size_t>(i)]) << n << " " << i;
        }
      }
}

TYPED_TEST(Sort, TopKAreTheFirstOfTheSorted) {
  using T = TypeParam;
  std::mt19937 random(4);
  for (const int64_t n : {1, 10, 500})
    for (const int64_t k : {int64_t{1}, (n + 1) / 2, n})
      for (const bool largest : {false, true}) {
        const std::vector<T> x = values<T>(random, static_cast<size_t>(n));
        std::vector<T> all(x.size()), best(static_cast<size_t>(k));
        std::vector<int64_t> from(x.size());
        sort({.n = n}, largest, x.data(), all.data(), from.data());
        top_k({.n = n}, k, largest, true, x.data(), best.data(), from.data());
        for (size_t i = 0; i < best.size(); ++i) {
          ASSERT_TRUE(best[i] == all[i] || (best[i] != best[i] && all[i] != all[i]));
          const T picked = x[static_cast<size_t>(from[i])];
          ASSERT_TRUE(picked == best[i] || picked != picked);
        }
      }
}

TEST(Scan, RunsAlongAnyDimension) {
  std::mt19937 random(5);
  for (const int64_t inner : {1, 2, 63, 64, 65, 200}) {
    const Lines lines{.outer = 3, .n = 7, .inner = inner};
    std::vector<float> x(static_cast<size_t>(3 * 7 * inner)), y(x.size());
    for (float& v : x) v = static_cast<float>(std::uniform_int_distribution<int>(-9, 9)(random));
    scan<float>(lines, Scan::Sum, x.data(), y.data());
    for (int64_t line = 0; line < lines.count(); ++line) {
      float sum = 0;
      for (int64_t i = 0; i < 7; ++i) {
        const auto at = static_cast<size_t>(lines.start(line) + i * inner);
        ASSERT_EQ(y[at], sum += x[at]);
      }
    }
  }
}

}  // namespace
}  // namespace convgrad::kernels
