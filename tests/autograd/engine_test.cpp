#include <convgrad/autograd/autograd.h>
#include <convgrad/autograd/function.h>
#include <convgrad/error.h>
#include <gtest/gtest.h>

#include <thread>

#include "core/make.h"

namespace convgrad {
namespace {

using autograd::grad;

Tensor leaf(std::vector<double> values) {
  Tensor t = make_tensor({static_cast<int64_t>(values.size())}, kFloat64);
  std::copy(values.begin(), values.end(), t.data_ptr<double>());
  return t.requires_grad_();
}

std::vector<double> values(const Tensor& t) { return t.to_vector<double>(); }
using V = std::vector<double>;

std::string message(const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& e) {
    return e.what();
  }
  return "nothing was thrown";
}

TEST(Engine, FollowsTheChainOfDocument004) {
  // a = mean(3 (x - 2)²): da/dx = 3/2 x - 3
  const Tensor x = leaf({1, 2, 3, 4});
  const Tensor y = x - 2, z = 3 * y.pow(2), a = z.mean();
  EXPECT_EQ(y.grad_fn()->name(), "SubBackward0");
  EXPECT_EQ(a.grad_fn()->name(), "MeanBackward0");
  const auto& next = y.grad_fn()->next_functions();
  ASSERT_EQ(next.size(), 2u);  // the number 2 counts as an input without a gradient
  EXPECT_FALSE(next[1].is_valid());
  EXPECT_EQ(next[0].function->name(), "AccumulateGrad");
  EXPECT_TRUE(autograd::leaf_of(*next[0].function)->is_same(x));
  a.backward();
  EXPECT_EQ(values(x.grad()), (V{-1.5, 0, 1.5, 3}));
}

TEST(Engine, AddsUpWhatArrivesByTwoWaysAndOverCalls) {
  const Tensor x = leaf({2});
  const Tensor y = x * x + x;
  y.backward({}, true);
  EXPECT_EQ(values(x.grad()), V{5});
  y.backward();
  EXPECT_EQ(values(x.grad()), V{10});
}

TEST(Engine, RefusesASecondBackwardOnceTheGraphIsFreed) {
  const Tensor x = leaf({2});
  const Tensor y = (x * x).sum();
  y.backward();
  EXPECT_NE(message([&] { y.backward(); }).find("Trying to backward through the graph a second time"),
            std::string::npos);
}

TEST(Engine, NeedsAGradientForWhatIsNoScalar) {
  const Tensor x = leaf({1, 2});
  EXPECT_EQ(message([&] { (x * 2).backward(); }), "grad can be implicitly created only for scalar outputs");
  EXPECT_EQ(
      message([&] {
        (x * 2).backward(leaf({1, 2, 3}));
      }),
      "Mismatch in shape: grad_output[0] has a shape of torch.Size([3]) and output[0] has a shape of torch.Size([2]).");
  EXPECT_EQ(message([&] { x.detach().sum().backward(); }),
            "element 0 of tensors does not require grad and does not have a grad_fn");
}

TEST(Engine, DifferentiatesTwice) {
  const Tensor x = leaf({3});
  const Tensor y = x * x * x;
  const Tensor dx = grad({y}, {x}, {}, {}, /*create_graph=*/true)[0];
  EXPECT_EQ(values(dx), V{27});
  const Tensor ddx = grad({dx}, {x})[0];
  EXPECT_EQ(values(ddx), V{18});
}

TEST(Engine, GradReturnsAndDoesNotAccumulate) {
  const Tensor x = leaf({2}), unused = leaf({1});
  const Tensor y = x * 3;
  EXPECT_EQ(values(grad({y}, {x}, {}, true)[0]), V{3});
  EXPECT_FALSE(x.grad().defined());
  EXPECT_NE(message([&] { grad({y}, {unused}, {}, true); }).find("appears to not have been used in the graph"),
            std::string::npos);
  EXPECT_FALSE(grad({y}, {unused}, {}, true, false, /*allow_unused=*/true)[0].defined());
}

TEST(Engine, GradOfAnInnerTensorStopsThere) {
  const Tensor x = leaf({2});
  const Tensor inner = x * 3, y = inner * inner;
  EXPECT_EQ(values(grad({y}, {inner})[0]), V{12});
}

TEST(Engine, BackwardForInputsLeavesOtherLeavesAlone) {
  const Tensor x = leaf({2}), w = leaf({5});
  (x * w).backward({}, {}, false, TensorList(x));
  EXPECT_EQ(values(x.grad()), V{5});
  EXPECT_FALSE(w.grad().defined());
}

TEST(Engine, RecordsNothingUnderNoGrad) {
  const Tensor x = leaf({2});
  NoGradGuard guard;
  const Tensor y = x * 2;
  EXPECT_FALSE(y.requires_grad());
  EnableGradGuard again;
  EXPECT_TRUE((x * 2).requires_grad());
}

TEST(Engine, WalksAndFreesAMillionNodesWithoutRecursion) {
  const Tensor x = leaf({1});
  {
    Tensor y = x;
    for (int i = 0; i < 1'000'000; ++i) y = y + 1;
    y.backward();
    EXPECT_EQ(values(x.grad()), V{1});
  }
  Tensor dropped = x;
  for (int i = 0; i < 1'000'000; ++i) dropped = dropped * 1;  // saves nothing that matters, frees a long chain
}

TEST(Engine, FreesDiamondsWithoutRecursion) {
  const Tensor t = leaf({0.5});
  Tensor y = t;
  for (int i = 0; i < 100'000; ++i) y = y + y * t;
}

TEST(Engine, RunsBackwardOfSeveralThreadsOnOneTrunk) {
  const Tensor x = leaf({1, 2, 3});
  const Tensor trunk = x + 1;  // saves nothing, so that every thread may walk it
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int j = 0; j < 50; ++j) (trunk * 2).sum().backward();
    });
  for (auto& t : threads) t.join();
  EXPECT_EQ(values(x.grad()), (V{400, 400, 400}));
}

TEST(Engine, NamesTheOperationThatMadeNaN) {
  autograd::DetectAnomalyGuard guard;
  const Tensor x = leaf({-1});
  const Tensor y = x.sqrt();
  try {
    y.backward();
    FAIL() << "nothing was thrown";
  } catch (const Error& e) {
    EXPECT_STREQ(e.what(), "Function 'SqrtBackward0' returned nan values in its 0th output.");
    EXPECT_NE(e.hint().find("SqrtBackward0([1])"), std::string::npos) << e.hint();
  }
}

// ---- hooks

TEST(Hooks, OfATensorSeeAndReplaceItsGradient) {
  const Tensor x = leaf({2});
  const Tensor y = x * 3;
  V seen;
  y.register_hook([&](const Tensor& g) {
    seen = values(g);
    return g * 10;
  });
  x.register_hook([](const Tensor& g) { return g + 1; });
  y.backward();
  EXPECT_EQ(seen, V{1});
  EXPECT_EQ(values(x.grad()), V{31});
}

TEST(Hooks, CanBeRemoved) {
  const Tensor x = leaf({2});
  const unsigned number = x.register_hook([](const Tensor& g) { return g * 100; });
  x.remove_hook(number);
  (x * 3).backward();
  EXPECT_EQ(values(x.grad()), V{3});
}

TEST(Hooks, AfterAccumulationSeeTheSum) {
  const Tensor x = leaf({2});
  V seen;
  x.register_post_accumulate_grad_hook([&](const Tensor& t) { seen = values(t.grad()); });
  (x * 3).backward();
  EXPECT_EQ(seen, V{3});
}

TEST(Hooks, OfANodeSeeBothSides) {
  const Tensor x = leaf({2});
  const Tensor y = x * 3;
  V before, after;
  y.grad_fn()->add_pre_hook([&](variable_list& g) { before = values(g[0]); });
  y.grad_fn()->add_post_hook([&](variable_list& results, const variable_list&) { after = values(results[0]); });
  y.backward();
  EXPECT_EQ(before, V{1});
  EXPECT_EQ(after, V{3});
}

TEST(Hooks, MayRunBackwardThemselves) {
  const Tensor x = leaf({2});
  const Tensor y = x * 3;
  y.register_hook([](const Tensor& g) {
    const Tensor inner = g.detach().requires_grad_();
    EnableGradGuard guard;
    (inner * inner).backward();
    return inner.grad();
  });
  y.backward();
  EXPECT_EQ(values(x.grad()), V{6});
}

TEST(Hooks, RetainGradKeepsAnInnerGradientOnce) {
  const Tensor x = leaf({2});
  const Tensor y = x * 3;
  y.retain_grad();
  y.retain_grad();
  EXPECT_TRUE(y.retains_grad());
  (y * y).backward();
  EXPECT_EQ(values(y.grad()), V{12});
}

TEST(Hooks, RetainGradOutlivesNothing) {
  const Tensor x = leaf({2});
  Tensor z;
  {
    const Tensor y = x * 3;
    y.retain_grad();
    z = y * 1;
  }
  z.backward();  // y is gone
  EXPECT_EQ(values(x.grad()), V{3});
}

}  // namespace
}  // namespace convgrad
