#include "convgrad/nn/padding.h"

#include <gtest/gtest.h>

#include "convgrad/ops/creation.h"
#include "error_text.h"

namespace convgrad::nn {
namespace {

TEST(CircularPads, RefuseInputsOfOtherDimensions) {
  EXPECT_EQ(error_text<ValueError>([] { CircularPad1d(1)(ones(3)); }), "expected 2D or 3D input (got 1D input)");
  EXPECT_EQ(error_text<ValueError>([] { CircularPad3d(1)(ones({3, 3})); }), "expected 4D or 5D input (got 2D input)");
}

}  // namespace
}  // namespace convgrad::nn
