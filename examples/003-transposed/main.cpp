// The counterpart of document 003: transposed convolution by hand, as a layer, and as the transposed matrix.
#include <convgrad/convgrad.h>

#include <iostream>

namespace cg = convgrad;
namespace nn = convgrad::nn;
using cg::Tensor;
using cg::indexing::Slice;

Tensor corr2d(const Tensor& x, const Tensor& k) {
  const int64_t h = k.size(0), w = k.size(1);
  Tensor y = cg::zeros({x.size(0) - h + 1, x.size(1) - w + 1});
  for (int64_t i = 0; i < y.size(0); ++i)
    for (int64_t j = 0; j < y.size(1); ++j)
      y.index_put_({i, j}, (x.index({Slice(i, i + h), Slice(j, j + w)}) * k).sum());
  return y;
}

/// Every cell of x stamps the kernel, scaled, into the output; stamps that overlap add up.
Tensor trans_conv(const Tensor& x, const Tensor& k) {
  const int64_t h = k.size(0), w = k.size(1);
  Tensor y = cg::zeros({x.size(0) + h - 1, x.size(1) + w - 1});
  for (int64_t i = 0; i < x.size(0); ++i)
    for (int64_t j = 0; j < x.size(1); ++j) y.index({Slice(i, i + h), Slice(j, j + w)}).add_(x.index({i, j}) * k);
  return y;
}

nn::ConvTranspose2d layer(const Tensor& k, nn::ConvTranspose2dOptions options) {
  nn::ConvTranspose2d tconv(options);
  tconv->weight.set_data(k);
  return tconv;
}

int main() {
  cg::manual_seed(0);
  std::cout << std::boolalpha;
  const Tensor x = cg::tensor({{0., 1.}, {2., 3.}}), k = cg::tensor({{0., 1.}, {2., 3.}});
  std::cout << trans_conv(x, k) << "\n";

  const Tensor x4 = x.reshape({1, 1, 2, 2}), k4 = k.reshape({1, 1, 2, 2});
  std::cout << layer(k4, {.in_channels = 1, .out_channels = 1, .kernel_size = 2, .bias = false})(x4) << "\n";
  std::cout << layer(k4, {.in_channels = 1, .out_channels = 1, .kernel_size = 2, .padding = 1, .bias = false})(x4)
            << "\n";
  std::cout << layer(k4, {.in_channels = 1, .out_channels = 1, .kernel_size = 2, .stride = 2, .bias = false})(x4)
            << "\n";

  // The transposed layer with the same parameters gives the shape back
  const Tensor wide = cg::rand({1, 10, 16, 16});
  nn::Conv2d conv({.in_channels = 10, .out_channels = 20, .kernel_size = 5, .stride = 3, .padding = 2});
  nn::ConvTranspose2d tconv({.in_channels = 20, .out_channels = 10, .kernel_size = 5, .stride = 3, .padding = 2});
  std::cout << (tconv(conv(wide)).sizes() == wide.sizes()) << "\n";

  // As products: W · vec(x) convolves, Wᵀ · vec(y) convolves transposed
  const Tensor nine = cg::arange(9.0).reshape({3, 3});
  const Tensor y = corr2d(nine, k), w = cg::conv_matrix(k4, {3, 3});
  std::cout << y << "\n" << w << "\n";
  std::cout << (y == w.mv(nine.reshape({-1})).reshape({2, 2})) << "\n";
  std::cout << (trans_conv(x, k) == w.numpy_T().mv(x.reshape({-1})).reshape({3, 3})) << "\n";
}
