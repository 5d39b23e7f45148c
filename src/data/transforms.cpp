#include <convgrad/data/transforms.h>
#include <convgrad/error.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/check.h"
#include "core/make.h"
#include "core/memory.h"
#include "core/shape.h"
#include "data/resize.h"

namespace convgrad::data::transforms {
namespace {

constexpr int64_t kLongestSide = 1 << 20;  // of a resized picture: a typing mistake shall not eat all memory

/// (x − mean) / std of one plane; one division, as PyTorch's sub and div.
template <class T>
void normalize_plane(const T* x, T* out, int64_t count, T mean, T std) {
  for (int64_t i = 0; i < count; ++i) out[i] = (x[i] - mean) / std;
}

}  // namespace

Resize::Resize(int64_t size) : Resize(std::vector<int64_t>{size}) {}

Resize::Resize(std::vector<int64_t> size) : size_(std::move(size)) {
  check<ValueError>(size_.size() == 1 || size_.size() == 2, "If size is a sequence, it should have 1 or 2 values");
  const auto [smallest, largest] = std::minmax_element(size_.begin(), size_.end());
  check<ValueError>(*smallest > 0, "height and width must be > 0");
  check<ValueError>(*largest <= kLongestSide, "height and width must be at most {}, got {}", kLongestSide, *largest);
}

std::vector<int64_t> Resize::output_size(int64_t height, int64_t width) const {
  if (size_.size() == 2) return size_;
  const double ratio = static_cast<double>(size_[0]) * static_cast<double>(std::max(height, width)) /
                       static_cast<double>(std::min(height, width));
  check<ValueError>(ratio <= kLongestSide, "a picture of {} × {} would become {:.0f} pixels long; {} are allowed",
                    height, width, ratio, kLongestSide);
  const auto longer = static_cast<int64_t>(ratio);
  return width <= height ? std::vector{longer, size_[0]} : std::vector{size_[0], longer};
}

Tensor Resize::operator()(const Tensor& picture) const {
  if (picture.dtype() != kUInt8)
    throw TypeError({.op = "Resize",
                     .argument = "picture",
                     .what = fmt::format("Resize takes 8-bit pictures (uint8), got {}", name(picture.dtype())),
                     .hint = "put Resize before ToTensor"});
  if (picture.dim() < 2 || picture.size(-1) < 1 || picture.size(-2) < 1)
    throw ShapeError({.op = "Resize",
                      .argument = "picture",
                      .what = fmt::format("Resize takes pictures [..., H, W], got {}", to_string(picture.sizes())),
                      .hint = "H and W must be at least 1"});
  const Tensor in = picture.contiguous();
  const std::vector<int64_t> size = output_size(in.size(-2), in.size(-1));
  std::vector<int64_t> sizes = in.sizes().vec();
  std::copy(size.begin(), size.end(), sizes.end() - 2);
  const Tensor out = make_tensor(sizes, kUInt8);
  const Resizer resize(in.size(-2), in.size(-1), size[0], size[1]);
  const Scratch<uint8_t> scratch(resize.scratch_size());
  const int64_t planes = in.numel() / resize.input_size();
  for (int64_t plane = 0; plane < planes; ++plane)
    resize(in.data_ptr<uint8_t>() + plane * resize.input_size(), out.data_ptr<uint8_t>() + plane * resize.output_size(),
           scratch);
  return out;
}

Tensor ToTensor::operator()(const Tensor& picture) const {
  if (picture.dtype() != kUInt8)
    throw TypeError({.op = "ToTensor",
                     .argument = "picture",
                     .what = fmt::format("ToTensor takes 8-bit pictures (uint8), got {}", name(picture.dtype())),
                     .hint = "tensors of floats need no ToTensor"});
  if (picture.dim() != 2 && picture.dim() != 3)
    throw ShapeError({.op = "ToTensor",
                      .argument = "picture",
                      .what = fmt::format("pic should be 2/3 dimensional. Got {} dimensions.", picture.dim()),
                      .hint = "a picture is [C, H, W] or [H, W]"});
  const Tensor in = picture.contiguous();
  std::vector<int64_t> sizes = in.sizes().vec();
  if (sizes.size() == 2) sizes.insert(sizes.begin(), 1);
  const Tensor out = make_tensor(sizes, get_default_dtype());
  const uint8_t* from = in.data_ptr<uint8_t>();
  if (out.dtype() == kFloat64)
    std::transform(from, from + in.numel(), out.data_ptr<double>(), [](uint8_t value) { return value / 255.0; });
  else
    std::transform(from, from + in.numel(), out.data_ptr<float>(), [](uint8_t value) { return value / 255.0f; });
  return out;
}

Normalize::Normalize(std::vector<double> mean, std::vector<double> std) : mean_(std::move(mean)), std_(std::move(std)) {
  check<ValueError>(!mean_.empty() && !std_.empty(), "mean and std must have a value for each channel, or one for all");
  check<ValueError>(std::none_of(std_.begin(), std_.end(), [](double value) { return static_cast<float>(value) == 0; }),
                    "std evaluated to zero after conversion to torch.float32, leading to division by zero.");
}

Tensor Normalize::operator()(const Tensor& picture) const {
  check<TypeError>(picture.is_floating_point(), "Input tensor should be a float tensor. Got torch.{}.",
                   name(picture.dtype()));
  check<ValueError>(picture.dim() >= 3,
                    "Expected tensor to be a tensor image of size (..., C, H, W). Got tensor.size() = torch.Size({})",
                    to_string(picture.sizes()));
  const int64_t channels = picture.size(-3), plane = picture.size(-1) * picture.size(-2);
  for (const auto* values : {&mean_, &std_})
    check<ShapeError>(values->size() == 1 || static_cast<int64_t>(values->size()) == channels,
                      "The size of tensor a ({}) must match the size of tensor b ({}) at non-singleton dimension {}",
                      channels, values->size(), picture.dim() - 3);
  const Tensor in = picture.contiguous(), out = make_tensor(in.sizes(), in.dtype());
  const int64_t planes = plane == 0 ? 0 : in.numel() / plane;
  for (int64_t i = 0; i < planes; ++i) {
    const auto channel = static_cast<size_t>(i % channels);
    const double mean = mean_[mean_.size() == 1 ? 0 : channel], std = std_[std_.size() == 1 ? 0 : channel];
    if (in.dtype() == kFloat32)
      normalize_plane(in.data_ptr<float>() + i * plane, out.data_ptr<float>() + i * plane, plane,
                      static_cast<float>(mean), static_cast<float>(std));
    else
      normalize_plane(in.data_ptr<double>() + i * plane, out.data_ptr<double>() + i * plane, plane, mean, std);
  }
  return out;
}

Tensor Compose::operator()(const Tensor& x) const {
  Tensor out = x;
  for (const Transform& step : steps_) out = step(out);
  return out;
}

}  // namespace convgrad::data::transforms
