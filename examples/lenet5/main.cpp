// LeNet-5 on Fashion-MNIST: build, train, save.
#include <convgrad/convgrad.h>

#include <cstdio>

namespace cg = convgrad;
using namespace cg::nn;
using namespace cg::data;

int main() {
  cg::manual_seed(0);  // the numbers of PyTorch's seed 0
  Sequential net{Conv2d({.in_channels = 1, .out_channels = 6, .kernel_size = 5}),
                 Tanh(),
                 Conv2d({.in_channels = 6, .out_channels = 16, .kernel_size = 5}),
                 Tanh(),
                 Conv2d({.in_channels = 16, .out_channels = 120, .kernel_size = 5}),
                 Tanh(),
                 Flatten(),
                 Linear({.in_features = 48000, .out_features = 84}),
                 Tanh(),
                 Linear({.in_features = 84, .out_features = 10})};
  datasets::FashionMNIST pictures({.transform = transforms::Compose({transforms::Resize(32), transforms::ToTensor()})});
  DataLoader batches(pictures, {.batch_size = 128, .shuffle = true, .workers = 2});
  cg::optim::SGD trainer(net->parameters(), {.lr = 0.1, .weight_decay = 1e-6});
  CrossEntropyLoss loss;
  double sum = 0;
  for (auto& batch : batches) {
    auto l = loss(net(batch.data), batch.target);
    trainer.zero_grad();
    l.backward();
    trainer.step();
    sum += l.item<double>();
  }
  std::printf("train loss %.4f\n", sum / batches.size());
  cg::io::save_checkpoint("lenet5.safetensors", net->state_dict(), {.model = "lenet5"});
}
