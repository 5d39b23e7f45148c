#include <convgrad/data/data_loader.h>
#include <convgrad/error.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <thread>

#include "core/make.h"
#include "core/threads.h"
#include "error_text.h"

namespace convgrad::data {
namespace {

using namespace std::chrono_literals;

/// Example i is {i, 2 i}; what else it does is up to the test.
struct Counted : Dataset {
  Counted(int64_t count, std::function<void(int64_t)> also = {}) : count(count), also(std::move(also)) {}
  int64_t size() const override { return count; }
  Example get(int64_t index) const override {
    if (also) also(index);
    return {Tensor::of(index), Tensor::of(2 * index)};
  }
  int64_t count;
  std::function<void(int64_t)> also;
};

std::vector<int64_t> all_targets(DataLoader& loader) {
  std::vector<int64_t> out;
  for (const auto& [data, target] : loader)
    for (const int64_t value : target.to_vector<int64_t>()) out.push_back(value);
  return out;
}

TEST(DataLoader, GivesTheSameBatchesForAnyNumberOfWorkers) {
  std::vector<int64_t> first;
  for (const int64_t workers : {0, 1, 2, 5})
    for (const int64_t prefetch : {0, 1, 3}) {
      manual_seed(3);
      // Examples take different times, so that workers finish out of order.
      const Counted data(
          53, [](int64_t index) { std::this_thread::sleep_for(std::chrono::microseconds(index * 37 % 300)); });
      DataLoader loader(data, {.batch_size = 4, .shuffle = true, .workers = workers, .prefetch = prefetch});
      const std::vector<int64_t> targets = all_targets(loader);
      if (first.empty()) first = targets;
      EXPECT_EQ(targets, first) << workers << " workers, " << prefetch << " ahead";
    }
  EXPECT_EQ(std::set<int64_t>(first.begin(), first.end()).size(), 53u);
}

TEST(DataLoader, ShufflesEachEpochAnew) {
  manual_seed(3);
  DataLoader loader(Counted(50), {.batch_size = 8, .shuffle = true, .workers = 2});
  EXPECT_NE(all_targets(loader), all_targets(loader));
  EXPECT_EQ(loader.size(), 7);
}

TEST(DataLoader, BeginsAnEpochAtAnyBatch) {
  for (const int64_t workers : {0, 2}) {
    DataLoader loader(Counted(50), {.batch_size = 8, .shuffle = true, .workers = workers});
    manual_seed(3);
    const std::vector<int64_t> whole = all_targets(loader);
    const Tensor after = get_rng_state();
    for (int64_t first = 0; first <= loader.size(); ++first) {
      manual_seed(3);
      std::vector<int64_t> rest;
      for (auto it = loader.begin_at(first); it != loader.end(); ++it)
        for (const int64_t value : it->target.to_vector<int64_t>()) rest.push_back(value);
      EXPECT_EQ(rest, std::vector<int64_t>(whole.begin() + std::min<int64_t>(first * 8, 50), whole.end())) << first;
      EXPECT_EQ(get_rng_state().to_vector<uint8_t>(), after.to_vector<uint8_t>());
    }
    EXPECT_EQ(error_text<IndexError>([&] { loader.begin_at(8); }), "an epoch of 7 batches cannot begin at batch 8");
    EXPECT_EQ(error_text<IndexError>([&] { loader.begin_at(-1); }), "an epoch of 7 batches cannot begin at batch -1");
  }
}

TEST(DataLoader, DropsALastBatchThatIsSmaller) {
  DataLoader loader(Counted(10), {.batch_size = 4, .drop_last = true});
  EXPECT_EQ(all_targets(loader).size(), 8u);
  EXPECT_EQ(loader.size(), 2);
}

TEST(DataLoader, HasNoBatchesOfAnEmptyDataSet) {
  DataLoader loader(Counted(0), {.batch_size = 4, .workers = 2});
  EXPECT_TRUE(all_targets(loader).empty());
}

TEST(DataLoader, WorksAtMostAsFarAheadAsAllowed) {
  std::atomic<int64_t> made = 0, furthest = 0;
  const Counted data(40, [&](int64_t) { ++made; });
  DataLoader loader(data, {.batch_size = 2, .workers = 2, .prefetch = 2});
  int64_t taken = 0;
  for ([[maybe_unused]] const Example& batch : loader) {
    ++taken;
    std::this_thread::sleep_for(1ms);
    furthest = std::max<int64_t>(furthest, made / 2 - taken);
  }
  EXPECT_LE(furthest, 4);
}

TEST(DataLoader, BringsAnExceptionToTheConsumerWithItsExample) {
  for (const int64_t workers : {0, 1, 3}) {
    const Counted data(100, [](int64_t index) {
      if (index == 37) throw FileError({.op = "read", .what = "the disk fell out", .hint = "put it back"});
    });
    DataLoader loader(data, {.batch_size = 5, .workers = workers});
    std::vector<int64_t> seen;
    auto it = loader.begin();
    try {
      for (; it != loader.end(); ++it) seen.push_back(it->data.to_vector<int64_t>().at(0));
      ADD_FAILURE() << "nothing was thrown";
    } catch (const FileError& error) {
      EXPECT_STREQ(error.what(), "example 37: the disk fell out");
      EXPECT_EQ(error.hint(), "put it back");
    }
    EXPECT_EQ(seen, (std::vector<int64_t>{0, 5, 10, 15, 20, 25, 30}));  // those before it all came
    ++it;
    EXPECT_TRUE(it == loader.end());
  }
}

TEST(DataLoader, NamesTheExampleOfForeignExceptions) {
  const Counted data(3, [](int64_t index) {
    if (index == 1) throw std::runtime_error("no");
  });
  DataLoader loader(data, {.workers = 1});
  EXPECT_EQ(error_text<Error>([&] { all_targets(loader); }), "example 1: no");
}

TEST(DataLoader, EndsPromptlyInMidEpoch) {
  std::atomic<int> made = 0;
  const Counted data(100'000, [&](int64_t) {
    ++made;
    std::this_thread::sleep_for(1ms);
  });
  DataLoader loader(data, {.batch_size = 2, .workers = 3});
  const auto start = std::chrono::steady_clock::now();
  for ([[maybe_unused]] const Example& batch : loader) break;
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);  // the whole epoch takes half a minute and more
  const int made_in_the_loop = made;
  std::this_thread::sleep_for(20ms);
  EXPECT_EQ(made, made_in_the_loop);  // the workers are gone
}

TEST(DataLoader, MayBeGoneBeforeItsEpoch) {
  auto loader = std::make_unique<DataLoader>(Counted(20), DataLoaderOptions{.batch_size = 4, .workers = 2});
  auto it = loader->begin();
  loader.reset();
  int batches = 1;
  while (++it != std::default_sentinel) ++batches;
  EXPECT_EQ(batches, 5);
}

TEST(DataLoader, MayBeAtWorkWhenTheProgramEnds) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");  // in a process of its own
  const auto end_in_mid_epoch = [](bool leaked) {
    const Counted data(100'000, [](int64_t) { std::this_thread::sleep_for(1ms); });
    static DataLoader loader(data, {.batch_size = 2, .shuffle = true, .workers = 3});
    static auto iterator = loader.begin();                                                    // destroyed at the end
    [[maybe_unused]] static const auto* never = leaked ? new auto(loader.begin()) : nullptr;  // its workers never stop
    std::exit(3);
  };
  EXPECT_EXIT(end_in_mid_epoch(false), ::testing::ExitedWithCode(3), "");
  EXPECT_EXIT(end_in_mid_epoch(true), ::testing::ExitedWithCode(3), "");
}

TEST(DataLoader, RunsEpochsSideBySide) {
  DataLoader loader(Counted(20), {.batch_size = 4, .workers = 2});
  auto a = loader.begin(), b = loader.begin();
  ++b;
  EXPECT_EQ(a->data.to_vector<int>().at(0), 0);
  EXPECT_EQ(b->data.to_vector<int>().at(0), 4);
}

TEST(DataLoader, KeepsParallelWorkOfAWorkerOnIt) {
  std::atomic<bool> alone = true;
  const auto consumer = std::this_thread::get_id();
  const Counted data(8, [&](int64_t) {
    if (std::this_thread::get_id() != consumer && !in_parallel()) alone = false;
  });
  DataLoader loader(data, {.workers = 2});
  all_targets(loader);
  EXPECT_TRUE(alone);
}

TEST(DataLoader, CollatesAsTold) {
  DataLoader loader(Counted(6),
                    {.batch_size = 3, .workers = 1, .collate_fn = [](const std::vector<Example>& examples) {
                       return Example{Tensor::of(static_cast<int64_t>(examples.size())), examples[0].target};
                     }});
  EXPECT_EQ(loader.begin()->data.item<int64_t>(), 3);
  EXPECT_EQ(loader.begin()->target.item<int64_t>(), 0);
}

TEST(DataLoader, RefusesInPyTorchsWords) {
  const auto refusal = [](DataLoaderOptions options) {
    return error_text<ValueError>([&] { DataLoader(Counted(3), std::move(options)); });
  };
  EXPECT_EQ(refusal({.batch_size = 0}), "batch_size should be a positive integer value, but got batch_size=0");
  EXPECT_EQ(refusal({.workers = -1}),
            "num_workers option should be non-negative; use num_workers=0 to disable multiprocessing.");
  EXPECT_EQ(refusal({.prefetch = -1}), "prefetch_factor option should be non-negative");
  EXPECT_EQ(refusal({.shuffle = true, .sampler = std::make_shared<samplers::SequentialSampler>(3)}),
            "sampler option is mutually exclusive with shuffle");
  EXPECT_EQ(error_text<ValueError>([] { DataLoader(Counted(0), {.shuffle = true}); }),
            "num_samples should be a positive integer value, but got num_samples=0");
  DataLoader far(Counted(3), {.sampler = std::make_shared<samplers::SequentialSampler>(5)});
  EXPECT_EQ(error_text<IndexError>([&] { all_targets(far); }), "index 3 is out of range for a data set of 3 examples");
}

TEST(TensorDataset, GivesRowsOneByOneAndInBatches) {
  const Tensor data = make_tensor({4, 2}, kFloat32), target = make_tensor({4}, kInt64);
  for (int64_t i = 0; i < 8; ++i) data.data_ptr<float>()[i] = static_cast<float>(i);
  for (int64_t i = 0; i < 4; ++i) target.data_ptr<int64_t>()[i] = i;
  const datasets::TensorDataset rows(data, target);
  EXPECT_EQ(rows.get(2).data.to_vector<float>(), (std::vector{4.f, 5.f}));
  const auto batch = rows.get_batch({3, 1});
  EXPECT_EQ(batch->data.to_vector<float>(), (std::vector{6.f, 7.f, 2.f, 3.f}));
  EXPECT_EQ(batch->target.to_vector<int>(), (std::vector{3, 1}));
  const datasets::TensorDataset turned(make_view(data, {2, 4}, {1, 2}, 0));
  EXPECT_FALSE(turned.get_batch({0}));
  EXPECT_EQ(turned.get(1).data.to_vector<float>(), (std::vector{1.f, 3.f, 5.f, 7.f}));
  EXPECT_EQ(error_text<ShapeError>([&] { datasets::TensorDataset(data, make_tensor({3}, kInt64)); }),
            "Size mismatch between tensors");
}

TEST(Subset, PicksExamplesInItsOrder) {
  const datasets::Subset picked(Counted(10), {7, 2, 7});
  DataLoader loader(picked, {.batch_size = 2});
  EXPECT_EQ(all_targets(loader), (std::vector<int64_t>{14, 4, 14}));
  EXPECT_THROW(datasets::Subset(Counted(3), {3}), IndexError);
  EXPECT_THROW(datasets::Subset(Counted(3), {-1}), IndexError);
}

}  // namespace
}  // namespace convgrad::data
