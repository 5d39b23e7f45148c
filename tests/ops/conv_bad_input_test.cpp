// Inputs of convolutions that broke other libraries: each is answered, or refused with an error that can be caught.
#include <convgrad/error.h>
#include <sys/mman.h>

#include <limits>

#include "ops/conv_case.h"

namespace convgrad::testing {
namespace {

constexpr int64_t most = std::numeric_limits<int64_t>::max(), two62 = int64_t{1} << 62;

std::string words(auto f) {
  try {
    f();
  } catch (const Error& e) {
    return e.what();
  }
  return "no error";
}

std::string hint(auto f) {
  try {
    f();
  } catch (const Error& e) {
    return e.hint();
  }
  return "no error";
}

/// The result and all gradients of a case equal plain loops.
void expect_right(const Case& c, Random& random) {
  SCOPED_TRACE((::testing::Message() << c));
  const Tensor x = random_tensor(random, c.x_sizes(), kFloat32), w = random_tensor(random, c.w_sizes(), kFloat32);
  const Tensor dy = random_tensor(random, c.y_sizes(), kFloat32);
  const auto xs = numbers(x), ws = numbers(w), dys = numbers(dy);
  std::vector<double> y(dys.size()), dx(xs.size()), dw(ws.size());
  for_each_product(c, [&](int64_t i, int64_t t, int64_t o) {
    y[o] += xs[i] * ws[t];
    dx[i] += dys[o] * ws[t];
    dw[t] += dys[o] * xs[i];
  });
  EXPECT_EQ(numbers(conv_of(c.rank)(x, w, {}, c.options())), y);
  EXPECT_EQ(numbers(conv_transpose_of(c.rank)(dy, w, {}, c.transposed_options())), dx);
  EXPECT_EQ(numbers(conv_input_gradient(c.x_sizes(), w, dy, c.options())), dx);
  EXPECT_EQ(numbers(conv_weight_gradient(x, c.w_sizes(), dy, c.options())), dw);
}

Case make_case(int64_t batch, int64_t groups, int64_t in_group, int64_t out_group, std::vector<Axis> axes) {
  Random random(1);
  Case c(random);
  c.rank = axes.size();
  c.batch = batch, c.groups = groups, c.in_group = in_group, c.out_group = out_group, c.axes = std::move(axes);
  return c;
}

TEST(ConvBadInput, TheEffectiveKernelDoesNotWrapAround) {
  const Tensor x = ones({1, 1, 8, 8});
  for (const int64_t dilation : {two62, most, two62 - 1})
    for (const int64_t k : {2, 3}) {
      EXPECT_THROW(conv2d(x, ones({1, 1, k, k}), {}, {.dilation = dilation}), ShapeError);
      EXPECT_THROW(conv2d(x.to(kFloat64), ones({1, 1, k, k}, {.dtype = kFloat64}), {}, {.dilation = dilation}),
                   ShapeError);
      EXPECT_THROW(conv1d(x[0], ones({8, 8, k}, {.requires_grad = true}), {}, {.dilation = dilation}), ShapeError);
      EXPECT_THROW(conv3d(x.unsqueeze(2), ones({1, 1, 1, k, k}), {}, {.dilation = dilation}), ShapeError);
      EXPECT_THROW(conv_transpose2d(x, ones({1, 1, k, k}), {}, {.dilation = dilation}), Error);
    }
  EXPECT_NE(words([&] {
              conv2d(x, ones({1, 1, 3, 3}), {}, {.dilation = two62});
            }).find("Kernel size: (9223372036854775809 x 9223372036854775809)"),
            std::string::npos);
}

TEST(ConvBadInput, OffsetsPast31BitsReachTheRightElements) {
  constexpr int64_t rows = 65537, columns = 40000, step = 16384;
  constexpr size_t bytes = size_t{rows} * columns * sizeof(float);  // of address space; few pages are touched
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) GTEST_SKIP() << "no address space of 10 GB";
  float* cells = static_cast<float*>(memory);
  std::vector<double> expected;
  for (int64_t i = 0; i < 5; ++i)
    for (int64_t j = 0; j < 3; ++j) {
      cells[i * step * columns + j * step] = static_cast<float>(10 * i + j + 1);
      expected.push_back(2.0 * static_cast<double>(10 * i + j + 1));
    }
  {
    const Tensor x = from_blob(memory, {1, 1, rows, columns});
    const Tensor y = conv2d(x, full({1, 1, 1, 1}, 2.0), {}, {.stride = step});
    EXPECT_EQ(numbers(y), expected);
    const Tensor dw = conv_weight_gradient(x, {1, 1, 1, 1}, ones({1, 1, 5, 3}), {.stride = step});
    EXPECT_EQ(numbers(dw), std::vector<double>{330});
  }
  munmap(memory, bytes);
}

TEST(ConvBadInput, HugePaddingIsRefusedBeforeAnythingIsAllocated) {
  EXPECT_EQ(words([] {
              conv1d(ones({1, 3, 32}), ones({16, 3, 3}), {}, {.padding = 9223372036854775803});
            }),
            "Given padding=9223372036854775803 at dimension 0 , expected padding to be at most 4611686018427387903");
  const Tensor x = ones({1, 1, 4, 4, 4}), w = ones({1, 1, 3, 3, 3});
  for (const int64_t padding : {int64_t{1} << 55, int64_t{1} << 61, two62 - 1, two62, most}) {
    EXPECT_THROW(conv3d(x, w, {}, {.padding = padding}), Error);
    EXPECT_THROW(conv3d(x, w, {}, {.padding = 0, .padding_high = padding}), Error);
    EXPECT_THROW(conv_transpose3d(x, w, {}, {.padding = padding}), Error);
  }
}

TEST(ConvBadInput, GroupsOfZeroAndLess) {
  for (const int64_t groups : {int64_t{0}, int64_t{-1}, std::numeric_limits<int64_t>::min()})
    for (size_t rank = 1; rank <= 3; ++rank) {
      const Tensor one = ones(std::vector<int64_t>(rank + 2, 1));
      const char* text = "non-positive groups is not supported";
      EXPECT_EQ(words([&] { conv_of(rank)(one, one, {}, {.groups = groups}); }), text);
      EXPECT_EQ(words([&] { conv_transpose_of(rank)(one, one, {}, {.groups = groups}); }), text);
    }
}

TEST(ConvBadInput, StrideAndDilationOfZero) {
  const Tensor x = ones({1, 1, 1, 24000}), w = ones({1, 1, 1, 3});
  EXPECT_EQ(words([&] {
              conv2d(x, w, {}, {.stride = {0, 0}, .dilation = {0, 0}});
            }),
            "non-positive stride is not supported");
  EXPECT_EQ(words([&] {
              conv2d(x, w, {}, {.dilation = {0, 0}});
            }),
            "dilation should be greater than zero, but got [0, 0]");
  EXPECT_EQ(words([&] { conv_transpose2d(x, w, {}, {.stride = 0}); }), "non-positive stride is not supported");
  EXPECT_THROW(conv2d(x, w, {}, {.stride = 0, .padding = "same"}), Error);
}

TEST(ConvBadInput, GradientsWhoseShapesDisagree) {
  EXPECT_THROW(conv_weight_gradient(ones({1, 1, 1, 2}), {1, 1, 1, 1}, ones({1, 1, 1, 1}), {.stride = {66, 1}}),
               ShapeError);
  EXPECT_THROW(conv_weight_gradient(ones({7, 7, 7, 7, 7}), {1, 7, 1, 1, 1}, ones({7, 1, 1, 1, 1})), ShapeError);
  EXPECT_THROW(conv_input_gradient({1, 1, 5, 5}, ones({1, 1, 3, 3}), ones({1, 1, 9, 9})), ShapeError);
  EXPECT_THROW(conv_input_gradient({1, 1, 5, 5}, ones({1, 1, 3, 3}), ones({2, 1, 3, 3})), ShapeError);
  EXPECT_THROW(conv_input_gradient({1, 1, 5, 5}, ones({1, 1, 3, 3}), ones({3, 3})), ShapeError);
  EXPECT_THROW(conv_input_gradient({1, 1, 5, 5}, ones({1, 1, 3, 3}), {}), TypeError);
  EXPECT_THROW(conv_input_gradient({5, 5}, ones({1, 1, 3, 3}), ones({1, 1, 3, 3})), ShapeError);
  EXPECT_THROW(conv_input_gradient({1, 1, 5, 5}, Tensor(), ones({1, 1, 3, 3})), TypeError);
  EXPECT_THROW(conv_weight_gradient(Tensor(), {1, 1, 1, 1}, ones({1, 1, 3, 3})), TypeError);
}

TEST(ConvBadInput, AnEmptyBatchGivesGradientsOfZero) {
  const Tensor x = ones({0, 1, 4, 4}, {.requires_grad = true}), w = ones({2, 1, 2, 2}, {.requires_grad = true});
  const Tensor b = ones({2}, {.requires_grad = true});
  const Tensor y = conv2d(x, w, b);
  EXPECT_EQ(y.sizes().vec(), (std::vector<int64_t>{0, 2, 3, 3}));
  y.backward(ones_like(y));
  EXPECT_EQ(numbers(w.grad()), std::vector<double>(8, 0));
  EXPECT_EQ(numbers(b.grad()), std::vector<double>(2, 0));
  EXPECT_EQ(x.grad().sizes().vec(), (std::vector<int64_t>{0, 1, 4, 4}));
}

TEST(ConvBadInput, EmptyFiltersAndChannels) {
  const Tensor x = ones({1, 1, 4, 4});
  EXPECT_EQ(words([&] {
              conv2d(x, ones({0, 1, 2, 2}));
            }),
            "Given groups=1, expected weight to be at least 1 at dimension 0, but got weight of size [0, 1, 2, 2] "
            "instead");
  EXPECT_THROW(conv2d(x, ones({1, 1, 0, 0})), Error);
  EXPECT_THROW(conv1d(ones({2, 4, 8}), ones({4, 1, 0}), {}, {.groups = 4}), Error);
  EXPECT_THROW(conv_transpose2d(x, ones({1, 1, 0, 2})), Error);
  // Without input channels the sum is empty: the bias, or zeros.
  const Tensor y = conv2d(ones({1, 0, 4, 4}), ones({2, 0, 2, 2}), tensor({3., 4.}));
  EXPECT_EQ(y.sizes().vec(), (std::vector<int64_t>{1, 2, 3, 3}));
  EXPECT_EQ(y[0][1][2][2].item<float>(), 4);
  EXPECT_EQ(numbers(conv1d(ones({1, 0, 2}), ones({1, 0, 1}))), std::vector<double>(2, 0));
  EXPECT_EQ(conv_transpose1d(ones({1, 2, 5}), ones({2, 0, 3})).sizes().vec(), (std::vector<int64_t>{1, 0, 7}));
}

TEST(ConvBadInput, WeightsThatAreNotContiguous) {
  Random random(2);
  const Tensor x = random_tensor(random, {2, 4, 7, 7}), sums = random_tensor(random, {3, 4, 6, 6});
  for (const Tensor& w : {random_tensor(random, {4, 3, 3, 3}).transpose(0, 1),
                          sums.slice(2, {}, {}, 2).slice(3, {}, {}, 2), sums.narrow(2, 1, 2).transpose(2, 3)}) {
    const Tensor v = w.clone().contiguous().requires_grad_(), u = w.detach().requires_grad_();
    const Tensor a = conv2d(x, u), b = conv2d(x, v), dy = random_tensor(random, a.sizes().vec());
    EXPECT_EQ(numbers(a), numbers(b));
    EXPECT_EQ(numbers(autograd::grad({a}, {u}, {dy})[0]), numbers(autograd::grad({b}, {v}, {dy})[0]));
  }
}

TEST(ConvBadInput, GradientsThatAreExpanded) {
  Random random(3);
  for (int i = 0; i < 40; ++i) {
    const Case c(random);
    const Tensor x = random_tensor(random, c.x_sizes()).requires_grad_();
    const Tensor w = random_tensor(random, c.w_sizes()).requires_grad_();
    const Tensor y = conv_of(c.rank)(x, w, {}, c.options());
    const auto expanded = autograd::grad({y}, {x, w}, {ones({1}, {.dtype = kFloat64}).expand(c.y_sizes())}, true);
    const auto dense = autograd::grad({y}, {x, w}, {ones(c.y_sizes(), {.dtype = kFloat64})});
    EXPECT_EQ(numbers(expanded[0]), numbers(dense[0]));
    EXPECT_EQ(numbers(expanded[1]), numbers(dense[1]));
  }
}

TEST(ConvBadInput, CornersThatNoWindowCovers) {
  Random random(4);
  expect_right(make_case(1, 1, 9, 3, {{32, 5, 3, 1, 1, 1}, {32, 5, 3, 1, 1, 1}}), random);
  expect_right(make_case(1, 3, 2, 2, {{7, 2, 4, 1, 1, 1}, {6, 2, 4, 1, 1, 1}, {5, 2, 1, 1, 1, 1}}), random);
  for (int64_t width = 9; width < 17; ++width)
    expect_right(make_case(2, 1, 20, 3, {{5, 3, 2, 1, 1, 1}, {width, 3, 2, 1, 1, 1}}), random);
  for (int64_t stride = 2; stride < 6; ++stride)  // windows that leave gaps, and rows left over
    for (int64_t size = 8; size < 8 + stride; ++size)
      expect_right(make_case(1, 1, 2, 2, {{size, 2, stride, 0, 0, 1}}), random);
}

TEST(ConvBadInput, OutputPadding) {
  const Tensor x = ones({1, 4, 1, 1}, {.requires_grad = true}), w = ones({4, 1, 3, 3}, {.requires_grad = true});
  const Tensor y = conv_transpose2d(x, w, {}, {.output_padding = 1, .dilation = 2});
  EXPECT_EQ(y.sizes().vec(), (std::vector<int64_t>{1, 1, 6, 6}));
  y.backward(ones_like(y));
  EXPECT_EQ(numbers(x.grad()), std::vector<double>(4, 9));
  EXPECT_THROW(conv_transpose2d(x, w, {}, {.stride = 2, .output_padding = 2, .dilation = 2}), Error);
  EXPECT_THROW(conv_transpose2d(x, w, {}, {.output_padding = most}), Error);
}

TEST(ConvBadInput, TransposedResultsOfNoSize) {
  const Tensor x = ones({1, 8, 14, 14}), w = ones({8, 1, 3, 3});
  EXPECT_EQ(words([&] {
              conv_transpose2d(x, w, {}, {.padding = {8, 0}, .groups = 8});
            }),
            "Given input size per channel: (14 x 14). Calculated output size per channel: (0 x 16). Output size is too "
            "small");
  EXPECT_EQ(words([&] {
              conv_transpose2d(x, w, {}, {.padding = {9, 0}, .groups = 8});
            }),
            "Given input size per channel: (14 x 14). Calculated output size per channel: (-2 x 16). Output size is "
            "too small");
  EXPECT_EQ(words([&] { conv_transpose2d(x, w, {}, {.padding = -1, .groups = 8}); }),
            "negative padding is not supported");
  EXPECT_NE(words([&] { conv_transpose2d(x, w, {}, {.stride = two62, .groups = 8}); }).find("Output size is too large"),
            std::string::npos);
}

TEST(ConvBadInput, ListsOfTheWrongLength) {
  const Tensor x = ones({1, 1, 8}), w = ones({1, 1, 5});
  EXPECT_THROW(conv1d(x, w, {}, {.stride = 9, .padding = std::vector<int64_t>{}}), Error);
  EXPECT_THROW(conv1d(x, w, {}, {.stride = {1, 1}}), Error);
  EXPECT_THROW(conv1d(x, ones({1, 1, 1, 1, 5})), ShapeError);
  EXPECT_THROW(conv1d(x, ones({1, 1, 1, 1, 1, 1, 1, 5})), ShapeError);
  EXPECT_THROW(conv2d(x.unsqueeze(0), w.unsqueeze(0), {}, {.dilation = {1, 1, 1, 1, 1, 1, 1, 1}}), Error);
  EXPECT_THROW(conv_transpose1d(x, w, {}, {.output_padding = {0, 0}}), Error);
}

TEST(ConvBadInput, GroupsThatDoNotDivide) {
  EXPECT_THROW(conv_transpose2d(ones({1, 5, 4, 4}), ones({5, 1, 3, 3}), {}, {.groups = 2}), ShapeError);
  EXPECT_THROW(conv2d(ones({1, 5, 4, 4}), ones({4, 2, 3, 3}), {}, {.groups = 2}), ShapeError);
  EXPECT_THROW(conv2d(ones({1, 4, 4, 4}), ones({3, 2, 3, 3}), {}, {.groups = 2}), ShapeError);
  EXPECT_THROW(conv2d(ones({1, 4, 4, 4}), ones({4, 1, 3, 3}), {}, {.groups = most}), ShapeError);
}

TEST(ConvBadInput, AsManyInputAsOutputChannelsTransposed) {
  Random random(5);
  expect_right(make_case(2, 1, 16, 16, {{8, 3, 2, 0, 2, 1}, {8, 3, 2, 0, 2, 1}}), random);
}

TEST(ConvBadInput, TailsOfEveryBlock) {
  Random random(6);
  for (const int64_t channels : {1, 7, 8, 9, 15, 16, 17})
    for (const int64_t width : {1, 3, 4, 7, 8, 9, 15, 16, 17, 31, 33}) {
      expect_right(make_case(1, 1, channels, 3, {{3, 3, 1, 1, 1, 1}, {width, 3, 1, 1, 1, 1}}), random);
      expect_right(make_case(1, 1, 2, channels, {{2, 1, 1, 0, 0, 1}, {width, 1, 1, 0, 0, 1}}), random);
      expect_right(make_case(1, channels, 1, 1, {{width, 3, 1, 1, 1, 1}}), random);
    }
}

TEST(ConvBadInput, WhatLiesAroundAPictureIsNotRead) {
  Random random(7);
  for (int64_t width = 1; width < 20; ++width) {
    const Tensor frame = full({1, 3, 12, width + 10}, std::numeric_limits<double>::quiet_NaN());
    Tensor x = frame.narrow(2, 4, 5).narrow(3, 5, width);
    x.fill_(1);
    const Tensor w = ones({2, 3, 3, 3});
    EXPECT_EQ(numbers(conv2d(x, w, {}, {.padding = 1})), numbers(conv2d(x.clone(), w, {}, {.padding = 1})));
    EXPECT_EQ(numbers(conv_transpose2d(x, ones({3, 1, 2, 2}))).front(), 3);
  }
}

TEST(ConvBadInput, UndefinedTensors) {
  const Tensor x = ones({1, 1, 5, 5});
  EXPECT_EQ(words([&] { conv2d(Tensor(), x); }), "conv2d(): argument 'input' must be Tensor, not None");
  EXPECT_THROW(conv2d(x, Tensor()), TypeError);
  EXPECT_THROW(conv2d(Tensor(), x, ones({1})), TypeError);
  EXPECT_THROW(conv_transpose2d(Tensor(), x), TypeError);
}

TEST(ConvHints, SayWhatToDoWithTheNumbersPutIn) {
  const Tensor x = ones({1, 1, 8, 8}), w = ones({1, 1, 3, 3});
  EXPECT_EQ(hint([&] {
              conv2d(ones({1, 1, 6, 6}), w, {}, {.padding = 1, .dilation = 4});
            }),
            "a kernel of 3 with dilation 4 covers 9 cells; the input has 8 with its padding: padding ≥ 2 would do");
  EXPECT_EQ(hint([&] { conv2d(x, w, {}, {.dilation = 4}); }),
            "a kernel of 3 with dilation 4 covers 9 cells; the input has 8 without padding: padding ≥ 1 would do");
  EXPECT_EQ(hint([&] {
              conv2d(ones({32, 28, 28}), w);
            }),
            "a 3-D input counts as one sample of 32 channels; for 32 samples of one channel: x.unsqueeze(1)");
  EXPECT_EQ(hint([&] {
              conv2d(ones({2, 28, 28, 3}), ones({6, 3, 5, 5}));
            }),
            "the channels seem to stand last: x.movedim(-1, 1) puts them first");
  EXPECT_EQ(hint([&] {
              conv2d(ones({28, 28}), w);
            }),
            "the dimension of the channels is missing: x.unsqueeze(0) makes one sample of one channel");
}

TEST(ConvHints, ErrorsNameOperationArgumentAndSizes) {
  try {
    conv2d(ones({1, 3, 8, 8}), ones({6, 1, 5, 5}));
    FAIL();
  } catch (const ShapeError& e) {
    EXPECT_EQ(e.op(), "conv2d");
    EXPECT_EQ(e.argument(), "input");
    EXPECT_EQ(e.expected(), "1 channels");
    EXPECT_EQ(e.got(), "3 channels");
  }
}

}  // namespace
}  // namespace convgrad::testing
