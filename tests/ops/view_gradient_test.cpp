// Gradients of views, of both orders, against finite differences.
#include <convgrad/autograd/gradcheck.h>
#include <convgrad/ops/view.h>

#include "ops/sample.h"

namespace convgrad {
namespace {

using autograd::TensorFunction;
using autograd::variable_list;

void check_both_orders(const TensorFunction& f, IntArrayRef sizes) {
  const Tensor x = random_tensor(sizes, 5).requires_grad_();
  EXPECT_TRUE(autograd::gradcheck(f, {x}));
  EXPECT_TRUE(autograd::gradgradcheck(f, {x}));
}

/// The view, times itself, so that the second order is not zero.
TensorFunction squared(const std::function<Tensor(const Tensor&)>& view) {
  return [view](const variable_list& in) -> variable_list {
    const Tensor y = view(in[0]);
    return {y.mul(y)};
  };
}

TEST(ViewGradient, OfEveryView) {
  const std::vector<std::function<Tensor(const Tensor&)>> views{
      [](const Tensor& x) {
        return x.view({6, 4});
      },
      [](const Tensor& x) {
        return x.permute({2, 0, 1}).reshape({8, 3});
      },
      [](const Tensor& x) {
        return x.permute({2, 0, 1}).reshape({4, 6});
      },
      [](const Tensor& x) {
        return x.permute({1, -1, 0});
      },
      [](const Tensor& x) { return x.transpose(0, 2); },
      [](const Tensor& x) { return x.select(0, 1).t(); },
      [](const Tensor& x) { return x.movedim(0, -1); },
      [](const Tensor& x) { return x.narrow(1, 1, 1).squeeze(); },
      [](const Tensor& x) { return x.narrow(1, 1, 1).squeeze(1); },
      [](const Tensor& x) {
        return x.unsqueeze(-1).expand({2, 3, 4, 2});
      },
      [](const Tensor& x) {
        return x.expand({2, 2, 3, 4});
      },
      [](const Tensor& x) { return x.slice(2, 1, {}, 2); },
      [](const Tensor& x) { return x.slice(2, 3, 1); },
      [](const Tensor& x) { return x.diagonal(1, 1, 2); },
      [](const Tensor& x) { return x.diagonal(-1, 2, 0); },
      [](const Tensor& x) { return x.flatten(1); },
      [](const Tensor& x) {
        return x.unflatten(2, {2, -1});
      },
      [](const Tensor& x) { return x.unfold(2, 3, 1); },
      [](const Tensor& x) { return x.unfold(1, 2, 2); },
      [](const Tensor& x) {
        return x.as_strided({2, 5, 3}, {3, 2, 1}, 1);
      },
      [](const Tensor& x) {
        return x.transpose(0, 1).as_strided({3, 3}, {0, 5});
      },
  };
  for (const auto& view : views) check_both_orders(squared(view), {2, 3, 4});
}

TEST(ViewGradient, OfPieces) {
  check_both_orders(
      [](const variable_list& in) -> variable_list {
        const auto pieces = in[0].split(3, 2);
        return {pieces[0].mul(pieces[0]), pieces[1]};
      },
      {2, 3, 4});
  check_both_orders([](const variable_list& in) -> variable_list { return {in[0].unbind(1)[2].mul(2.0)}; }, {2, 3, 4});
}

/// A place that x names several times gives each of the names an equal part.
TEST(ViewGradient, AsStridedOfAnOverlappingInput) {
  const Tensor base = counted({3}).requires_grad_();
  const Tensor wide = base.expand({2, 3});
  const Tensor y = wide.as_strided({2}, {1}, 1);
  Tensor seen;
  const_cast<Tensor&>(wide).register_hook([&](const Tensor& g) { return seen = g, Tensor(); });
  y.backward(vector_of<double>({1, 10}));
  EXPECT_EQ(seen.to_vector<double>(), std::vector<double>({0, 0.5, 5, 0, 0.5, 5}));
  EXPECT_EQ(base.grad().to_vector<double>(), std::vector<double>({0, 1, 10}));
}

TEST(ViewGradient, AsStridedBeyondItsInput) {
  const Tensor base = counted({6}).requires_grad_();
  const Tensor part = base.narrow(0, 2, 2);
  part.as_strided({3}, {2}, 0).backward(vector_of<double>({1, 2, 3}));  // places 0, 2, 4; only 2 belongs to part
  EXPECT_EQ(base.grad().to_vector<double>(), std::vector<double>({0, 0, 2, 0, 0, 0}));
}

}  // namespace
}  // namespace convgrad
