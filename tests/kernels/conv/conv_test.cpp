#include "kernels/conv/conv.h"

#include "kernels/conv/plan.h"
#include "kernels/conv/random_problem.h"
#include "kernels/conv/reference.h"
#include "kernels/every_isa.h"

namespace convgrad::kernels {
namespace {

template <class T>
class Conv : public testing::Test {};
using Floats = testing::Types<float, double>;
TYPED_TEST_SUITE(Conv, Floats);

template <class T>
StridedArray<T, 5>& result_of(ConvCase<T>& c, Pass pass) {
  return pass == Pass::forward ? c.y : pass == Pass::backward_data ? c.x : c.w;
}

template <class T>
StridedArray<T, 5> by_reference(ConvCase<T>& c, Pass pass) {
  auto result = result_of(c, pass);
  if (pass == Pass::forward)
    conv_reference::forward(c.problem, c.x.data(), c.w.data(), c.bias_or_null(), result.data());
  else if (pass == Pass::backward_data)
    conv_reference::backward_data(c.problem, c.y.data(), c.w.data(), c.bias_or_null(), result.data());
  else
    conv_reference::backward_weights(c.problem, c.x.data(), c.y.data(), result.data());
  return result;
}

template <class T>
StridedArray<T, 5> by_library(ConvCase<T>& c, Pass pass) {
  auto result = result_of(c, pass);
  if (pass == Pass::forward)
    conv_forward<T>(c.problem, c.x.data(), c.w.data(), c.bias_or_null(), result.data());
  else if (pass == Pass::backward_data)
    conv_backward_data<T>(c.problem, c.y.data(), c.w.data(), c.bias_or_null(), result.data());
  else
    conv_backward_weights<T>(c.problem, c.x.data(), c.y.data(), result.data());
  return result;
}

TYPED_TEST(Conv, EqualsTheReferenceOnRandomProblems) {
  Random random(7);
  int64_t turn = 0;
  for (int i = 0; i < 1000 && !testing::Test::HasFailure(); ++i) {
    const ConvProblem p = random_problem(random);
    for (const Pass pass : {Pass::forward, Pass::backward_data, Pass::backward_weights}) {
      SCOPED_TRACE(testing::Message() << "case " << i << " pass " << static_cast<int>(pass) << ": " << p);
      ConvCase<TypeParam> c(random, p, pass, i % 4);
      for (auto* array : {&c.x, &c.w, &c.y})
        if (array != &result_of(c, pass)) array->fill_integers(random);
      const auto expected = by_reference(c, pass).values();
      for (const char* algorithm : {"implicit_gemm", "flat", "depthwise", "columns", "small"}) {
        SCOPED_TRACE(algorithm);
        force_algorithm(algorithm);
        on_isa(turn++, [&] {
          auto result = by_library(c, pass);
          EXPECT_EQ(result.values(), expected);
          EXPECT_EQ(result.damaged_cells(), 0);
        });
        force_algorithm("");
      }
    }
  }
}

/// What does not fit into a cache goes through it in chunks of channels, bands of rows and blocks of results.
TYPED_TEST(Conv, EqualsTheReferenceOnManyChannels) {
  Random random(8);
  const ConvAxis wide = axis(17, 3, 1, 1, 1, 1), strided = axis(19, 4, 2, 1, 0, 1), far = axis(40, 3, 1, 4, 4, 5);
  for (const auto& [high, along] : {std::pair{wide, wide}, std::pair{strided, wide}, std::pair{wide, far}}) {
    ConvProblem p{.batch = 2, .in_channels = 70, .out_channels = 35};
    p.axes[1] = high, p.axes[2] = along;
    for (const Pass pass : {Pass::forward, Pass::backward_data, Pass::backward_weights}) {
      SCOPED_TRACE(testing::Message() << "pass " << static_cast<int>(pass) << ": " << p);
      ConvCase<TypeParam> c(random, p, pass, 0);
      for (auto* array : {&c.x, &c.w, &c.y})
        if (array != &result_of(c, pass)) array->fill_integers(random);
      const auto expected = by_reference(c, pass).values();
      for (const char* algorithm : {"implicit_gemm", "flat", "columns"}) {
        SCOPED_TRACE(algorithm);
        force_algorithm(algorithm);
        on_every_isa([&] { EXPECT_EQ(by_library(c, pass).values(), expected); });
        force_algorithm("");
      }
    }
  }
}

TYPED_TEST(Conv, WeightGradientsEqualTheReferenceAlongLongRows) {
  Random random(12);
  int64_t turn = 0;
  for (int i = 0; i < 60 && !testing::Test::HasFailure(); ++i) {
    ConvProblem p{.batch = pick(random, 1, 2), .groups = pick(random, 0, 3) == 0 ? 2 : 1};
    p.in_channels = p.groups * pick(random, 1, 14), p.out_channels = p.groups * pick(random, 1, 20);
    const int64_t stride = pick(random, 1, 3), dilation = pick(random, 1, 4);
    if (pick(random, 0, 1)) p.axes[1] = axis(pick(random, 1, 5), pick(random, 1, 3), pick(random, 1, 2), 2, 1, 2);
    p.axes[2] = axis(pick(random, 32, 70) * stride, pick(random, 3, 11), stride, pick(random, 0, 9), pick(random, 0, 9),
                     dilation);
    SCOPED_TRACE(testing::Message() << "case " << i << ": " << p);
    ConvCase<TypeParam> c(random, p, Pass::backward_weights, i % 4);
    c.x.fill_integers(random), c.y.fill_integers(random);
    const auto expected = by_reference(c, Pass::backward_weights).values();
    force_algorithm("implicit_gemm");
    on_isa(turn++, [&] {
      auto result = by_library(c, Pass::backward_weights);
      EXPECT_EQ(result.values(), expected);
      EXPECT_EQ(result.damaged_cells(), 0);
    });
    force_algorithm("");
  }
}

TYPED_TEST(Conv, WeightGradientsOfFarReachingTapsTakeNoRoom) {
  ConvProblem p{.batch = 1, .in_channels = 20, .out_channels = 2};
  const int64_t far = int64_t{1} << 60;
  for (const int64_t dilation : {far, int64_t{1}}) {  // far apart; or near each other, and far outside
    p.axes[2] = {.input = 40, .kernel = 3, .pad_low = far, .pad_high = far, .dilation = dilation, .output = 40};
    Random random(13);
    ConvCase<TypeParam> c(random, p, Pass::backward_weights, 0);
    c.x.fill_integers(random), c.y.fill_integers(random);
    const auto expected = by_reference(c, Pass::backward_weights).values();
    force_algorithm("implicit_gemm");
    conv_backward_weights(c.problem, c.x.data(), c.y.data(), c.w.data());
    EXPECT_EQ(c.w.values(), expected);
    force_algorithm("");
  }
}

TYPED_TEST(Conv, EqualsTheReferenceWhereTheWindowIsTheWholeInput) {
  Random random(9);
  for (int i = 0; i < 12; ++i) {
    ConvProblem p{.batch = pick(random, 1, 9), .groups = pick(random, 1, 2)};
    p.in_channels = p.groups * pick(random, 1, 30), p.out_channels = p.groups * pick(random, 1, 30);
    for (int a = 1; a < 3; ++a) {
      const int64_t size = pick(random, 1, 5);
      p.axes[a] = axis(size, size, pick(random, 1, 3), 0, 0, 1);
    }
    for (const Pass pass : {Pass::forward, Pass::backward_data, Pass::backward_weights}) {
      SCOPED_TRACE(testing::Message() << "pass " << static_cast<int>(pass) << ": " << p);
      ConvCase<TypeParam> c(random, p, pass, 0);
      for (auto* array : {&c.x, &c.w, &c.y})
        if (array != &result_of(c, pass)) array->fill_integers(random);
      const auto expected = by_reference(c, pass).values();
      force_algorithm("whole");
      EXPECT_STREQ(chosen_algorithm<TypeParam>(c.problem, pass), "whole");
      on_isa(i, [&] { EXPECT_EQ(by_library(c, pass).values(), expected); });
      force_algorithm("");
    }
  }
}

TYPED_TEST(Conv, EqualsTheReferenceOnOneFilterAChannel) {
  Random random(10);
  int64_t turn = 0, applied = 0;
  for (int i = 0; i < 300 && !testing::Test::HasFailure(); ++i) {
    ConvProblem p{.batch = pick(random, 1, 3), .groups = pick(random, 4, 40)};
    p.in_channels = p.out_channels = p.groups;
    const int64_t rank = pick(random, 1, 3);
    for (int a = 3 - static_cast<int>(rank); a < 3; ++a) p.axes[a] = random_axis(random, rank == 3 ? 6 : 18);
    for (const Pass pass : {Pass::forward, Pass::backward_data, Pass::backward_weights}) {
      SCOPED_TRACE(testing::Message() << "case " << i << " pass " << static_cast<int>(pass) << ": " << p);
      ConvCase<TypeParam> c(random, p, pass, 0);
      for (auto* array : {&c.x, &c.w, &c.y})
        if (array != &result_of(c, pass)) array->fill_integers(random);
      const auto expected = by_reference(c, pass).values();
      force_algorithm("depthwise");
      applied += chosen_algorithm<TypeParam>(c.problem, pass) == std::string("depthwise");
      on_isa(turn++, [&] {
        auto result = by_library(c, pass);
        EXPECT_EQ(result.values(), expected);
        EXPECT_EQ(result.damaged_cells(), 0);
      });
      force_algorithm("");
    }
  }
  EXPECT_GT(applied, 800);
}

/// A border as wide as windows reach would take gigabytes here, and its size more than 64 bits in the second case.
TYPED_TEST(Conv, FarReachingWindowsOfOneFilterAChannelTakeNoBorder) {
  Random random(11);
  for (const int64_t dilation : {int64_t{5000}, int64_t{1} << 61}) {
    ConvProblem p{.batch = 1, .in_channels = 64, .out_channels = 64, .groups = 64};
    for (int a = 1; a < 3; ++a)
      p.axes[a] = {
          .input = 4, .kernel = 3, .pad_low = dilation, .pad_high = dilation, .dilation = dilation, .output = 4};
    for (const Pass pass : {Pass::forward, Pass::backward_data, Pass::backward_weights}) {
      ConvCase<TypeParam> c(random, p, pass, 0);
      force_algorithm("depthwise");
      EXPECT_STRNE(chosen_algorithm<TypeParam>(c.problem, pass), "depthwise");
      force_algorithm("");
    }
  }
}

TYPED_TEST(Conv, WeightGradientOfAnEmptyBatchIsZero) {
  ConvProblem p;
  p.batch = 0;
  p.axes[2] = axis(4, 2, 1, 0, 0, 1);
  p.x_strides = p.w_strides = p.y_strides = {1, 1, 1, 1, 1};
  TypeParam dw[] = {5, 5};
  conv_backward_weights<TypeParam>(p, nullptr, nullptr, dw);
  EXPECT_EQ(dw[0], 0);
  EXPECT_EQ(dw[1], 0);
}

}  // namespace
}  // namespace convgrad::kernels
