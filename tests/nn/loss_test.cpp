#include "convgrad/nn/loss.h"

#include <gtest/gtest.h>

#include "convgrad/ops/creation.h"
#include "convgrad/ops/random.h"
#include "error_text.h"

namespace convgrad::nn {
namespace {

constexpr Reduction kSum = Reduction::Sum;

TEST(Losses, PrintTheirNamesAlone) {
  EXPECT_EQ(L1Loss()->str(), "L1Loss()");
  EXPECT_EQ(SmoothL1Loss({.beta = 2})->str(), "SmoothL1Loss()");
  EXPECT_EQ(HuberLoss()->str(), "HuberLoss()");
  EXPECT_EQ(BCELoss()->str(), "BCELoss()");
  EXPECT_EQ(BCEWithLogitsLoss()->str(), "BCEWithLogitsLoss()");
  EXPECT_EQ(SoftMarginLoss()->str(), "SoftMarginLoss()");
  EXPECT_EQ(KLDivLoss()->str(), "KLDivLoss()");
  EXPECT_EQ(PoissonNLLLoss()->str(), "PoissonNLLLoss()");
  EXPECT_EQ(GaussianNLLLoss()->str(), "GaussianNLLLoss()");
  EXPECT_EQ(HingeEmbeddingLoss()->str(), "HingeEmbeddingLoss()");
  EXPECT_EQ(CosineEmbeddingLoss()->str(), "CosineEmbeddingLoss()");
  EXPECT_EQ(MarginRankingLoss()->str(), "MarginRankingLoss()");
  EXPECT_EQ(TripletMarginLoss()->str(), "TripletMarginLoss()");
  EXPECT_EQ(MultiMarginLoss()->str(), "MultiMarginLoss()");
  EXPECT_EQ(MultiLabelMarginLoss()->str(), "MultiLabelMarginLoss()");
  EXPECT_EQ(MultiLabelSoftMarginLoss()->str(), "MultiLabelSoftMarginLoss()");
}

TEST(Losses, ComputeWhatTheirFunctionsDo) {
  manual_seed(1);
  const Tensor x = rand({3, 4}), t = rand({3, 4}), u = rand({3, 4}) + 0.5, sign = (rand({3}) - 0.5).sign();
  EXPECT_TRUE(L1Loss({.reduction = kSum})(x, t).equal(l1_loss(x, t, kSum)));
  EXPECT_TRUE(SmoothL1Loss({.beta = 0.3})(x, t).equal(smooth_l1_loss(x, t, {.beta = 0.3})));
  EXPECT_TRUE(HuberLoss({.delta = 0.3})(x, t).equal(huber_loss(x, t, {.delta = 0.3})));
  EXPECT_TRUE(BCELoss()(x, t).equal(binary_cross_entropy(x, t)));
  EXPECT_TRUE(BCEWithLogitsLoss()(x, t).equal(binary_cross_entropy_with_logits(x, t)));
  EXPECT_TRUE(SoftMarginLoss({.reduction = kSum})(x, t).equal(soft_margin_loss(x, t, kSum)));
  EXPECT_TRUE(KLDivLoss({.batch_mean = true})(x, t).equal(kl_div(x, t, {.batch_mean = true})));
  EXPECT_TRUE(PoissonNLLLoss({.full = true})(x, t).equal(poisson_nll_loss(x, t, {.full = true})));
  EXPECT_TRUE(GaussianNLLLoss({.full = true})(x, t, u).equal(gaussian_nll_loss(x, t, u, {.full = true})));
  EXPECT_TRUE(HingeEmbeddingLoss({.margin = 2})(x, t.sign()).equal(hinge_embedding_loss(x, t.sign(), {.margin = 2})));
  EXPECT_TRUE(CosineEmbeddingLoss()(x, t, sign).equal(cosine_embedding_loss(x, t, sign)));
  EXPECT_TRUE(MarginRankingLoss({.margin = 1})(x, t, u).equal(margin_ranking_loss(x, t, u, {.margin = 1})));
  EXPECT_TRUE(TripletMarginLoss({.p = 1})(x, t, u).equal(triplet_margin_loss(x, t, u, {.p = 1})));
  const Tensor classes = tensor({2, 0, 3}), several = tensor({{2, 0, -1, 0}, {-1, 0, 0, 0}, {3, 1, 2, 0}});
  EXPECT_TRUE(MultiMarginLoss({.p = 2})(x, classes).equal(multi_margin_loss(x, classes, {.p = 2})));
  EXPECT_TRUE(MultiLabelMarginLoss()(x, several).equal(multilabel_margin_loss(x, several)));
  EXPECT_TRUE(MultiLabelSoftMarginLoss()(x, t).equal(multilabel_soft_margin_loss(x, t)));
}

TEST(Losses, RefuseWhatTheyCannotUse) {
  EXPECT_EQ(error_text<ValueError>([] { MultiMarginLoss({.p = 3}); }), "only p == 1 and p == 2 supported");
  EXPECT_EQ(error_text<ValueError>([] {
              MultiMarginLoss({.weight = ones({2, 2})});
            }),
            "MultiMarginLoss: expected weight to be None or 1D tensor, got 2D instead");
}

TEST(Losses, KeepTheirWeightsAsBuffers) {
  BCEWithLogitsLoss loss({.weight = ones({2}), .pos_weight = full({2}, 3)});
  EXPECT_EQ(loss->state_dict().keys(), (std::vector<std::string>{"weight", "pos_weight"}));
  const Tensor x = rand({3, 2}), t = rand({3, 2});
  EXPECT_TRUE(loss(x, t).equal(binary_cross_entropy_with_logits(x, t, {.pos_weight = full({2}, 3)})));
  loss->to(kFloat64);  // converts what forward uses
  EXPECT_EQ(loss(x.to(kFloat64), t.to(kFloat64)).dtype(), kFloat64);
  EXPECT_TRUE(BCELoss()->state_dict().is_empty());
  EXPECT_EQ(MultiMarginLoss({.weight = ones({2})})->state_dict().keys(), std::vector<std::string>{"weight"});
}

}  // namespace
}  // namespace convgrad::nn
