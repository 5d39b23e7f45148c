#include "convgrad/ops/creation.h"

#include <gtest/gtest.h>

#include <climits>
#include <cmath>

#include "convgrad/error.h"
#include "core/layout.h"

namespace convgrad {
namespace {

std::string error_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& e) {
    return e.what();
  }
  return "no error";
}

TEST(Arange, CountsExactlyToTheEndsOfInt64) {  // PyTorch's count wraps around: an empty tensor, or an error
  const int64_t step = int64_t{1} << 62;
  EXPECT_EQ(arange(INT64_MIN, INT64_MAX, step).to_vector<int64_t>(),
            (std::vector<int64_t>{INT64_MIN, INT64_MIN + step, 0, step}));
  EXPECT_EQ(arange(0, INT64_MAX, step).to_vector<int64_t>(), (std::vector<int64_t>{0, step}));
  EXPECT_EQ(arange(INT64_MAX, INT64_MIN, -step).numel(), 4);
  EXPECT_EQ(error_of([] { arange(INT64_MIN, INT64_MAX); }), "invalid size, possible overflow?");
  EXPECT_EQ(error_of([] { arange(INT64_MAX, INT64_MAX - 1); }),
            "upper bound and lower bound inconsistent with step sign");  // equal as doubles
}

TEST(Linspace, EndsAreExact) {
  const Tensor wide = linspace(INT64_MIN, INT64_MAX, 3, {.dtype = kInt64});  // PyTorch's last wraps around
  EXPECT_EQ(wide.to_vector<int64_t>().front(), INT64_MIN);
  EXPECT_EQ(wide.to_vector<int64_t>().back(), INT64_MAX);
}

TEST(FromBlob, SharesAndReleases) {
  std::vector<float> memory{1, 2, 3, 4, 5, 6};
  int released = 0;
  {
    const Tensor t = from_blob(memory.data(), {2, 3}, [&](void* data) {
      EXPECT_EQ(data, memory.data());
      ++released;
    });
    memory[4] = 50;
    EXPECT_EQ(t.to_vector<float>(), (std::vector<float>{1, 2, 3, 4, 50, 6}));
    const Tensor row = t.select(0, 1);
    EXPECT_EQ(released, 0);
  }
  EXPECT_EQ(released, 1);
  const Tensor columns = from_blob(memory.data(), {3, 2}, {1, 3});
  EXPECT_EQ(columns.to_vector<float>(), (std::vector<float>{1, 4, 2, 50, 3, 6}));
  EXPECT_EQ(from_blob(memory.data(), {2}, {.dtype = kInt32}).dtype(), kInt32);
  EXPECT_EQ(error_of([&] {
              from_blob(memory.data(), {2, 3}, {1, -1});
            }),
            "Storage size calculation overflowed with sizes=[2, 3] and strides=[1, -1]");
  EXPECT_EQ(error_of([&] {
              from_blob(memory.data(), {2, 3}, IntArrayRef{1});
            }),
            "dimensionality of sizes (2) must match dimensionality of strides (1)");
  EXPECT_THROW(from_blob(memory.data(), {-1}), Error);
  EXPECT_THROW(from_blob(memory.data(), {1 << 30, 1 << 30, 1 << 30}), Error);
}

TEST(TensorOfVectors, KeepsValuesAndPicksTypes) {
  EXPECT_EQ(tensor(std::vector<float>{1.5f, 2}).dtype(), kFloat32);
  EXPECT_EQ(tensor(std::vector<double>{1.5, 2}).dtype(), kFloat32);
  EXPECT_EQ(tensor(std::vector<int32_t>{1, 2}).dtype(), kInt64);
  EXPECT_EQ(tensor(std::vector<uint8_t>{1, 2}).dtype(), kUInt8);
  EXPECT_EQ(tensor(std::vector<bool>{true, false}).dtype(), kBool);
  EXPECT_EQ(tensor(std::vector<int64_t>{INT64_MAX}).item<int64_t>(), INT64_MAX);
  EXPECT_EQ(tensor(std::vector<double>{0.1}, {.dtype = kFloat64}).item<double>(), 0.1);
  EXPECT_EQ(tensor(std::vector<double>{}).sizes(), IntArrayRef({0}));
}

TEST(Fill, ConvertsToTheTensorsTypeOrRefuses) {
  EXPECT_EQ(zeros({1}, {.dtype = kFloat64}).fill_(0.1).item<double>(), 0.1);
  EXPECT_EQ(zeros({1}, {.dtype = kUInt8}).fill_(-1).item<int64_t>(), 255);
  EXPECT_EQ(error_of([] { zeros({1}, {.dtype = kUInt8}).fill_(300); }),
            "value cannot be converted to type uint8_t without overflow");
  EXPECT_EQ(error_of([] { zeros({1}).fill_(1e300); }), "value cannot be converted to type float without overflow");
}

TEST(DefaultDtype, DecidesOfFloats) {
  set_default_dtype(kFloat64);
  EXPECT_EQ(zeros({1}).dtype(), kFloat64);
  EXPECT_EQ(tensor({0.1}).item<double>(), 0.1);
  EXPECT_EQ(arange(0, 1, 0.5).dtype(), kFloat64);
  EXPECT_EQ(full({1}, 2).dtype(), kInt64);
  set_default_dtype(kFloat32);
  EXPECT_THROW(set_default_dtype(kInt64), TypeError);
}

TEST(Layout, DenseStridesArePyTorchs) {
  struct Case {
    std::vector<int64_t> sizes, strides, dense;
  };
  const std::vector<Case> cases{
      {{3, 2}, {1, 3}, {1, 3}},
      {{2, 2, 4}, {12, 8, 1}, {8, 4, 1}},
      {{2, 3}, {1, 0}, {3, 1}},
      {{2, 2, 3}, {1, 12, 2}, {1, 6, 2}},
      {{3, 0}, {1, 3}, {1, 3}},
      {{1, 2, 3}, {2, 1, 2}, {2, 1, 2}},
      {{2, 4, 5, 3}, {60, 5, 1, 20}, {60, 5, 1, 20}},
      {{2, 3, 5, 3}, {60, 5, 1, 20}, {45, 5, 1, 15}},
      {{3, 4}, {0, 0}, {4, 1}},
      {{2, 0, 2}, {4, 2, 1}, {4, 2, 1}},
      {{4, 1}, {1, 1}, {1, 1}},
      {{3}, {2}, {1}},
      {{3, 1}, {4, 1}, {1, 1}},
      {{2, 1, 3}, {3, 7, 1}, {3, 7, 1}},
      {{2, 2, 3}, {2, 2, 4}, {2, 1, 4}},
      {{3, 2, 2}, {2, 2, 4}, {2, 1, 6}},
      {{6, 4}, {1, 0}, {4, 1}},
      {{3, 5, 4}, {8, 0, 1}, {20, 4, 1}},
  };
  for (const auto& [sizes, strides, dense] : cases)
    EXPECT_EQ(IntArrayRef(dense_strides_like(sizes, strides)), IntArrayRef(dense));
}

}  // namespace
}  // namespace convgrad
