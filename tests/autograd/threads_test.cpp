// Backward on several threads over what they share: each call keeps its state to itself, leaves add up under a lock.
#include <convgrad/convgrad.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>

#include "at_once.h"

namespace convgrad {
namespace {

using testing::at_once;
using V = std::vector<double>;

constexpr int kThreads = 4, kRounds = 30;

V values(const Tensor& t) { return t.to_vector<double>(); }
Tensor leaf(double value, int64_t count = 3) {
  return full({count}, value, {.dtype = kFloat64, .requires_grad = true});
}

TEST(EngineThreads, WalkATrunkThatIsKept) {
  const Tensor x = leaf(3);
  const Tensor trunk = x * x;
  at_once(kThreads, [&](int) {
    for (int i = 0; i < kRounds; ++i) (trunk * 2).sum().backward({}, /*retain_graph=*/true);
  });
  EXPECT_EQ(values(x.grad()), V(3, 12 * kThreads * kRounds));
}

TEST(EngineThreads, FreeingWhatOthersWalkIsACleanError) {
  for (int round = 0; round < kRounds; ++round) {
    const Tensor x = leaf(3);
    const Tensor y = (x * x).exp().sin().sum();
    std::atomic<int> done = 0, refused = 0;
    at_once(kThreads, [&](int) {
      try {
        y.backward();
        ++done;
      } catch (const Error& e) {
        EXPECT_NE(std::string(e.what()).find("backward through the graph a second time"), std::string::npos);
        ++refused;
      }
    });
    EXPECT_EQ(done + refused, kThreads);
    const double once = 6 * std::exp(9.) * std::cos(std::exp(9.));
    ASSERT_GT(done, 0);
    EXPECT_NEAR(values(x.grad())[0], done * once, 1e-9 * std::abs(once) * kThreads);
  }
}

TEST(EngineThreads, AskForGradientsWithoutAddingThem) {
  const Tensor x = leaf(2);
  const Tensor y = x.pow(3).sum();
  at_once(kThreads, [&](int) {
    for (int i = 0; i < kRounds; ++i) EXPECT_EQ(values(autograd::grad({y}, {x}, {}, true)[0]), V(3, 12));
  });
  EXPECT_FALSE(x.grad().defined());
}

TEST(EngineThreads, FirstUsesOfALeafShareOneAccumulator) {
  for (int round = 0; round < kRounds; ++round) {
    const Tensor x = leaf(1);
    at_once(kThreads, [&](int i) { (x * double(i + 1)).sum().backward(); });
    EXPECT_EQ(values(x.grad()), V(3, 10));
  }
}

TEST(EngineThreads, AddToAnInnerGradientThatIsRetained) {
  const Tensor x = leaf(1);
  const Tensor inner = x + 1;
  inner.retain_grad();
  at_once(kThreads, [&](int) {
    for (int i = 0; i < kRounds; ++i) (inner * 2).sum().backward();
  });
  EXPECT_EQ(values(inner.grad()), V(3, 2 * kThreads * kRounds));
}

TEST(EngineThreads, DropTheirGraphsWhileOthersWalkTheTrunk) {
  const Tensor x = leaf(1);
  Tensor trunk = x;
  for (int i = 0; i < 300; ++i) trunk = trunk + 1;
  std::vector<Tensor> outputs(kThreads);
  for (Tensor& y : outputs) y = trunk.sum();
  trunk = Tensor();
  at_once(kThreads, [&](int i) {
    Tensor mine = std::move(outputs[static_cast<size_t>(i)]);
    if (i % 2 == 0) mine.backward();
  });
  EXPECT_EQ(values(x.grad()), V(3, kThreads / 2));
}

TEST(EngineThreads, BringAViewsOldHistoryUpToDate) {
  for (int round = 0; round < kRounds; ++round) {
    const Tensor x = leaf(2, 4);
    Tensor base = x * 1;
    const Tensor view = base.narrow(0, 1, 2);
    base.mul_(10);  // the view's history is one version behind
    at_once(kThreads, [&](int) { (view * 1).sum().backward({}, true); });
    EXPECT_EQ(values(x.grad()), (V{0, 10 * kThreads, 10 * kThreads, 0}));
  }
}

TEST(EngineThreads, UseAViewTakenWithoutHistoryForTheFirstTime) {
  for (int round = 0; round < kRounds; ++round) {
    const Tensor x = leaf(2, 4);
    Tensor view;
    {
      NoGradGuard guard;
      view = x.narrow(0, 1, 2);
    }
    at_once(kThreads, [&](int) { (view * 3).sum().backward(); });
    EXPECT_EQ(values(view.grad()), V(2, 3 * kThreads));
  }
}

TEST(EngineThreads, HaveModesOfTheirOwn) {
  const Tensor x = leaf(1);
  at_once(kThreads, [&](int i) {
    AutoGradMode mode(i % 2 == 0);
    for (int j = 0; j < kRounds; ++j) EXPECT_EQ((x * 2).requires_grad(), i % 2 == 0);
  });
}

TEST(EngineThreads, RunAModelsForwardAndBackwardSideBySide) {
  manual_seed(0);
  nn::Sequential net{nn::Conv2d(1, 4, 3), nn::ReLU(), nn::MaxPool2d(2), nn::Flatten(), nn::Linear(36, 5)};
  const Tensor x = randn({2, 1, 8, 8}), labels = tensor(std::vector<int64_t>{1, 4});
  const auto step = [&] { nn::functional::cross_entropy(net(x), labels).backward(); };
  step();
  std::vector<Tensor> once;
  for (const Tensor& p : net->parameters()) once.push_back(p.grad().clone());
  net->zero_grad();
  at_once(kThreads, [&](int) { step(); });
  for (size_t i = 0; i < once.size(); ++i) {
    const Tensor got = net->parameters()[i].grad(), want = once[i] * double(kThreads);
    EXPECT_TRUE(allclose(got, want)) << i;
  }
}

TEST(Engine, TakesTheLeafItselfAsItsGradient) {  // adding it up asks for the very leaf's history
  Tensor x = leaf(3);
  x.clone().backward(x, /*retain_graph=*/true, /*create_graph=*/true);
  x.clone().backward(x, true, true);
  EXPECT_EQ(values(x.grad()), V(3, 6));
  EXPECT_TRUE(x.grad().requires_grad());
  x.mutable_grad() = Tensor();  // which knows x
}

}  // namespace
}  // namespace convgrad
