// Gradients of as_strided where places are named several times or lie outside the input; tests/cases has the rest.
#include "ops/sample.h"

namespace convgrad {
namespace {

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
