// gather, scatter, index_select, index_add, where, masks, take, nonzero: values, refusals in PyTorch's words,
// gradients.
#include <convgrad/autograd/gradcheck.h>
#include <convgrad/autograd/node.h>
#include <convgrad/ops/index.h>
#include <convgrad/ops/view.h>

#include "core/threads.h"
#include "ops/sample.h"

namespace convgrad {
namespace {

using autograd::TensorFunction;
using autograd::variable_list;
using indexing::Slice;
using indexing::TensorIndex;

Tensor positions(const std::vector<int64_t>& v) { return vector_of<int64_t>(v); }
Tensor mask_of(const std::vector<int64_t>& v) { return vector_of<int64_t>(v).to(kBool); }

TEST(Gather, LooksUpAlongTheDimension) {
  const Tensor x = counted({2, 3});
  const Tensor index = positions({2, 0, 1, 1}).view({2, 2});
  EXPECT_EQ(values(x.gather(1, index)), Numbers({2, 0, 4, 4}));
  EXPECT_EQ(values(x.gather(-1, index.to(kInt32))), Numbers({2, 0, 4, 4}));
  EXPECT_EQ(values(x.t().gather(0, index.t())), Numbers({2, 4, 0, 4}));
  EXPECT_EQ(values(counted({}).gather(0, positions({0}))), Numbers({0}));
  EXPECT_EQ(x.gather(0, positions({})).sizes(), IntArrayRef({0}));
}

TEST(Scatter, WritesAndAdds) {
  const Tensor zero = counted({2, 3}).mul(0.0), index = positions({2, 0, 1, 1}).view({2, 2}), from = counted({2, 2});
  EXPECT_EQ(values(zero.scatter(1, index, from)), Numbers({1, 0, 0, 0, 3, 0}));  // of two, the last stays
  EXPECT_EQ(values(zero.scatter_add(1, index, from)), Numbers({1, 0, 0, 0, 5, 0}));
  EXPECT_EQ(values(scatter(zero, 1, index, 7)), Numbers({7, 0, 7, 0, 7, 0}));
  Tensor y = counted({2, 3});
  y.scatter_(1, index, 1.5).scatter_add_(1, index, from);
  EXPECT_EQ(values(y), Numbers({2.5, 1, 1.5, 3, 6.5, 5}));
  Tensor own = counted({3, 3});
  own.scatter_(0, positions({1, 1, 1}).view({1, 3}), own);  // source and target are one memory
  EXPECT_EQ(values(own), Numbers({0, 1, 2, 0, 1, 2, 6, 7, 8}));
}

TEST(IndexSelect, TakesAndAddsPositions) {
  const Tensor x = counted({2, 3});
  EXPECT_EQ(values(x.index_select(1, positions({2, 2, 0}))), Numbers({2, 2, 0, 5, 5, 3}));
  EXPECT_EQ(counted({}).index_select(0, positions({0})).dim(), 0);
  EXPECT_EQ(values(index_add(x, 1, positions({0, 0}), counted({2, 2}))), Numbers({1, 1, 2, 8, 4, 5}));
}

TEST(Masks, FillSelectAndChoose) {
  const Tensor x = counted({2, 3}), mask = mask_of({1, 0, 1});
  EXPECT_EQ(values(x.masked_fill(mask, 9)), Numbers({9, 1, 9, 9, 4, 9}));
  EXPECT_EQ(values(x.masked_fill(mask, Tensor::of(9.5))), Numbers({9.5, 1, 9.5, 9.5, 4, 9.5}));
  EXPECT_EQ(values(counted({3}).masked_fill(mask_of({1, 0, 0, 0, 1, 1}).view({2, 3}), -1)),
            Numbers({-1, 1, 2, 0, -1, -1}));
  EXPECT_EQ(values(x.masked_select(mask)), Numbers({0, 2, 3, 5}));
  EXPECT_EQ(values(counted({}).masked_select(mask_of({1}).reshape({}))), Numbers({0}));
  EXPECT_EQ(values(where(mask, x, Scalar(-1))), Numbers({0, -1, 2, 3, -1, 5}));
  EXPECT_EQ(where(mask, counted({3}, kFloat32), Tensor::of(1.0).to(kFloat64)).dtype(), kFloat32);
  EXPECT_EQ(where(mask, Scalar(1.5), Scalar(2)).dtype(), kFloat32);
  EXPECT_EQ(where(mask, Scalar(1), counted({3}, kInt32)).dtype(), kInt32);
}

TEST(Nonzero, GivesCOrderAndPyTorchsStrides) {
  const Tensor x = vector_of<double>({0, 1, NAN, 0, 0, -0.0}).view({2, 3});
  const Tensor n = x.nonzero();
  EXPECT_EQ(n.sizes(), IntArrayRef({2, 2}));
  EXPECT_EQ(n.strides(), IntArrayRef({1, 2}));
  EXPECT_EQ(values(n), Numbers({0, 1, 0, 2}));
  EXPECT_EQ(counted({}).nonzero().sizes(), IntArrayRef({0, 0}));
  EXPECT_EQ(counted({0, 3}).nonzero().sizes(), IntArrayRef({0, 2}));
}

TEST(Take, CountsInCOrder) {
  EXPECT_EQ(values(take(counted({2, 3}).t(), positions({1, -1}))), Numbers({3, 5}));
  EXPECT_EQ(values(take_along_dim(counted({2, 3}), positions({2, 0}).view({2, 1}), 1)), Numbers({2, 3}));
}

// Document 003: a transposed convolution, written element by element.
TEST(IndexPut, AddsThroughViewsWithGradients) {
  const Tensor x = random_tensor({3, 3}, 1).requires_grad_(), k = random_tensor({2, 2}, 2).requires_grad_();
  const TensorFunction f = [](const variable_list& in) -> variable_list {
    Tensor y =
        in[0].detach().mul(0.0).unsqueeze(0).expand({2, 3, 3}).reshape({18}).narrow(0, 0, 16).clone().view({4, 4});
    for (int64_t i = 0; i < 3; ++i)
      for (int64_t j = 0; j < 3; ++j) {
        Tensor window = y.index({Slice(i, i + 2), Slice(j, j + 2)});
        window += in[0][i][j] * in[1];
      }
    return {y};
  };
  EXPECT_TRUE(autograd::gradcheck(f, {x, k}));
  EXPECT_TRUE(autograd::gradgradcheck(f, {x, k}));
}

TEST(IndexPut, AccumulatesInAFixedOrder) {
  const int threads = num_threads();
  const Tensor x = random_tensor({7, 1000}, 3).to(kFloat32), v = random_tensor({5000, 1000}, 4).to(kFloat32);
  std::vector<int64_t> at(5000);
  for (size_t i = 0; i < at.size(); ++i) at[i] = static_cast<int64_t>(i * i % 7);
  std::vector<std::vector<float>> results;
  for (const int count : {1, 2, 3}) {
    set_thread_count(count);
    results.push_back(index_add(x, 0, positions(at), v).to_vector<float>());
  }
  set_thread_count(threads);
  EXPECT_EQ(results[0], results[1]);
  EXPECT_EQ(results[0], results[2]);
}

TEST(IndexElements, RefuseInPyTorchsWords) {
  const Tensor x = counted({2, 3, 4}), one = positions({0, 1}), bad = positions({0, 5}),
               cube = counted({1, 3, 4}, kInt64);
  const Tensor zeros = cube.mul(0), twos = zeros.add(2);
  Tensor y = counted({2, 3, 4});
  const std::vector<std::pair<const char*, std::function<void()>>> table{
      {"index out of range in self", [&] { x.index_select(0, bad); }},
      {"index out of range in self", [&] { x.index_select(0, positions({-1})); }},
      {"index_select(): Index is supposed to be a vector",
       [&] {
         x.index_select(0, one.view({2, 1}));
       }},
      {"index_select(): Expected dtype int32 or int64 for index", [&] { x.index_select(0, counted({2})); }},
      {"Size does not match at dimension 1 expected index [1, 4, 4] to be no larger than self [2, 3, 4] apart from "
       "dimension 0",
       [&] {
         x.gather(0, counted({1, 4, 4}, kInt64));
       }},
      {"Index tensor must have the same number of dimensions as input tensor", [&] { x.gather(0, one); }},
      {"index 2 is out of bounds for dimension 0 with size 2", [&] { x.gather(0, twos); }},
      {"index -1 is out of bounds for dimension 0 with size 2", [&] { x.gather(0, zeros.sub(1)); }},
      {"gather(): Expected dtype int32/int64 for index", [&] { x.gather(0, x); }},
      {"Expected index [1, 3, 4] to be no larger than self [2, 3, 4] apart from dimension 0 and to be no larger size "
       "than src [1, 3, 3]",
       [&] {
         x.scatter(0, zeros, counted({1, 3, 3}));
       }},
      {"Index tensor must have the same number of dimensions as self tensor", [&] { x.scatter(0, one, x); }},
      {"scatter(): Expected dtype int32/int64 for index", [&] { x.scatter(0, x, x); }},
      {"scatter(): Expected self.dtype to be equal to src.dtype", [&] { x.scatter(0, zeros, zeros); }},
      {"index 2 is out of bounds for dimension 0 with size 2", [&] { y.scatter_add_(0, twos, x); }},
      {"index 2 is out of bounds for dimension 0 with size 2", [&] { y.scatter_(0, twos, 1); }},
      {"index 5 is out of bounds for dimension 0 with size 2", [&] { y.index_add_(0, bad, x); }},
      {"index_add_(): Number of indices (2) should be equal to source.size(dim): (1), for dim: 0",
       [&] { y.index_add_(0, one, x.narrow(0, 0, 1)); }},
      {"source tensor shape must match self tensor shape, excluding the specified dimension. Got self.shape = [2, 3, "
       "4] "
       "source.shape = [2, 3, 3]",
       [&] {
         y.index_add_(0, one, counted({2, 3, 3}));
       }},
      {"index_add_(): self (Double) and source (Long) must have the same scalar type",
       [&] { y.index_add_(0, one, zeros); }},
      {"masked_fill_ only supports boolean masks, but got mask with dtype double", [&] { x.masked_fill(x, 1); }},
      {"masked_fill_ only supports a 0-dimensional value tensor, but got tensor with 1 dimension(s).",
       [&] { x.masked_fill(x.gt(1), counted({2})); }},
      {"output with shape [2, 3, 4] doesn't match the broadcast shape [2, 2, 3, 4]",
       [&] {
         y.masked_fill_(x.gt(1).expand({2, 2, 3, 4}), 1);
       }},
      {"masked_select: expected BoolTensor for mask", [&] { x.masked_select(x); }},
      {"where expected condition to be a boolean tensor, but got a tensor with dtype Double", [&] { where(x, x, x); }},
      {"The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 2",
       [&] {
         where(mask_of({1, 0, 1}), x, x);
       }},
      {"out of range: tried to access index 500 on a tensor of 24 elements.",
       [&] {
         take(x, positions({0, 500}));
       }},
      {"take(): tried to take from an empty tensor", [&] { take(counted({0}), one); }},
      {"take(): Expected a long tensor for index, but got Int", [&] { take(x, one.to(kInt32)); }},
      {"Index put requires the source and destination dtypes match, got Double for the destination and Float for the "
       "source.",
       [&] { y.index_put_({one}, counted({4}, kFloat32)); }},
  };
  for (const auto& [what, call] : table) EXPECT_EQ(error_text(call), what);
  EXPECT_EQ(values(y), values(x)) << "an operation that failed has changed its tensor";
}

// A position changed between forward and backward must not be followed out of the memory.
TEST(IndexElements, PositionsAreCheckedInBackwardToo) {
  for (const int64_t wrong : {int64_t{5}, int64_t{-100}, INT64_MAX, INT64_MIN}) {
    const Tensor x = counted({4}).requires_grad_(), index = positions({1, 2});
    const Tensor by_gather = x.gather(0, index), by_index = x.index({index}), by_take = take(x, index);
    index.data_ptr<int64_t>()[1] = wrong;  // behind the version counter's back
    for (const Tensor& y : {by_gather, by_index, by_take}) EXPECT_THROW(y.backward(counted({2})), Error) << wrong;
  }
}

TEST(IndexElements, AStridedInputIsItsCopy) {
  const Tensor x = random_tensor({6, 5, 4}, 1).permute({2, 0, 1}).slice(1, 0, {}, 2), packed = x.contiguous();
  const Tensor index = positions({3, 0, 3}), mask = x.gt(0);
  EXPECT_EQ(values(x.index({index})), values(packed.index({index})));
  EXPECT_EQ(values(x.index({Slice(), Slice(), index})), values(packed.index({Slice(), Slice(), index})));
  EXPECT_EQ(values(x.index({mask})), values(packed.index({mask})));
  EXPECT_EQ(values(where(mask, x, packed.mul(2.0))), values(where(mask.contiguous(), packed, x.mul(2.0))));
  EXPECT_EQ(values(x.expand({2, 4, 3, 5}).index({index.clamp_max(1)})),
            values(packed.expand({2, 4, 3, 5}).contiguous().index({index.clamp_max(1)})));
  Tensor a = x.clone(), b = packed.clone();
  EXPECT_EQ(values(a.index_put_({index}, 3)), values(b.index_put_({index}, 3)));
}

TEST(IndexElements, GradientsOfBothOrders) {
  const Tensor index = positions({1, 0, 1}), grid = positions({1, 0, 1, 1, 0, 0}).view({2, 3});
  const Tensor mask = mask_of({1, 0, 1, 1});
  struct Case {
    std::function<Tensor(const Tensor&, const Tensor&)> f;
  };
  const std::vector<Case> cases{
      {[&](const Tensor& x, const Tensor&) { return x.index({index}); }},
      {[&](const Tensor& x, const Tensor&) {
        return x.index({Slice(), index, Slice(1, 3)});
      }},
      {[&](const Tensor& x, const Tensor&) {
        return x.index({index, Slice(), index});
      }},
      {[&](const Tensor& x, const Tensor&) {
        return x.index({"...", mask});
      }},
      {[&](const Tensor& x, const Tensor&) { return x.index_select(1, index); }},
      {[&](const Tensor& x, const Tensor&) { return x.gather(0, grid.unsqueeze(-1)); }},
      {[&](const Tensor& x, const Tensor& v) {
        return x.scatter(0, positions({1, 0, 0}).view({1, 3, 1}), v);
      }},
      {[&](const Tensor& x, const Tensor& v) { return x.scatter_add(0, grid.unsqueeze(-1), v); }},
      {[&](const Tensor& x, const Tensor&) { return scatter(x, 0, grid.unsqueeze(-1), 2.0); }},
      {[&](const Tensor& x, const Tensor& v) {
        return index_add(x, 0, positions({1, 1}), v);
      }},
      {[&](const Tensor& x, const Tensor& v) {
        return index_put(x, std::vector<TensorIndex>{Slice(), positions({2})}, v.index({0, 0}));
      }},
      {[&](const Tensor& x, const Tensor& v) {
        return index_put(x, std::vector<TensorIndex>{positions({1, 1})}, v, true);
      }},
      {[&](const Tensor& x, const Tensor&) { return x.masked_fill(mask, 3.0); }},
      {[&](const Tensor& x, const Tensor& v) {
        return x.masked_fill(mask, v.index({0, 0, 0}));
      }},
      {[&](const Tensor& x, const Tensor&) { return x.masked_select(mask); }},
      {[&](const Tensor& x, const Tensor& v) { return where(mask, x, v.select(0, 0)); }},
      {[&](const Tensor& x, const Tensor&) { return take(x, grid); }},
  };
  for (size_t i = 0; i < cases.size(); ++i) {
    SCOPED_TRACE(i);
    const TensorFunction f = [&](const variable_list& in) -> variable_list {
      const Tensor y = cases[i].f(in[0], in[1]);
      return {y.mul(y).add(in[1].sum())};
    };
    const Tensor x = random_tensor({2, 3, 4}, 7).requires_grad_(), v = random_tensor({2, 3, 4}, 8).requires_grad_();
    EXPECT_TRUE(autograd::gradcheck(f, {x, v}));
    EXPECT_TRUE(autograd::gradgradcheck(f, {x, v}));
  }
}

TEST(IndexElements, NodesHavePyTorchsNames) {
  const Tensor x = counted({4}).requires_grad_(), i = positions({0, 1}), v = counted({2}), m = mask_of({1, 0, 0, 1});
  const auto name = [](const Tensor& t) { return t.grad_fn()->name(); };
  EXPECT_EQ(name(x.index({i})), "IndexBackward0");
  EXPECT_EQ(name(index_put(x, std::vector<TensorIndex>{i}, v)), "IndexPutBackward0");
  EXPECT_EQ(name(x.index_select(0, i)), "IndexSelectBackward0");
  EXPECT_EQ(name(x.sum().index_select(0, positions({0}))), "IndexSelectBackward0");
  EXPECT_EQ(name(index_add(x, 0, i, v)), "IndexAddBackward0");
  EXPECT_EQ(name(x.gather(0, i)), "GatherBackward0");
  EXPECT_EQ(name(x.scatter(0, i, v)), "ScatterBackward0");
  EXPECT_EQ(name(scatter(x, 0, i, 1)), "ScatterBackward1");
  EXPECT_EQ(name(x.scatter_add(0, i, v)), "ScatterAddBackward0");
  EXPECT_EQ(name(x.masked_fill(m, 1)), "MaskedFillBackward0");
  EXPECT_EQ(name(x.masked_fill(m, Tensor::of(1.0))), "MaskedFillBackward1");
  EXPECT_EQ(name(x.masked_select(m)), "MaskedSelectBackward0");
  EXPECT_EQ(name(where(m, x, x)), "WhereBackward0");
  EXPECT_EQ(name(take(x, i)), "TakeBackward0");
}

}  // namespace
}  // namespace convgrad
