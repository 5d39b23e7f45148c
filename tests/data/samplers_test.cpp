#include <convgrad/data/data_loader.h>
#include <convgrad/error.h>
#include <convgrad/ops/creation.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>

#include "core/make.h"
#include "places.h"

namespace convgrad::data {
namespace {

using samplers::BatchSampler, samplers::RandomSampler, samplers::SequentialSampler, samplers::SubsetRandomSampler,
    samplers::WeightedRandomSampler;
using Order = std::vector<int64_t>;

nlohmann::json golden(const std::string& name) { return nlohmann::json::parse(std::ifstream(test::golden(name))); }

/// Example i is the number i.
struct Numbers : Dataset {
  explicit Numbers(int64_t count) : count(count) {}
  int64_t size() const override { return count; }
  Example get(int64_t index) const override { return {Tensor::of(index), {}}; }
  int64_t count;
};

DataLoader loader_named(const std::string& name) {
  const auto own = [](uint64_t seed) { return Generator(seed); };
  const auto with = [](samplers::RandomSamplerOptions options) {
    return DataLoaderOptions{.batch_size = 4, .sampler = std::make_shared<RandomSampler>(10, options)};
  };
  const Numbers data(10);
  if (name == "sequential") return {data, {.batch_size = 4}};
  if (name == "shuffle") return {data, {.batch_size = 4, .shuffle = true}};
  if (name == "shuffle, drop_last") return {data, {.batch_size = 4, .shuffle = true, .drop_last = true}};
  if (name == "shuffle, own generator") return {data, {.batch_size = 4, .shuffle = true, .generator = own(3)}};
  if (name == "sampler with replacement") return {data, with({.replacement = true, .num_samples = 40})};
  const std::vector<double> weights{0.5, 0, 2, 1, 0.25, 3, 1, 1, 0.125, 1};
  const auto weighted = [&](int64_t count, samplers::WeightedRandomSamplerOptions options = {}) {
    return DataLoaderOptions{.batch_size = 4,
                             .sampler = std::make_shared<WeightedRandomSampler>(weights, count, options)};
  };
  if (name == "weighted") return {data, weighted(13)};
  if (name == "weighted without replacement") return {data, weighted(6, {.replacement = false})};
  if (name == "weighted, one") return {data, weighted(1, {.generator = own(2)})};
  if (name == "subset")
    return {data, {.batch_size = 4, .sampler = std::make_shared<SubsetRandomSampler>(Order{9, 7, 5, 3, 1, 0})}};
  if (name == "batches")
    return {data, {.batch_sampler = std::make_shared<BatchSampler>(std::make_shared<SequentialSampler>(10), 4, true)}};
  const auto shared = std::make_shared<const Numbers>(10);
  if (name == "first of a split by lengths") return {datasets::random_split(shared, {6, 4})[0], {.batch_size = 4}};
  if (name == "second of a split by shares")
    return {datasets::random_split(shared, {0.5, 0.25, 0.25}, own(3))[1], {.batch_size = 4}};
  if (name == "sampler of 13") return {data, with({.num_samples = 13})};
  if (name == "sampler with own generator") return {data, with({.generator = own(5)})};
  throw ValueError("no loader named " + name);
}

TEST(Samplers, GivePyTorchsOrderAndLeaveItsStream) {
  int cases = 0;
  for (const auto& wanted : golden("loader.json")) {
    SCOPED_TRACE(wanted.at("name"));
    manual_seed(7);
    DataLoader loader = loader_named(wanted.at("name"));
    for (const auto& epoch : wanted.at("epochs")) {
      std::vector<Order> batches;
      for (const Example& batch : loader) batches.push_back(batch.data.to_vector<int64_t>());
      EXPECT_EQ(batches, epoch.get<std::vector<Order>>());
    }
    EXPECT_EQ(randint(1 << 20, {1}).item<int64_t>(), wanted.at("next").get<int64_t>());
    ++cases;
  }
  EXPECT_EQ(cases, 14);
}

TEST(Samplers, GiveTheOrderOfTheFirstBatchOfLenet) {
  manual_seed(0);
  rand({4083626});  // the net's initial values
  DataLoader loader(Numbers(60000), {.batch_size = 128, .shuffle = true, .workers = 1});
  EXPECT_EQ(loader.begin()->data.to_vector<int64_t>(), golden("lenet5.json").at("first_batch_indices").get<Order>());
}

TEST(Samplers, CountTheirBatches) {
  const auto numbers = std::make_shared<SequentialSampler>(10);
  EXPECT_EQ(BatchSampler(numbers, 4, false).size(), 3);
  EXPECT_EQ(BatchSampler(numbers, 4, true).size(), 2);
  EXPECT_EQ(BatchSampler(numbers, 5, false).size(), 2);
  EXPECT_EQ(BatchSampler(std::make_shared<SequentialSampler>(0), 5, false).size(), 0);
}

TEST(Samplers, RefuseWhatMakesNoSense) {
  EXPECT_THROW(RandomSampler(0), ValueError);
  EXPECT_THROW(RandomSampler(3, {.num_samples = 0}), ValueError);
  EXPECT_THROW(BatchSampler(std::make_shared<SequentialSampler>(3), 0, false), ValueError);
  EXPECT_THROW(WeightedRandomSampler({1, 2}, 0), ValueError);
  EXPECT_THROW(WeightedRandomSampler({}, 3).sample(), Error);
  EXPECT_THROW(WeightedRandomSampler({1, -1}, 3).sample(), Error);
  EXPECT_THROW(WeightedRandomSampler({1, NAN}, 3).sample(), Error);
  EXPECT_THROW(WeightedRandomSampler({0, 0}, 3).sample(), Error);
  EXPECT_THROW(WeightedRandomSampler({1, 1}, 3, {.replacement = false}).sample(), Error);
  const auto batches = std::make_shared<BatchSampler>(std::make_shared<SequentialSampler>(3), 2, false);
  EXPECT_THROW(DataLoader(Numbers(3), {.batch_size = 2, .batch_sampler = batches}), ValueError);
}

TEST(RandomSplit, RefusesLengthsThatDoNotFit) {
  const auto numbers = std::make_shared<const Numbers>(10);
  const std::vector<Scalar> wrong[] = {{5, 4}, {5, 6}, {11, -1}, {0.2, 0.3}, {1.5, -0.5}, {}};
  for (const auto& lengths : wrong) EXPECT_THROW(datasets::random_split(numbers, lengths), ValueError);
}

TEST(ConcatDataset, IsOneAfterTheOther) {
  const datasets::TensorDataset a(arange(10, 12)), b(arange(20, 23));
  using Part = std::shared_ptr<const Dataset>;
  const Part first = std::make_shared<const datasets::TensorDataset>(a), second = std::make_shared<const Numbers>(0),
             third = std::make_shared<const datasets::TensorDataset>(b);
  DataLoader loader(datasets::ConcatDataset({first, second, third}), {.batch_size = 2});
  std::vector<Order> batches;
  for (const Example& batch : loader) batches.push_back(batch.data.to_vector<int64_t>());
  EXPECT_EQ(batches, (std::vector<Order>{{10, 11}, {20, 21}, {22}}));
  EXPECT_THROW(datasets::ConcatDataset({}), ValueError);
  EXPECT_THROW(datasets::ConcatDataset({first}).get(2), IndexError);
}

}  // namespace
}  // namespace convgrad::data
