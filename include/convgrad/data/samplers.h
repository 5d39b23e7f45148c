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

/// A sampler's numbers in groups of batch_size; the last group may be smaller, or is dropped with drop_last.
/// Like torch.utils.data.BatchSampler.
class CONVGRAD_API BatchSampler {
 public:
  /// ValueError for batch_size < 1.
  BatchSampler(std::shared_ptr<Sampler> sampler, int64_t batch_size, bool drop_last);
  std::vector<std::vector<int64_t>> sample();
  int64_t size() const;  // batches

 private:
  std::shared_ptr<Sampler> sampler_;
  int64_t batch_size_;
  bool drop_last_;
};

}  // namespace convgrad::data::samplers
