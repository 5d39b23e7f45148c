#include "data/image_pipeline.h"

#include <cstddef>

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

}  // namespace

std::optional<ImagePipeline> ImagePipeline::compile(const Transform& transform, int64_t channels, int64_t height,
                                                    int64_t width) {
  std::vector<const Transform*> steps;
  if (transform) unfold(transform, steps);
  auto step = steps.begin();
  const auto take = [&]<class T>(const T*) {
    return step != steps.end() && (*step)->target<T>() ? (*step++)->target<T>() : nullptr;
  };
  const Resize* resize = take(static_cast<const Resize*>(nullptr));
  const ToTensor* to_tensor = take(static_cast<const ToTensor*>(nullptr));
  const Normalize* normalize = to_tensor ? take(static_cast<const Normalize*>(nullptr)) : nullptr;
  const bool normalizes_well = !normalize || (fits(normalize->mean(), channels) && fits(normalize->std(), channels));
  if (step != steps.end() || !normalizes_well || (to_tensor && get_default_dtype() != kFloat32)) return std::nullopt;

  const std::vector<int64_t> size = resize ? resize->output_size(height, width) : std::vector{height, width};
  ImagePipeline pipeline(channels, Resizer(height, width, size[0], size[1]));
  pipeline.to_float_ = to_tensor != nullptr;
  for (int64_t channel = 0; to_tensor && channel < channels; ++channel)
    for (int value = 0; value < 256; ++value) {
      const float x = static_cast<float>(value) / 255.0f;
      pipeline.table_.push_back(normalize ? normalized(x, *normalize, static_cast<size_t>(channel)) : x);
    }
  return pipeline;
}

void ImagePipeline::operator()(const uint8_t* picture, void* out, uint8_t* scratch) const {
  const int64_t pixels = resizer_.output_size();
  uint8_t* resized = scratch + resizer_.scratch_size();
  for (int64_t channel = 0; channel < channels_; ++channel, picture += resizer_.input_size()) {
    if (!to_float_) {
      resizer_(picture, static_cast<uint8_t*>(out) + channel * pixels, scratch);
      continue;
    }
    resizer_(picture, resized, scratch);
    const float* table = table_.data() + channel * 256;
    float* values = static_cast<float*>(out) + channel * pixels;
    for (int64_t i = 0; i < pixels; ++i) values[i] = table[resized[i]];
  }
}

}  // namespace convgrad::data
