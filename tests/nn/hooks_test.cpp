// What stands around a module's forward and backward; the numbers are torch 2.13's.
#include <gtest/gtest.h>

#include "convgrad/autograd/grad_mode.h"
#include "convgrad/autograd/node.h"

#include "convgrad/nn/activation.h"
#include "convgrad/nn/linear.h"
#include "convgrad/nn/sequential.h"
#include "convgrad/ops/creation.h"
#include "convgrad/ops/random.h"
#include "error_text.h"

namespace convgrad::nn {
namespace {

/// Linear(2, 3) and Tanh, PyTorch's for seed 0.
Sequential net() {
  manual_seed(0);
  return Sequential{Linear(2, 3), Tanh()};
}

TEST(ForwardPreHooks, ReplaceTheArguments) {
  auto chain = net();
  const Tensor x = ones({4, 2}), want = chain(x * 3);
  const unsigned number = chain[0]->register_forward_pre_hook([](Module& m, TensorList inputs) {
    EXPECT_EQ(m.name(), "Linear");
    return std::vector<Tensor>{inputs[0] * 3};
  });
  EXPECT_TRUE(chain(x).equal(want));
  chain[0]->remove_hook(number);
  EXPECT_FALSE(chain(x).equal(want));
  EXPECT_FALSE(chain[0]->has_hooks());
  chain[0]->register_forward_pre_hook([](Module&, TensorList) { return std::vector<Tensor>(2); });
  EXPECT_THROW(chain(x), ValueError);
}

TEST(BackwardHooks, SeeTheGradientsAndReplaceThem) {
  auto chain = net();
  auto plain = net();
  std::string log;
  chain[0]->register_full_backward_hook([&](Module& m, TensorList input, TensorList output) {
    log += m.name() + (input[0].defined() ? " with " : " without ") + std::to_string(output[0].size(1)) + ";";
    return std::vector<Tensor>();
  });
  chain[1]->register_full_backward_hook(
      [](Module&, TensorList input, TensorList) { return std::vector<Tensor>{input[0] * 2}; });
  Tensor x = ones({4, 2}), y = chain(x);
  EXPECT_EQ(y.grad_fn()->name(), "BackwardHookFunctionBackward");
  y.sum().backward();
  plain(x).sum().backward();
  EXPECT_TRUE(chain->parameters()[0].grad().allclose(plain->parameters()[0].grad() * 2));
  x.requires_grad_();
  chain(x).sum().backward();
  EXPECT_EQ(log, "Linear without 3;Linear with 3;");
  Tensor u = ones({4, 2}).requires_grad_();
  plain(u).sum().backward();
  EXPECT_TRUE(x.grad().allclose(u.grad() * 2));
}

TEST(BackwardHooks, RefuseAnotherNumberOfGradients) {
  auto chain = net();
  chain[1]->register_full_backward_hook([](Module&, TensorList input, TensorList) {
    return std::vector<Tensor>{input[0], input[0]};
  });
  const Tensor y = chain(ones({4, 2}));
  EXPECT_EQ(error_text([&] { y.sum().backward(); }),
            "Backward hook returned an invalid number of grad_input, got 2, but expected 1");
}

TEST(BackwardHooks, RefuseArgumentsChangedInPlace) {
  ReLU layer({.inplace = true});
  layer->register_full_backward_hook([](Module&, TensorList, TensorList) { return std::vector<Tensor>(); });
  const Tensor x = ones({2}).requires_grad_();
  EXPECT_THROW(layer(x * 1), Error);
}

TEST(BackwardHooks, AreNotThereWithoutRecording) {
  auto chain = net();
  chain[1]->register_full_backward_hook([](Module&, TensorList, TensorList) -> std::vector<Tensor> {
    ADD_FAILURE();
    return {};
  });
  NoGradGuard guard;
  EXPECT_FALSE(chain(ones({4, 2})).requires_grad());
}

/// Two tensors and a number.
struct Mixed : Module {
  Tensor forward(const Tensor& a, double factor, const Tensor& b) { return a * factor + b; }
};

TEST(Hooks, StandAroundModulesOfSeveralArguments) {
  ModuleHolder<Mixed> m;
  m->register_forward_pre_hook([](Module&, TensorList in) { return std::vector<Tensor>{in[1], in[0]}; });
  Tensor gradient_of_second;
  m->register_full_backward_hook([&](Module&, TensorList input, TensorList) {
    EXPECT_EQ(input.size(), 2u);
    EXPECT_FALSE(input[0].defined());
    gradient_of_second = input[1];
    return std::vector<Tensor>();
  });
  Tensor a = ones({2}).requires_grad_(), b = full({2}, 5);
  const Tensor y = m(a, 10.0, b);  // b · 10 + a
  EXPECT_TRUE(y.detach().equal(full({2}, 51)));
  y.sum().backward();
  EXPECT_TRUE(gradient_of_second.equal(ones({2})));
  EXPECT_TRUE(a.grad().equal(ones({2})));
}

}  // namespace
}  // namespace convgrad::nn
