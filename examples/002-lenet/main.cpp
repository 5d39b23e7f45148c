// The counterpart of document 002: padding and stride, then LeNet-5 on Fashion-MNIST; `002-lenet 10` trains ten steps
// (all, without a number) and prints each step's loss.
#include <convgrad/convgrad.h>

#include <cstdlib>
#include <iostream>

namespace cg = convgrad;
namespace nn = convgrad::nn;
using cg::Tensor;

int main(int argc, char** argv) {
  const int steps = argc > 1 ? std::atoi(argv[1]) : 469;
  cg::manual_seed(0);

  // Padding
  const Tensor x = cg::distributions::Normal(cg::tensor({0.0}), cg::tensor({0.1})).sample({1, 1, 3, 3});
  const Tensor padded = nn::functional::pad(x, {0, 0, 1, 1, 1, 1, 0, 0, 0, 0});
  nn::Conv2d conv({.in_channels = 1, .out_channels = 1, .kernel_size = 2});
  std::cout << x.squeeze() << "\n" << padded.squeeze() << "\n";
  std::cout << conv(x.view({1, 1, 3, 3})) << "\n" << conv(padded.view({1, 1, 5, 5})) << "\n";

  // Sizes
  const Tensor u = cg::distributions::Uniform(cg::tensor({0.0}), cg::tensor({1.0})).sample({8, 8}).view({1, 1, 8, 8});
  const nn::Conv2dOptions layers[] = {
      {.in_channels = 1, .out_channels = 1, .kernel_size = 3, .padding = 0},
      {.in_channels = 1, .out_channels = 1, .kernel_size = 3, .padding = 1},
      {.in_channels = 1, .out_channels = 1, .kernel_size = {5, 3}, .padding = {2, 1}},
      {.in_channels = 1, .out_channels = 1, .kernel_size = 3, .stride = 2, .padding = 1},
      {.in_channels = 1, .out_channels = 1, .kernel_size = {3, 5}, .stride = {3, 4}, .padding = {0, 1}},
  };
  for (const auto& options : layers) std::cout << nn::Conv2d(options)(u).sizes().slice(2, 2) << "\n";

  // The net, the data, the training
  cg::manual_seed(0);
  nn::Sequential net{nn::Conv2d({.in_channels = 1, .out_channels = 6, .kernel_size = 5}),
                     nn::Tanh(),
                     nn::Conv2d({.in_channels = 6, .out_channels = 16, .kernel_size = 5}),
                     nn::Tanh(),
                     nn::Conv2d({.in_channels = 16, .out_channels = 120, .kernel_size = 5}),
                     nn::Tanh(),
                     nn::Flatten(),
                     nn::Linear({.in_features = 48000, .out_features = 84}),
                     nn::Tanh(),
                     nn::Linear({.in_features = 84, .out_features = 10})};
  std::cout << net << "\n";
  namespace data = cg::data;
  namespace transforms = data::transforms;
  const data::datasets::FashionMNIST pictures(
      {.transform = transforms::Compose({transforms::Resize(32), transforms::ToTensor()})});
  data::DataLoader batches(pictures, {.batch_size = 128, .shuffle = true, .workers = 4});
  cg::optim::SGD trainer(net->parameters(), {.lr = 0.1, .weight_decay = 1e-6});
  nn::CrossEntropyLoss loss;
  int step = 0;
  for (const auto& batch : batches) {
    if (step == steps) break;
    const Tensor l = loss(net(batch.data), batch.target);
    trainer.zero_grad();
    l.backward();
    trainer.step();
    std::printf("step %d loss %.6f\n", step++, l.item<double>());
  }
}
