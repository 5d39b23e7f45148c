#include "convgrad/ops/view.h"

#include <convgrad/autograd/node.h>

#include "ops/sample.h"

namespace convgrad {
namespace {

using Sizes = std::vector<int64_t>;

TEST(View, ReadsTheSameMemoryAsAnotherShape) {
  const Tensor x = counted({2, 3, 4});
  const Tensor y = x.view({6, -1});
  EXPECT_EQ(y.sizes(), IntArrayRef({6, 4}));
  EXPECT_EQ(y.data_ptr(), x.data_ptr());
  EXPECT_TRUE(y.is_view());
}

TEST(View, DividesRunsOfStridedDimensions) {
  const Tensor x = counted({2, 3, 4}).permute({2, 0, 1});  // [4, 2, 3], strides 1, 12, 4
  const Tensor y = x.reshape({2, 2, 6});
  EXPECT_TRUE(y.is_alias_of(x));
  EXPECT_EQ(y.strides(), IntArrayRef({2, 1, 4}));
  const Tensor z = x.reshape({8, 3});
  EXPECT_EQ(values(z), values(x.contiguous()));
}

TEST(View, HasPyTorchsNames) {
  const Tensor x = counted({2, 3, 4}).requires_grad_(), m = counted({3, 4}).requires_grad_();
  const auto name = [](const Tensor& t) { return t.grad_fn() ? t.grad_fn()->name() : ""; };
  EXPECT_EQ(name(x.view({6, 4})), "ViewBackward0");
  EXPECT_EQ(name(x.reshape({6, 4})), "ViewBackward0");
  EXPECT_EQ(name(x.permute({2, 0, 1}).reshape({4, 6})), "ReshapeAliasBackward0");
  EXPECT_EQ(name(x.permute({2, 0, 1}).reshape({8, 3})), "UnsafeViewBackward0");
  EXPECT_EQ(name(m.t()), "TBackward0");
  EXPECT_EQ(name(m.mT()), "TransposeBackward0");
  EXPECT_EQ(name(m.numpy_T()), "PermuteBackward0");
  EXPECT_EQ(name(x.movedim(0, 2)), "PermuteBackward0");
  EXPECT_EQ(name(x.squeeze()), "SqueezeBackward0");
  EXPECT_EQ(name(x.squeeze(0)), "SqueezeBackward1");
  EXPECT_EQ(name(x.unsqueeze(0)), "UnsqueezeBackward0");
  EXPECT_EQ(name(m.expand({2, 3, 4})), "ExpandBackward0");
  EXPECT_EQ(name(x.narrow(0, 0, 1)), "SliceBackward0");
  EXPECT_EQ(name(x.select(0, 0)), "SelectBackward0");
  EXPECT_EQ(name(x.diagonal()), "DiagonalBackward0");
  EXPECT_EQ(name(x.as_strided({2}, {1})), "AsStridedBackward0");
  EXPECT_EQ(name(x.flatten()), "ViewBackward0");
  EXPECT_EQ(name(x.unfold(2, 2, 1)), "UnfoldBackward0");
  EXPECT_EQ(name(x.chunk(2, 1)[0]), "SplitBackward0");
  EXPECT_EQ(name(x.split(IntArrayRef({1, 3}), 2)[1]), "SplitWithSizesBackward0");
  EXPECT_EQ(name(x.unbind()[0]), "UnbindBackward0");
}

TEST(View, SliceClampsAsPython) {
  const Tensor x = counted({5});
  EXPECT_EQ(values(x.slice(0, 1, 100, 2)), Numbers({1, 3}));
  EXPECT_EQ(values(x.slice(0, -2)), Numbers({3, 4}));
  EXPECT_EQ(values(x.slice(0, -100, -3)), Numbers({0, 1}));
  EXPECT_EQ(values(x.slice(0, 4, 1)), Numbers());
  EXPECT_EQ(values(x.slice(0, INT64_MIN, INT64_MAX, INT64_MAX)), Numbers({0}));
}

TEST(View, PiecesCoverTheWhole) {
  const Tensor x = counted({7});
  const auto lengths = [](const std::vector<Tensor>& pieces) {
    Sizes out;
    for (const Tensor& p : pieces) out.push_back(p.size(0));
    return out;
  };
  EXPECT_EQ(lengths(x.split(3)), Sizes({3, 3, 1}));
  EXPECT_EQ(lengths(x.split(INT64_MAX)), Sizes({7}));
  EXPECT_EQ(lengths(x.chunk(4)), Sizes({2, 2, 2, 1}));
  EXPECT_EQ(lengths(x.chunk(100)), Sizes(7, 1));
  EXPECT_EQ(lengths(counted({0, 3}).chunk(3)), Sizes({0, 0, 0}));
  EXPECT_EQ(lengths(counted({0, 3}).split(0)), Sizes({0}));
  EXPECT_TRUE(counted({0, 3}).unbind().empty());
}

}  // namespace
}  // namespace convgrad
