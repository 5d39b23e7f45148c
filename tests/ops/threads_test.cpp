// Every operation that shares out its work, on one thread and on four: the same bits. The thread sanitizer watches.
#include <convgrad/convgrad.h>
#include <gtest/gtest.h>

#include "at_once.h"

namespace convgrad {
namespace {

using List = std::vector<Tensor>;
using Unary = Tensor (*)(const Tensor&);

/// Values and the gradient of f at x.
List value_and_gradient(Unary f, const Tensor& values) {
  const Tensor x = values.clone().requires_grad_();
  const Tensor y = f(x);
  if (!y.requires_grad()) return {y};
  y.backward(ones(IntArrayRef(), y.dtype()).expand(y.sizes()));
  return {y.detach(), x.grad()};
}

void expect_the_same_on_four_threads(const std::string& name, Unary f, const Tensor& x) {
  SCOPED_TRACE(name);
  const int before = get_num_threads();
  set_num_threads(1);
  const List one = value_and_gradient(f, x);
  set_num_threads(4);
  const List four = value_and_gradient(f, x);
  set_num_threads(before);
  for (size_t i = 0; i < one.size(); ++i) EXPECT_TRUE(equal(one[i], four[i])) << (i ? "the gradient" : "the value");
}

struct Row {
  const char* name;
  Unary run;
};

Tensor drawn(IntArrayRef sizes) {
  Generator generator(5);
  return randn(sizes, {}, &generator);
}
Tensor positions(int64_t limit, int64_t count) {
  Generator generator(6);
  return randint(limit, {count}, {}, &generator);
}

void check(const std::vector<Row>& rows, IntArrayRef sizes) {
  const Tensor x = drawn(sizes);
  for (const Row& row : rows) expect_the_same_on_four_threads(row.name, row.run, x);
}

TEST(ParallelOperations, ElementByElement) {
  check({{"add", [](const Tensor& x) { return x + x; }},
         {"broadcast", [](const Tensor& x) { return x * x.narrow(1, 0, 1); }},
         {"turned", [](const Tensor& x) { return (x.t() * 2).contiguous(); }},
         {"tanh", [](const Tensor& x) { return tanh(x); }},
         {"cast", [](const Tensor& x) { return x.to(kFloat64).to(kFloat32); }},
         {"compare", [](const Tensor& x) { return x > 0; }},
         {"where", [](const Tensor& x) { return where(x > 0, x, 0); }},
         {"masked_fill", [](const Tensor& x) { return x.masked_fill(x > 1, 3); }},
         {"tril", [](const Tensor& x) { return tril(x); }},
         {"cat",
          [](const Tensor& x) {
            return cat({x, x * 2}, 1);
          }},
         {"flip",
          [](const Tensor& x) {
            return x.flip({0, 1});
          }},
         {"roll",
          [](const Tensor& x) {
            return x.roll({3, 5}, {0, 1});
          }},
         {"pad",
          [](const Tensor& x) {
            return pad(x, {3, 3}, "reflect");
          }}},
        {400, 500});
}

TEST(ParallelOperations, AlongDimensions) {
  check({{"sum", [](const Tensor& x) { return x.sum(); }},
         {"sum of rows", [](const Tensor& x) { return x.sum({1}); }},
         {"sum of columns", [](const Tensor& x) { return x.sum({0}); }},
         {"var", [](const Tensor& x) { return x.var({1}); }},
         {"max", [](const Tensor& x) { return std::get<0>(x.max(1)); }},
         {"amax", [](const Tensor& x) { return x.amax({0}); }},
         {"logsumexp", [](const Tensor& x) { return x.logsumexp({1}); }},
         {"softmax of rows", [](const Tensor& x) { return x.softmax(1); }},
         {"softmax of columns", [](const Tensor& x) { return x.softmax(0); }},
         {"log_softmax", [](const Tensor& x) { return x.log_softmax(1); }},
         {"cumsum", [](const Tensor& x) { return x.cumsum(1); }},
         {"sort", [](const Tensor& x) { return std::get<0>(x.sort(1)); }},
         {"topk", [](const Tensor& x) { return std::get<0>(x.topk(5, 1)); }},
         {"cross_entropy", [](const Tensor& x) { return cross_entropy(x, positions(500, 400)); }}},
        {400, 500});
}

TEST(ParallelOperations, ByPositions) {
  check({{"index_select", [](const Tensor& x) { return x.index_select(0, positions(400, 900)); }},
         {"index", [](const Tensor& x) { return x.index({positions(400, 900)}); }},
         {"gather",
          [](const Tensor& x) {
            return x.gather(1, positions(500, 400 * 500).view({400, 500}));
          }},
         {"scatter_add",
          [](const Tensor& x) {
            return scatter_add(x, 1, positions(500, 400 * 500).view({400, 500}), x);
          }},
         {"index_add", [](const Tensor& x) { return index_add(x, 0, positions(400, 400), x); }},
         {"masked_select", [](const Tensor& x) { return x.masked_select(x > 0); }}},
        {400, 500});
}

TEST(ParallelOperations, Products) {
  check({{"mm", [](const Tensor& x) { return x.mm(x.t()); }},
         {"mv", [](const Tensor& x) { return x.mv(x[0]); }},
         {"bmm",
          [](const Tensor& x) {
            return x.view({10, 20, 200}).bmm(x.view({10, 200, 20}));
          }},
         {"linear", [](const Tensor& x) { return linear(x, x.narrow(0, 0, 30)); }}},
        {200, 200});
}

TEST(ParallelOperations, Convolutions) {
  const auto weights = [](IntArrayRef sizes) { return drawn(sizes) * 0.1; };
  static const Tensor three = weights({16, 16, 3, 3}), five = weights({16, 16, 5, 5}), one = weights({16, 16, 1, 1}),
                      group = weights({16, 4, 3, 3}), each = weights({16, 1, 3, 3}), line = weights({16, 16, 3});
  check({{"3×3", [](const Tensor& x) { return conv2d(x, three, {}, {.padding = 1}); }},
         {"5×5", [](const Tensor& x) { return conv2d(x, five, {}, {.padding = 2}); }},
         {"1×1", [](const Tensor& x) { return conv2d(x, one); }},
         {"strided", [](const Tensor& x) { return conv2d(x, three, {}, {.stride = 2}); }},
         {"dilated", [](const Tensor& x) { return conv2d(x, three, {}, {.dilation = 2}); }},
         {"groups", [](const Tensor& x) { return conv2d(x, group, {}, {.groups = 4}); }},
         {"depthwise", [](const Tensor& x) { return conv2d(x, each, {}, {.groups = 16}); }},
         {"transposed", [](const Tensor& x) { return conv_transpose2d(x, three, {}, {.stride = 2}); }},
         {"one axis", [](const Tensor& x) { return conv1d(x.flatten(2), line); }},
         {"unfold", [](const Tensor& x) { return unfold(x, 3); }}},
        {4, 16, 24, 24});
}

TEST(ParallelOperations, GradientsOfWeights) {
  static const Tensor x = drawn({4, 16, 24, 24});
  check({{"3×3", [](const Tensor& w) { return conv2d(x, w, {}, {.padding = 1}); }},
         {"strided", [](const Tensor& w) { return conv2d(x, w, {}, {.stride = 2}); }},
         {"transposed", [](const Tensor& w) { return conv_transpose2d(x, w); }}},
        {16, 16, 3, 3});
  check({{"depthwise", [](const Tensor& w) { return conv2d(x, w, {}, {.groups = 16}); }}}, {16, 1, 3, 3});
}

TEST(ParallelOperations, PoolsAndNorms) {
  check({{"max_pool", [](const Tensor& x) { return max_pool2d(x, 2); }},
         {"max_pool, overlapping", [](const Tensor& x) { return max_pool2d(x, 3, 1, 1); }},
         {"avg_pool", [](const Tensor& x) { return avg_pool2d(x, 2); }},
         {"adaptive",
          [](const Tensor& x) {
            return adaptive_avg_pool2d(x, {5, 5});
          }},
         {"batch_norm", [](const Tensor& x) { return batch_norm(x, {}, {}, {}, {}, true); }},
         {"group_norm", [](const Tensor& x) { return group_norm(x, 4); }},
         {"layer_norm",
          [](const Tensor& x) {
            return layer_norm(x, {40, 40});
          }}},
        {8, 16, 40, 40});
}

TEST(ParallelOperations, Optimizers) {
  for (const bool adam : {false, true}) {
    List results;
    const int before = get_num_threads();
    for (const int threads : {1, 4}) {
      set_num_threads(threads);
      const Tensor w = drawn({200000}).requires_grad_();
      std::unique_ptr<optim::Optimizer> optimizer;
      if (adam)
        optimizer = std::make_unique<optim::Adam>(List{w}, optim::AdamOptions{.lr = 0.1});
      else
        optimizer = std::make_unique<optim::SGD>(List{w}, optim::SGDOptions{.lr = 0.1, .momentum = 0.9});
      for (int i = 0; i < 2; ++i) {
        (w * w).sum().backward();
        optimizer->step();
      }
      results.push_back(w.detach());
    }
    set_num_threads(before);
    EXPECT_TRUE(equal(results[0], results[1]));
  }
}

// The team's threads serve whoever calls: each caller has a team of its own.
TEST(ParallelOperations, OfSeveralCallersAtOnce) {
  const Tensor x = drawn({400, 500});
  const Tensor want = (x + 1).mm(x.t()).sum({0});
  testing::at_once(3, [&](int) {
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(equal((x + 1).mm(x.t()).sum({0}), want));
  });
}

}  // namespace
}  // namespace convgrad
