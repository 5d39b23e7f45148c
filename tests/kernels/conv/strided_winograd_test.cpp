#include "kernels/conv/strided_winograd.h"

#include "kernels/conv/close.h"

namespace convgrad::kernels {
namespace {

constexpr Pass kPasses[] = {Pass::forward, Pass::backward_data, Pass::backward_weights};

/// Strides of which at least one is no one, and kernels of at most five taps a phase.
ConvProblem strided(Random& random) {
  ConvProblem p{.batch = pick(random, 1, 3), .groups = pick(random, 0, 4) == 0 ? 2 : 1};
  p.in_channels = p.groups * pick(random, 1, 9), p.out_channels = p.groups * pick(random, 1, 12);
  if (pick(random, 0, 3) == 0) p.axes[0] = axis(pick(random, 1, 4), pick(random, 1, 3), 1, 1, pick(random, 0, 1), 1);
  const int64_t strides[] = {pick(random, 1, 4), pick(random, 2, 4)};
  for (int a = 1; a < 3; ++a) {
    const int64_t stride = strides[a - 1], kernel = pick(random, 1, stride == 1 ? 5 : 4 * stride);
    p.axes[a] = axis(pick(random, 1, 20), kernel, stride, pick(random, 0, stride == 1 ? 2 : 4), pick(random, 0, 4), 1);
  }
  return p;
}

TEST(StridedWinograd, IsRightOnRandomProblems) {
  Random random(15);
  for (int i = 0; i < 150 && !testing::Test::HasFailure(); ++i) {
    ConvProblem p = strided(random);
    while (!strided_winograd::applies(p, Pass::forward) || work_of(p) > 3e5) p = strided(random);
    for (const Pass pass : kPasses) expect_close(random, "strided_winograd", p, pass, i % 3, 3e-5);
  }
}

TEST(StridedWinograd, StaysWithinWinogradsErrorBoundsOnLayers) {
  Random random(16);
  for (const int64_t kernel : {4, 7}) {
    ConvProblem p{.batch = 3, .in_channels = 8, .out_channels = 24};
    for (int a = 1; a < 3; ++a) p.axes[a] = axis(40, kernel, 2, kernel / 2, kernel / 2, 1);
    expect_close(random, "strided_winograd", p, Pass::forward, 0, 3e-6);
    expect_close(random, "strided_winograd", p, Pass::backward_data, 0, 3e-6);
    expect_close(random, "strided_winograd", p, Pass::backward_weights, 0, 1e-5);
  }
}

TEST(StridedWinograd, TakesSomeSamplesAtATime) {
  Random random(17);
  ConvProblem p{.batch = 5, .in_channels = 4, .out_channels = 3};
  p.axes[1] = p.axes[2] = axis(300, 4, 2, 1, 1, 1);  // 360,000 cells a sample
  for (const Pass pass : kPasses) expect_close(random, "strided_winograd", p, pass, 0, 3e-5);
}

TEST(StridedWinograd, IsChosenWhereItSavesEnough) {
  ConvProblem video{.batch = 1, .in_channels = 3, .out_channels = 64};
  video.axes = {axis(16, 3, 1, 1, 1, 1), axis(112, 7, 2, 3, 3, 1), axis(112, 7, 2, 3, 3, 1)};
  ConvProblem few = video;  // 3×3 taps of a stride of two are four phases of up to 2×2
  few.in_channels = 64, few.axes[1] = few.axes[2] = axis(56, 3, 2, 1, 1, 1);
  for (const Pass pass : kPasses) {
    EXPECT_STREQ(chosen_algorithm<float>(video, pass), "strided_winograd");
    EXPECT_STRNE(chosen_algorithm<float>(few, pass), "strided_winograd");
    EXPECT_STRNE(chosen_algorithm<double>(video, pass), "strided_winograd");
  }
}

TEST(StridedWinograd, DoesNotApplyToDilationsLongStridesAndWideKernels) {
  ConvProblem p{.in_channels = 4, .out_channels = 4};
  const auto with = [&](const ConvAxis& a) {
    p.axes[1] = p.axes[2] = a;
    return strided_winograd::applies(p, Pass::forward);
  };
  EXPECT_TRUE(with(axis(40, 7, 2, 3, 3, 1)));
  EXPECT_FALSE(with(axis(40, 7, 1, 3, 3, 1)));   // no stride
  EXPECT_FALSE(with(axis(40, 3, 2, 1, 1, 2)));   // dilated
  EXPECT_FALSE(with(axis(40, 7, 5, 3, 3, 1)));   // a long stride
  EXPECT_FALSE(with(axis(40, 12, 2, 3, 3, 1)));  // more than five taps a phase
}

}  // namespace
}  // namespace convgrad::kernels
