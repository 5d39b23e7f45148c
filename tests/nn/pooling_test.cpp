#include "convgrad/nn/pooling.h"

#include <gtest/gtest.h>

#include "convgrad/ops/creation.h"
#include "convgrad/ops/pool.h"
#include "convgrad/ops/random.h"
#include "error_text.h"

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

TEST(PoolLayers, GiveTheIndicesThatUnpoolingTakes) {
  const Tensor x = rand({2, 3, 9, 8});
  const auto [y, at] = MaxPool2d(2)->forward_with_indices(x);
  EXPECT_TRUE(MaxUnpool2d(2)(y, at, std::vector<int64_t>{9, 8}).equal(max_unpool2d(y, at, 2, {}, 0, {9, 8})));
  const auto [lines, chosen] = MaxPool1d(2)->forward_with_indices(x[0]);
  EXPECT_EQ(MaxUnpool1d(2)(lines, chosen).sizes(), IntArrayRef({3, 9, 8}));
  const auto [z, places] = AdaptiveMaxPool2d(3)->forward_with_indices(x);
  EXPECT_TRUE(places.equal(std::get<1>(adaptive_max_pool2d(x, 3))));
}

TEST(PoolLayers, PrintAsPyTorch) {
  EXPECT_EQ(MaxUnpool1d(2)->str(), "MaxUnpool1d(kernel_size=(2,), stride=(2,), padding=(0,))");
  EXPECT_EQ(MaxUnpool2d({.kernel_size = {2, 3}, .padding = 1})->str(),
            "MaxUnpool2d(kernel_size=(2, 3), stride=(2, 3), padding=(1, 1))");
  EXPECT_EQ(MaxUnpool3d({.kernel_size = 2, .stride = 3})->str(),
            "MaxUnpool3d(kernel_size=(2, 2, 2), stride=(3, 3, 3), padding=(0, 0, 0))");
}

TEST(PoolLayers, RefuseInputsOfTooFewDimensions) {
  EXPECT_EQ(error_text<ValueError>([] {
              AdaptiveAvgPool2d({.output_size = {3, std::nullopt}})(ones({4, 4}));
            }),
            "Input dimension should be at least 3");
  EXPECT_EQ(error_text<ValueError>([] { LPPool2d(0, 2)(ones({1, 4, 4})); }), "float division by zero");
}

}  // namespace
}  // namespace convgrad::nn
