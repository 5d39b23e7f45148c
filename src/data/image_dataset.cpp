#include <convgrad/data/image_dataset.h>
#include <convgrad/error.h>
#include <fmt/format.h>

#include <utility>

#include "core/check.h"
#include "core/make.h"
#include "core/memory.h"
#include "core/shape.h"
#include "data/draws.h"
#include "data/image_pipeline.h"

namespace convgrad::data::datasets {

ImageDataset::ImageDataset(Tensor images, Tensor targets, std::vector<std::string> classes,
                           transforms::Transform transform, std::vector<std::string> files)
    : images_(std::move(images)),
      targets_(std::move(targets)),
      classes_(std::move(classes)),
      files_(std::move(files)),
      transform_(std::move(transform)) {
  check<TypeError>(images_.dtype() == kUInt8 && targets_.dtype() == kInt64,
                   "pictures must be uint8 and their classes int64, got {} and {}", name(images_.dtype()),
                   name(targets_.dtype()));
  if (images_.dim() == 3) images_ = images_.unsqueeze(1);
  check<ShapeError>(images_.dim() == 4 && images_.size(2) > 0 && images_.size(3) > 0,
                    "pictures must be [N, H, W] or [N, C, H, W], got {}", to_string(images_.sizes()));
  check<ShapeError>(targets_.dim() == 1 && targets_.size(0) == size(), "{} pictures have {} classes", size(),
                    to_string(targets_.sizes()));
  images_ = images_.contiguous();
  targets_ = targets_.contiguous();
  for (int64_t i = 0; i < size(); ++i) {
    const int64_t target = targets_.data_ptr<int64_t>()[i];
    check<IndexError>(target >= 0 && target < static_cast<int64_t>(classes_.size()),
                      "picture {} has class {}; there are {} classes, counted from 0", i, target, classes_.size());
  }
  auto pipeline = ImagePipeline::compile(transform_, images_.size(1), images_.size(2), images_.size(3));
  if (pipeline) pipeline_ = std::make_shared<const ImagePipeline>(*std::move(pipeline));
}

Example ImageDataset::get(int64_t index) const {
  const ExampleScope scope(index);
  const Tensor picture = images_.select(0, index);
  return {transform_ ? transform_(picture) : picture, targets_.select(0, index)};
}

std::optional<Example> ImageDataset::get_batch(IntArrayRef indices) const {
  if (!pipeline_) return std::nullopt;
  std::vector<int64_t> sizes = pipeline_->output_sizes();
  sizes.insert(sizes.begin(), static_cast<int64_t>(indices.size()));
  Example batch{make_tensor(sizes, pipeline_->output_dtype()), make_tensor({sizes[0]}, kInt64)};
  const Scratch<uint8_t> scratch(pipeline_->scratch_size());
  auto* out = static_cast<char*>(batch.data.data_ptr());
  auto* targets = static_cast<int64_t*>(batch.target.data_ptr());
  Draws unused(0);
  for (const int64_t index : indices) {
    const ExampleScope scope(index);
    (*pipeline_)(images_.data_ptr<uint8_t>() + index * pipeline_->input_bytes(), out, scratch,
                 pipeline_->is_random() ? Draws::current() : unused);
    out += pipeline_->output_bytes();
    *targets++ = targets_.data_ptr<int64_t>()[index];
  }
  return batch;
}

}  // namespace convgrad::data::datasets
