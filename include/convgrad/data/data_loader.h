#pragma once
#include <convgrad/data/dataset.h>
#include <convgrad/data/samplers.h>

#include <cstddef>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <vector>

namespace convgrad::data {

struct DataLoaderOptions {
  int64_t batch_size = 1;
  bool shuffle = false;                                     // a new order every epoch: PyTorch's for the same seed
  int64_t workers = 0;                                      // threads that make batches ahead; 0: made when asked for
  bool drop_last = false;                                   // leave out a last batch that is smaller
  int64_t prefetch = 2;                                     // batches made ahead, for each worker
  std::shared_ptr<samplers::Sampler> sampler{};             // instead of shuffle
  std::optional<Generator> generator{};                     // default: default_generator()
  std::shared_ptr<samplers::BatchSampler> batch_sampler{};  // instead of batch_size, shuffle, sampler and drop_last
  std::function<Example(const std::vector<Example>&)> collate_fn{};  // default: data::collate
};

/// Batches of a data set:
///
///   data::DataLoader loader(dataset, {.batch_size = 128, .shuffle = true, .workers = 2});
///   for (auto& [images, labels] : loader) …         // one epoch; the next loop is the next epoch
///
/// The batches and their order are the same for any number of workers. Every epoch draws 64 bits of the generator,
/// shuffled or not, as PyTorch's does, and with shuffle 64 more. An exception in get() or a transform reaches the loop,
/// on the consumer's thread, with the number of the example; leaving the loop early stops the workers at the example
/// they are at. Workers run with a lower priority (nice 5), so that computing threads go first as long as batches are
/// ready; work that they start in parallel stays on them. The epochs of one loader may overlap, but one iterator
/// belongs to one thread. Throws ValueError for options that make no sense. Like torch.utils.data.DataLoader.
class CONVGRAD_API DataLoader {
 public:
  class Iterator;

  DataLoader(std::shared_ptr<const Dataset> dataset, DataLoaderOptions options);
  /// Of a copy of `dataset`; data sets of this library share their tensors when copied.
  template <class D>
  requires std::is_base_of_v<Dataset, D> DataLoader(D dataset, DataLoaderOptions options)
      : DataLoader(std::make_shared<const D>(std::move(dataset)), std::move(options)) {}

  /// Begins an epoch.
  Iterator begin();
  /// Begins an epoch at batch `first` (0 … size(), which is its end): draws of the generator what begin() draws, makes
  /// the same order, and none of the batches before. A training that was stopped goes on so, once the generator's state
  /// at the epoch's begin is set again. IndexError for other numbers.
  Iterator begin_at(int64_t first);
  std::default_sentinel_t end() const { return {}; }
  /// Batches an epoch.
  int64_t size() const { return batches_->size(); }
  const Dataset& dataset() const { return *dataset_; }
  const DataLoaderOptions& options() const { return options_; }

 private:
  std::shared_ptr<const Dataset> dataset_;
  DataLoaderOptions options_;
  std::shared_ptr<samplers::BatchSampler> batches_;
};

/// Where an epoch is. Its destructor ends the epoch.
class CONVGRAD_API DataLoader::Iterator {
 public:
  using value_type = Example;
  using difference_type = std::ptrdiff_t;

  Iterator(Iterator&&) noexcept;
  Iterator& operator=(Iterator&&) noexcept;
  ~Iterator();
  Example& operator*() { return *batch_; }
  Example* operator->() { return &*batch_; }
  Iterator& operator++();
  void operator++(int) { ++*this; }
  bool operator==(std::default_sentinel_t) const { return !batch_; }

 private:
  friend class DataLoader;
  struct Epoch;
  explicit Iterator(std::unique_ptr<Epoch> epoch);

  std::unique_ptr<Epoch> epoch_;
  std::optional<Example> batch_;  // nullopt: the end
};

}  // namespace convgrad::data
