#include <convgrad/error.h>
#include <convgrad/ops/conv_size.h>

#include "ops/conv_case.h"

namespace convgrad::testing {
namespace {

TEST(ConvSize, TheFormulaIsExplainedInWords) {
  EXPECT_EQ(conv_output_size(5, 3, {.stride = 2}).explain(),
            "⌊(5 + 2·0 − 1·(3 − 1) − 1)/2⌋ + 1 = ⌊2/2⌋ + 1 = 2\n"
            "The kernel covers 3 of 5 cells and moves 2 at a time: it stands in 2 places.");
  EXPECT_EQ(conv_output_size({6}, 3, {.stride = 2, .padding = 1, .padding_high = 0}).explain(),
            "⌊(6 + 1 + 0 − 1·(3 − 1) − 1)/2⌋ + 1 = ⌊4/2⌋ + 1 = 3\n"
            "The kernel covers 3 of 7 cells, padding included, and moves 2 at a time: it stands in 3 places.");
  EXPECT_EQ(conv_output_size({6, 4}, {3, 2}, {.stride = {2, 1}}).explain(),
            "height: ⌊(6 + 2·0 − 1·(3 − 1) − 1)/2⌋ + 1 = ⌊3/2⌋ + 1 = 2\n"
            "The kernel covers 3 of 6 cells and moves 2 at a time: it stands in 2 places; the last 1 cell is not "
            "reached.\n"
            "width: ⌊(4 + 2·0 − 1·(2 − 1) − 1)/1⌋ + 1 = ⌊2/1⌋ + 1 = 3\n"
            "The kernel covers 2 of 4 cells and moves 1 at a time: it stands in 3 places.");
}

TEST(ConvSize, SoIsTheTransposedOne) {
  EXPECT_EQ(conv_transpose_output_size(5, 3, {.stride = 2, .padding = 1, .output_padding = 1}).explain(),
            "(5 − 1)·2 − 2·1 + 1·(3 − 1) + 1 + 1 = 10\n"
            "5 values at a distance of 2 spread over 3 cells each, 1 cell is added at the end, 2 cells are cut off as "
            "padding: 10 remain.");
}

TEST(ConvSize, TheDocumentsSizes) {
  EXPECT_EQ(conv_output_size({28, 28}, 5, {.padding = 2}).sizes(), (std::vector<int64_t>{28, 28}));
  EXPECT_EQ(conv_output_size(4, 2)[0], 3);                               // M − K + 1
  EXPECT_EQ(conv_output_size(4, 2, {.stride = 2})[0], 2);                // (M − K)/stride + 1
  EXPECT_EQ(conv_output_size(4, 2, {.stride = 3})[0], 1);                // 1.666 rounded down
  EXPECT_EQ(conv_output_size(4, 2, {.stride = 3, .padding = 1})[0], 2);  // M' = M + 2·padding
}

TEST(ConvSize, RandomSizesAreThoseOfTheOperations) {
  Random random(1);
  for (int i = 0; i < 300; ++i) {
    const Case c(random);
    const std::vector<int64_t> input = c.each([](const Axis& a) { return a.input; });
    const std::vector<int64_t> output = c.each([](const Axis& a) { return a.output(); });
    const std::vector<int64_t> kernel = c.each([](const Axis& a) { return a.kernel; });
    EXPECT_EQ(conv_output_size(input, kernel, c.options()).sizes(), output);
    EXPECT_EQ(conv_transpose_output_size(output, kernel, c.transposed_options()).sizes(), input);
  }
  EXPECT_EQ(conv_output_size(7, 4, {.stride = 2, .padding = "same"})[0], 4);
}

TEST(ConvSize, WhatCannotBeIsRefusedAsByTheOperation) {
  EXPECT_THROW(conv_output_size(2, 3), ShapeError);
  EXPECT_THROW(conv_output_size(2, 0), ShapeError);
  EXPECT_THROW(conv_output_size({2, 2, 2, 2}, 1), ShapeError);
  EXPECT_THROW(conv_output_size({8, 8}, {3, 3, 3}), ShapeError);
  EXPECT_THROW(conv_output_size(8, 3, {.stride = 0}), Error);
  EXPECT_THROW(conv_output_size(8, 3, {.dilation = 0}), Error);
  EXPECT_THROW(conv_output_size(8, 3, {.dilation = int64_t{1} << 62}), ShapeError);
  EXPECT_THROW(conv_output_size(8, 3, {.padding = int64_t{1} << 62}), ShapeError);
  EXPECT_THROW(conv_transpose_output_size(8, 3, {.stride = int64_t{1} << 62}), ShapeError);
  EXPECT_THROW(conv_transpose_output_size(8, 3, {.padding = 20}), ShapeError);
}

}  // namespace
}  // namespace convgrad::testing
