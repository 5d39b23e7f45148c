// What the documents (convolution in PyTorch by example) print for their convolutions.
#include "ops/conv_case.h"

namespace convgrad::testing {
namespace {

using Values = std::vector<double>;

Tensor row(const Values& values) { return tensor(values).view({1, 1, static_cast<int64_t>(values.size())}); }

TEST(ConvDocuments, OneAxis) {
  const Tensor x = row({5, 4, 8, 7, 9, 3, 6}), weight = row({1, 2, 3});
  EXPECT_EQ(conv1d(x, weight).sizes().vec(), (std::vector<int64_t>{1, 1, 5}));
  EXPECT_EQ(numbers(conv1d(x, weight, {}, {.padding = 1})), (Values{22, 37, 41, 49, 34, 33, 15}));
  EXPECT_EQ(numbers(conv1d(x, weight, tensor(Values{5}), {.padding = 1})), (Values{27, 42, 46, 54, 39, 38, 20}));
  EXPECT_EQ(numbers(conv1d(x, weight, {}, {.stride = 2})), (Values{37, 49, 33}));
  EXPECT_EQ(numbers(conv1d(x, weight, {}, {.dilation = 2})), (Values{48, 27, 44}));
  EXPECT_EQ(numbers(conv1d(x, row({1, 0, 2, 0, 3}))), (Values{48, 27, 44}));
}

TEST(ConvDocuments, TwoAxes) {
  const Tensor edges = tensor(Values{1, 0, -1, 2, 0, -2, 1, 0, -1}).view({1, 1, 3, 3});
  const Tensor image = zeros({1, 1, 5, 5});
  for (int64_t i = 0; i < 5; ++i) image.data_ptr<float>()[5 * i + 2] = 1;
  EXPECT_EQ(numbers(conv2d(image, edges)), (Values{-4, 0, 4, -4, 0, 4, -4, 0, 4}));
  const Tensor sum = ones({1, 1, 2, 2}), picture = ones({1, 1, 4, 4});
  EXPECT_EQ(numbers(conv2d(picture, sum)), Values(9, 4));
  EXPECT_EQ(numbers(conv2d(picture, sum, {}, {.stride = 2})), Values(4, 4));
  EXPECT_EQ(numbers(conv2d(picture, sum, {}, {.stride = 3})), Values(1, 4));
  EXPECT_EQ(numbers(conv2d(picture, sum, {}, {.stride = 3, .padding = 1})), (Values{1, 2, 2, 4}));
}

TEST(ConvDocuments, Transposed) {
  const Tensor x = tensor(Values{0, 1, 2, 3}).view({1, 1, 2, 2}), kernel = x.clone();
  EXPECT_EQ(numbers(conv_transpose2d(x, kernel)), (Values{0, 0, 1, 0, 4, 6, 4, 12, 9}));
  EXPECT_EQ(numbers(conv_transpose2d(x, kernel, {}, {.padding = 1})), Values{4});
  EXPECT_EQ(numbers(conv_transpose2d(x, kernel, {}, {.stride = 2})),
            (Values{0, 0, 0, 1, 0, 0, 2, 3, 0, 2, 0, 3, 4, 6, 6, 9}));
}

}  // namespace
}  // namespace convgrad::testing
