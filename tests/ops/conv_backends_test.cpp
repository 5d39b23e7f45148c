// The switches of backends::conv: what they change, and what they must not.
#include <convgrad/backends.h>
#include <convgrad/convgrad.h>
#include <gtest/gtest.h>

#include "kernels/conv/plan.h"

namespace convgrad {
namespace {

struct Results {
  Tensor y, dx, dw;
};

Results run(const Tensor& x, const Tensor& w) {
  const Tensor a = x.detach().requires_grad_(), b = w.detach().requires_grad_(),
               y = conv2d(a, b, Tensor(), {.padding = 1});
  y.backward(y.detach());
  return {y.detach(), a.grad(), b.grad()};
}

void expect_equal(const Results& a, const Results& b) {
  EXPECT_TRUE(equal(a.y, b.y));
  EXPECT_TRUE(equal(a.dx, b.dx));
  EXPECT_TRUE(equal(a.dw, b.dw));
}

TEST(ConvBackends, WinogradCanBeSwitchedOff) {
  manual_seed(1);
  const Tensor x = randn({4, 32, 24, 24}), w = randn({32, 32, 3, 3});
  ASSERT_TRUE(backends::conv::allow_winograd());
  const Results quick = run(x, w);
  backends::conv::set_allow_winograd(false);
  EXPECT_FALSE(backends::conv::allow_winograd());
  const Results off = run(x, w);
  backends::conv::set_allow_winograd(true);
  kernels::force_algorithm("implicit_gemm");
  const Results direct = run(x, w);
  kernels::force_algorithm("");
  expect_equal(off, direct);
  EXPECT_FALSE(equal(quick.y, direct.y));
  const auto close = [](const Tensor& a, const Tensor& b) { return ((a - b).norm() / b.norm()).item<double>(); };
  EXPECT_LT(close(quick.y, direct.y), 3e-6);
  EXPECT_LT(close(quick.dx, direct.dx), 3e-6);
  EXPECT_LT(close(quick.dw, direct.dw), 1e-5);
}

TEST(ConvBackends, TheWorkspaceLimitChangesNoResult) {
  manual_seed(2);
  const Tensor x = randn({4, 48, 24, 24}), w = randn({40, 48, 3, 3});
  EXPECT_EQ(backends::conv::workspace_limit(), 64 << 20);
  const Results whole = run(x, w);
  backends::conv::set_workspace_limit(100'000);
  const Results parts = run(x, w);
  backends::conv::set_workspace_limit(64 << 20);
  expect_equal(parts, whole);
  EXPECT_THROW(backends::conv::set_workspace_limit(0), ValueError);
  EXPECT_THROW(backends::conv::set_workspace_limit(-1), ValueError);
}

}  // namespace
}  // namespace convgrad
