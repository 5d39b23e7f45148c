#include "convgrad/nn/utils/clip_grad.h"

#include <gtest/gtest.h>

#include <cmath>

#include "convgrad/nn/utils/convert_parameters.h"
#include "convgrad/ops/creation.h"
#include "error_text.h"

namespace convgrad::nn::utils {
namespace {

/// Three parameters, of which the last has no gradient.
std::vector<Tensor> parameters() {
  std::vector<Tensor> out{zeros({3, 2}, {.requires_grad = true}), zeros({4}, {.requires_grad = true}),
                          zeros({2}, {.requires_grad = true})};
  out[0].mutable_grad() = arange(6.).view({3, 2}) - 2.5;
  out[1].mutable_grad() = tensor({1., -2., 3., -4.});
  return out;
}

TEST(ClipGradNorm, ScalesAsPyTorch) {
  struct Expected {
    double norm_type, total, second;  // and what becomes of a gradient of −2
  };
  // torch 2.13: nn.utils.clip_grad_norm_(parameters, 1.5, norm_type)
  for (const auto& [norm_type, total, second] : {Expected{2, 6.892024517059326, -0.43528568744659424},
                                                 {1, 19, -0.15789471566677094},
                                                 {INFINITY, 4, -0.7499998211860657},
                                                 {0, 2, -1.4999992847442627},
                                                 {0.5, 173.50804138183594, -0.01729026436805725},
                                                 {-1, 0.1217038482427597, -2},
                                                 {3, 5.170768737792969, -0.5801844596862793}}) {
    auto p = parameters();
    EXPECT_NEAR(clip_grad_norm_(p, 1.5, norm_type).item<double>(), total, 1e-6 * total) << norm_type;
    EXPECT_NEAR(p[1].grad()[1].item<double>(), second, 1e-6) << norm_type;
    EXPECT_FALSE(p[2].grad().defined());
  }
}

TEST(ClipGradNorm, LeavesSmallGradientsAlone) {
  auto p = parameters();
  const Tensor before = p[0].grad().clone();
  clip_grad_norm_(p, 100);
  EXPECT_TRUE(p[0].grad().equal(before));
  EXPECT_EQ(clip_grad_norm_({}, 1).item<double>(), 0);
}

TEST(ClipGradNorm, RefusesNonfiniteNormsIfAsked) {
  auto p = parameters();
  p[1].mutable_grad() = full({4}, NAN);
  const Tensor before = p[0].grad().clone();
  EXPECT_EQ(error_text([&] { clip_grad_norm_(p, 1, 2, true); }),
            "The total norm of order 2.0 for gradients from `parameters` is non-finite, so it cannot be clipped. To "
            "disable this error and scale the gradients by the non-finite norm anyway, set `error_if_nonfinite=False`");
  EXPECT_TRUE(p[0].grad().equal(before));
  EXPECT_TRUE(std::isnan(clip_grad_norm_(p, 1).item<double>()));
  EXPECT_TRUE(std::isnan(p[0].grad()[0][0].item<double>()));
}

TEST(ClipGradValue, ClampsEveryElement) {
  auto p = parameters();
  clip_grad_value_(p, 1.5);
  EXPECT_TRUE(p[0].grad().equal(tensor({-1.5, -1.5, -0.5, 0.5, 1.5, 1.5}).view({3, 2})));
  EXPECT_TRUE(p[1].grad().equal(tensor({1., -1.5, 1.5, -1.5})));
}

TEST(ParametersToVector, GoesThereAndBack) {
  auto p = parameters();
  const Tensor vector = parameters_to_vector(p);
  EXPECT_EQ(vector.sizes(), IntArrayRef({12}));
  (vector * arange(12.)).sum().backward();
  EXPECT_EQ(p[2].grad()[1].item<double>(), 11);
  vector_to_parameters(arange(12.), p);
  EXPECT_EQ(p[0][1][1].item<double>(), 3);
  EXPECT_EQ(p[2][0].item<double>(), 10);
  EXPECT_TRUE(p[0].requires_grad() && p[0].is_leaf());
  EXPECT_EQ(error_text([&] { vector_to_parameters(zeros({7}), p); }), "shape '[4]' is invalid for input of size 1");
  EXPECT_EQ(p[0][1][1].item<double>(), 3);  // nothing was changed
}

}  // namespace
}  // namespace convgrad::nn::utils
