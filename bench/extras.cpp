// LeNet-5 on Fashion-MNIST, an epoch and the test pictures, and nothing else: what `convgrad train` is measured
// against.
#include <convgrad/convgrad.h>

#include <cstdio>
#include <string>

namespace cg = convgrad;
using namespace cg::data;

namespace {

datasets::FashionMNIST pictures(bool train) {
  return datasets::FashionMNIST(
      {.train = train, .transform = transforms::Compose({transforms::Resize({32, 32}), transforms::ToTensor()})});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) cg::set_num_threads(std::stoi(argv[1]));
  cg::manual_seed(0);
  auto net = cg::nn::lenet5();
  cg::optim::SGD trainer(net->parameters(), {.lr = 0.1});
  const cg::nn::CrossEntropyLoss loss;
  DataLoader training(pictures(true), {.batch_size = 128, .shuffle = true, .workers = 1});
  DataLoader testing(pictures(false), {.batch_size = 128, .workers = 1});
  double sum = 0;
  for (const Example& batch : training) {
    const cg::Tensor l = loss(net(batch.data), batch.target);
    sum += l.item<double>();
    trainer.zero_grad();
    l.backward();
    trainer.step();
  }
  int64_t right = 0;
  const cg::NoGradGuard guard;
  for (const Example& batch : testing) right += (net(batch.data).argmax(1) == batch.target).sum().item<int64_t>();
  std::printf("train loss %.4f, %lld of the test pictures right\n", sum / static_cast<double>(training.size()),
              static_cast<long long>(right));
}
