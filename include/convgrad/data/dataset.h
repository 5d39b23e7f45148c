#pragma once
#include <convgrad/generator.h>
#include <convgrad/tensor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace convgrad::data {

/// One example of a data set, or a batch of them: then both tensors have one dimension more, in front.
/// Like torch::data::Example.
struct Example {
  Tensor data{};
  Tensor target{};  // undefined for data without targets
};

/// Examples by number. Derive from it for data of any kind; get() alone is enough:
///
///   struct Squares : data::Dataset {
///     int64_t size() const override { return 100; }
///     data::Example get(int64_t i) const override { return {full({1}, i), full({1}, i * i)}; }
///   };
///
/// A DataLoader with workers calls get() from several threads at once. Like torch::data::datasets::Dataset.
class CONVGRAD_API Dataset {
 public:
  virtual ~Dataset();
  /// How many examples there are.
  virtual int64_t size() const = 0;
  /// Example number `index`, in [0, size()).
  virtual Example get(int64_t index) const = 0;
  /// The examples of these numbers as one batch, where a data set can make that quicker than by get() and collate();
  /// nullopt (the default) where it cannot. Both ways must give the same batch.
  virtual std::optional<Example> get_batch(IntArrayRef indices) const;
};

/// One batch of many examples: their tensors stacked. Throws where their sizes differ ("stack expects each tensor to be
/// equal size, …"). Like torch.utils.data.default_collate.
CONVGRAD_API Example collate(const std::vector<Example>& examples);

}  // namespace convgrad::data

namespace convgrad::data::datasets {

/// Rows of tensors: example i is {data[i], target[i]}. Like torch.utils.data.TensorDataset.
class CONVGRAD_API TensorDataset final : public Dataset {
 public:
  /// Tensors with the same first size; `target` may be left out. ShapeError ("Size mismatch between tensors")
  /// otherwise.
  explicit TensorDataset(Tensor data, Tensor target = {});
  int64_t size() const override { return data_.size(0); }
  Example get(int64_t index) const override;
  std::optional<Example> get_batch(IntArrayRef indices) const override;

 private:
  Tensor data_, target_;
};

/// Some examples of another data set, in a given order: example i is dataset[indices[i]]. Like torch.utils.data.Subset.
class CONVGRAD_API Subset final : public Dataset {
 public:
  /// Throws IndexError for a number that the data set does not have.
  Subset(std::shared_ptr<const Dataset> dataset, std::vector<int64_t> indices);
  /// Of a copy of `dataset`; data sets of this library share their tensors when copied.
  template <class D>
  requires std::is_base_of_v<Dataset, D> Subset(D dataset, std::vector<int64_t> indices)
      : Subset(std::make_shared<const D>(std::move(dataset)), std::move(indices)) {}
  int64_t size() const override { return static_cast<int64_t>(indices_.size()); }
  Example get(int64_t index) const override;
  std::optional<Example> get_batch(IntArrayRef indices) const override;

 private:
  std::shared_ptr<const Dataset> dataset_;
  std::vector<int64_t> indices_;
};

/// Several data sets, one behind the other. Like torch.utils.data.ConcatDataset.
class CONVGRAD_API ConcatDataset final : public Dataset {
 public:
  /// ValueError ("datasets should not be an empty iterable") for none.
  explicit ConcatDataset(std::vector<std::shared_ptr<const Dataset>> datasets);
  int64_t size() const override { return ends_.back(); }
  Example get(int64_t index) const override;
  /// Of one data set's examples alone, where that one can.
  std::optional<Example> get_batch(IntArrayRef indices) const override;

 private:
  size_t part_of(int64_t index) const;
  int64_t begin_of(size_t part) const { return part == 0 ? 0 : ends_[part - 1]; }

  std::vector<std::shared_ptr<const Dataset>> datasets_;
  std::vector<int64_t> ends_{};  // where each ends
};

/// Parts of these lengths, without overlap, in random order: PyTorch's for the same generator (default:
/// default_generator()). Lengths that sum to 1 are shares of the whole, rounded down; what is left goes one each to the
/// first parts. ValueError in PyTorch's words for lengths that do not fit. Like torch.utils.data.random_split.
///
///   const auto parts = random_split(dataset, {55000, 5000});  // or {0.9, 0.1}
CONVGRAD_API std::vector<std::shared_ptr<const Subset>> random_split(std::shared_ptr<const Dataset> dataset,
                                                                     const std::vector<Scalar>& lengths,
                                                                     std::optional<Generator> generator = {});

}  // namespace convgrad::data::datasets
