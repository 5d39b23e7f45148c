#include <convgrad/data/dataset.h>
#include <convgrad/error.h>
#include <convgrad/ops/join.h>
#include <convgrad/ops/random.h>
#include <convgrad/scalar.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "core/check.h"
#include "core/make.h"

namespace convgrad::data {

Dataset::~Dataset() = default;

std::optional<Example> Dataset::get_batch(IntArrayRef) const { return std::nullopt; }

Example collate(const std::vector<Example>& examples) {
  const auto stacked = [&](Tensor Example::*part) {
    std::vector<Tensor> tensors;
    for (const Example& example : examples)
      if ((example.*part).defined()) tensors.push_back(example.*part);
    check(tensors.empty() || tensors.size() == examples.size(), "some examples of a batch have a {}, others have none",
          part == &Example::data ? "data tensor" : "target");
    return tensors.empty() ? Tensor() : stack(tensors);
  };
  return {stacked(&Example::data), stacked(&Example::target)};
}

namespace datasets {
namespace {

/// Rows of a tensor, side by side in a new one; the indices have been checked.
Tensor rows(const Tensor& from, IntArrayRef indices) {
  std::vector<int64_t> sizes = from.sizes().vec();
  sizes[0] = static_cast<int64_t>(indices.size());
  const Tensor out = make_tensor(sizes, from.dtype());
  if (out.numel() == 0) return out;
  const auto bytes = static_cast<size_t>(out.nbytes()) / indices.size();
  const auto* base = static_cast<const char*>(from.data_ptr());
  auto* to = static_cast<char*>(out.data_ptr());
  for (const int64_t index : indices) {
    std::memcpy(to, base + static_cast<size_t>(index) * bytes, bytes);
    to += bytes;
  }
  return out;
}

}  // namespace

TensorDataset::TensorDataset(Tensor data, Tensor target) : data_(std::move(data)), target_(std::move(target)) {
  check<ShapeError>(data_.defined() && data_.dim() > 0, "a data set's tensor needs a dimension for the examples");
  const bool agree = !target_.defined() || (target_.dim() > 0 && target_.size(0) == data_.size(0));
  check<ShapeError>(agree, "Size mismatch between tensors");
}

Example TensorDataset::get(int64_t index) const {
  return {data_.select(0, index), target_.defined() ? target_.select(0, index) : Tensor()};
}

std::optional<Example> TensorDataset::get_batch(IntArrayRef indices) const {
  if (!data_.is_contiguous() || (target_.defined() && !target_.is_contiguous())) return std::nullopt;
  return Example{rows(data_, indices), target_.defined() ? rows(target_, indices) : Tensor()};
}

Subset::Subset(std::shared_ptr<const Dataset> dataset, std::vector<int64_t> indices)
    : dataset_(std::move(dataset)), indices_(std::move(indices)) {
  for (const int64_t index : indices_)
    check<IndexError>(index >= 0 && index < dataset_->size(), "index {} is out of range for a data set of {} examples",
                      index, dataset_->size());
}

Example Subset::get(int64_t index) const { return dataset_->get(indices_[static_cast<size_t>(index)]); }

std::optional<Example> Subset::get_batch(IntArrayRef indices) const {
  std::vector<int64_t> inner;
  inner.reserve(indices.size());
  for (const int64_t index : indices) inner.push_back(indices_[static_cast<size_t>(index)]);
  return dataset_->get_batch(inner);
}

ConcatDataset::ConcatDataset(std::vector<std::shared_ptr<const Dataset>> datasets) : datasets_(std::move(datasets)) {
  check<ValueError>(!datasets_.empty(), "datasets should not be an empty iterable");
  int64_t end = 0;
  for (const auto& dataset : datasets_) ends_.push_back(end += dataset->size());
}

size_t ConcatDataset::part_of(int64_t index) const {
  check<IndexError>(index >= 0 && index < size(), "index {} is out of range for a data set of {} examples", index,
                    size());
  return static_cast<size_t>(std::upper_bound(ends_.begin(), ends_.end(), index) - ends_.begin());
}

Example ConcatDataset::get(int64_t index) const {
  const size_t part = part_of(index);
  return datasets_[part]->get(index - begin_of(part));
}

std::optional<Example> ConcatDataset::get_batch(IntArrayRef indices) const {
  if (indices.empty()) return std::nullopt;
  const size_t part = part_of(indices[0]);
  std::vector<int64_t> inner;
  inner.reserve(indices.size());
  for (const int64_t index : indices) {
    if (part_of(index) != part) return std::nullopt;
    inner.push_back(index - begin_of(part));
  }
  return datasets_[part]->get_batch(inner);
}

namespace {

/// Numbers of examples from lengths or shares; checked by the caller to sum to `size`.
std::vector<int64_t> part_sizes(int64_t size, const std::vector<Scalar>& lengths) {
  double sum = 0;
  for (const Scalar& length : lengths) sum += length.toDouble();
  std::vector<int64_t> sizes;
  if (!(sum <= 1 && sum >= 1 - 1e-9)) {  // Python's isclose, whose sum must not pass 1
    for (const Scalar& length : lengths) sizes.push_back(length.toLong());
    return sizes;
  }
  int64_t left = size;
  for (size_t i = 0; i < lengths.size(); ++i) {
    const double share = lengths[i].toDouble();
    check<ValueError>(share >= 0 && share <= 1, "Fraction at index {} is not between 0 and 1", i);
    sizes.push_back(static_cast<int64_t>(std::floor(static_cast<double>(size) * share)));
    left -= sizes.back();
  }
  for (int64_t i = 0; i < left; ++i) sizes[static_cast<size_t>(i) % sizes.size()]++;
  return sizes;
}

}  // namespace

std::vector<std::shared_ptr<const Subset>> random_split(std::shared_ptr<const Dataset> dataset,
                                                        const std::vector<Scalar>& lengths,
                                                        std::optional<Generator> generator) {
  const std::vector<int64_t> sizes = part_sizes(dataset->size(), lengths);
  int64_t left = dataset->size();
  bool fits = true;
  for (const int64_t size : sizes) fits = fits && size >= 0 && size <= left, left -= fits ? size : 0;
  check<ValueError>(fits && left == 0, "Sum of input lengths does not equal the length of the input dataset!");
  const auto order = randperm(dataset->size(), {}, generator ? &*generator : nullptr).to_vector<int64_t>();
  std::vector<std::shared_ptr<const Subset>> parts;
  auto next = order.begin();
  for (const int64_t size : sizes) {
    parts.push_back(std::make_shared<const Subset>(dataset, std::vector<int64_t>(next, next + size)));
    next += size;
  }
  return parts;
}

}  // namespace datasets
}  // namespace convgrad::data
