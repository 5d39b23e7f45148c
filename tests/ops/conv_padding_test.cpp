#include <convgrad/autograd/gradcheck.h>
#include <convgrad/error.h>
#include <convgrad/ops/pad.h>

#include "ops/conv_case.h"

namespace convgrad::testing {
namespace {

const std::pair<PaddingMode, const char*> modes[] = {
    {kReflect, "reflect"}, {kReplicate, "replicate"}, {kCircular, "circular"}};

TEST(ConvPadding, AModePadsAsPadDoes) {
  Random random(1);
  for (const auto& [mode, name] : modes) {
    const Tensor x = random_tensor(random, {2, 3, 5, 6}), w = random_tensor(random, {4, 3, 3, 2});
    EXPECT_EQ(numbers(conv2d(x, w, {}, {.stride = 2, .padding = {2, 1}, .padding_mode = mode})),
              numbers(conv2d(pad(x, {1, 1, 2, 2}, name), w, {}, {.stride = 2})));
    EXPECT_EQ(numbers(conv2d(x, w, {}, {.padding = {0, 1}, .padding_high = {2, 0}, .padding_mode = mode})),
              numbers(conv2d(pad(x, {1, 0, 0, 2}, name), w)));
    EXPECT_EQ(conv2d(x, w, {}, {.padding = "same", .padding_mode = mode}).sizes().vec(),
              (std::vector<int64_t>{2, 4, 5, 6}));
  }
}

TEST(ConvPadding, ATransposedConvolutionWithAModeIsTheAdjoint) {
  Random random(2);
  for (const auto& [mode, name] : modes)
    for (int i = 0; i < 60; ++i) {
      Case c(random);
      for (Axis& a : c.axes) {  // a mirror shows fewer cells than there are
        a.low = std::min(a.low, a.input - 1), a.high = std::min(a.high, a.input - 1);
        a.input = std::max(a.input, a.span() - a.low - a.high);
      }
      if (c.in_group == 0) continue;
      SCOPED_TRACE((::testing::Message() << name << " " << c));
      ConvOptions options = c.options();
      ConvTransposeOptions transposed = c.transposed_options();
      options.padding_mode = transposed.padding_mode = mode;
      const Tensor x = random_tensor(random, c.x_sizes()), w = random_tensor(random, c.w_sizes());
      const Tensor y = random_tensor(random, c.y_sizes());
      const Tensor forward = conv_of(c.rank)(x, w, {}, options);
      const Tensor adjoint = conv_transpose_of(c.rank)(y, w, {}, transposed);
      ASSERT_EQ(adjoint.sizes().vec(), c.x_sizes());
      const auto xs = numbers(x), ys = numbers(y), fs = numbers(forward), as = numbers(adjoint);
      double left = 0, right = 0;
      for (size_t j = 0; j < ys.size(); ++j) left += ys[j] * fs[j];
      for (size_t j = 0; j < xs.size(); ++j) right += xs[j] * as[j];
      ASSERT_EQ(left, right);
    }
}

TEST(ConvPadding, GradientsOfBothOrdersAreRight) {
  Random random(3);
  for (const auto& [mode, name] : modes) {
    autograd::variable_list inputs{random_tensor(random, {1, 1, 4, 3}).clone(),
                                   random_tensor(random, {1, 1, 2, 2}).clone(), random_tensor(random, {1}).clone()};
    for (Tensor& t : inputs) t = t.contiguous().requires_grad_();
    const auto forward = [mode = mode](const autograd::variable_list& in) {
      return autograd::variable_list{conv2d(in[0], in[1], in[2], {.padding = 1, .padding_mode = mode})};
    };
    const auto transposed = [mode = mode](const autograd::variable_list& in) {
      return autograd::variable_list{
          conv_transpose2d(in[0], in[1], in[2], {.stride = 2, .padding = 1, .padding_mode = mode})};
    };
    EXPECT_TRUE(autograd::gradcheck(forward, inputs));
    EXPECT_TRUE(autograd::gradgradcheck(forward, inputs));
    EXPECT_TRUE(autograd::gradcheck(transposed, inputs));
    EXPECT_TRUE(autograd::gradgradcheck(transposed, inputs));
  }
}

TEST(ConvPadding, AMirrorThatIsTooSmallIsRefused) {
  const Tensor x = ones({1, 1, 3, 5}), w = ones({1, 1, 3, 3});
  EXPECT_THROW(conv2d(x, w, {}, {.padding = 3, .padding_mode = kReflect}), Error);
  EXPECT_THROW(conv2d(x, w, {}, {.padding = 6, .padding_mode = kCircular}), Error);
  EXPECT_THROW(conv_transpose2d(x, w, {}, {.padding = 2, .padding_mode = kReflect}), Error);
  EXPECT_NO_THROW(conv2d(x, w, {}, {.padding = 60, .padding_mode = kReplicate}));
}

}  // namespace
}  // namespace convgrad::testing
