#include "kernels/conv/winograd.h"

#include "kernels/conv/random_problem.h"
#include "kernels/conv/reference.h"
#include "kernels/every_isa.h"

namespace convgrad::kernels {
namespace {

/// Problems that the algorithm takes: 3×3 or 5×5, or a depth of taps on top.
ConvProblem any_winograd_shaped(Random& random) {
  ConvProblem p;
  const int64_t taps = pick(random, 0, 1) ? 3 : 5;
  p.batch = pick(random, 1, 3);
  p.groups = pick(random, 0, 4) == 0 ? 2 : 1;
  p.in_channels = p.groups * pick(random, 1, 20);
  p.out_channels = p.groups * pick(random, 1, 20);
  if (pick(random, 0, 3) == 0) p.axes[0] = axis(pick(random, 1, 4), pick(random, 1, 3), 1, 1, pick(random, 0, 1), 1);
  for (int a = 1; a < 3; ++a)
    p.axes[a] = axis(pick(random, 1, 18), taps, 1, pick(random, 0, taps), pick(random, 0, taps), 1);
  return p;
}

ConvProblem winograd_shaped(Random& random) {
  const double most = pick(random, 0, 19) == 0 ? 4e6 : 2e5;
  ConvProblem p = any_winograd_shaped(random);
  while (work_of(p) > most) p = any_winograd_shaped(random);
  return p;
}

/// Root of the mean square of the difference, relative to that of the expected values.
double rms_error(const std::vector<float>& values, const std::vector<double>& expected) {
  double difference = 0, total = 1e-30;
  for (size_t i = 0; i < values.size(); ++i) {
    difference += (values[i] - expected[i]) * (values[i] - expected[i]);
    total += expected[i] * expected[i];
  }
  return std::sqrt(difference / total);
}

StridedArray<double, 5> widened(Random& random, StridedArray<float, 5>& from) {
  StridedArray<double, 5> to(random, from.sizes, 0);
  const auto values = from.values();
  size_t i = 0;
  to.for_each([&](double& cell) { cell = values[i++]; });
  return to;
}

/// Runs a pass on normally distributed values and compares it with the reference in float64.
void expect_close(Random& random, const ConvProblem& p, Pass pass, int layout, double bound) {
  SCOPED_TRACE(testing::Message() << "pass " << static_cast<int>(pass) << ": " << p);
  ConvCase<float> c(random, p, pass, layout);
  auto& result = pass == Pass::forward ? c.y : pass == Pass::backward_data ? c.x : c.w;
  for (auto* array : {&c.x, &c.w, &c.y})
    if (array != &result) array->fill_normal(random);
  ConvProblem q = p;
  auto x = widened(random, c.x), w = widened(random, c.w), y = widened(random, c.y);
  q.x_strides = x.strides, q.w_strides = w.strides, q.y_strides = y.strides;
  const std::vector<double> bias(c.bias.begin(), c.bias.end());
  const double* bias_or_null = bias.empty() ? nullptr : bias.data();
  std::vector<double> expected;
  if (pass == Pass::forward) {
    conv_reference::forward<double>(q, x.data(), w.data(), bias_or_null, y.data());
    expected = y.values();
  } else if (pass == Pass::backward_data) {
    conv_reference::backward_data<double>(q, y.data(), w.data(), bias_or_null, x.data());
    expected = x.values();
  } else {
    conv_reference::backward_weights<double>(q, x.data(), y.data(), w.data());
    expected = w.values();
  }
  on_every_isa([&] {
    auto actual = result;
    if (pass == Pass::forward)
      winograd::forward(c.problem, c.x.data(), c.w.data(), c.bias_or_null(), actual.data());
    else if (pass == Pass::backward_data)
      winograd::backward_data(c.problem, c.y.data(), c.w.data(), c.bias_or_null(), actual.data());
    else
      winograd::backward_weights(c.problem, c.x.data(), c.y.data(), actual.data(), winograd::weight_slices(c.problem));
    EXPECT_LT(rms_error(actual.values(), expected), bound);
    EXPECT_EQ(actual.damaged_cells(), 0);
  });
}

TEST(Winograd, IsRightOnRandomProblems) {
  Random random(5);
  for (int i = 0; i < 200 && !testing::Test::HasFailure(); ++i) {
    const ConvProblem p = winograd_shaped(random);
    ASSERT_TRUE(winograd::applies(p, Pass::forward));
    for (const Pass pass : {Pass::forward, Pass::backward_data, Pass::backward_weights})
      expect_close(random, p, pass, i % 3, 3e-5);  // a handful of values, mostly padding, may cancel badly
  }
}

TEST(Winograd, StaysWithinItsErrorBoundsOnLayers) {
  Random random(6);
  for (const int64_t taps : {3, 5}) {
    ConvProblem p{.batch = 3, .in_channels = 16, .out_channels = 24, .groups = 1};
    for (int a = 1; a < 3; ++a) p.axes[a] = axis(24, taps, 1, 1, 1, 1);
    expect_close(random, p, Pass::forward, 0, 3e-6);
    expect_close(random, p, Pass::backward_data, 0, 3e-6);
    expect_close(random, p, Pass::backward_weights, 0, 1e-5);
  }
}

TEST(Winograd, DoesNotApplyToStridesDilationsAndOtherKernels) {
  ConvProblem p;
  p.axes[1] = p.axes[2] = axis(12, 3, 2, 1, 1, 1);
  EXPECT_FALSE(winograd::applies(p, Pass::forward));
  p.axes[1] = p.axes[2] = axis(12, 3, 1, 1, 1, 2);
  EXPECT_FALSE(winograd::applies(p, Pass::backward_data));
  p.axes[1] = p.axes[2] = axis(12, 4, 1, 1, 1, 1);
  EXPECT_FALSE(winograd::applies(p, Pass::backward_weights));
}

}  // namespace
}  // namespace convgrad::kernels
