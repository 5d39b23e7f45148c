// First and second order against finite differences, random cotangents, inputs of any strides.
#include <convgrad/autograd/gradcheck.h>
#include <convgrad/ops/linalg.h>
#include <convgrad/ops/loss.h>
#include <convgrad/ops/reduce.h>
#include <convgrad/ops/softmax.h>
#include <convgrad/ops/sort.h>

#include "ops/sample.h"

namespace convgrad {
namespace {

using autograd::gradcheck;
using autograd::gradgradcheck;
using autograd::TensorFunction;
using autograd::variable_list;

/// A leaf of random numbers; every second one is a transposed view of its memory's order.
Tensor leaf(IntArrayRef sizes, unsigned seed) {
  Tensor x = random_tensor(sizes, seed);
  if (seed % 2 == 1 && x.dim() > 1) x = x.transpose(0, -1).contiguous().transpose(0, -1);
  return x.requires_grad_();
}

void check_both(const TensorFunction& f, const variable_list& inputs) {
  EXPECT_TRUE(gradcheck(f, inputs));
  EXPECT_TRUE(gradgradcheck(f, inputs));
}
/// f of one tensor.
template <class F>
void check_one(F f, IntArrayRef sizes = {3, 4, 2}) {
  for (const unsigned seed : {1u, 2u})
    check_both([&](const variable_list& x) -> variable_list { return {f(x[0])}; }, {leaf(sizes, seed)});
}
/// f of two tensors.
template <class F>
void check_two(F f, IntArrayRef a, IntArrayRef b) {
  check_both([&](const variable_list& x) -> variable_list { return {f(x[0], x[1])}; }, {leaf(a, 1), leaf(b, 2)});
  check_both([&](const variable_list& x) -> variable_list { return {f(x[0], x[1])}; }, {leaf(a, 4), leaf(b, 3)});
}

using X = const Tensor&;

TEST(ReductionGradients, Sums) {
  check_one([](X x) { return x.sum(); });
  check_one([](X x) { return x.sum({0, 2}, true); });
  check_one([](X x) { return x.mean(1); });
  check_one([](X x) { return x.prod(); }, {2, 3});
  check_one([](X x) { return x.prod(1); });
  check_one([](X x) { return x.cumsum(1); });
  check_one([](X x) { return x.cumprod(1); });
}

TEST(ReductionGradients, ProductsWithZeros) {
  Tensor x = random_tensor({3, 4}, 5);
  x.index_put_({0, 1}, 0);
  x.index_put_({1, 1}, 0);
  x.index_put_({1, 3}, 0);
  x.requires_grad_();
  for (const auto& f : std::vector<Tensor (*)(X)>{[](X t) { return t.prod(); }, [](X t) { return t.prod(1); },
                                                  [](X t) { return t.cumprod(1); }})
    check_both([&](const variable_list& t) -> variable_list { return {f(t[0])}; }, {x});
}

TEST(ReductionGradients, Moments) {
  check_one([](X x) { return x.var(); });
  check_one([](X x) { return x.var({0, 1}, false, true); });
  check_one([](X x) { return x.std({2}, true); });
  for (const double p : {1.0, 1.5, 2.0, 3.0, -1.0}) {
    check_one([p](X x) { return x.norm(p); });
    check_one([p](X x) { return x.norm(p, {0, 2}); });
  }
  check_one([](X x) { return x.norm(std::numeric_limits<double>::infinity(), 1); });
  check_one([](X x) { return x.logsumexp({0, 2}); });
}

TEST(ReductionGradients, ExtremesAndOrder) {
  check_one([](X x) { return x.max(); });
  check_one([](X x) { return x.amin({0, 2}); });
  check_one([](X x) { return std::get<0>(x.max(1)); });
  check_one([](X x) { return std::get<0>(x.min(-1, true)); });
  check_one([](X x) { return std::get<0>(x.sort(1, true)); });
  check_one([](X x) { return std::get<0>(x.topk(2, 0)); });
}

TEST(ProductGradients, AllRanks) {
  const auto product = [](X a, X b) { return a.matmul(b); };
  check_two(product, {3}, {3});
  check_two(product, {2, 3}, {3});
  check_two(product, {3}, {3, 2});
  check_two(product, {2, 3}, {3, 4});
  check_two(product, {2, 2, 3}, {3, 2});
  check_two(product, {2, 2, 3}, {3});
  check_two(product, {2, 2, 3}, {2, 3, 2});
  check_two(product, {2, 1, 2, 3}, {2, 3, 2});
  check_two(product, {2, 3}, {2, 3, 2});
  check_two([](X a, X b) { return a.outer(b); }, {3}, {2});
}

TEST(ProductGradients, WithBias) {
  const auto f = [](const variable_list& x) -> variable_list { return {linear(x[0], x[1], x[2])}; };
  check_both(f, {leaf({3, 4}, 1), leaf({2, 4}, 2), leaf({2}, 3)});
  check_both(f, {leaf({2, 3, 4}, 4), leaf({2, 4}, 5), leaf({2}, 6)});
  const auto g = [](const variable_list& x) -> variable_list { return {x[0].addmm(x[1], x[2], 0.5, -2)}; };
  check_both(g, {leaf({2}, 1), leaf({3, 4}, 2), leaf({4, 2}, 3)});
  check_both(g, {leaf({3, 1}, 1), leaf({3, 4}, 2), leaf({4, 2}, 3)});
}

TEST(SoftmaxGradients, EveryDimension) {
  for (const int64_t dim : {0, 1, 2}) {
    check_one([dim](X x) { return x.softmax(dim); });
    check_one([dim](X x) { return x.log_softmax(dim); });
  }
}

TEST(LossGradients, OfClasses) {
  const Tensor target = vector_of<int64_t>({1, 4, -100}), weight = vector_of<double>({1, 2, 0.5, 0.1, 3});
  for (const Reduction r : {Reduction::None, Reduction::Mean, Reduction::Sum})
    for (const double smoothing : {0.0, 0.2}) {
      const auto loss = [&](X x) {
        return cross_entropy(x, target, {.weight = weight, .reduction = r, .label_smoothing = smoothing});
      };
      check_one(loss, {3, 5});
    }
  const Tensor map = vector_of<int64_t>({1, 4, 0, 0, 3, 2}).reshape({1, 2, 3});
  check_one([&](X x) { return nll_loss(x, map, {.weight = weight}); }, {1, 5, 2, 3});
}

TEST(LossGradients, OfProbabilitiesAndNumbers) {
  const auto soft = [](X x, X t) { return cross_entropy(x, t, {.label_smoothing = 0.1}); };
  check_two(soft, {3, 4}, {3, 4});
  for (const Reduction r : {Reduction::None, Reduction::Mean, Reduction::Sum}) {
    check_two([r](X x, X t) { return mse_loss(x, t, r); }, {2, 3}, {2, 3});
    check_two([r](X x, X t) { return mse_loss(x, t, r); }, {2, 3}, {3});
    check_two([r](X x, X t) { return l1_loss(x, t, r); }, {2, 3}, {2, 3});
  }
}

}  // namespace
}  // namespace convgrad
