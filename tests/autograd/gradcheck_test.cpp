#include <convgrad/autograd/function.h>
#include <convgrad/autograd/gradcheck.h>
#include <convgrad/error.h>
#include <gtest/gtest.h>

#include "core/make.h"

namespace convgrad {
namespace {

using autograd::gradcheck;
using autograd::gradgradcheck;

Tensor leaf(std::vector<double> values) {
  Tensor t = make_tensor({static_cast<int64_t>(values.size())}, kFloat64);
  std::copy(values.begin(), values.end(), t.data_ptr<double>());
  return t.requires_grad_();
}

struct Wrong : Function<Wrong> {  // the gradient of one element is off
  static Tensor forward(AutogradContext&, const Tensor& a) { return a * 3; }
  static Tensor backward(AutogradContext&, const Tensor& dy) {
    Tensor dx = dy * 3;
    dx.narrow(0, 1, 1).mul_(1.01);
    return dx;
  }
};

TEST(Gradcheck, PassesWhatIsRight) {
  EXPECT_TRUE(gradcheck(
      [](const variable_list& x) {
        return variable_list{x[0] * x[1], x[0].exp()};
      },
      {leaf({0.5, -1, 2}), leaf({1, 2, 3})}));
}

TEST(Gradcheck, FindsOneWrongElement) {
  const autograd::TensorFunction f = [](const variable_list& x) { return variable_list{Wrong::apply(x[0])}; };
  EXPECT_FALSE(gradcheck(f, {leaf({1, 2, 3})}, {.raise_exception = false}));
  EXPECT_THROW(gradcheck(f, {leaf({1, 2, 3})}), Error);
}

struct WrongTwice : Function<WrongTwice> {  // right once, but its gradient hides the dependence on x
  static Tensor forward(AutogradContext& ctx, const Tensor& a) {
    ctx.save(a);
    return a * a;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) { return 2 * ctx.saved(0).detach() * dy; }
};

TEST(Gradcheck, FindsAWrongSecondOrder) {
  const autograd::TensorFunction f = [](const variable_list& x) { return variable_list{WrongTwice::apply(x[0])}; };
  EXPECT_TRUE(gradcheck(f, {leaf({1, 2, 3})}));
  EXPECT_FALSE(gradgradcheck(f, {leaf({1, 2, 3})}, {.raise_exception = false}));
  EXPECT_TRUE(gradgradcheck([](const variable_list& x) { return variable_list{x[0] * x[0]}; }, {leaf({1, 2, 3})}));
}

}  // namespace
}  // namespace convgrad
