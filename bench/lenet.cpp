// One training step of document 002's LeNet-5 (batch 128), timed on request: each line on stdin runs some steps and
// prints the seconds a step took. bench/interleave.py takes turns with a peer that speaks the same way.
#include <convgrad/convgrad.h>

#include <chrono>
#include <cstdio>
#include <iostream>
#include <string>

namespace cg = convgrad;

int main(int argc, char** argv) {
  if (argc > 1) cg::set_num_threads(std::stoi(argv[1]));
  cg::manual_seed(0);
  auto net = cg::nn::lenet5();
  const cg::Tensor images = cg::rand({128, 1, 32, 32}), labels = cg::randint(0, 10, {128});
  cg::optim::SGD trainer(net->parameters(), {.lr = 0.01, .weight_decay = 1e-6});
  const cg::nn::CrossEntropyLoss loss;
  constexpr int kSteps = 5;
  for (std::string line; std::getline(std::cin, line);) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < kSteps; ++i) {
      const cg::Tensor l = loss(net(images), labels);
      trainer.zero_grad();
      l.backward();
      trainer.step();
      l.item();
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::printf("%.6f\n", seconds / kSteps);
    std::fflush(stdout);
  }
}
