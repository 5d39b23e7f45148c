#include "convgrad/nn/lazy.h"

#include <gtest/gtest.h>

#include "convgrad/nn/conv.h"
#include "convgrad/nn/linear.h"
#include "convgrad/nn/sequential.h"
#include "convgrad/ops/creation.h"
#include "convgrad/ops/random.h"
#include "error_text.h"

namespace convgrad::nn {
namespace {

TEST(Lazy, LearnsItsChannelsFromTheFirstInput) {
  LazyConv2d lazy({.out_channels = 6, .kernel_size = 3});
  EXPECT_EQ(lazy->str(), "LazyConv2d(0, 6, kernel_size=(3, 3), stride=(1, 1))");
  manual_seed(0);
  lazy(zeros({1, 4, 5, 5}));
  EXPECT_EQ(lazy->str(), "Conv2d(4, 6, kernel_size=(3, 3), stride=(1, 1))");
  manual_seed(0);
  Conv2d conv(4, 6, 3);
  EXPECT_TRUE(lazy->weight.equal(conv->weight));
  EXPECT_TRUE(lazy->bias.equal(conv->bias));
}

TEST(Lazy, KnowsUnbatchedInput) {
  LazyConv1d lazy({.out_channels = 2, .kernel_size = 1});
  lazy(zeros({3, 8}));
  EXPECT_EQ(lazy->options.in_channels, 3);
  LazyConv2d refuses({.out_channels = 6, .kernel_size = 5});
  EXPECT_EQ(error_text([&] {
              refuses(zeros({3, 3}));
            }),
            "Expected 3D (unbatched) or 4D (batched) input to LazyConv2d, but got input of size: torch.Size([3, 3])");
  EXPECT_TRUE(refuses->has_uninitialized_params());
}

TEST(Lazy, LinearAndTransposedToo) {
  LazyLinear linear({.out_features = 4});
  EXPECT_EQ(linear(zeros({2, 3})).sizes(), IntArrayRef({2, 4}));
  EXPECT_EQ(linear->str(), "Linear(in_features=3, out_features=4, bias=True)");
  LazyConvTranspose2d transposed({.out_channels = 2, .kernel_size = 2, .groups = 2});
  EXPECT_EQ(transposed(zeros({1, 4, 3, 3})).sizes(), IntArrayRef({1, 2, 4, 4}));
  EXPECT_EQ(transposed->weight.sizes(), IntArrayRef({4, 1, 2, 2}));
}

TEST(Lazy, ParametersListedBeforeAreThoseUsedAfter) {
  LazyLinear linear({.out_features = 4});
  const Tensor weight = linear->parameters()[0];
  linear(zeros({2, 3})).sum().backward();
  EXPECT_EQ(weight.sizes(), IntArrayRef({4, 3}));
  EXPECT_TRUE(weight.requires_grad() && weight.grad().defined());
}

TEST(Lazy, LearnsFromAStateDict) {
  Sequential trained{Conv2d({.in_channels = 4, .out_channels = 6, .kernel_size = 3, .groups = 2})};
  Sequential lazy{LazyConv2d({.out_channels = 6, .kernel_size = 3, .groups = 2})};
  lazy->load_state_dict(trained->state_dict());
  EXPECT_EQ(lazy->str(), trained->str());
  const Tensor x = rand({1, 4, 5, 5});
  EXPECT_TRUE(lazy(x).equal(trained(x)));
}

TEST(Lazy, RefusesChannelsThatGroupsDoNotDivide) {
  LazyConv1d lazy({.out_channels = 4, .kernel_size = 1, .groups = 2});
  EXPECT_EQ(error_text<ValueError>([&] { lazy(zeros({1, 3, 8})); }), "in_channels must be divisible by groups");
}

}  // namespace
}  // namespace convgrad::nn
