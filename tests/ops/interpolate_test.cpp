#include "convgrad/ops/interpolate.h"

#include <convgrad/autograd/gradcheck.h>
#include <gtest/gtest.h>

#include "convgrad/backends.h"
#include "convgrad/ops/creation.h"
#include "convgrad/ops/random.h"
#include "error_text.h"

namespace convgrad {
namespace {

TEST(Interpolate, OfBytesIsNearestAlone) {
  const Tensor x = arange(6, kUInt8).view({1, 1, 2, 3});
  EXPECT_TRUE(interpolate(x, {.scale_factor = 2})[0][0][3].equal(tensor({3, 3, 4, 4, 5, 5}, kUInt8)));
  EXPECT_THROW(interpolate(x, {.size = 4, .mode = "bilinear"}), NotImplementedError);
  EXPECT_THROW(interpolate(x, {.size = 4, .mode = "bicubic"}), NotImplementedError);
}

TEST(Interpolate, RefusesAntialiasInWords) {
  const Tensor x = ones({1, 1, 4, 4});
  EXPECT_EQ(
      error_text<NotImplementedError>([&] { interpolate(x, {.size = 2, .mode = "bilinear", .antialias = true}); }),
      "interpolate: antialias is not implemented");
}

TEST(Interpolate, HasItsOwnGradientWhereAScaleLeavesTheSize) {  // PyTorch copies the gradient there
  const Tensor x = rand({1, 2, 4, 6}, {.dtype = kFloat64, .requires_grad = true});
  EXPECT_TRUE(autograd::gradcheck(
      [](const std::vector<Tensor>& t) {
        return std::vector<Tensor>{interpolate(t[0], {.scale_factor = 1.1, .mode = "bicubic"})};
      },
      {x}));
}

TEST(Interpolate, TakesOneNumberForAllAxes) {
  const Tensor x = rand({1, 2, 4, 6});
  EXPECT_TRUE(interpolate(x, {.size = 5}).equal(interpolate(x, {.size = {5, 5}})));
  EXPECT_TRUE(interpolate(x, {.scale_factor = 1.5}).equal(interpolate(x, {.scale_factor = {1.5, 1.5}})));
}

TEST(Interpolate, IsTheSameOnOneThreadAndOnTwo) {
  const Tensor few = rand({1, 3, 90, 110}), many = rand({4, 16, 40, 30});
  for (const char* mode : {"nearest", "bilinear", "bicubic"})
    for (const Tensor& x : {few, many}) {
      const int before = get_num_threads();
      set_num_threads(1);
      const Tensor one = interpolate(x, {.scale_factor = 2.2, .mode = mode});
      set_num_threads(2);
      EXPECT_TRUE(interpolate(x, {.scale_factor = 2.2, .mode = mode}).equal(one)) << mode;
      set_num_threads(before);
    }
}

}  // namespace
}  // namespace convgrad
