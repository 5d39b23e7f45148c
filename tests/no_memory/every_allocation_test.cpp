// Each allocation of a net's life refused in its turn: every time an exception comes out, nothing crashes or hangs, and
// what is done afterwards comes out as before. A program of its own, whose allocations all pass through here.
#include <convgrad/convgrad.h>
#include <gtest/gtest.h>

#include <sstream>

#include "no_memory/refusing.h"

namespace convgrad {
namespace {

/// Two steps of a small net on a set of twelve pictures, and their printed forms; the last loss. No
/// files: nlohmann's destructor of a JSON object allocates, and cannot fail.
double live() {
  manual_seed(0);
  const data::datasets::TensorDataset set(randn({12, 1, 8, 8}), randint(0, 3, {12}));
  nn::Sequential net{nn::Conv2d({.in_channels = 1, .out_channels = 4, .kernel_size = 3}), nn::Tanh(), nn::MaxPool2d(2),
                     nn::Flatten(), nn::Linear({.in_features = 36, .out_features = 3})};
  optim::SGD trainer(net->parameters(), {.lr = 0.1, .momentum = 0.9});
  data::DataLoader batches(set, {.batch_size = 6, .shuffle = true, .workers = 1});
  double last = 0;
  for (auto& [pictures, labels] : batches) {
    const Tensor loss = nn::functional::cross_entropy(net(pictures), labels);
    trainer.zero_grad();
    loss.backward();
    trainer.step();
    last = loss.item<double>();
  }
  std::ostringstream text;
  text << *net << net->parameters()[0];
  return last;
}

/// Refuses each allocation of live(), each in a run of its own.
void refuse_each(bool only_once) {
  const double want = live();
  test::once = only_once;
  const int64_t before = test::refusals;
  for (int64_t n = 0;; ++n) {
    const int64_t seen = test::refusals;
    std::string what;
    empty_cache();  // what is kept for reuse would be granted
    test::granted = n;
    try {
      live();
    } catch (const std::exception& e) {
      test::granted = INT64_MAX;
      what = e.what();
    }
    test::granted = INT64_MAX;
    if (test::refusals == seen) break;  // it needs no more than n
    ASSERT_EQ(live(), want) << "after the refusal of allocation " << n << ": " << what;
  }
  EXPECT_GT(test::refusals - before, 100);
}

TEST(EveryAllocation, RefusedOnceIsAnException) { refuse_each(true); }
TEST(EveryAllocation, RefusedForGoodIsAnException) { refuse_each(false); }

}  // namespace
}  // namespace convgrad
