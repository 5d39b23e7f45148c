#include <convgrad/data/samplers.h>
#include <convgrad/error.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
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

std::vector<int64_t> SubsetRandomSampler::sample() {
  std::vector<int64_t> order;
  order.reserve(indices_.size());
  for (const int64_t i : randperm(size(), {}, generator_ ? &*generator_ : nullptr).to_vector<int64_t>())
    order.push_back(indices_[static_cast<size_t>(i)]);
  return order;
}

WeightedRandomSampler::WeightedRandomSampler(std::vector<double> weights, int64_t num_samples,
                                             WeightedRandomSamplerOptions options)
    : weights_(std::move(weights)), num_samples_(num_samples), options_(std::move(options)) {
  check<ValueError>(num_samples > 0, "num_samples should be a positive integer value, but got num_samples={}",
                    num_samples);
}

namespace {

/// Shares of a wheel, as running sums that end at 1; each number is where a uniform one falls.
std::vector<int64_t> spin(std::vector<double> weights, int64_t count, Generator* generator) {
  double sum = 0;
  for (double& weight : weights) weight = sum += weight;
  for (double& end : weights) end /= sum;
  weights.back() = 1;
  std::vector<int64_t> order;
  order.reserve(static_cast<size_t>(count));
  for (const double at : rand({count}, {.dtype = kFloat64}, generator).to_vector<double>())
    order.push_back(std::lower_bound(weights.begin(), weights.end(), at) - weights.begin());
  return order;
}

/// The largest of weight / Exp(1): PyTorch's way where no number may come twice.
std::vector<int64_t> race(const std::vector<double>& weights, int64_t count, Generator* generator) {
  const Tensor times = make_tensor({static_cast<int64_t>(weights.size())}, kFloat64);
  Generator& source = generator ? *generator : default_generator();
  Tensor(times).exponential_(1, &source);
  std::vector<double> speed = times.to_vector<double>();
  for (size_t i = 0; i < speed.size(); ++i) speed[i] = weights[i] / speed[i];
  std::vector<int64_t> order(speed.size());
  std::iota(order.begin(), order.end(), int64_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](int64_t a, int64_t b) { return speed[static_cast<size_t>(a)] > speed[static_cast<size_t>(b)]; });
  order.resize(static_cast<size_t>(count));
  return order;
}

}  // namespace

std::vector<int64_t> WeightedRandomSampler::sample() {
  for (const double weight : weights_) {
    check(!(weight < 0), "invalid multinomial distribution (encountering probability entry < 0)");
    check(std::isfinite(weight), "invalid multinomial distribution (encountering probability entry = infinity or NaN)");
  }
  check(std::any_of(weights_.begin(), weights_.end(), [](double weight) { return weight > 0; }),
        "invalid multinomial distribution (sum of probabilities <= 0)");
  check(options_.replacement || num_samples_ <= static_cast<int64_t>(weights_.size()),
        "cannot sample n_sample > prob_dist.size(-1) samples without replacement");
  Generator* generator = options_.generator ? &*options_.generator : nullptr;
  return options_.replacement && num_samples_ > 1 ? spin(weights_, num_samples_, generator)
                                                  : race(weights_, num_samples_, generator);
}

BatchSampler::~BatchSampler() = default;

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
