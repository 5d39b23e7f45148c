// An error inside a net names the layer, its input and the sizes on the way; what() stays PyTorch's text.
#include <convgrad/convgrad.h>
#include <gtest/gtest.h>

namespace convgrad::nn {
namespace {

template <class F>
Error error_of(F f) {
  try {
    f();
  } catch (const Error& e) {
    return e;
  }
  ADD_FAILURE() << "nothing was thrown";
  return Error("");
}

/// Lines of a hint.
std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> result{""};
  for (const char c : text) c == '\n' ? result.emplace_back() : (result.back() += c, result.back());
  return result;
}

Sequential features() {
  return Sequential{Conv2d({.in_channels = 1, .out_channels = 6, .kernel_size = 5}), Tanh(),
                    AvgPool2d({.kernel_size = 2}), Conv2d({.in_channels = 16, .out_channels = 16, .kernel_size = 5})};
}

TEST(LayerTrace, NamesTheLayerOfASequential) {
  Sequential net = features();
  const Error e = error_of([&] { net(randn({64, 1, 32, 32})); });
  EXPECT_STREQ(
      e.what(),
      "Given groups=1, weight of size [16, 16, 5, 5], expected input[64, 6, 14, 14] to have 16 channels, but got "
      "6 channels instead");
  const auto hint = lines(e.hint());
  EXPECT_EQ(hint.at(0), "layer 3: Conv2d(16, 16, kernel_size=(5, 5), stride=(1, 1)), input [64, 6, 14, 14]");
  EXPECT_EQ(hint.at(1), "sizes: [64, 1, 32, 32] → 0 [64, 6, 28, 28] → 1 [64, 6, 28, 28] → 2 [64, 6, 14, 14]");
  ASSERT_TRUE(e.layer());
  EXPECT_EQ(e.layer()->path, "3");
}

TEST(LayerTrace, IsThereForTheFirstLayerAndALayerAlone) {
  Sequential net = features();
  EXPECT_EQ(lines(error_of([&] {
                    net(randn({64, 32, 32}));
                  }).hint())
                .at(0),
            "layer 0: Conv2d(1, 6, kernel_size=(5, 5), stride=(1, 1)), input [64, 32, 32]");
  EXPECT_EQ(lines(error_of([] {
                    Linear(3, 4)(randn({2, 5}));
                  }).hint())
                .at(0),
            "layer Linear(in_features=3, out_features=4, bias=True), input [2, 5]");
}

struct NetImpl : Module {
  Sequential body = register_module("body", Sequential{{"first", features()}, {"flat", Flatten()}});
  Linear head = register_module("head", Linear(3, 4));
  bool fails_itself = false;
  Tensor forward(const Tensor& x) {
    if (fails_itself) return x.view({7, 11});
    return head(x.dim() == 2 ? x : body(x));
  }
};
using Net = ModuleHolder<NetImpl>;

TEST(LayerTrace, HasThePathThroughNamedModules) {
  Net net;
  const Error deep = error_of([&] { net(randn({2, 1, 32, 32})); });
  EXPECT_EQ(deep.layer()->path, "body.first.3");
  EXPECT_EQ(lines(deep.hint()).at(1),
            "sizes: [2, 1, 32, 32] → body.first.0 [2, 6, 28, 28] → body.first.1 [2, 6, 28, 28] → body.first.2 [2, 6, "
            "14, 14]");
  EXPECT_EQ(error_of([&] { net(randn({2, 8})); }).layer()->path, "head");
  net->fails_itself = true;
  EXPECT_EQ(lines(error_of([&] { net(randn({2, 8})); }).hint()).at(0), "layer Net, input [2, 8]");
}

TEST(LayerTrace, KeepsTheErrorsTypeAndItsOwnHint) {
  Sequential net{Linear(3, 4)};
  EXPECT_THROW(net(Tensor()), Error);
  const Tensor wrong = ones({1, 2, 4, 4}).transpose(1, 3);
  Conv2d conv({.in_channels = 2, .out_channels = 1, .kernel_size = 3});
  const Error plain = error_of([&] { conv2d(wrong, conv->weight); });
  ASSERT_FALSE(plain.hint().empty());
  EXPECT_EQ(lines(error_of([&] { Sequential{conv}(wrong); }).hint()).back(), lines(plain.hint()).back());
  Sequential flat{Flatten({.start_dim = 5, .end_dim = 6})};
  EXPECT_THROW(flat(ones({2})), IndexError);
}

TEST(Functional, HasEveryFunctionOfTheLibraryThatTorchHasThere) {
  namespace F = nn::functional;
  const Tensor x = randn({1, 2, 4, 4}), row = randn({2, 3});
  for (const Tensor& y : {F::elu(x), F::gelu(x), F::hardtanh(x), F::leaky_relu(x), F::relu(x), F::relu6(x), F::silu(x),
                          F::softplus(x), F::sigmoid(x), F::tanh(x), F::softmax(x, 1), F::log_softmax(x, 1)})
    EXPECT_EQ(y.sizes(), x.sizes());
  EXPECT_EQ(F::fold(F::unfold(x, 2, {.stride = 2}), 4, 2, {.stride = 2}).sizes(), x.sizes());
  EXPECT_EQ(F::mse_loss(row, row).item<float>(), 0);
  EXPECT_EQ(F::l1_loss(row, row).item<float>(), 0);
  EXPECT_EQ(F::cross_entropy(row, zeros({2}, {.dtype = kInt64})).dim(), 0);
  EXPECT_EQ(F::nll_loss(row, zeros({2}, {.dtype = kInt64})).dim(), 0);
  EXPECT_EQ(F::linear(row, randn({5, 3})).sizes(), IntArrayRef({2, 5}));
  EXPECT_EQ(F::pad(x, {1, 1}).sizes(), IntArrayRef({1, 2, 4, 6}));
  EXPECT_EQ(F::flatten(x, 1).sizes(), IntArrayRef({1, 32}));
  EXPECT_EQ(F::max_pool2d(x, 2).sizes(), IntArrayRef({1, 2, 2, 2}));
  EXPECT_EQ(F::avg_pool2d(x, 2).sizes(), IntArrayRef({1, 2, 2, 2}));
  EXPECT_EQ(F::adaptive_avg_pool2d(x, 1).sizes(), IntArrayRef({1, 2, 1, 1}));
  EXPECT_EQ(std::get<0>(F::adaptive_max_pool2d(x, 1)).sizes(), IntArrayRef({1, 2, 1, 1}));
  EXPECT_EQ(F::dropout(x, {.training = false}).sizes(), x.sizes());
}

}  // namespace
}  // namespace convgrad::nn
