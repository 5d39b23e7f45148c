#include <convgrad/data/samplers.h>
#include <convgrad/error.h>
#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/check.h"
#include "core/make.h"

namespace convgrad::data::samplers {

Sampler::~Sampler() = default;

std::vector<int64_t> SequentialSampler::sample() {
  std::vector<int64_t> order(static_cast<size_t>(size_));
  std::iota(order.begin(), order.end(), int64_t{0});
  return order;
}

RandomSampler::RandomSampler(int64_t size, RandomSamplerOptions options)
    : size_(size), num_samples_(options.num_samples.value_or(size)), options_(std::move(options)) {
  check<ValueError>(size_ > 0 && num_samples_ > 0,
                    "num_samples should be a positive integer value, but got num_samples={}",
                    std::min(size_, num_samples_));
}

std::vector<int64_t> RandomSampler::sample() {
  Generator generator = options_.generator.value_or(Generator());
  if (!options_.generator) {
    const auto seed = make_tensor({}, kInt64).random_().item<int64_t>();
    generator.set_current_seed(static_cast<uint64_t>(seed));
  }
  std::vector<int64_t> order;
  order.reserve(static_cast<size_t>(num_samples_));
  const auto append = [&](const Tensor& numbers, int64_t count) {
    order.insert(order.end(), numbers.data_ptr<int64_t>(), numbers.data_ptr<int64_t>() + count);
  };
  if (options_.replacement) {
    append(randint(size_, {num_samples_}, {}, &generator), num_samples_);
    return order;
  }
  // One more permutation than needed where it comes out even, as PyTorch has it: a generator of the caller's moves by
  // it.
  for (int64_t i = 0; i < num_samples_ / size_; ++i) append(randperm(size_, {}, &generator), size_);
  append(randperm(size_, {}, &generator), num_samples_ % size_);
  return order;
}

BatchSampler::BatchSampler(std::shared_ptr<Sampler> sampler, int64_t batch_size, bool drop_last)
    : sampler_(std::move(sampler)), batch_size_(batch_size), drop_last_(drop_last) {
  check<ValueError>(batch_size > 0, "batch_size should be a positive integer value, but got batch_size={}", batch_size);
}

int64_t BatchSampler::size() const {
  return sampler_->size() / batch_size_ + (!drop_last_ && sampler_->size() % batch_size_ != 0);
}

std::vector<std::vector<int64_t>> BatchSampler::sample() {
  const std::vector<int64_t> order = sampler_->sample();
  std::vector<std::vector<int64_t>> batches;
  for (size_t first = 0; first < order.size(); first += static_cast<size_t>(batch_size_)) {
    const size_t last = std::min(order.size(), first + static_cast<size_t>(batch_size_));
    if (drop_last_ && last - first < static_cast<size_t>(batch_size_)) break;
    batches.emplace_back(order.begin() + static_cast<ptrdiff_t>(first), order.begin() + static_cast<ptrdiff_t>(last));
  }
  return batches;
}

}  // namespace convgrad::data::samplers
