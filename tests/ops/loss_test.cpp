// What broke other libraries: labels, empty batches, infinities.
#include "convgrad/ops/loss.h"

#include <cmath>
#include <limits>

#include "convgrad/ops/softmax.h"
#include "core/make.h"
#include "ops/sample.h"

namespace convgrad {
namespace {

Tensor logits(IntArrayRef sizes) { return random_tensor(sizes, 3).requires_grad_(); }

TEST(Labels, OutOfRangeNamesTheValueAndHelps) {
  try {
    cross_entropy(logits({3, 5}), vector_of<int64_t>({1, 2, 5}));
    FAIL() << "no error";
  } catch (const IndexError& e) {
    EXPECT_STREQ(e.what(), "Target 5 is out of bounds.");
    EXPECT_EQ(e.got(), "5 at position 2");
    EXPECT_NE(e.hint().find("start at 0"), std::string::npos);
  }
}

TEST(Labels, ChangedBehindAutogradsBackAreCheckedAgainInBackward) {
  for (const bool spatial : {false, true}) {
    const Tensor target = vector_of<int64_t>({1, 2, 0}).reshape(spatial ? IntArrayRef{1, 1, 3} : IntArrayRef{3});
    const Tensor x = logits(spatial ? IntArrayRef{1, 5, 1, 3} : IntArrayRef{3, 5});
    const Tensor loss = nll_loss(x, target, {.reduction = Reduction::Sum});
    target.data_ptr<int64_t>()[1] = 1000000000;
    EXPECT_EQ(error_text<IndexError>([&] { loss.backward(); }), "Target 1000000000 is out of bounds.");
    EXPECT_FALSE(x.grad().defined());
  }
}

TEST(Labels, ChangedInPlaceAreNoticed) {
  Tensor target = vector_of<int64_t>({1, 2, 0});
  const Tensor loss = cross_entropy(logits({3, 5}), target);
  target.fill_(0);
  EXPECT_NE(error_text([&] { loss.backward(); }).find("modified by an inplace operation"), std::string::npos);
}

TEST(Labels, OnlyTheIgnoredValueEscapesTheCheck) {
  EXPECT_EQ(error_text<IndexError>([] {
              nll_loss(logits({3, 5}), vector_of<int64_t>({-1, -4, 1}), {.ignore_index = -1});
            }),
            "Target -4 is out of bounds.");
  EXPECT_NO_THROW(nll_loss(logits({2, 5}), vector_of<int64_t>({300, 1}), {.ignore_index = 300}));
}

TEST(Losses, OfNothingAreNaNWithEmptyGradients) {
  const Tensor x = logits({0, 10});
  const Tensor loss = cross_entropy(x, make_tensor({0}, kInt64));
  EXPECT_TRUE(std::isnan(loss.item<double>()));
  loss.backward();
  EXPECT_EQ(x.grad().sizes(), (IntArrayRef{0, 10}));
}

TEST(Losses, WhereAllLabelsAreIgnoredHaveNoFiniteGradientButNoCrash) {
  const Tensor x = logits({2, 3}), target = vector_of<int64_t>({-100, -100});
  EXPECT_TRUE(std::isnan(cross_entropy(x, target).item<double>()));
  const Tensor sum = cross_entropy(x, target, {.reduction = Reduction::Sum});
  EXPECT_EQ(sum.item<double>(), 0);
  sum.backward();
  EXPECT_EQ(x.grad().to_vector<double>(), std::vector<double>(6, 0.0));
}

TEST(Losses, OfOneSampleWithABatchOfOneLabelGiveItsGradient) {  // PyTorch fails in backward
  const Tensor x = logits({5});
  nll_loss(x, vector_of<int64_t>({2})).backward();
  EXPECT_EQ(x.grad().to_vector<double>(), (std::vector<double>{0, 0, -1, 0, 0}));
}

TEST(Losses, OfStridedInputsAreThoseOfDenseOnes) {
  const Tensor dense = random_tensor({4, 6, 5}, 9), strided = dense.transpose(0, 2).contiguous().transpose(0, 2);
  const Tensor target = vector_of<int64_t>(std::vector<int64_t>(20, 3)).reshape({5, 4}).t();
  EXPECT_EQ(cross_entropy(strided, target).item<double>(), cross_entropy(dense, target.contiguous()).item<double>());
}

TEST(Softmax, MayBeTakenOfSlices) {
  const Tensor x = random_tensor({4, 8}, 2);
  const Tensor part = x.slice(1, 1, 8, 3);
  EXPECT_EQ(part.softmax(1).to_vector<double>(), part.contiguous().softmax(1).to_vector<double>());
  // columns are summed in another order than rows
  EXPECT_LT((x.t().log_softmax(0).t() - x.log_softmax(1)).abs().max().item<double>(), 1e-14);
}

TEST(MarginLosses, OfAnEmptyBatchHaveNoMean) {
  const Tensor x = make_tensor({0, 4}, kFloat32), labels = make_tensor({0}, kInt64), sets = make_tensor({0, 4}, kInt64);
  EXPECT_TRUE(std::isnan(multi_margin_loss(x, labels).item<float>()));
  EXPECT_EQ(multi_margin_loss(x, labels, {.reduction = Reduction::Sum}).item<float>(), 0);
  EXPECT_TRUE(std::isnan(multilabel_margin_loss(x, sets).item<float>()));
  EXPECT_EQ(multilabel_margin_loss(x, sets, Reduction::Sum).item<float>(), 0);
}

TEST(CtcLoss, ATargetThatIsNoClassIsNamed) {
  const Tensor x = log_softmax(random_tensor({4, 1, 3}, 5), -1);
  EXPECT_EQ(error_text<IndexError>([&] {
              ctc_loss(x, vector_of<int64_t>({1, 3}), 4, 2);
            }),
            "ctc_loss: target 1 of sample 0 is 3, expected class numbers from 0 to 2");
}

TEST(CtcLoss, ItsGradientHasNone) {
  const Tensor x = random_tensor({4, 1, 3}, 5).requires_grad_();
  const Tensor loss = ctc_loss(log_softmax(x, -1), vector_of<int64_t>({1, 2}), 4, 2);
  const Tensor gradient = autograd::grad({loss}, {x}, {}, {}, true)[0];
  EXPECT_EQ(error_text([&] { autograd::grad({gradient.sum()}, {x}); }),
            "derivative for aten::_ctc_loss_backward is not implemented");
}

TEST(CtcLoss, TooFewStepsAreInfinitelyUnlikely) {
  const Tensor x = log_softmax(random_tensor({4, 1, 3}, 5), -1).requires_grad_();
  const Tensor repeated = vector_of<int64_t>({1, 1});  // which take a blank between them
  EXPECT_TRUE(std::isinf(ctc_loss(x, repeated, 2, 2).item<float>()));
  const Tensor zero = ctc_loss(x, repeated, 2, 2, {.zero_infinity = true});
  EXPECT_EQ(zero.item<float>(), 0);
  zero.backward();
  EXPECT_EQ(x.grad().abs().max().item<float>(), 0);
}

}  // namespace
}  // namespace convgrad
