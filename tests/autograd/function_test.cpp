#include <convgrad/autograd/autograd.h>
#include <convgrad/autograd/function.h>
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

// The three functions of document 004.
struct MyAdd : Function<MyAdd> {
  static Tensor forward(AutogradContext& ctx, const Tensor& a, const Tensor& b) {
    ctx.save(a, b);
    return a + b;
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) {
    const auto [a, b] = ctx.saved<2>();
    return {dy * (a * 0 + 1), dy * (b * 0 + 1)};
  }
};

struct MySplit : Function<MySplit> {
  static std::tuple<Tensor, Tensor> forward(AutogradContext&, const Tensor& x) { return {x.clone(), x.clone()}; }
  static Tensor backward(AutogradContext&, const Tensor& d1, const Tensor& d2) { return d1 + d2; }
};

struct MyMax : Function<MyMax> {
  static Tensor forward(AutogradContext& ctx, const Tensor& x) {
    auto [value, index] = x.max(0);
    ctx.save(x, index);
    return value;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const auto [x, index] = ctx.saved<2>();
    Tensor dx = x * 0;
    dx.index_put_({index}, dy);
    return dx;
  }
};

TEST(Function, AddsAsInDocument004) {
  const Tensor a = leaf({1, 2, 3}), b = leaf({4, 5, 6});
  const Tensor y = MyAdd::apply(a, b);
  EXPECT_EQ(y.grad_fn()->name(), "MyAddBackward");
  y.backward(leaf({1, 1, 1}).detach());
  EXPECT_EQ(values(a.grad()), (V{1, 1, 1}));
  EXPECT_EQ(values(b.grad()), (V{1, 1, 1}));
}

TEST(Function, SplitsAsInDocument004) {
  const Tensor x = leaf({1, 2});
  const auto [a, b] = MySplit::apply(x);
  (2 * a + 3 * b).sum().backward();
  EXPECT_EQ(values(x.grad()), (V{5, 5}));
}

TEST(Function, FindsTheMaximumAsInDocument004) {
  const Tensor x = leaf({1, 7, 3});
  const Tensor m = MyMax::apply(x);
  m.backward();
  EXPECT_EQ(m.item<double>(), 7);
  EXPECT_EQ(values(x.grad()), (V{0, 1, 0}));
}

TEST(Function, GetsZerosForAnOutputThatNobodyUsed) {
  const Tensor x = leaf({1, 2});
  const auto [a, b] = MySplit::apply(x);
  (2 * a).sum().backward();
  EXPECT_EQ(values(x.grad()), (V{2, 2}));
}

struct Counts : Function<Counts> {
  static Tensor forward(AutogradContext& ctx, const Tensor& a, const Tensor&, int64_t results) {
    ctx.keep(results);
    return a.clone();
  }
  static variable_list backward(AutogradContext& ctx, const variable_list& g) {
    return variable_list(static_cast<size_t>(ctx.kept<int64_t>()), g[0]);
  }
};

TEST(Function, ReportsAWrongNumberOfGradients) {
  const Tensor a = leaf({1}), b = leaf({1});
  EXPECT_EQ(message([&] { Counts::apply(a, b, int64_t{1}).backward(); }),
            "function CountsBackward returned an incorrect number of gradients (expected 2, got 1)");
  EXPECT_EQ(message([&] { Counts::apply(a, b, int64_t{3}).backward(); }),
            "function CountsBackward returned an incorrect number of gradients (expected 2, got 3)");
  Counts::apply(a, b, int64_t{2}).backward();
  EXPECT_EQ(values(a.grad()), V{1});
}

struct WrongShape : Function<WrongShape> {
  static Tensor forward(AutogradContext&, const Tensor& a) { return a.clone(); }
  static Tensor backward(AutogradContext&, const Tensor&) { return make_tensor({7}, kFloat64); }
};

TEST(Function, ReportsAGradientOfTheWrongShape) {
  const Tensor a = leaf({1, 2, 3});
  EXPECT_EQ(
      message([&] { WrongShape::apply(a).sum().backward(); }),
      "Function WrongShapeBackward returned an invalid gradient at index 0 - got [7] but expected shape compatible "
      "with [3]");
}

struct Absent : Function<Absent> {
  static Tensor forward(AutogradContext&, const Tensor& a, const Tensor& b) { return a + b; }
  static Grads<2> backward(AutogradContext&, const Tensor& dy) { return {dy, Tensor()}; }
};

TEST(Function, MayLeaveGradientsOut) {
  const Tensor a = leaf({1}), b = leaf({1});
  Absent::apply(a, b * 2).backward();
  EXPECT_TRUE(a.grad().defined());
  EXPECT_TRUE(!b.grad().defined() || values(b.grad()) == V{0});
}

struct Throws : Function<Throws> {
  static Tensor forward(AutogradContext&, const Tensor& a) { return a.clone(); }
  static Tensor backward(AutogradContext&, const Tensor&) { throw std::out_of_range("mine"); }
};

TEST(Function, PassesOnWhatBackwardThrowsAndStaysUsable) {
  const Tensor a = leaf({1});
  EXPECT_THROW(Throws::apply(a * 2).backward(), std::out_of_range);
  (a * 2).backward();
  EXPECT_EQ(values(a.grad()), V{2});
}

struct Square : Function<Square> {
  static Tensor forward(AutogradContext& ctx, const Tensor& a) {
    ctx.save(a);  // before the memory for the result, which may be a's own
    const Tensor y = ctx.output(a.sizes(), a.dtype());
    for (int64_t i = 0; i < a.numel(); ++i) y.data_ptr<double>()[i] = a.data_ptr<double>()[i] * a.data_ptr<double>()[i];
    ctx.save(y);
    return y;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) { return 2 * ctx.saved(0) * dy; }
};

TEST(Function, ServesInPlaceCallsWithTheSameForward) {
  const Tensor x = leaf({3});
  const Tensor y = x * 2;
  Square::apply_in_place(y);
  EXPECT_EQ(values(y), V{36});
  EXPECT_EQ(y.grad_fn()->name(), "SquareBackward");
  y.backward();
  EXPECT_EQ(values(x.grad()), V{24});  // d(2x)²/dx = 8x
}

struct SavesTooLate : Function<SavesTooLate> {
  static Tensor forward(AutogradContext& ctx, const Tensor& a) {
    const Tensor y = ctx.output(a.sizes(), a.dtype());
    ctx.save(a);
    return y;
  }
  static Tensor backward(AutogradContext&, const Tensor& dy) { return dy; }
};

TEST(Function, RefusesToSaveWhatItMayHaveOverwritten) {
  const Tensor x = leaf({3});
  SavesTooLate::apply(x);
  EXPECT_EQ(message([&] { SavesTooLate::apply_in_place(x * 2); }),
            "SavesTooLateBackward: save an input before asking for ctx.output(…), which may be the input's own memory");
}

TEST(Function, NoticesThatASavedTensorChanged) {
  const Tensor x = leaf({3});
  const Tensor y = x * 1, z = Square::apply(y);
  Tensor(y).add_(1);
  const std::string text = message([&] { z.backward(); });
  EXPECT_EQ(text.find("one of the variables needed for gradient computation has been modified by an inplace operation: "
                      "[torch.DoubleTensor [1]]"),
            0u)
      << text;
  EXPECT_NE(text.find("is at version 1; expected version 0 instead."), std::string::npos) << text;
}

TEST(Function, DoesNotKeepItselfAliveThroughASavedOutput) {
  detail::Ref<autograd::Node> node;
  {
    const Tensor y = Square::apply(leaf({3}));
    node = y.grad_fn();
  }
  EXPECT_EQ(node->use_count(), 1u);
}

struct ReturnsInput : Function<ReturnsInput> {
  static Tensor forward(AutogradContext&, const Tensor& a) { return a; }
  static Tensor backward(AutogradContext&, const Tensor& dy) { return dy * 5; }
};

TEST(Function, MayReturnItsInput) {
  const Tensor x = leaf({3});
  const Tensor y = ReturnsInput::apply(x);
  EXPECT_FALSE(y.is_same(x));
  y.backward();
  EXPECT_EQ(values(x.grad()), V{5});
}

struct Dirty : Function<Dirty> {
  static Tensor forward(AutogradContext& ctx, const Tensor& a) {
    a.data().mul_(2);
    ctx.mark_dirty({a});
    return a;
  }
  static Tensor backward(AutogradContext&, const Tensor& dy) { return dy * 2; }
};

TEST(Function, MayNotChangeALeaf) {
  const Tensor x = leaf({3});
  EXPECT_EQ(message([&] { Dirty::apply(x); }),
            "a leaf Variable that requires grad has been used in an in-place operation.");
  EXPECT_EQ(message([&] { Dirty::apply(x.narrow(0, 0, 1)); }),
            "a view of a leaf Variable that requires grad is being used in an in-place operation.");
}

TEST(Function, MayChangeItsInputWhenItSaysSo) {
  const Tensor x = leaf({3});
  const Tensor y = x * 1, z = Dirty::apply(y);
  EXPECT_TRUE(z.is_same(y));
  EXPECT_EQ(y._version(), 1u);
  y.backward();
  EXPECT_EQ(values(x.grad()), V{2});
}

struct Nested : Function<Nested> {
  static Tensor forward(AutogradContext& ctx, const Tensor& a, int64_t depth) {
    ctx.keep(depth);
    return a.clone();
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const int64_t depth = ctx.kept<int64_t>();
    if (depth == 0) return dy;
    EnableGradGuard guard;
    const Tensor inner = dy.detach().requires_grad_();
    Nested::apply(inner, depth - 1).backward();
    return dy * inner.grad();
  }
};

struct Halves : Function<Halves> {
  static std::pair<Tensor, Tensor> forward(AutogradContext& ctx, const Tensor& a) {
    ctx.set_materialize_grads(false);
    return {a / 2, a / 4};
  }
  static Tensor backward(AutogradContext&, const Tensor& half, const Tensor& quarter) {
    Tensor dx = half.defined() ? half / 2 : Tensor();
    if (quarter.defined()) dx = dx.defined() ? dx + quarter / 4 : quarter / 4;
    return dx;
  }
};

TEST(Function, CalledByItselfWithFewerGradientsIsGivenUndefinedOnes) {
  const Tensor x = leaf({8});
  const auto [half, quarter] = Halves::apply(x);
  autograd::Node& node = *half.grad_fn();
  EXPECT_FALSE(node.apply({})[0].defined());
  EXPECT_EQ(values(node.apply({ones({1}, {.dtype = kFloat64})})[0]), V{0.5});
}

TEST(Function, RunsBackwardInsideBackwardThreeHundredDeep) {
  const Tensor x = leaf({1});
  Nested::apply(x, int64_t{300}).backward();
  EXPECT_EQ(values(x.grad()), V{1});
}

}  // namespace
}  // namespace convgrad
