#include <convgrad/data/data_loader.h>
#include <convgrad/error.h>
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "core/check.h"
#include "core/make.h"
#include "data/draws.h"
#include "data/prefetcher.h"

namespace convgrad::data {
namespace {

using Indices = std::vector<int64_t>;

template <class E>
[[noreturn]] void throw_as(const E& error, const std::string& what) {
  throw E(ErrorDetails{.op = error.op(),
                       .argument = error.argument(),
                       .what = what,
                       .expected = error.expected(),
                       .got = error.got(),
                       .hint = error.hint()});
}

/// Throws the exception being handled again, its type kept, with the number of the example in front of its message.
[[noreturn]] void rethrow_with(int64_t index) {
  const auto told = [&](const std::exception& error) { return fmt::format("example {}: {}", index, error.what()); };
  try {
    throw;
  } catch (const FileError& error) {
    throw_as(error, told(error));
  } catch (const ShapeError& error) {
    throw_as(error, told(error));
  } catch (const ValueError& error) {
    throw_as(error, told(error));
  } catch (const IndexError& error) {
    throw_as(error, told(error));
  } catch (const TypeError& error) {
    throw_as(error, told(error));
  } catch (const NotImplementedError& error) {
    throw_as(error, told(error));
  } catch (const Error& error) {
    throw_as(error, told(error));
  } catch (const std::exception& error) {
    throw Error(told(error));
  }
}

Example make_batch(const Dataset& dataset, const DataLoaderOptions& options, const Indices& indices, uint64_t seed,
                   const std::atomic<bool>& stop) {
  const EpochScope epoch(seed);
  for (const int64_t index : indices)
    check<IndexError>(index >= 0 && index < dataset.size(), "index {} is out of range for a data set of {} examples",
                      index, dataset.size());
  if (!options.collate_fn)
    if (auto batch = dataset.get_batch(indices)) return *std::move(batch);
  std::vector<Example> examples;
  examples.reserve(indices.size());
  for (const int64_t index : indices) {
    if (stop) return {};
    const ExampleScope example(index);
    try {
      examples.push_back(dataset.get(index));
    } catch (...) {
      rethrow_with(index);
    }
  }
  return options.collate_fn ? options.collate_fn(examples) : collate(examples);
}

std::shared_ptr<samplers::Sampler> sampler_for(const Dataset& dataset, const DataLoaderOptions& options) {
  check<ValueError>(!options.sampler || !options.shuffle, "sampler option is mutually exclusive with shuffle");
  if (options.sampler) return options.sampler;
  if (options.shuffle)
    return std::make_shared<samplers::RandomSampler>(dataset.size(),
                                                     samplers::RandomSamplerOptions{.generator = options.generator});
  return std::make_shared<samplers::SequentialSampler>(dataset.size());
}

std::shared_ptr<samplers::BatchSampler> batches_for(const Dataset& dataset, const DataLoaderOptions& options) {
  if (!options.batch_sampler)
    return std::make_shared<samplers::BatchSampler>(sampler_for(dataset, options), options.batch_size,
                                                    options.drop_last);
  check<ValueError>(options.batch_size == 1 && !options.shuffle && !options.sampler && !options.drop_last,
                    "batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and drop_last");
  return options.batch_sampler;
}

}  // namespace

DataLoader::DataLoader(std::shared_ptr<const Dataset> dataset, DataLoaderOptions options)
    : dataset_(std::move(dataset)), options_(std::move(options)), batches_(batches_for(*dataset_, options_)) {
  check<ValueError>(options_.workers >= 0,
                    "num_workers option should be non-negative; use num_workers=0 to disable multiprocessing.");
  check<ValueError>(options_.prefetch >= 0, "prefetch_factor option should be non-negative");
  constexpr int64_t kMostThreads = 1024;
  check<ValueError>(options_.workers <= kMostThreads && options_.prefetch <= std::numeric_limits<int32_t>::max(),
                    "{} workers that make {} batches ahead are too many", options_.workers, options_.prefetch);
}

/// Everything that an epoch needs, so that it may outlive its loader.
struct DataLoader::Iterator::Epoch {
  Epoch(std::shared_ptr<const Dataset> dataset, const DataLoaderOptions& options, uint64_t seed,
        std::vector<Indices> order)
      : dataset(std::move(dataset)),
        options(options),
        seed(seed),
        order(std::move(order)),
        prefetcher(static_cast<int64_t>(this->order.size()), options.workers,
                   std::min(options.workers * std::max<int64_t>(options.prefetch, 1),
                            static_cast<int64_t>(this->order.size())),
                   [this](int64_t number, const std::atomic<bool>& stop) {
                     return make_batch(*this->dataset, this->options, this->order[static_cast<size_t>(number)],
                                       this->seed, stop);
                   }) {}

  const std::shared_ptr<const Dataset> dataset;
  const DataLoaderOptions options;
  const uint64_t seed;
  const std::vector<Indices> order;
  Prefetcher prefetcher;  // last: its workers use the others
};

DataLoader::Iterator DataLoader::begin() { return begin_at(0); }

DataLoader::Iterator DataLoader::begin_at(int64_t first) {
  check<IndexError>(first >= 0 && first <= size(), "an epoch of {} batches cannot begin at batch {}", size(), first);
  // PyTorch's base seed for its workers, drawn with and without them, as there. Here the examples' draws begin with it.
  const Tensor seed = make_tensor({}, kInt64).random_(options_.generator ? *options_.generator : default_generator());
  std::vector<Indices> order = batches_->sample();
  order.erase(order.begin(), order.begin() + std::min<int64_t>(first, std::ssize(order)));
  return Iterator(std::make_unique<Iterator::Epoch>(dataset_, options_, static_cast<uint64_t>(seed.item<int64_t>()),
                                                    std::move(order)));
}

DataLoader::Iterator::Iterator(std::unique_ptr<Epoch> epoch) : epoch_(std::move(epoch)) { ++*this; }
DataLoader::Iterator::Iterator(Iterator&&) noexcept = default;
DataLoader::Iterator& DataLoader::Iterator::operator=(Iterator&&) noexcept = default;
DataLoader::Iterator::~Iterator() = default;

DataLoader::Iterator& DataLoader::Iterator::operator++() {
  batch_.reset();  // gives its memory back before the next one is waited for
  batch_ = epoch_->prefetcher.next();
  return *this;
}

}  // namespace convgrad::data
