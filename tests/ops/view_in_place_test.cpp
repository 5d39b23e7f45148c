#include <convgrad/autograd/grad_mode.h>
#include <convgrad/ops/creation.h>
#include <convgrad/ops/pointwise.h>
#include <convgrad/ops/view.h>
#include <gtest/gtest.h>

#include "error_text.h"

namespace convgrad {
namespace {

TEST(ViewInPlace, TheTensorItselfHasOtherSizesOverTheSameMemory) {
  Tensor x = arange(6).view({1, 2, 3});
  const Tensor same = x;
  const void* data = x.data_ptr();
  x.squeeze_().t_().unsqueeze_(1);
  EXPECT_EQ(same.sizes(), IntArrayRef({3, 1, 2}));
  EXPECT_EQ(x.data_ptr(), data);
  EXPECT_FALSE(x.is_contiguous());
  EXPECT_TRUE(x.squeeze(1).equal(arange(6).view({2, 3}).t()));
  EXPECT_EQ(x.transpose_(0, 2).swapaxes_(0, 1).swapdims_(0, 1).sizes(), IntArrayRef({2, 1, 3}));
  EXPECT_EQ(x.squeeze_(0).squeeze_(IntArrayRef({1})).sizes(), IntArrayRef({2, 3}));
}

TEST(ViewInPlace, GradientsGoThroughIt) {
  const Tensor w = ones({1, 3}).requires_grad_();
  Tensor y = w * 2;
  y.t_();
  EXPECT_EQ(y.grad_fn()->name(), "TBackward0");
  const Tensor g = tensor({{1.F}, {2.F}, {3.F}});
  y.backward(g);
  EXPECT_TRUE(w.grad().equal(tensor({{2.F, 4.F, 6.F}})));
}

TEST(ViewInPlace, OfAViewOfATrackedTensor) {
  const Tensor w = ones({2, 3}).requires_grad_();
  const Tensor base = w * 1;
  Tensor row = base[0];
  row.unsqueeze_(0);
  row.mul_(5);  // still changes its base
  EXPECT_TRUE(base.equal(tensor({{5.F, 5.F, 5.F}, {1.F, 1.F, 1.F}})));
  base.sum().backward();
  EXPECT_TRUE(w.grad().equal(tensor({{5.F, 5.F, 5.F}, {1.F, 1.F, 1.F}})));
}

TEST(ViewInPlace, ALeafThatWantsAGradientIsRefused) {
  Tensor w = ones({1, 3}).requires_grad_();
  EXPECT_EQ(error_text<Error>([&] { w.squeeze_(); }),
            "a leaf Variable that requires grad is being used in an in-place operation.");
  NoGradGuard guard;
  EXPECT_EQ(w.squeeze_().dim(), 1);
}

TEST(ViewInPlace, CountsAsAChange) {
  Tensor x = ones({1, 3});
  const auto before = x._version();
  x.squeeze_();
  EXPECT_EQ(x._version(), before + 1);
}

}  // namespace
}  // namespace convgrad
