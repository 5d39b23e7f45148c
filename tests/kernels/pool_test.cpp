// Pooling kernels on every instruction set against a definition that is written cell by cell.
#include "kernels/pool.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "kernels/every_isa.h"

namespace convgrad::kernels {
namespace {

PoolAxis random_axis(std::mt19937& random, bool adaptive, bool dilated) {
  const auto below = [&](int64_t n) { return static_cast<int64_t>(random() % static_cast<uint64_t>(n)); };
  for (;;) {
    PoolAxis a{.input = 1 + below(40), .kernel = 1 + below(4), .stride = 1 + below(4), .padding = 0, .dilation = 1};
    if (dilated) a.dilation = 1 + below(3);
    a.padding = below(a.kernel / 2 + 1);
    a.adaptive = adaptive;
    a.output = adaptive ? 1 + below(45) : (a.input + 2 * a.padding - a.dilation * (a.kernel - 1) - 1) / a.stride + 1;
    if (a.output >= 1 && a.input + 2 * a.padding > a.dilation * (a.kernel - 1)) return a;
  }
}

/// The cells of an axis that window o covers.
std::vector<int64_t> cells(const PoolAxis& a, int64_t o) {
  std::vector<int64_t> out;
  if (a.adaptive) {
    for (int64_t i = o * a.input / a.output; i * a.output < (o + 1) * a.input; ++i) out.push_back(i);
    return out;
  }
  for (int64_t t = 0; t < a.kernel; ++t) {
    const int64_t i = o * a.stride - a.padding + t * a.dilation;
    if (i >= 0 && i < a.input) out.push_back(i);
  }
  return out;
}

template <class F>
void each_window(const PoolProblem& p, F f) {
  const auto& [depth, height, width] = p.axes;
  int64_t o = 0;
  for (int64_t plane = 0; plane < p.planes; ++plane)
    for (int64_t d = 0; d < depth.output; ++d)
      for (int64_t h = 0; h < height.output; ++h)
        for (int64_t w = 0; w < width.output; ++w, ++o) {
          std::vector<int64_t> at;
          for (const int64_t i : cells(depth, d))
            for (const int64_t j : cells(height, h))
              for (const int64_t k : cells(width, w)) at.push_back((i * height.input + j) * width.input + k);
          f(o, plane * p.input_plane(), at);
        }
}

PoolProblem random_problem(std::mt19937& random, bool adaptive, bool dilated) {
  PoolProblem p;
  p.planes = 1 + static_cast<int64_t>(random() % 5);
  const size_t first = random() % 3;
  for (size_t a = 0; a < 3; ++a) {
    p.axes[a].adaptive = adaptive;
    if (a >= first) p.axes[a] = random_axis(random, adaptive, dilated);
    if (a == 0 && first == 0)
      p.axes[0].input = p.axes[0].output = p.axes[0].kernel = p.axes[0].stride = 1, p.axes[0].padding = 0;
  }
  return p;
}

template <class T>
std::vector<T> random_values(std::mt19937& random, int64_t count) {
  std::vector<T> out(static_cast<size_t>(count));
  for (T& v : out) v = static_cast<T>(static_cast<int>(random() % 2001) - 1000) / T(8);
  return out;
}

template <class T>
void check_maximum(const PoolProblem& p, std::mt19937& random) {
  const int64_t outputs = p.planes * p.output_plane();
  auto x = random_values<T>(random, p.planes * p.input_plane());
  for (size_t i = 0; i < x.size(); i += 7) x[i] = std::numeric_limits<T>::quiet_NaN();
  std::vector<T> y(static_cast<size_t>(outputs)), alone = y;
  std::vector<int64_t> at(y.size());
  max_pool(p, scalar_type_of<T>(), x.data(), y.data(), at.data());
  max_pool(p, scalar_type_of<T>(), x.data(), alone.data(), nullptr);
  each_window(p, [&](int64_t o, int64_t plane, const std::vector<int64_t>& window) {
    if (window.empty()) return;
    T best = -std::numeric_limits<T>::infinity();
    int64_t where = window[0];
    for (const int64_t i : window) {
      const T v = x[static_cast<size_t>(plane + i)];
      if (v > best || std::isnan(v)) best = v, where = i;
    }
    const auto i = static_cast<size_t>(o);
    ASSERT_TRUE(y[i] == best || (std::isnan(y[i]) && std::isnan(best))) << o;
    ASSERT_TRUE(alone[i] == best || (std::isnan(alone[i]) && std::isnan(best))) << o;
    ASSERT_EQ(at[i], where) << o;
  });
}

template <class T>
void check_average(const PoolProblem& p, std::mt19937& random) {
  const auto x = random_values<T>(random, p.planes * p.input_plane());
  const auto dy = random_values<T>(random, p.planes * p.output_plane());
  std::vector<T> y(dy.size()), dx(x.size(), T(0)), expected(x.size(), T(0));
  const AverageRule rule{.count_padding = false};
  average_pool(p, rule, scalar_type_of<T>(), x.data(), y.data());
  average_pool_backward(p, rule, scalar_type_of<T>(), dy.data(), dx.data());
  each_window(p, [&](int64_t o, int64_t plane, const std::vector<int64_t>& window) {
    T sum = 0;
    for (const int64_t i : window) sum += x[static_cast<size_t>(plane + i)];
    const T n = static_cast<T>(window.size());
    ASSERT_NEAR(y[static_cast<size_t>(o)], sum / n, 1e-4) << o;
    for (const int64_t i : window) expected[static_cast<size_t>(plane + i)] += dy[static_cast<size_t>(o)] / n;
  });
  for (size_t i = 0; i < dx.size(); ++i) ASSERT_NEAR(dx[i], expected[i], 1e-3) << i;
}

TEST(PoolKernels, RandomProblemsOnEveryIsa) {
  on_every_isa([] {
    std::mt19937 random(1);
    for (int i = 0; i < 40; ++i) {
      SCOPED_TRACE(i);
      const bool adaptive = i % 3 == 0;
      check_maximum<float>(random_problem(random, adaptive, !adaptive), random);
      check_maximum<double>(random_problem(random, adaptive, !adaptive), random);
      check_average<float>(random_problem(random, adaptive, false), random);
      check_average<double>(random_problem(random, adaptive, false), random);
    }
  });
}

}  // namespace
}  // namespace convgrad::kernels
