// The counterpart of document 000: one-dimensional convolution, as a function, as a layer, and as a matrix.
#include <convgrad/convgrad.h>

#include <iostream>

namespace cg = convgrad;
namespace F = convgrad::nn::functional;
using cg::Tensor;

int main() {
  cg::manual_seed(0);
  std::cout << std::boolalpha;

  // A signal and a filter: one picture of one channel each
  const Tensor x = cg::tensor({5., 4., 8., 7., 9., 3., 6.}).reshape({1, 1, 7});
  const Tensor weight = cg::tensor({1., 2., 3.}).reshape({1, 1, 3});
  std::cout << F::conv1d(x, weight).sizes() << "\n";

  // padding = kernel / 2 keeps the size
  const Tensor y = F::conv1d(x, weight, {.padding = 1});
  std::cout << y.sizes() << "\n" << y << "\n";

  const Tensor bias = cg::tensor({5.});
  const Tensor y_bias = F::conv1d(x, weight, bias, {.padding = 1});
  std::cout << y_bias << "\n" << (y + bias).allclose(y_bias) << "\n";

  // The layer: its filter is random at first, and may be set
  cg::nn::Conv1d conv({.in_channels = 1, .out_channels = 1, .kernel_size = 3, .padding = 1, .bias = false});
  std::cout << conv(x) << "\n" << cg::parameter_repr(conv->weight) << "\n";
  {
    cg::NoGradGuard guard;
    conv->weight.copy_(weight);
  }
  std::cout << conv(x) << "\n";

  // A convolution is a linear map with few parameters: every row of its matrix is one position of the filter
  const Tensor matrix = cg::conv_matrix(weight, {7}, {.padding = 1});
  std::cout << matrix << "\n" << F::linear(x, matrix) << "\n";

  // Several channels: five filters of 4 × 3
  const Tensor signal = cg::rand({1, 4, 7});
  cg::nn::Conv1d wide({.in_channels = 4, .out_channels = 5, .kernel_size = 3, .padding = 1, .bias = false});
  const Tensor z = wide(signal);
  std::cout << signal << "\n" << z << "\n" << wide->weight.sizes() << "\n";
  const Tensor region = signal.index({0, cg::indexing::Slice(), cg::indexing::Slice(0, 3)});
  std::cout << z.index({0, 0, 1}).allclose((wide->weight[0] * region).sum()) << "\n";

  // Stride 2 keeps every second result; dilation 2 is a filter with zeros between its values
  const Tensor strided = F::conv1d(x, weight, {.stride = 2});
  std::cout << strided << "\n";
  std::cout << strided.allclose(
                   F::conv1d(x, weight).index({"...", cg::indexing::Slice(cg::indexing::None, cg::indexing::None, 2)}))
            << "\n";
  const Tensor dilated = F::conv1d(x, weight, {.dilation = 2});
  std::cout << dilated << "\n";
  std::cout << dilated.allclose(F::conv1d(x, cg::tensor({1., 0., 2., 0., 3.}).reshape({1, 1, 5}))) << "\n";
}
