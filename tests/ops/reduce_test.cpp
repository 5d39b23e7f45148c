#include "convgrad/ops/reduce.h"

#include <limits>

#include "convgrad/autograd/gradcheck.h"
#include "convgrad/ops/creation.h"
#include "core/threads.h"
#include "ops/sample.h"

namespace convgrad {
namespace {

using Values = std::vector<double>;

TEST(Sum, OfIntegersAndBoolIsInt64) {
  EXPECT_EQ(vector_of<uint8_t>({255, 255}).sum().item<int64_t>(), 510);
  EXPECT_EQ(vector_of<uint8_t>({255, 255}).sum().dtype(), kInt64);
  EXPECT_EQ(vector_of<int64_t>({1, 2}).gt(1).sum().item<int64_t>(), 1);
  EXPECT_EQ(vector_of<int64_t>({int64_t{1} << 62, int64_t{1} << 62}).sum().item<int64_t>(),
            std::numeric_limits<int64_t>::min());
}

TEST(Sum, OfAMillionFloatsIsExactWhereTheResultIs) {
  EXPECT_EQ(ones({1000000}).mean().item<double>(), 1);
  EXPECT_EQ(full({1 << 25}, 0.1, {.dtype = kFloat32}).mean().item<float>(), 0.1f);
}

TEST(Sum, DoesNotDependOnTheNumberOfThreads) {
  const Tensor x = random_tensor({37, 5, 4000}, 1);
  const int before = num_threads();
  std::vector<Values> results;
  for (const int threads : {1, 2, 3, 8}) {
    set_thread_count(threads);
    Values all = x.sum().to_vector<double>();
    for (const auto& dims : std::vector<std::vector<int64_t>>{{0}, {1}, {2}, {0, 2}, {0, 1}, {1, 2}})
      for (const double v : x.sum(dims).to_vector<double>()) all.push_back(v);
    results.push_back(all);
  }
  set_thread_count(before);
  for (const Values& r : results) EXPECT_EQ(r, results[0]);
}

}  // namespace
}  // namespace convgrad
