#include "kernels/reduce.h"

#include "kernels/every_isa.h"
#include "kernels/folds.h"
#include "kernels/nll.h"
#include "kernels/softmax.h"
#include "kernels/strided_array.h"

namespace convgrad::kernels {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr ScalarType kFloating[] = {kFloat32, kFloat64};

/// A reduction of some of three axes, and what goes into each cell, in double.
template <class T>
struct Sample {
  StridedArray<T, 3> x;
  ReduceProblem problem;
  std::vector<std::vector<double>> cells;

  Sample(Random& random, const std::array<int64_t, 3>& sizes, unsigned folded, int layout) : x(random, sizes, layout) {
    x.fill_normal(random);
    int64_t step = 1;
    std::array<int64_t, 3> steps{};
    for (size_t d = 3; d-- > 0;) {
      const ReduceAxis axis{sizes[d], x.strides[d], folded >> d & 1 ? 0 : step};
      auto& axes = folded >> d & 1 ? problem.folded : problem.kept;
      axes.insert(axes.begin(), axis);
      steps[d] = axis.cell_stride;
      if (!(folded >> d & 1)) step *= sizes[d];
    }
    cells.resize(static_cast<size_t>(step));
    const std::vector<T> values = x.values();
    size_t at = 0;
    for (int64_t i = 0; i < sizes[0]; ++i)
      for (int64_t j = 0; j < sizes[1]; ++j)
        for (int64_t k = 0; k < sizes[2]; ++k)
          cells[static_cast<size_t>(i * steps[0] + j * steps[1] + k * steps[2])].push_back(values[at++]);
  }

  template <class Result = T>
  std::vector<Result> run(const Fold& fold) {
    std::vector<Result> out(cells.size());
    reduce(problem, fold, x.data(), {out.data()});
    return out;
  }
};

/// Calls f(sample) for random shapes, layouts and folded axes.
template <class T, class F>
void on_samples(F f) {
  Random random(5);
  for (int i = 0; i < 60; ++i) {
    const std::array<int64_t, 3> sizes{pick(random, 1, 9), pick(random, 1, i % 7 == 0 ? 900 : 40),
                                       pick(random, 1, i % 5 == 0 ? 700 : 70)};
    Sample<T> sample(random, sizes, static_cast<unsigned>(pick(random, 1, 7)), static_cast<int>(pick(random, 0, 3)));
    f(sample);
  }
}

template <class T>
void check_sums(ScalarType t) {
  on_samples<T>([&](Sample<T>& s) {
    std::vector<T> first;
    on_every_isa([&] {
      const std::vector<T> sums = s.run(sum_fold(t, 0.5));
      if (first.empty()) first = sums;
      EXPECT_EQ(sums, first) << "differs between instruction sets or thread counts";
    });
    for (size_t i = 0; i < first.size(); ++i) {
      long double sum = 0, size = 0;
      for (const double v : s.cells[i]) sum += v, size += std::abs(v);
      EXPECT_NEAR(first[i], static_cast<double>(sum / 2), 2 * size * std::numeric_limits<T>::epsilon());
    }
  });
}
TEST(SumFold, OfFloatsIsRightAndTheSameEverywhere) { check_sums<float>(kFloat32); }
TEST(SumFold, OfDoublesIsRightAndTheSameEverywhere) { check_sums<double>(kFloat64); }

TEST(MomentFolds, AgreeWithTwoPassesInLongDouble) {
  on_samples<double>([&](Sample<double>& s) {
    const auto variances = s.run(variance_fold(kFloat64, 1, false));
    const auto norms = s.run(norm_fold(kFloat64, 3));
    for (size_t i = 0; i < s.cells.size(); ++i) {
      const auto n = static_cast<long double>(s.cells[i].size());
      long double mean = 0, squares = 0, cubes = 0;
      for (const double v : s.cells[i]) mean += v / n;
      for (const double v : s.cells[i]) squares += (v - mean) * (v - mean), cubes += std::pow(std::abs(v), 3);
      if (n > 1) {
        EXPECT_NEAR(variances[i], static_cast<double>(squares / (n - 1)), 1e-13 * (1 + variances[i]));
      }
      EXPECT_NEAR(norms[i], std::cbrt(static_cast<double>(cubes)), 1e-13 * norms[i]);
    }
  });
}

/// Every length of rows and columns, with a NaN, or the extreme, at every place.
template <class T>
void check_extreme_places(ScalarType t) {
  for (const int64_t n : {1, 2, 7, 8, 15, 16, 17, 31, 32, 33, 63, 70})
    for (int64_t at = 0; at < n; ++at)
      for (const double value : {kNaN, 9.0, -9.0})
        for (const bool columns : {false, true}) {
          std::vector<T> x(static_cast<size_t>(2 * n), T(1));
          const int64_t step = columns ? 2 : 1;
          x[static_cast<size_t>(at * step)] = static_cast<T>(value);
          ReduceProblem problem{.kept = {{2, columns ? 1 : n, 1}}, .folded = {{n, step, 0}}, .ordered = true};
          T max[2], min[2];
          int64_t index[2];
          reduce(problem, max_fold(t), x.data(), {max});
          reduce(problem, min_fold(t), x.data(), {min});
          ASSERT_TRUE(std::isnan(value) ? std::isnan(max[0]) : max[0] == (n == 1 ? value : std::max(1.0, value)));
          ASSERT_TRUE(std::isnan(value) ? std::isnan(min[0]) : min[0] == (n == 1 ? value : std::min(1.0, value)));
          ASSERT_EQ(max[1], 1);
          reduce(problem, max_index_fold(t), x.data(), {max, index});
          ASSERT_EQ(index[0], value < 0 && n > 1 ? (at == 0 ? 1 : 0) : at);
          reduce(problem, min_index_fold(t), x.data(), {min, index});
          ASSERT_EQ(index[0], value > 0 && n > 1 ? (at == 0 ? 1 : 0) : at);
        }
}
TEST(ExtremumFolds, FindNaNAndExtremesAtEveryPlace) {
  on_every_isa([] {
    check_extreme_places<float>(kFloat32);
    check_extreme_places<double>(kFloat64);
  });
}

TEST(ExtremumFolds, PositiveZeroIsGreaterAtEveryPlace) {
  on_every_isa([] {
    for (const int64_t n : {2, 7, 8, 16, 33, 100})
      for (int64_t at = 0; at < n; ++at) {
        std::vector<float> x(static_cast<size_t>(n), -0.0f);
        x[static_cast<size_t>(at)] = 0.0f;
        const ReduceProblem problem{.kept = {}, .folded = {{n, 1, 0}}};
        float max, min;
        reduce(problem, max_fold(kFloat32), x.data(), {&max});
        reduce(problem, min_fold(kFloat32), x.data(), {&min});
        EXPECT_FALSE(std::signbit(max));
        EXPECT_TRUE(std::signbit(min));
      }
  });
}

TEST(Reduce, OfNothingLeavesWhatTheFoldStartsWith) {
  for (const ScalarType t : kFloating) {
    double out[3] = {7, 7, 7};
    reduce({.kept = {{3, 1, 1}}, .folded = {{0, 3, 0}}}, sum_fold(t), nullptr, {out});
    if (t == kFloat64) {
      EXPECT_EQ(std::vector<double>(out, out + 3), std::vector<double>(3, 0.0));
    }
    reduce({.kept = {{0, 1, 1}, {4, 1, 1}}, .folded = {{2, 3, 0}}}, sum_fold(t), nullptr, {out});
  }
}

/// Softmax by its definition in long double.
std::vector<double> softmax_reference(const SoftmaxProblem& p, const std::vector<double>& x) {
  std::vector<double> y(x.size());
  for (int64_t o = 0; o < p.outer; ++o)
    for (int64_t j = 0; j < p.inner; ++j) {
      const auto at = [&](int64_t i) { return static_cast<size_t>((o * p.n + i) * p.inner + j); };
      long double max = -std::numeric_limits<long double>::infinity(), sum = 0;
      for (int64_t i = 0; i < p.n; ++i) max = std::max<long double>(max, x[at(i)]);
      for (int64_t i = 0; i < p.n; ++i) sum += std::exp(x[at(i)] - max);
      for (int64_t i = 0; i < p.n; ++i)
        y[at(i)] = static_cast<double>(p.log ? x[at(i)] - max - std::log(sum) : std::exp(x[at(i)] - max) / sum);
    }
  return y;
}

template <class T>
void check_softmax(Random& random, const SoftmaxProblem& p) {
  const auto size = static_cast<size_t>(p.outer * p.n * p.inner);
  std::vector<T> x(size), y(size), dy(size), dx(size);
  std::normal_distribution<double> normal(0, 5);
  for (size_t i = 0; i < size; ++i) x[i] = static_cast<T>(normal(random)), dy[i] = static_cast<T>(normal(random));
  const std::vector<double> want = softmax_reference(p, std::vector<double>(x.begin(), x.end()));
  const double unit = std::numeric_limits<T>::epsilon();
  softmax(p, x.data(), y.data());
  softmax_gradient(p, dy.data(), y.data(), dx.data());
  // rounding x − max, below 60, is an error of the exponent
  const auto tolerance = [&](double w) { return unit * (p.log ? 8 + 2 * std::abs(w) : 60 * w) + 1e-30; };
  for (size_t i = 0; i < size; ++i) ASSERT_NEAR(y[i], want[i], tolerance(want[i]));

  for (int64_t line = 0; line < p.outer * p.inner; ++line) {
    const auto at = [&](int64_t c) {
      return static_cast<size_t>((line / p.inner * p.n + c) * p.inner + line % p.inner);
    };
    double sum = 0, scale = 0;
    for (int64_t c = 0; c < p.n; ++c) {
      sum += p.log ? dy[at(c)] : static_cast<double>(dy[at(c)]) * y[at(c)];
      scale += std::abs(dy[at(c)]);
    }
    for (int64_t c = 0; c < p.n; ++c) {
      const double g = dy[at(c)], result = y[at(c)];
      ASSERT_NEAR(dx[at(c)], p.log ? g - std::exp(result) * sum : (g - sum) * result, 16 * unit * scale);
    }
  }
}

TEST(Softmax, IsRightOnEveryInstructionSet) {
  on_every_isa([] {
    Random random(11);
    for (int i = 0; i < 40; ++i) {
      const SoftmaxProblem p{.outer = pick(random, 1, 6),
                             .n = pick(random, 1, i % 8 == 0 ? 3000 : 40),
                             .inner = i % 2 ? 1 : pick(random, 1, 40),
                             .log = i % 4 < 2};
      check_softmax<float>(random, p);
      check_softmax<double>(random, p);
    }
  });
}

TEST(Softmax, NaNAnywhereMakesItsRowNaN) {
  on_every_isa([] {
    for (const bool log : {false, true})
      for (const int64_t inner : {1, 3})
        for (const int64_t n : {1, 5, 16, 33})
          for (int64_t at = 0; at < n; ++at) {
            std::vector<float> x(static_cast<size_t>(n * inner), 1.0f), y(x.size());
            x[static_cast<size_t>(at * inner)] = static_cast<float>(kNaN);
            softmax<float>({.n = n, .inner = inner, .log = log}, x.data(), y.data());
            for (size_t i = 0; i < y.size(); ++i)
              ASSERT_EQ(std::isnan(y[i]), i % static_cast<size_t>(inner) == 0) << n << " " << at;
          }
  });
}

TEST(Nll, NamesTheFirstBadTarget) {
  const int64_t targets[] = {0, -100, 4, 5, -1};
  EXPECT_EQ(bad_target({.batch = 5, .classes = 5, .targets = targets}), 3);
  EXPECT_EQ(bad_target({.batch = 5, .classes = 6, .targets = targets}), 4);
  EXPECT_EQ(bad_target({.batch = 4, .classes = 6, .targets = targets}), -1);
  EXPECT_EQ(bad_target({.batch = 4, .classes = 6, .targets = targets, .ignore_index = 0}), 1);
}

}  // namespace
}  // namespace convgrad::kernels
