// The counterpart of document 001: two-dimensional convolution, and why its output has the size it has.
#include <convgrad/convgrad.h>

#include <iostream>

namespace cg = convgrad;
using cg::Tensor;
using cg::indexing::Slice;

/// A layer whose kernel is all ones and whose bias is zero.
cg::nn::Conv2d ones_layer(cg::nn::Conv2dOptions options) {
  cg::nn::Conv2d conv(options);
  cg::NoGradGuard guard;
  conv->weight.fill_(1);
  conv->bias.zero_();
  return conv;
}

int main() {
  cg::manual_seed(0);

  // Sobel's kernel finds the vertical line
  cg::nn::Conv2d conv({.in_channels = 1, .out_channels = 1, .kernel_size = 3});
  std::cout << conv << "\n";
  {
    cg::NoGradGuard guard;
    conv->weight.index_put_({0, 0}, cg::tensor({{1., 0., -1.}, {2., 0., -2.}, {1., 0., -1.}}));
    conv->bias.index_put_({0}, 0.0);
  }
  for (const auto& [name, value] : conv->state_dict()) std::cout << name << " " << value << "\n";
  Tensor image = cg::zeros({1, 1, 5, 5});
  image.index_put_({0, 0, Slice(), 2}, 1);
  std::cout << image << "\n" << conv(image) << "\n";

  // M_new = (M + 2·padding − K) / stride + 1, rounded down
  const Tensor picture = cg::ones({1, 1, 4, 4});
  for (const auto& [stride, padding] : {std::pair(1, 0), std::pair(2, 0), std::pair(3, 0), std::pair(3, 1)}) {
    const auto layer =
        ones_layer({.in_channels = 1, .out_channels = 1, .kernel_size = 2, .stride = stride, .padding = padding});
    const Tensor z = layer(picture);
    std::cout << layer << "\n" << z << "\n" << z.sizes().slice(2, 2) << "\n";
  }

  // A kernel of zeros gives zeros, whatever the picture
  const Tensor random = cg::randn({1, 1, 4, 4});
  std::cout << random << "\n";
  cg::nn::Conv2d zeros({.in_channels = 1, .out_channels = 1, .kernel_size = 3});
  {
    cg::NoGradGuard guard;
    zeros->weight.zero_();
    zeros->bias.zero_();
  }
  std::cout << zeros(random) << "\n";
}
