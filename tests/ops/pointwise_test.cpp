#include "convgrad/ops/pointwise.h"

#include <gtest/gtest.h>

#include "convgrad/error.h"
#include "convgrad/ops/creation.h"

namespace convgrad {
namespace {

using Values = std::vector<double>;

TEST(Pointwise, BroadcastsAndPromotes) {
  const Tensor a = arange(0, 6, 1, {.dtype = kInt64}).view({2, 3});
  const Tensor b = arange(0, 3, 1, {.dtype = kFloat32});
  const Tensor c = a + b;
  EXPECT_EQ(c.dtype(), kFloat32);
  EXPECT_EQ(c.to_vector<double>(), (Values{0, 2, 4, 3, 5, 7}));
  EXPECT_EQ((a * 2.5).dtype(), kFloat32);
  EXPECT_EQ((a.t() - 1).strides(), (IntArrayRef{1, 3}));
}

TEST(Pointwise, InPlaceKeepsTheType) {
  Tensor a = full({3}, 1, {.dtype = kInt64});
  EXPECT_THROW(a.add_(2.5), Error);
  a += 2;
  EXPECT_EQ(a.to_vector<double>(), (Values{3, 3, 3}));
}

}  // namespace
}  // namespace convgrad
