#include <convgrad/data/augment.h>
#include <convgrad/error.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "core/check.h"
#include "core/make.h"
#include "core/shape.h"
#include "data/picture_ops.h"

namespace convgrad::data::transforms {
namespace {

PictureSize size_of(const std::vector<int64_t>& size) {
  check<ValueError>(size.size() == 1 || size.size() == 2, "Please provide only two dimensions (h, w) for size.");
  constexpr int64_t kLongestSide = 1 << 20;
  for (const int64_t side : size)
    check<ValueError>(side > 0 && side <= kLongestSide, "height and width must be of 1 … {}, got {}", kLongestSide,
                      side);
  return {.height = size.front(), .width = size.back()};
}

void check_probability(double p) { check<ValueError>(p >= 0 && p <= 1, "p should be a value in [0, 1], got {}", p); }

}  // namespace

PictureStep::~PictureStep() = default;

Tensor PictureStep::operator()(const Tensor& picture) const {
  if (picture.dtype() != kUInt8)
    throw TypeError({.op = "PictureStep",
                     .argument = "picture",
                     .what = fmt::format("this step takes 8-bit pictures (uint8), got {}", name(picture.dtype())),
                     .hint = "put it before ToTensor"});
  check<ShapeError>((picture.dim() == 2 || picture.dim() == 3) && picture.numel() > 0,
                    "a picture is [C, H, W] or [H, W], got {}", to_string(picture.sizes()));
  const Tensor in = picture.contiguous();
  const PictureSize before{.height = in.size(-2), .width = in.size(-1)}, after = size(before);
  std::vector<int64_t> sizes = in.sizes().vec();
  sizes[sizes.size() - 2] = after.height, sizes.back() = after.width;
  const Tensor out = make_tensor(sizes, kUInt8);
  run(in.data_ptr<uint8_t>(), in.dim() == 3 ? in.size(0) : 1, before, out.data_ptr<uint8_t>(), Draws::current());
  return out;
}

CenterCrop::CenterCrop(std::vector<int64_t> size) : size_(size_of(size)) {}

PictureSize CenterCrop::size(PictureSize) const { return size_; }

void CenterCrop::run(const uint8_t* in, int64_t channels, PictureSize in_size, uint8_t* out, Draws&) const {
  // torchvision's roundings: half a pixel goes to the even side where it cuts, and down where it pads
  const auto corner = [](int64_t have, int64_t want) {
    return have >= want ? std::lrint(static_cast<double>(have - want) / 2) : -((want - have) / 2);
  };
  const int64_t top = corner(in_size.height, size_.height), left = corner(in_size.width, size_.width);
  for (int64_t c = 0; c < channels; ++c, in += in_size.height * in_size.width, out += size_.height * size_.width)
    crop_plane(in, in_size, top, left, size_, 0, out);
}

RandomCrop::RandomCrop(std::vector<int64_t> size, RandomCropOptions options) : size_(size_of(size)), options_(options) {
  check<ValueError>(options_.padding >= 0 && options_.padding <= 1 << 20, "padding must be of 0 … 2²⁰, got {}",
                    options_.padding);
}

PictureSize RandomCrop::size(PictureSize in) const {
  const int64_t height = in.height + 2 * options_.padding, width = in.width + 2 * options_.padding;
  check<ValueError>(size_.height <= height && size_.width <= width,
                    "Required crop size ({}, {}) is larger than input image size ({}, {})", size_.height, size_.width,
                    height, width);
  return size_;
}

void RandomCrop::run(const uint8_t* in, int64_t channels, PictureSize in_size, uint8_t* out, Draws& draws) const {
  const int64_t pad = options_.padding;
  const int64_t top = draws.integer(0, in_size.height + 2 * pad - size_.height) - pad;
  const int64_t left = draws.integer(0, in_size.width + 2 * pad - size_.width) - pad;
  for (int64_t c = 0; c < channels; ++c, in += in_size.height * in_size.width, out += size_.height * size_.width)
    crop_plane(in, in_size, top, left, size_, options_.fill, out);
}

RandomHorizontalFlip::RandomHorizontalFlip(double p) : p_(p) { check_probability(p); }

void RandomHorizontalFlip::run(const uint8_t* in, int64_t channels, PictureSize in_size, uint8_t* out,
                               Draws& draws) const {
  if (!draws.chance(p_)) {
    std::memcpy(out, in, static_cast<size_t>(channels * in_size.height * in_size.width));
    return;
  }
  for (int64_t row = 0; row < channels * in_size.height; ++row, in += in_size.width, out += in_size.width)
    std::reverse_copy(in, in + in_size.width, out);
}

RandomAffine::RandomAffine(RandomAffineOptions options) : options_(std::move(options)) {
  const auto& o = options_;
  check<ValueError>(o.degrees >= 0, "If degrees is a single number, it must be positive.");
  check<ValueError>(o.shear >= 0 && o.shear < 90, "shear must be of 0 … 90 degrees, got {}", o.shear);
  check<ValueError>(o.translate.empty() || o.translate.size() == 2, "translate should be a sequence of length 2.");
  for (const double share : o.translate)
    check<ValueError>(share >= 0 && share <= 1, "translation values should be between 0 and 1");
  check<ValueError>(o.scale.empty() || o.scale.size() == 2, "scale should be a sequence of length 2.");
  for (const double factor : o.scale) check<ValueError>(factor > 0, "scale values should be positive");
}

void RandomAffine::run(const uint8_t* in, int64_t channels, PictureSize size, uint8_t* out, Draws& draws) const {
  const auto& o = options_;
  const auto shift = [&](double share, int64_t side) {
    const double most = share * static_cast<double>(side);
    return std::nearbyint(draws.uniform(-most, most));
  };
  const double angle = draws.uniform(-o.degrees, o.degrees);
  const double across = o.translate.empty() ? 0 : shift(o.translate[0], size.width);
  const double down = o.translate.empty() ? 0 : shift(o.translate[1], size.height);
  const double scale = o.scale.empty() ? 1 : draws.uniform(o.scale[0], o.scale[1]);
  const double shear = draws.uniform(-o.shear, o.shear);
  const AffineMap map = inverse_affine(size, angle, across, down, scale, shear);
  for (int64_t c = 0; c < channels; ++c, in += size.height * size.width, out += size.height * size.width)
    affine_plane(in, size, map, o.interpolation, o.fill, out);
}

ColorJitter::ColorJitter(ColorJitterOptions options) : options_(options) {
  for (const double value : {options_.brightness, options_.contrast, options_.saturation})
    check<ValueError>(value >= 0 && std::isfinite(value), "If brightness is a single number, it must be non negative.");
  check<ValueError>(options_.hue >= 0 && options_.hue <= 0.5, "hue values should be between (-0.5, 0.5)");
}

void ColorJitter::run(const uint8_t* in, int64_t channels, PictureSize size, uint8_t* out, Draws& draws) const {
  const int64_t pixels = size.height * size.width;
  std::memcpy(out, in, static_cast<size_t>(channels * pixels));
  const auto around_one = [&](double value) { return draws.uniform(std::max(0.0, 1 - value), 1 + value); };
  struct Change {
    void (*adjust)(uint8_t*, int64_t, int64_t, double);
    double strength, factor;
  };
  const auto& o = options_;
  Change changes[] = {{adjust_brightness, o.brightness, around_one(o.brightness)},
                      {adjust_contrast, o.contrast, around_one(o.contrast)},
                      {adjust_saturation, o.saturation, around_one(o.saturation)},
                      {adjust_hue, o.hue, draws.uniform(-o.hue, o.hue)}};
  for (int64_t i = 3; i > 0; --i) std::swap(changes[i], changes[draws.integer(0, i)]);
  for (const Change& change : changes)
    if (change.strength > 0) change.adjust(out, channels, pixels, change.factor);
}

RandomErasing::RandomErasing(RandomErasingOptions options) : options_(options) {
  const auto& o = options_;
  check_probability(o.p);
  check<ValueError>(o.smallest >= 0 && o.smallest <= o.largest && o.largest <= 1, "Scale should be between 0 and 1");
  check<ValueError>(o.narrowest > 0 && o.narrowest <= o.widest, "ratio should be positive, the smallest first");
}

void RandomErasing::run(const uint8_t* in, int64_t channels, PictureSize size, uint8_t* out, Draws& draws) const {
  const auto& o = options_;
  std::memcpy(out, in, static_cast<size_t>(channels * size.height * size.width));
  if (!draws.chance(o.p)) return;
  for (int tries = 0; tries < 10; ++tries) {
    const double area = static_cast<double>(size.height * size.width) * draws.uniform(o.smallest, o.largest);
    const double aspect = std::exp(draws.uniform(std::log(o.narrowest), std::log(o.widest)));
    const int64_t height = std::lrint(std::sqrt(area * aspect)), width = std::lrint(std::sqrt(area / aspect));
    if (height >= size.height || width >= size.width) continue;
    const int64_t top = draws.integer(0, size.height - height), left = draws.integer(0, size.width - width);
    for (int64_t c = 0; c < channels; ++c)
      for (int64_t y = top; y < top + height; ++y)
        std::memset(out + (c * size.height + y) * size.width + left, o.value, static_cast<size_t>(width));
    return;
  }
}

}  // namespace convgrad::data::transforms
