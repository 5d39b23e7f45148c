#include <convgrad/data/dataset.h>
#include <convgrad/error.h>
#include <convgrad/ops/join.h>

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

}  // namespace datasets
}  // namespace convgrad::data
