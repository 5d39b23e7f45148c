#include <convgrad/autograd/autograd.h>
#include <convgrad/autograd/grad_mode.h>
#include <convgrad/error.h>
#include <gtest/gtest.h>

#include "core/make.h"

namespace convgrad {
namespace {

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

TEST(InPlace, IsRefusedOnALeafThatRequiresGrad) {
  Tensor x = leaf({1, 2});
  EXPECT_EQ(message([&] { x.add_(1); }), "a leaf Variable that requires grad is being used in an in-place operation.");
  EXPECT_EQ(message([&] { x.narrow(0, 0, 1).add_(1); }),
            "a view of a leaf Variable that requires grad is being used in an in-place operation.");
  NoGradGuard guard;
  x.add_(1);
  EXPECT_EQ(values(x), (V{2, 3}));
}

TEST(InPlace, IsRefusedWhereElementsShareMemory) {
  Tensor x = leaf({1}).detach().expand({3});
  EXPECT_EQ(
      message([&] { x.add_(1); }).find("unsupported operation: more than one element of the written-to tensor refers"),
      0u);
}

TEST(InPlace, ChangesTheHistoryOfATensor) {
  const Tensor x = leaf({1, 2});
  Tensor y = x * 2;
  y.mul_(3);
  EXPECT_EQ(y.grad_fn()->name(), "MulBackward0");
  y.sum().backward();
  EXPECT_EQ(values(x.grad()), (V{6, 6}));
}

TEST(InPlace, MovesARetainedGradientToTheNewValue) {
  for (const bool part : {false, true}) {
    const Tensor x = leaf({1, 2});
    Tensor z = x * 2;
    z.retain_grad();
    (part ? z.narrow(0, 0, 1) : z).mul_(3);
    (z * z).sum().backward();
    EXPECT_EQ(values(z.grad()), (part ? V{12, 8} : V{12, 24}));
  }
}

TEST(InPlace, OnAViewReachesTheBase) {
  const Tensor x = leaf({1, 2, 3});
  Tensor y = x * 2;
  y.narrow(0, 0, 2).mul_(10);
  EXPECT_EQ(y.grad_fn()->name(), "CopySlices");
  y.sum().backward();
  EXPECT_EQ(values(x.grad()), (V{20, 20, 2}));
}

TEST(InPlace, OnTheBaseReachesItsViews) {
  const Tensor x = leaf({1, 2, 3});
  Tensor y = x * 2;
  const Tensor view = y.narrow(0, 1, 2);
  y.mul_(10);
  EXPECT_EQ(values(view), (V{40, 60}));
  view.sum().backward();
  EXPECT_EQ(values(x.grad()), (V{0, 20, 20}));
}

TEST(InPlace, WritesADifferentiableValueIntoAPlainTensor) {
  // document 003's trans_conv does this
  const Tensor w = leaf({5, 7});
  Tensor y = make_tensor({3}, kFloat64).zero_();
  EXPECT_FALSE(y.requires_grad());
  Tensor part = y.narrow(0, 1, 2);
  part.add_(w * 2);
  EXPECT_TRUE(y.requires_grad());
  EXPECT_TRUE(part.requires_grad());
  EXPECT_EQ(values(y), (V{0, 10, 14}));
  y.sum().backward();
  EXPECT_EQ(values(w.grad()), (V{2, 2}));
}

TEST(InPlace, IsRefusedOnAViewOfSeveral) {
  const Tensor x = leaf({1, 2});
  auto parts = (x * 2).unbind(0);
  EXPECT_EQ(message([&] { parts[0].add_(1); })
                .find("Output 0 of Unbind is a view and is being modified inplace. This view is the output of a "
                      "function that returns multiple views."),
            0u);
}

TEST(InPlace, IsRefusedOnAViewThatWasTakenUnderNoGrad) {
  const Tensor x = leaf({1, 2});
  const Tensor y = x * 2;
  Tensor view;
  {
    NoGradGuard guard;
    view = y.narrow(0, 0, 1);
  }
  EXPECT_EQ(message([&] { view.mul_(x.narrow(0, 0, 1)); }).find("A view was created in no_grad mode"), 0u);
}

TEST(InPlace, CountsVersionsThatViewsShare) {
  Tensor x = leaf({1, 2}).detach();
  const Tensor view = x.narrow(0, 0, 1), detached = x.detach(), data = x.data();
  x.add_(1);
  EXPECT_EQ(x._version(), 1u);
  EXPECT_EQ(view._version(), 1u);
  EXPECT_EQ(detached._version(), 1u);
  EXPECT_EQ(data._version(), 0u);
}

TEST(InPlace, ThroughDataGoesUnnoticed) {
  const Tensor x = leaf({2});
  const Tensor y = x * x;
  x.data().mul_(10);
  EXPECT_EQ(x._version(), 0u);
  y.backward();
  EXPECT_EQ(values(x.grad()), V{40});
}

TEST(InPlace, RefusesAResultOfAnotherShape) {
  Tensor x = leaf({1, 2, 3}).detach();
  Tensor one = x.narrow(0, 0, 1);
  EXPECT_EQ(message([&] { one.add_(x); }), "output with shape [1] doesn't match the broadcast shape [3]");
}

TEST(Tensor, SetDataKeepsTheHandle) {
  const Tensor x = leaf({1, 2});
  Tensor y = x;
  y.set_data(leaf({5, 6, 7}).detach());
  EXPECT_EQ(values(x), (V{5, 6, 7}));
  EXPECT_TRUE(x.requires_grad());
}

TEST(Tensor, RequiresGradIsForFloatsAndLeaves) {
  EXPECT_EQ(message([] { make_tensor({2}, kInt64).requires_grad_(); }),
            "only Tensors of floating point dtype can require gradients");
  const Tensor x = leaf({1});
  EXPECT_NE(
      message([&] { (x * 2).requires_grad_(false); }).find("you can only change requires_grad flags of leaf variables"),
      std::string::npos);
}

}  // namespace
}  // namespace convgrad
