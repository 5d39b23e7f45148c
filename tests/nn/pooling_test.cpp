#include "convgrad/nn/pooling.h"

#include <gtest/gtest.h>

#include "convgrad/ops/creation.h"
#include "convgrad/ops/pool.h"
#include "convgrad/ops/random.h"

namespace convgrad::nn {
namespace {

TEST(PoolLayers, AreTheFunctionsOfTheirOptions) {
  const Tensor x = rand({2, 3, 9, 8});
  EXPECT_TRUE(
      MaxPool2d({.kernel_size = {3, 2}, .stride = 2, .padding = 1, .dilation = {1, 2}, .ceil_mode = true})(x).equal(
          max_pool2d(x, {3, 2}, 2, 1, {1, 2}, true)));
  EXPECT_TRUE(AvgPool2d({.kernel_size = 3, .padding = 1, .count_include_pad = false, .divisor_override = 5})(x).equal(
      avg_pool2d(x, 3, {}, 1, false, false, 5)));
  EXPECT_EQ(MaxPool1d(2)(x[0]).sizes(), IntArrayRef({3, 9, 4}));
  EXPECT_EQ(AvgPool3d(2)(x).sizes(), IntArrayRef({2, 1, 4, 4}));
  EXPECT_THROW(AvgPool1d({.kernel_size = 2, .divisor_override = 3}), ValueError);
}

}  // namespace
}  // namespace convgrad::nn
