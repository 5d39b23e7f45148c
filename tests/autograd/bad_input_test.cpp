// Graphs that broke others: too deep for a stack, walked twice, fed with gradients of another shape.
#include <convgrad/convgrad.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <functional>

namespace convgrad {
namespace {

std::string message(const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& e) {
    return e.what();
  }
  return "nothing was thrown";
}

/// Runs f on a thread whose stack is a quarter of a megabyte, `ulimit -s 256`.
void on_a_small_stack(std::function<void()> f) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, size_t{256} << 10);
  pthread_t thread;
  const auto call = [](void* body) -> void* {
    (*static_cast<std::function<void()>*>(body))();
    return nullptr;
  };
  ASSERT_EQ(pthread_create(&thread, &attributes, call, &f), 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

Tensor leaf(IntArrayRef sizes) { return full(sizes, 0.5, {.dtype = kFloat64, .requires_grad = true}); }

TEST(DeepGraphs, AreWalkedAndFreedOnASmallStack) {
  on_a_small_stack([] {
    const Tensor x = leaf({1});
    {
      Tensor y = x;
      for (int i = 0; i < 200'000; ++i) y = y + 1;
      y.backward();
      EXPECT_EQ(x.grad().item<double>(), 1);
    }
    Tensor chain = x, diamonds = x;
    for (int i = 0; i < 200'000; ++i) chain = chain * 1.0;  // dropped without a backward
    for (int i = 0; i < 50'000; ++i) diamonds = diamonds + diamonds * x;
  });
}

TEST(DeepGraphs, OfSavedTensorsViewsCopiesAndHooks) {
  on_a_small_stack([] {
    const Tensor x = leaf({2});
    Tensor saved = x, views = x.clone(), copies = x.clone(), hooked = x;
    for (int i = 0; i < 50'000; ++i) saved = saved.tanh() * saved;
    for (int i = 0; i < 50'000; ++i) views = views.view({2, 1}).select(1, 0);
    for (int i = 0; i < 20'000; ++i) copies.narrow(0, 0, 1).mul_(1);  // CopySlices upon CopySlices
    for (int i = 0; i < 20'000; ++i) {
      hooked = hooked + 1;
      hooked.register_hook([kept = hooked.grad_fn()->next_edges()[0].function](const Tensor& g) { return g; });
    }
    copies.sum().backward();
    EXPECT_EQ(x.grad().to_vector<double>(), (std::vector<double>{1, 1}));
  });
}

TEST(SecondBackward, IsRefusedByEveryOperationThatSavesSomething) {
  const Tensor w = leaf({2, 2, 3, 3});
  const std::function<Tensor(const Tensor&)> operations[] = {
      [&](const Tensor& x) { return conv2d(x, w); },
      [&](const Tensor& x) { return conv_transpose2d(x, w); },
      [](const Tensor& x) { return batch_norm(x, {}, {}, {}, {}, true); },
      [](const Tensor& x) {
        return layer_norm(x, {6, 6});
      },
      [](const Tensor& x) { return max_pool2d(x, 2); },
      [](const Tensor& x) { return x.tanh(); },
      [](const Tensor& x) { return x.softmax(1); },
      [](const Tensor& x) { return x.flatten(2).bmm(x.flatten(2).transpose(1, 2)); },
      [](const Tensor& x) { return x.prod(2); },
      [](const Tensor& x) { return mse_loss(x, x.detach() + 1); },
  };
  for (const auto& operation : operations) {
    const Tensor x = leaf({2, 2, 6, 6});
    const Tensor y = operation(x).sum();
    y.backward();
    EXPECT_NE(message([&] { y.backward(); }).find("Trying to backward through the graph a second time"),
              std::string::npos)
        << y.grad_fn()->next_edges()[0].function->name();
  }
}

TEST(Gradients, OfAnotherShapeFromANodesHookAreRefused) {
  const Tensor x = leaf({1, 1, 6, 6});
  const Tensor y = max_pool2d(x, 2);
  y.grad_fn()->add_pre_hook([](variable_list& gradients) { gradients[0] = ones({1}, kFloat64); });
  EXPECT_EQ(message([&] { y.sum().backward(); }),
            "Function MaxPool2DWithIndicesBackward0 was given an invalid gradient at index 0 - got [1] but expected "
            "shape [1, 1, 3, 3]");
  const Tensor z = avg_pool2d(x, 2);
  z.grad_fn()->add_pre_hook([](variable_list& gradients) { gradients.clear(); });
  EXPECT_EQ(message([&] { z.sum().backward(); }),
            "function AvgPool2DBackward0 was given 0 gradients, it has 1 outputs");
}

TEST(Gradients, OfAnotherTypeAreConverted) {
  const Tensor x = leaf({3});
  const Tensor y = x * 2;
  y.backward(ones({3}, kFloat32));
  EXPECT_EQ(x.grad().dtype(), kFloat64);
}

}  // namespace
}  // namespace convgrad
