#include "convgrad/nn/distance.h"

#include <gtest/gtest.h>

#include "convgrad/nn/linear.h"
#include "convgrad/ops/creation.h"
#include "convgrad/ops/random.h"
#include "error_text.h"

namespace convgrad::nn {
namespace {

TEST(Bilinear, DrawsAndComputesAsItsFunction) {
  EXPECT_EQ(Bilinear(2, 3, 4)->str(), "Bilinear(in1_features=2, in2_features=3, out_features=4, bias=True)");
  EXPECT_EQ(error_text<ValueError>([] { Bilinear(0, 3, 4); }), "in1_features must be > 0, but got (in1_features=0)");
  manual_seed(0);
  const Bilinear layer({.in1_features = 4, .in2_features = 3, .out_features = 2});
  EXPECT_EQ(layer->state_dict().keys(), (std::vector<std::string>{"weight", "bias"}));
  EXPECT_NEAR(layer->weight[0][0][0].item<float>(), -0.0037, 1e-4);  // torch 2.13's numbers
  EXPECT_NEAR(layer->bias[1].item<float>(), 0.0529, 1e-4);
  const Tensor a = rand({5, 4}), b = rand({5, 3});
  EXPECT_TRUE(layer(a, b).equal(bilinear(a, b, layer->weight, layer->bias)));
}

TEST(Distances, PrintTheirNamesAndComputeAsTheirFunctions) {
  const Tensor a = rand({5, 4}), b = rand({5, 4});
  EXPECT_EQ(CosineSimilarity()->str(), "CosineSimilarity()");
  EXPECT_EQ(PairwiseDistance({.p = 1})->str(), "PairwiseDistance()");
  EXPECT_TRUE(CosineSimilarity({.dim = 0})(a, b).equal(cosine_similarity(a, b, 0)));
  EXPECT_TRUE(PairwiseDistance({.p = 1, .keepdim = true})(a, b).equal(pairwise_distance(a, b, 1, 1e-6, true)));
}

}  // namespace
}  // namespace convgrad::nn
