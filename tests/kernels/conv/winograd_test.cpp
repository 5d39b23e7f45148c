#include "kernels/conv/winograd.h"

#include "kernels/conv/close.h"

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

TEST(Winograd, IsRightOnRandomProblems) {
  Random random(5);
  for (int i = 0; i < 200 && !testing::Test::HasFailure(); ++i) {
    const ConvProblem p = winograd_shaped(random);
    ASSERT_TRUE(winograd::applies(p, Pass::forward));
    for (const Pass pass : {Pass::forward, Pass::backward_data, Pass::backward_weights})
      expect_close(random, "winograd", p, pass, i % 3, 3e-5);  // a handful of values, mostly padding, may cancel badly
  }
}

TEST(Winograd, StaysWithinItsErrorBoundsOnLayers) {
  Random random(6);
  for (const int64_t taps : {3, 5}) {
    ConvProblem p{.batch = 3, .in_channels = 16, .out_channels = 24, .groups = 1};
    for (int a = 1; a < 3; ++a) p.axes[a] = axis(24, taps, 1, 1, 1, 1);
    expect_close(random, "winograd", p, Pass::forward, 0, 3e-6);
    expect_close(random, "winograd", p, Pass::backward_data, 0, 3e-6);
    expect_close(random, "winograd", p, Pass::backward_weights, 0, 1e-5);
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
