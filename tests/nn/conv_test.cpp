#include "convgrad/nn/conv.h"

#include <gtest/gtest.h>

#include "convgrad/nn/sequential.h"
#include "convgrad/ops/conv.h"
#include "convgrad/ops/creation.h"
#include "convgrad/ops/random.h"
#include "error_text.h"

namespace convgrad::nn {
namespace {

TEST(ConvLayer, IsTheFunctionOfItsWeights) {
  Conv2d conv({.in_channels = 4,
               .out_channels = 6,
               .kernel_size = {3, 2},
               .stride = {2, 1},
               .padding = {1, 2},
               .dilation = {1, 2},
               .groups = 2});
  const Tensor x = rand({2, 4, 7, 6});
  EXPECT_TRUE(conv(x).equal(
      conv2d(x, conv->weight, conv->bias, {.stride = {2, 1}, .padding = {1, 2}, .dilation = {1, 2}, .groups = 2})));
}

TEST(ConvTransposeLayer, TakesAnOutputSize) {
  ConvTranspose2d conv({.in_channels = 2, .out_channels = 3, .kernel_size = 3, .stride = 2, .padding = 1});
  const Tensor x = rand({1, 2, 4, 4});
  EXPECT_EQ(conv(x).sizes(), IntArrayRef({1, 3, 7, 7}));
  EXPECT_EQ(conv(x, IntArrayRef({8, 7})).sizes(), IntArrayRef({1, 3, 8, 7}));
  EXPECT_EQ((Sequential{conv, Conv2d(3, 1, 1)}(x).sizes()), IntArrayRef({1, 1, 7, 7}));
}

TEST(ConvLayer, RefusesWhatPyTorchRefuses) {
  auto text = [](ConvLayerOptions options) { return error_text<ValueError>([&] { Conv2d{options}; }); };
  EXPECT_EQ(text({.in_channels = 3, .out_channels = 4, .kernel_size = 3, .groups = 2}),
            "in_channels must be divisible by groups");
  EXPECT_EQ(text({.in_channels = 4, .out_channels = 3, .kernel_size = 3, .groups = 2}),
            "out_channels must be divisible by groups");
  EXPECT_EQ(text({.in_channels = 4, .out_channels = 3, .kernel_size = 3, .groups = 0}),
            "groups must be a positive integer");
  EXPECT_EQ(error_text([] { Conv2d(1, 1, -3); }), "Trying to create tensor with negative dimension -3: [1, 1, -3, -3]");
  EXPECT_EQ(error_text([] { Conv2d(-1, 1, 3); }), "Trying to create tensor with negative dimension -1: [1, -1, 3, 3]");
  EXPECT_EQ(error_text([] { Conv2d({.in_channels = 1, .out_channels = 1, .kernel_size = 3, .dtype = kInt64}); }),
            "only Tensors of floating point dtype can require gradients");
  EXPECT_EQ(error_text<ShapeError>([] { Conv2d(1, 1, {3, 3, 3}); }), "Expected 2 values, but instead got 3");
  EXPECT_THROW(Conv2d(int64_t{1} << 40, int64_t{1} << 40, 5), Error);
}

}  // namespace
}  // namespace convgrad::nn
