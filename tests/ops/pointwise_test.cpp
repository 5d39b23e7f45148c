// Element-wise operations on every kind of memory, against plain loops; torch's values are in
// pointwise_golden_test.cpp.
#include "convgrad/ops/pointwise.h"

#include "convgrad/ops/copy.h"
#include "core/shape.h"
#include "ops/sample.h"

namespace convgrad {
namespace {

/// All the ways a tensor of two dimensions lies in memory: dense, transposed, every second, broadcast, shifted.
std::vector<Tensor> layouts(int64_t rows, int64_t columns, ScalarType dtype) {
  const auto numbers = [&](IntArrayRef sizes) { return counted(sizes, kInt64).remainder(23).to(dtype); };
  return {
      numbers({rows, columns}),
      numbers({columns, rows}).t(),
      numbers({rows, 2 * columns}).slice(1, 1, {}, 2),
      numbers({columns, 3 * rows}).t().slice(0, 0, rows),
      numbers({rows, 1}).expand({rows, columns}),
      numbers({columns}).expand({rows, columns}),
      numbers({}).expand({rows, columns}),
      numbers({rows + 2, columns + 3}).slice(0, 2).slice(1, 3),
  };
}

double element(const Tensor& t, int64_t i, int64_t j) {
  return visit_dtype(t.dtype(), [&]<class T>(std::type_identity<T>) {
    return static_cast<double>(static_cast<const T*>(t.data_ptr())[i * t.stride(0) + j * t.stride(1)]);
  });
}

template <class F>
void expect_elements(const Tensor& y, F want) {
  for (int64_t i = 0; i < y.size(0); ++i)
    for (int64_t j = 0; j < y.size(1); ++j) ASSERT_EQ(element(y, i, j), want(i, j)) << i << ", " << j;
}

// Sizes about the iterator's limits: rows walked singly from 128, chunks of 512, vectors of 16.
constexpr int64_t kSizes[][2] = {{1, 1}, {3, 5}, {7, 127}, {5, 128}, {4, 700}, {300, 3}, {260, 17}};

TEST(Pointwise, ReadsEveryLayout) {
  for (const auto [rows, columns] : kSizes)
    for (const Tensor& a : layouts(rows, columns, kFloat32))
      for (const Tensor& b : layouts(rows, columns, kInt32))
        expect_elements(a * 2 + b, [&](int64_t i, int64_t j) { return 2 * element(a, i, j) + element(b, i, j); });
}

TEST(Pointwise, WritesEveryLayout) {
  for (const auto [rows, columns] : kSizes)
    for (const ScalarType dtype : {kFloat32, kInt64})
      for (const Tensor& a : layouts(rows, columns, dtype)) {
        if (may_overlap(a.sizes(), a.strides())) continue;
        const Tensor before = a.clone();
        Tensor target = a;
        target.add_(before.t().t(), 2);
        expect_elements(a, [&](int64_t i, int64_t j) { return 3 * element(before, i, j); });
      }
}

TEST(Pointwise, CopiesBetweenLayoutsAndTypes) {
  for (const auto [rows, columns] : kSizes)
    for (const Tensor& from : layouts(rows, columns, kInt32))
      for (const ScalarType dtype : {kInt32, kUInt8, kFloat64})
        for (const Tensor& to : layouts(rows, columns, dtype)) {
          if (may_overlap(to.sizes(), to.strides())) continue;
          Tensor target = to;
          target.copy_(from);
          expect_elements(to, [&](int64_t i, int64_t j) { return element(from, i, j); });
        }
}

TEST(Pointwise, KeepsTheOrderOfDimensions) {
  const Tensor x = counted({2, 3, 4, 5}, kFloat32).permute({0, 2, 3, 1});
  EXPECT_EQ((x + 1).strides(), (IntArrayRef{60, 5, 1, 20}));
  EXPECT_EQ(x.clone().strides(), (IntArrayRef{60, 5, 1, 20}));
  EXPECT_EQ(x.contiguous().strides(), (IntArrayRef{60, 15, 3, 1}));
}

TEST(Pointwise, AnElementDoesNotDependOnItsPlace) {
  const Tensor x = random_tensor({67}, 1).to(kFloat32);
  const Tensor whole[] = {exp(x), log(abs(x)), sin(x), tanh(x), pow(abs(x), x), erf(x)};
  for (int64_t n = 1; n <= 67; ++n) {
    const Tensor part = x.slice(0, 67 - n);
    const Tensor parts[] = {exp(part), log(abs(part)), sin(part), tanh(part), pow(abs(part), part), erf(part)};
    for (size_t k = 0; k < std::size(whole); ++k)
      EXPECT_TRUE(whole[k].slice(0, 67 - n).equal(parts[k])) << "function " << k << ", length " << n;
  }
}

TEST(Pointwise, NanWinsInEveryPlace) {
  for (int64_t n = 1; n <= 33; ++n)
    for (int64_t at = 0; at < n; ++at) {
      Tensor x = counted({n}, kFloat32);
      x.data_ptr<float>()[at] = NAN;
      const Tensor other = counted({n}, kFloat32);
      for (const Tensor& y :
           {maximum(x, other), maximum(other, x), minimum(x, other), minimum(other, x), x.clamp(0, 5)})
        ASSERT_TRUE(std::isnan(y.data_ptr<float>()[at])) << at << " of " << n;
    }
}

TEST(Pointwise, ZerosHaveOneOrder) {
  for (int64_t n = 1; n <= 33; ++n) {
    Tensor minus = counted({n}, kFloat32).zero_().neg(), plus = counted({n}, kFloat32).zero_();
    for (const Tensor& y : {maximum(minus, plus), maximum(plus, minus)})
      for (const float v : y.to_vector<float>()) EXPECT_FALSE(std::signbit(v));
    for (const Tensor& y : {minimum(minus, plus), minimum(plus, minus), minus.relu()})
      for (const float v : y.to_vector<float>()) EXPECT_TRUE(std::signbit(v));
  }
}

TEST(Pointwise, TheLowestIntegerDividedByMinusOneIsItself) {
  constexpr int64_t low = std::numeric_limits<int64_t>::min();
  const Tensor a = vector_of<int64_t>({low}), b = vector_of<int64_t>({-1});
  EXPECT_EQ(div(a, b, "trunc").item<int64_t>(), low);
  EXPECT_EQ(floor_divide(a, b).item<int64_t>(), low);
  EXPECT_EQ(remainder(a, b).item<int64_t>(), 0);
  EXPECT_EQ(fmod(a, b).item<int64_t>(), 0);
  EXPECT_EQ((-a).item<int64_t>(), low);
  EXPECT_EQ(a.abs().item<int64_t>(), low);
  EXPECT_EQ(error_text([&] { a % vector_of<int64_t>({0}); }), "ZeroDivisionError");
}

TEST(Pointwise, NumbersKeepTheTensorsType) {
  const Tensor u = vector_of<uint8_t>({1, 200, 255});
  EXPECT_EQ((u + 300).to_vector<int32_t>(), (std::vector<int32_t>{45, 244, 43}));
  EXPECT_EQ((u == -1).to_vector<bool>(), (std::vector<bool>{false, false, true}));
  EXPECT_EQ(error_text([&] { u.clone().fill_(300); }), "value cannot be converted to type uint8_t without overflow");
  EXPECT_EQ(error_text([&] { u.clone().add_(2.5); }),
            "result type Float can't be cast to the desired output type Byte");
}

TEST(Pointwise, RefusesMemoryThatOverlaps) {
  Tensor x = counted({5}, kFloat32), square = counted({2, 2}, kFloat32);
  const std::string text =
      "unsupported operation: some elements of the input tensor and the written-to tensor refer to a single memory "
      "location. Please clone() the tensor before performing the operation.";
  EXPECT_EQ(error_text([&] { x.slice(0, 1).add_(x.slice(0, 0, 4)); }), text);
  EXPECT_EQ(error_text([&] { x.slice(0, 1).copy_(x.slice(0, 0, 4)); }), text);
  EXPECT_EQ(error_text([&] { square.add_(square.t()); }), text);
  EXPECT_EQ(error_text([&] { square.copy_(square.t()); }), text);
  EXPECT_EQ(error_text([&] { square.add_(square.select(0, 0).select(0, 0)); }), text);
  EXPECT_EQ(error_text([&] {
              x.slice(0, 0, 3).expand({2, 3}).add_(1);
            }).substr(0, 62),
            "unsupported operation: more than one element of the written-to");
  EXPECT_EQ(error_text([&] { x.slice(0, 0, 1).expand({3}).fill_(Tensor::of(2)); }).substr(0, 62),
            "unsupported operation: more than one element of the written-to");
  EXPECT_EQ(x.to_vector<double>(), (std::vector<double>{0, 1, 2, 3, 4}));
  x.add_(x);  // element for element
  EXPECT_EQ(x.to_vector<double>(), (std::vector<double>{0, 2, 4, 6, 8}));
}

// Where the order of writing matters not, PyTorch lets elements share memory.
TEST(Pointwise, FillsElementsThatShareMemory) {
  const std::vector<double> none{0, 0, 0}, fives{5, 5, 5};
  const auto fresh = [] { return counted({1}).add(1.0).expand({3}); };
  const Tensor mask = vector_of<bool>({true, false, false}), first = vector_of<int64_t>({0, 1});
  EXPECT_EQ(fresh().fill_(5).to_vector<double>(), fives);
  EXPECT_EQ(fresh().zero_().to_vector<double>(), none);
  EXPECT_EQ(fresh().masked_fill_(mask, 5).to_vector<double>(), fives);
  EXPECT_EQ(fresh().masked_fill_(mask, Tensor::of(5)).to_vector<double>(), fives);
  EXPECT_EQ(fresh().index_put_({first}, Tensor::of(5.).to(kFloat64)).to_vector<double>(), fives);
  EXPECT_EQ(fresh().index_put_({first}, Tensor::of(2.).to(kFloat64), true).to_vector<double>(), fives);
  EXPECT_EQ(fresh().index_put_({mask}, 5).to_vector<double>(), fives);
  Tensor flags = vector_of<bool>({true}).expand({3});
  EXPECT_EQ(flags.masked_fill_(flags, false).to_vector<double>(), none);
  const Tensor cells = counted({2, 1, 1}), many = cells.expand({2, 300, 300});
  Tensor(many).masked_fill_(many > 0.5, 7);
  EXPECT_EQ(cells.to_vector<double>(), (std::vector<double>{0, 7}));
  Tensor(many).fill_(3);
  EXPECT_EQ(cells.to_vector<double>(), (std::vector<double>{3, 3}));
}

TEST(Pointwise, ManyDimensionsAndNone) {
  DimVector sizes(20, 1);
  sizes[3] = 2, sizes[11] = 3, sizes[19] = 2;
  const Tensor x = counted({12}).view(sizes), y = x.transpose(3, 11) + x.transpose(3, 11);
  EXPECT_EQ(y.transpose(3, 11).contiguous().view({12}).to_vector<double>(), (counted({12}) * 2).to_vector<double>());
  EXPECT_EQ((Tensor::of(2) * Tensor::of(3.5)).item<double>(), 7);
  EXPECT_EQ((counted({0, 3}) + counted({3})).sizes(), (IntArrayRef{0, 3}));
}

TEST(Pointwise, FactorsThatNobodyNeedsMayChange) {
  Tensor x = random_tensor({3}, 1).requires_grad_(), w = random_tensor({3}, 2);
  Tensor y = x.clone(), z = y * 2;
  y.add_(1);  // the gradient of y * 2 needs 2 alone
  z.sum().backward();
  EXPECT_EQ(x.grad().to_vector<double>(), (std::vector<double>{2, 2, 2}));
}

}  // namespace
}  // namespace convgrad
