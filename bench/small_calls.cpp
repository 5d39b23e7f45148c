#include "small_calls.h"

#include <convgrad/convgrad.h>

#include <memory>

namespace convgrad::bench {
namespace {

/// A net of two layers, its data and its optimiser: a whole training step.
struct SmallNet {
  nn::Sequential net{nn::Conv2d({.in_channels = 1, .out_channels = 4, .kernel_size = 3}), nn::ReLU(), nn::MaxPool2d(2),
                     nn::Flatten(), nn::Linear({.in_features = 100, .out_features = 10})};
  optim::SGD trainer{net->parameters(), {.lr = 0.1, .momentum = 0.9}};
  Tensor pictures = randn({4, 1, 12, 12}), labels = randint(0, 10, {4});

  void step() {
    const Tensor loss = nn::functional::cross_entropy(net(pictures), labels);
    trainer.zero_grad();
    loss.backward();
    trainer.step();
  }
};

}  // namespace

std::vector<SmallCall> small_calls() {
  manual_seed(0);
  const Tensor a = randn({4}), b = randn({4}), line = randn({1000}), rows = randn({8, 16}), square = randn({16, 16});
  const Tensor picture = randn({1, 1, 5, 5}), window = randn({1, 1, 3, 3}), plane = randn({1, 4, 8, 8});
  const Tensor weight = randn({1, 1, 3, 3}).requires_grad_(), bias = randn({16}), labels = randint(0, 16, {8});
  const Tensor leaf = randn({4}).requires_grad_();
  const auto net = std::make_shared<SmallNet>();
  namespace F = nn::functional;
  return {
      {"add", [=] { a + b; }},
      {"add_number", [=] { a + 1; }},
      {"relu", [=] { relu(line); }},
      {"sum", [=] { line.sum(); }},
      {"select", [=] { rows[3]; }},
      {"cat",
       [=] {
         cat({a, b});
       }},
      {"matmul", [=] { rows.matmul(square); }},
      {"linear", [=] { F::linear(rows, square, bias); }},
      {"softmax", [=] { rows.softmax(1); }},
      {"cross_entropy", [=] { F::cross_entropy(rows, labels); }},
      {"max_pool2d", [=] { max_pool2d(plane, 2); }},
      {"conv2d", [=] { conv2d(picture, window); }},
      {"mul_with_backward", [=] { (leaf * b).sum().backward(); }},
      {"conv2d_with_backward", [=] { conv2d(picture, weight).sum().backward(); }},
      {"training_step", [=] { net->step(); }},
  };
}

}  // namespace convgrad::bench
