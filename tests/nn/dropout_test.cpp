#include "convgrad/nn/dropout.h"

#include <gtest/gtest.h>

#include <cmath>

#include "convgrad/nn/functional.h"
#include "convgrad/ops/creation.h"
#include "convgrad/ops/random.h"
#include "error_text.h"

namespace convgrad::nn {
namespace {

TEST(Dropout, DropsWhatPyTorchDrops) {
  // torch.manual_seed(0); torch.nn.functional.dropout(torch.ones(8), 0.3)
  manual_seed(0);
  const Tensor y = functional::dropout(ones({8}), {.p = 0.3});
  const float kept = static_cast<float>(1 / 0.7);
  EXPECT_EQ(y.to_vector<float>(), (std::vector<float>{0, 0, kept, 0, kept, 0, kept, kept}));
}

TEST(Dropout, DoesNothingInEvaluation) {
  Dropout dropout(0.9);
  dropout->eval();
  const Tensor x = ones({100});
  EXPECT_TRUE(dropout(x).is_same(x));
}

TEST(Dropout, HasTheGradientOfItsMask) {
  Tensor x = ones({50}, {.requires_grad = true});
  const Tensor y = Dropout(0.5)(x);
  y.sum().backward();
  EXPECT_TRUE(x.grad().equal(y.detach()));
}

TEST(Dropout, WorksInPlace) {
  Tensor x = ones({4});
  const Tensor y = functional::dropout(x, {.p = 1, .inplace = true});
  EXPECT_TRUE(y.is_alias_of(x));
  EXPECT_TRUE(x.equal(zeros({4})));
}

TEST(Dropout, RefusesWhatIsNoProbability) {
  EXPECT_EQ(error_text<ValueError>([] { Dropout(1.5); }), "dropout probability has to be between 0 and 1, but got 1.5");
  EXPECT_THROW(functional::dropout(ones({2}), {.p = -0.1}), ValueError);
  EXPECT_THROW(Dropout(std::nan("")), ValueError);
}

}  // namespace
}  // namespace convgrad::nn
