#include "data/image_pipeline.h"

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <utility>

namespace convgrad::data {
namespace {

using namespace transforms;

/// The steps of a transform, Compose within Compose unfolded.
void unfold(const Transform& transform, std::vector<const Transform*>& steps) {
  if (const auto* compose = transform.target<Compose>())
    for (const Transform& step : compose->steps()) unfold(step, steps);
  else
    steps.push_back(&transform);
}

float normalized(float value, const Normalize& normalize, size_t channel) {
  const auto& [mean, std] = std::pair(normalize.mean(), normalize.std());
  return (value - static_cast<float>(mean[mean.size() == 1 ? 0 : channel])) /
         static_cast<float>(std[std.size() == 1 ? 0 : channel]);
}

bool fits(const std::vector<double>& values, int64_t channels) {
  return values.size() == 1 || static_cast<int64_t>(values.size()) == channels;
}

/// A copy of the transform's object where it is of one of these types.
template <class... Steps>
std::shared_ptr<const PictureStep> picture_step(const Transform& transform) {
  std::shared_ptr<const PictureStep> found;
  const auto look = [&](const auto* step) {
    if (step) found = std::make_shared<std::remove_cvref_t<decltype(*step)>>(*step);
  };
  (look(transform.target<Steps>()), ...);
  return found;
}

}  // namespace

void ImagePipeline::end_at(PictureSize size) {
  out_ = size;
  picture_bytes_ = std::max(picture_bytes_, channels_ * size.height * size.width);
}

void ImagePipeline::add(const Resize& resize) {
  const std::vector<int64_t> size = resize.output_size(out_.height, out_.width);
  stages_.push_back({.in = out_, .resize = Resizer(out_.height, out_.width, size[0], size[1])});
  resize_bytes_ = std::max(resize_bytes_, stages_.back().resize->scratch_size());
  end_at({.height = size[0], .width = size[1]});
}

void ImagePipeline::add(std::shared_ptr<const PictureStep> step) {
  const PictureSize before = out_;
  end_at(step->size(before));
  is_random_ = true;
  stages_.push_back({.in = before, .step = std::move(step)});
}

std::optional<ImagePipeline> ImagePipeline::compile(const Transform& transform, int64_t channels, int64_t height,
                                                    int64_t width) {
  std::vector<const Transform*> steps;
  if (transform) unfold(transform, steps);
  auto step = steps.begin();
  const auto take = [&]<class T>(const T*) {
    return step != steps.end() && (*step)->target<T>() ? (*step++)->target<T>() : nullptr;
  };
  ImagePipeline pipeline(channels, {.height = height, .width = width});
  for (; step != steps.end(); ++step) {
    if (auto* resize = (*step)->target<Resize>())
      pipeline.add(*resize);
    else if (auto known =
                 picture_step<CenterCrop, RandomCrop, RandomHorizontalFlip, RandomAffine, ColorJitter, RandomErasing>(
                     **step))
      pipeline.add(std::move(known));
    else
      break;
  }
  const ToTensor* to_tensor = take(static_cast<const ToTensor*>(nullptr));
  const Normalize* normalize = to_tensor ? take(static_cast<const Normalize*>(nullptr)) : nullptr;
  const bool normalizes_well = !normalize || (fits(normalize->mean(), channels) && fits(normalize->std(), channels));
  if (step != steps.end() || !normalizes_well || (to_tensor && get_default_dtype() != kFloat32)) return std::nullopt;
  for (int64_t channel = 0; to_tensor && channel < channels; ++channel)
    for (int value = 0; value < 256; ++value) {
      const float x = static_cast<float>(value) / 255.0f;
      pipeline.table_.push_back(normalize ? normalized(x, *normalize, static_cast<size_t>(channel)) : x);
    }
  return pipeline;
}

void ImagePipeline::operator()(const uint8_t* picture, void* out, uint8_t* scratch, Draws& draws) const {
  uint8_t *to = scratch, *other = scratch + picture_bytes_;
  for (const Stage& stage : stages_) {
    if (stage.step) {
      stage.step->run(picture, channels_, stage.in, to, draws);
    } else {
      const Resizer& resize = *stage.resize;
      for (int64_t channel = 0; channel < channels_; ++channel)
        resize(picture + channel * resize.input_size(), to + channel * resize.output_size(),
               scratch + 2 * picture_bytes_);
    }
    picture = to;
    std::swap(to, other);
  }
  const int64_t pixels = out_.height * out_.width;
  if (table_.empty()) {
    std::memcpy(out, picture, static_cast<size_t>(channels_ * pixels));
    return;
  }
  auto* values = static_cast<float*>(out);
  for (int64_t channel = 0; channel < channels_; ++channel) {
    const float* table = table_.data() + channel * 256;
    for (int64_t i = 0; i < pixels; ++i) *values++ = table[*picture++];
  }
}

}  // namespace convgrad::data
