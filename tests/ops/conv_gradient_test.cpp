#include <convgrad/autograd/gradcheck.h>
#include <convgrad/error.h>

#include "ops/conv_case.h"

namespace convgrad::testing {
namespace {

using autograd::variable_list;

double pairing(const Tensor& a, const Tensor& b) {
  const std::vector<double> x = numbers(a), y = numbers(b);
  EXPECT_EQ(x.size(), y.size());
  double sum = 0;
  for (size_t i = 0; i < x.size(); ++i) sum += x[i] * y[i];
  return sum;
}

/// Whole numbers, contiguous, with a gradient: what gradcheck takes.
Tensor leaf(Random& random, const std::vector<int64_t>& sizes) {
  return random_tensor(random, sizes).clone().contiguous().requires_grad_();
}

// A convolution is linear in x and in w: ⟨conv(x, w), dy⟩ = ⟨x, dx⟩ = ⟨w, dw⟩, exactly so in whole numbers.
TEST(ConvGradient, RandomProblemsInAnyLayoutKeepTheAdjointIdentities) {
  Random random(11);
  for (int i = 0; i < 1000; ++i) {
    const Case c(random);
    SCOPED_TRACE((::testing::Message() << "case " << i << ": " << c));
    const ScalarType dtype = pick(random, 0, 1) ? kFloat32 : kFloat64;
    const Tensor x = random_tensor(random, c.x_sizes(), dtype).requires_grad_();
    const Tensor w = random_tensor(random, c.w_sizes(), dtype).requires_grad_();
    const Tensor b = random_tensor(random, {c.groups * c.out_group}, dtype).requires_grad_();
    const Tensor dy = random_tensor(random, c.y_sizes(), dtype);
    const Tensor y = conv_of(c.rank)(x, w, b, c.options());
    const auto [dx, dw, db] = [&] {
      const variable_list g = autograd::grad({y}, {x, w, b}, {dy});
      return std::array{g[0], g[1], g[2]};
    }();
    const double linear = pairing(conv_of(c.rank)(x.detach(), w.detach(), {}, c.options()), dy);
    ASSERT_EQ(dx.sizes().vec(), c.x_sizes());
    ASSERT_EQ(dw.sizes().vec(), c.w_sizes());
    ASSERT_EQ(pairing(x, dx), linear);
    ASSERT_EQ(pairing(w, dw), linear);
    ASSERT_EQ(pairing(b, db), pairing(y, dy) - linear);
  }
}

TEST(ConvGradient, TransposedProblemsKeepThemToo) {
  Random random(12);
  for (int i = 0; i < 1000; ++i) {
    const Case c(random);
    SCOPED_TRACE((::testing::Message() << "case " << i << ": " << c));
    const Tensor y = random_tensor(random, c.y_sizes()).requires_grad_();
    const Tensor w = random_tensor(random, c.w_sizes()).requires_grad_();
    const Tensor b = random_tensor(random, {c.groups * c.in_group}).requires_grad_();
    const Tensor dx = random_tensor(random, c.x_sizes());
    const Tensor x = conv_transpose_of(c.rank)(y, w, b, c.transposed_options());
    const variable_list g = autograd::grad({x}, {y, w, b}, {dx});
    const double linear = pairing(conv_transpose_of(c.rank)(y.detach(), w.detach(), {}, c.transposed_options()), dx);
    ASSERT_EQ(pairing(y, g[0]), linear);
    ASSERT_EQ(pairing(w, g[1]), linear);
    ASSERT_EQ(pairing(b, g[2]), pairing(x, dx) - linear);
  }
}

TEST(ConvGradient, FiniteDifferencesAgreeInFirstAndSecondOrder) {
  Random random(13);
  for (int i = 0; i < 12; ++i) {
    Case c(random, 4);
    c.batch = 1, c.in_group = std::clamp<int64_t>(c.in_group, 1, 2), c.out_group = std::min<int64_t>(c.out_group, 2);
    if (c.rank == 3) c.axes.pop_back(), c.rank = 2;
    SCOPED_TRACE((::testing::Message() << "case " << i << ": " << c));
    const auto forward = [&](const variable_list& in) {
      return variable_list{conv_of(c.rank)(in[0], in[1], in[2], c.options())};
    };
    const auto transposed = [&](const variable_list& in) {
      return variable_list{conv_transpose_of(c.rank)(in[0], in[1], in[2], c.transposed_options())};
    };
    const Tensor w = leaf(random, c.w_sizes());
    const variable_list inputs{leaf(random, c.x_sizes()), w, leaf(random, {c.groups * c.out_group})};
    const variable_list adjoint{leaf(random, c.y_sizes()), w, leaf(random, {c.groups * c.in_group})};
    EXPECT_TRUE(autograd::gradcheck(forward, inputs));
    EXPECT_TRUE(autograd::gradgradcheck(forward, inputs));
    EXPECT_TRUE(autograd::gradcheck(transposed, adjoint));
    EXPECT_TRUE(autograd::gradgradcheck(transposed, adjoint));
  }
}

TEST(ConvGradient, ThreeAxesAgreeWithFiniteDifferences) {
  Random random(14);
  const variable_list inputs{leaf(random, {1, 2, 3, 2, 3}), leaf(random, {2, 1, 2, 1, 2}), leaf(random, {2})};
  const auto f = [](const variable_list& in) {
    return variable_list{conv3d(in[0], in[1], in[2], {.stride = {1, 1, 2}, .padding = {0, 1, 1}, .groups = 2})};
  };
  EXPECT_TRUE(autograd::gradcheck(f, inputs));
  EXPECT_TRUE(autograd::gradgradcheck(f, inputs));
}

TEST(ConvGradient, OnlyWhatIsAskedForIsComputed) {
  Random random(15);
  const Tensor x = random_tensor(random, {1, 2, 5}), w = leaf(random, {3, 2, 3});
  const Tensor y = conv1d(x, w);
  y.backward(ones_like(y));
  EXPECT_TRUE(w.grad().defined());
  EXPECT_FALSE(x.grad().defined());
}

TEST(ConvGradient, TheGradientsByThemselvesAreThoseOfTheConvolution) {
  Random random(16);
  for (int i = 0; i < 50; ++i) {
    const Case c(random);
    const Tensor x = random_tensor(random, c.x_sizes()).requires_grad_();
    const Tensor w = random_tensor(random, c.w_sizes()).requires_grad_();
    const Tensor dy = random_tensor(random, c.y_sizes());
    const variable_list g = autograd::grad({conv_of(c.rank)(x, w, {}, c.options())}, {x, w}, {dy});
    EXPECT_EQ(numbers(conv_input_gradient(c.x_sizes(), w.detach(), dy, c.options())), numbers(g[0]));
    EXPECT_EQ(numbers(conv_weight_gradient(x.detach(), c.w_sizes(), dy, c.options())), numbers(g[1]));
  }
}

}  // namespace
}  // namespace convgrad::testing
