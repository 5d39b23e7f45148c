// Padding and rearranging beyond tests/cases: types, strides, huge numbers.
#include "convgrad/ops/pad.h"

#include <convgrad/autograd/node.h>
#include <convgrad/ops/join.h>

#include "ops/sample.h"

namespace convgrad {
namespace {

TEST(Pad, EveryTypeKeepsItsOwn) {
  for (const ScalarType type : {kUInt8, kInt32, kInt64, kFloat32, kFloat64}) {
    const Tensor x = counted({1, 3}, type);
    EXPECT_EQ(pad(x, {1, 1}, "constant", 2.7).dtype(), type);
    EXPECT_EQ(values(pad(x, {1, 1}, "replicate")), Numbers({0, 0, 1, 2, 2}));
    EXPECT_EQ(values(pad(x, {2, 1}, "reflect")), Numbers({2, 1, 0, 1, 2, 1}));
    EXPECT_EQ(values(pad(x, {2, 1}, "circular")), Numbers({1, 2, 0, 1, 2, 0}));
  }
  EXPECT_EQ(values(pad(counted({2}, kInt64), {1, 0}, "constant", 2.7)), Numbers({2, 0, 1}));
  EXPECT_EQ(error_text<NotImplementedError>([] {
              pad(counted({1, 3}, kBool), {1, 1}, "reflect");
            }),
            "\"reflection_pad1d\" not implemented for 'Bool'");
}

// Mixed signs: reflect reads the original and is cropped last; circular wraps what is left.
TEST(Pad, NegativeAndPositiveNumbersTogether) {
  const Tensor x = counted({1, 5});
  EXPECT_EQ(values(pad(x, {-4, 4}, "reflect")), Numbers({4, 3, 2, 1, 0}));
  EXPECT_EQ(values(pad(x, {2, -6}, "reflect")), Numbers({2}));
  EXPECT_EQ(values(pad(x, {-6, 3}, "reflect")), Numbers({2, 1}));
  EXPECT_EQ(values(pad(x, {-6, 3}, "replicate")), Numbers({4, 4}));
  EXPECT_EQ(values(pad(x, {2, -6}, "replicate")), Numbers({0}));
  EXPECT_EQ(values(pad(x, {3, -2}, "circular")), Numbers({0, 1, 2, 0, 1, 2}));
  EXPECT_EQ(error_text([&] { pad(x, {-2, 5}, "circular"); }), "Padding value causes wrapping around more than once.");
}

TEST(Pad, HugeNumbersAreRefused) {
  const Tensor line = counted({1, 3, 4}), plane = counted({1, 3, 4, 5}), cube = counted({1, 2, 3, 4, 5});
  for (const int64_t n : {INT64_MIN, INT64_MAX, int64_t{-8353862602220610428}, int64_t{1} << 62}) {
    for (const char* mode : {"constant", "reflect", "replicate", "circular"}) {
      EXPECT_THROW(pad(line, {n, 1}, mode), Error) << mode << n;
      EXPECT_THROW(pad(line, {1, n}, mode), Error) << mode << n;
      EXPECT_THROW(pad(line, {n, n}, mode), Error) << mode << n;
      EXPECT_THROW(pad(plane, {0, 0, n, n}, mode), Error) << mode << n;
    }
  }
  EXPECT_THROW(pad(cube, {498444555, 498444555, 498444555, 498444555, 498444555, 498444555}, "replicate"), Error);
  EXPECT_THROW(pad(cube, {-1, -1, -1, -1}, "replicate"), NotImplementedError);
  EXPECT_THROW(pad(plane, {}, "reflect"), NotImplementedError);
  EXPECT_THROW(pad(counted({0, 3}), {1, 1}, "reflect"), ShapeError);
}

TEST(Pad, TheGradientsShapeIsChecked) {
  const Tensor x = counted({2, 2, 4, 4}).requires_grad_();
  const Tensor y = pad(x, {2, 2, 1, 1}, "replicate");
  EXPECT_THROW(y.grad_fn()->apply({counted({2, 0, 6, 8})}), Error);
}

TEST(Pad, AStridedInputIsItsCopy) {
  const Tensor x = random_tensor({5, 4, 6}, 1).permute({2, 0, 1}).slice(2, 0, {}, 2), packed = x.contiguous();
  for (const char* mode : {"constant", "reflect", "replicate", "circular"})
    EXPECT_EQ(values(pad(x, {1, 1}, mode)), values(pad(packed, {1, 1}, mode))) << mode;
  EXPECT_EQ(values(x.flip({0, 2})), values(packed.flip({0, 2})));
  EXPECT_EQ(values(x.roll({1, 4}, {0, 1})), values(packed.roll({1, 4}, {0, 1})));
  EXPECT_EQ(values(cat({x, x.mul(2.0)}, 1)), values(cat({packed, packed.mul(2.0)}, 1)));
  EXPECT_EQ(values(stack({x, x}, 3)), values(stack({packed, packed}, 3)));
}

TEST(Join, PromotesTypes) {
  const Tensor u = counted({2}, kUInt8), i = counted({2}, kInt32), f = counted({2}, kFloat32), b = counted({2}, kBool);
  EXPECT_EQ(cat({u, b}).dtype(), kUInt8);
  EXPECT_EQ(cat({u, i}).dtype(), kInt32);
  EXPECT_EQ(stack({i, f}).dtype(), kFloat32);
  const Tensor x = counted({2}, kFloat32).requires_grad_();
  cat({x, counted({2}, kFloat64)}).backward(counted({4}));
  EXPECT_EQ(x.grad().dtype(), kFloat32);
  EXPECT_EQ(values(x.grad()), Numbers({0, 1}));
}

TEST(Join, SizesThatOverflowAreNamed) {
  const Tensor wide = counted({1}).expand({int64_t{1} << 59});
  EXPECT_THROW(cat(std::vector<Tensor>(16, wide)), ShapeError);
  EXPECT_THROW(counted({2, 3}).repeat({int64_t{1} << 62, int64_t{1} << 62}), Error);
  EXPECT_THROW(tile(counted({3}), {INT64_MAX}), Error);
}

}  // namespace
}  // namespace convgrad
