#pragma once
#include <convgrad/ops/random.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace convgrad::data::samplers {

/// The order of the examples. Like torch.utils.data.Sampler.
class CONVGRAD_API Sampler {
 public:
  virtual ~Sampler();
  /// The numbers of the examples of one epoch, in order. Called once an epoch.
  virtual std::vector<int64_t> sample() = 0;
  /// How many sample() gives.
  virtual int64_t size() const = 0;
};

/// 0, 1, 2, … Like torch.utils.data.SequentialSampler.
class CONVGRAD_API SequentialSampler final : public Sampler {
 public:
  explicit SequentialSampler(int64_t size) : size_(size) {}
  std::vector<int64_t> sample() override;
  int64_t size() const override { return size_; }

 private:
  int64_t size_;
};

struct RandomSamplerOptions {
  bool replacement = false;              // draw each number anew: some come twice, some never
  std::optional<int64_t> num_samples{};  // of an epoch; default: the size of the data set
  std::optional<Generator> generator{};  // default: seeded each epoch by a number of the default generator
};

/// PyTorch's order for the same seed: every epoch draws a seed (64 bits of the default generator) for a fresh
/// generator, whose randperm it is. ValueError for num_samples < 1 or an empty data set. Like
/// torch.utils.data.RandomSampler.
class CONVGRAD_API RandomSampler final : public Sampler {
 public:
  explicit RandomSampler(int64_t size, RandomSamplerOptions options = {});
  std::vector<int64_t> sample() override;
  int64_t size() const override { return num_samples_; }

 private:
  int64_t size_, num_samples_;
  RandomSamplerOptions options_;
};

/// The given numbers in a new order every epoch: indices[randperm]. Like torch.utils.data.SubsetRandomSampler.
class CONVGRAD_API SubsetRandomSampler final : public Sampler {
 public:
  explicit SubsetRandomSampler(std::vector<int64_t> indices, std::optional<Generator> generator = {})
      : indices_(std::move(indices)), generator_(std::move(generator)) {}
  std::vector<int64_t> sample() override;
  int64_t size() const override { return static_cast<int64_t>(indices_.size()); }

 private:
  std::vector<int64_t> indices_;
  std::optional<Generator> generator_;
};

struct WeightedRandomSamplerOptions {
  bool replacement = true;               // false: no number twice
  std::optional<Generator> generator{};  // default: default_generator()
};

/// num_samples numbers of 0 … weights.size() − 1, each drawn in proportion to its weight (which need not sum to 1).
/// PyTorch's numbers for the same seed, and its errors: ValueError for num_samples < 1, and where an epoch begins Error
/// for weights that are negative, not finite or all zero, and for more samples than weights without replacement. Like
/// torch.utils.data.WeightedRandomSampler.
class CONVGRAD_API WeightedRandomSampler final : public Sampler {
 public:
  WeightedRandomSampler(std::vector<double> weights, int64_t num_samples, WeightedRandomSamplerOptions options = {});
  std::vector<int64_t> sample() override;
  int64_t size() const override { return num_samples_; }

 private:
  std::vector<double> weights_;
  int64_t num_samples_;
  WeightedRandomSamplerOptions options_;
};

/// A sampler's numbers in groups of batch_size; the last group may be smaller, or is dropped with drop_last.
/// Override both functions for batches of another kind. Like torch.utils.data.BatchSampler.
class CONVGRAD_API BatchSampler {
 public:
  /// ValueError for batch_size < 1.
  BatchSampler(std::shared_ptr<Sampler> sampler, int64_t batch_size, bool drop_last);
  virtual ~BatchSampler();
  /// The batches of one epoch, in order. Called once an epoch.
  virtual std::vector<std::vector<int64_t>> sample();
  /// How many batches sample() gives.
  virtual int64_t size() const;

 private:
  std::shared_ptr<Sampler> sampler_;
  int64_t batch_size_;
  bool drop_last_;
};

}  // namespace convgrad::data::samplers
