#include "kernels/interpolate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace convgrad::kernels {
namespace {

std::vector<double> random_values(int64_t n, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<double> out(static_cast<size_t>(n));
  for (double& v : out) v = std::uniform_real_distribution<double>(-1, 1)(random);
  return out;
}

double inner(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

ResampleProblem random_problem(std::mt19937_64& random) {
  const auto number = [&](int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random);
  };
  ResampleProblem p{.mode = static_cast<Resampling>(number(0, 3)), .align_corners = number(0, 1) == 1};
  p.small_picture = number(0, 1) == 1;
  p.planes = number(1, 20);
  for (ResampleAxis& a : p.axes) {
    a.input = number(1, 9), a.output = number(1, 12);
    if (number(0, 2) == 0) a.factor = static_cast<double>(a.output) / static_cast<double>(a.input) + 0.01;
  }
  return p;
}

TEST(Resample, HasItsAdjointInEveryMode) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 300; ++round) {
    const ResampleProblem p = random_problem(random);
    const auto x = random_values(p.planes * p.input_plane(), random()),
               v = random_values(p.planes * p.output_plane(), random());
    std::vector<double> y(v.size(), NAN), dx(x.size(), NAN);
    resample(p, x.data(), y.data());
    resample_backward(p, v.data(), dx.data());
    EXPECT_NEAR(inner(y, v), inner(x, dx), 1e-12 * static_cast<double>(x.size() + v.size())) << "round " << round;
  }
}

TEST(Resample, KeepsConstants) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 100; ++round) {
    const ResampleProblem p = random_problem(random);
    const std::vector<float> x(static_cast<size_t>(p.planes * p.input_plane()), 3);
    std::vector<float> y(static_cast<size_t>(p.planes * p.output_plane()));
    resample(p, x.data(), y.data());
    for (const float v : y) ASSERT_NEAR(v, 3, 1e-5) << "round " << round;
  }
}

/// numpy's floor(o · scale) of PyTorch, in the type in which it computes the scale.
TEST(Resample, LooksUpThePlacesThatFloatArithmeticGives) {
  ResampleProblem p{.mode = Resampling::nearest};
  p.axes[2] = {.input = 129, .output = 296, .factor = 2.3};
  std::vector<float> x(129), y(296);
  std::vector<double> wide_x(129), wide_y(296);
  for (int i = 0; i < 129; ++i) x[i] = static_cast<float>(wide_x[i] = i);
  resample(p, x.data(), y.data());
  resample(p, wide_x.data(), wide_y.data());
  const auto step = static_cast<float>(1 / 2.3);
  int different = 0;
  for (int o = 0; o < 296; ++o) {
    EXPECT_EQ(y[o], std::floor(step * static_cast<float>(o)));
    EXPECT_EQ(wide_y[o], std::floor(static_cast<float>(1 / 2.3 * o)));
    different += y[o] != static_cast<float>(wide_y[o]);
  }
  EXPECT_GT(different, 0) << "the two types round alike here: another example is wanted";
}

}  // namespace
}  // namespace convgrad::kernels
