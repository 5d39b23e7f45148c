#include <algorithm>
#include <cmath>
#include <utility>

#include "core/make.h"
#include "core/threads.h"
#include "data/generated.h"

namespace convgrad::data::datasets {
namespace {

constexpr int64_t kSide = 28, kPixels = kSide * kSide;

const std::vector<std::string>& kinds() {
  static const std::vector<std::string> names{"disc",  "ring", "half disc", "crescent", "square",
                                              "frame", "bar",  "triangle",  "cross",    "corner"};
  return names;
}

/// Does the shape of radius 1 about the origin cover (u, v)?
bool covers(int64_t kind, double u, double v) {
  const double r2 = u * u + v * v, x = std::abs(u), y = std::abs(v), far = std::max(x, y);
  switch (kind) {
    case 0:
      return r2 <= 1;
    case 1:
      return r2 <= 1 && r2 >= 0.4;
    case 2:
      return r2 <= 1 && v >= 0;
    case 3:
      return r2 <= 1 && (u - 0.5) * (u - 0.5) + v * v >= 0.6;
    case 4:
      return far <= 0.8;
    case 5:
      return far <= 0.85 && far >= 0.5;
    case 6:
      return x <= 1 && y <= 0.28;
    case 7:
      return v >= -0.5 && v <= 1 - 1.75 * x;
    case 8:
      return far <= 1 && std::min(x, y) <= 0.28;
    default:
      return far <= 0.8 && (u <= -0.3 || v <= -0.3);
  }
}

/// One picture and its mask. Only +, −, ·, / of doubles and integers: the same bits everywhere.
void draw(Draws& draws, int64_t kind, uint8_t* picture, uint8_t* mask) {
  const double radius = draws.uniform(6, 11);
  const double cx = draws.uniform(radius, kSide - radius), cy = draws.uniform(radius, kSide - radius);
  const double t = draws.uniform(-1, 1);  // the tangent of half the turn
  const double cosine = (1 - t * t) / (1 + t * t) / radius, sine = 2 * t / (1 + t * t) / radius;
  const double flip = draws.chance(0.5) ? 1 : -1;
  const int64_t back = draws.integer(20, 100), contrast = draws.integer(50, 130);
  const bool inverted = draws.chance(0.3);
  for (int64_t y = 0; y < kSide; ++y)
    for (int64_t x = 0; x < kSide; ++x) {
      int64_t covered = 0;  // of four points
      for (int point = 0; point < 4; ++point) {
        const double dx = static_cast<double>(x) + 0.25 + 0.5 * (point & 1) - cx;
        const double dy = static_cast<double>(y) + 0.25 + 0.5 * (point >> 1) - cy;
        covered += covers(kind, flip * (cosine * dx + sine * dy), flip * (cosine * dy - sine * dx));
      }
      const int64_t grey = back + contrast * covered / 4;
      *picture++ = detail::noisy(inverted ? 255 - grey : grey, 12, draws);
      *mask++ = covered >= 2 ? static_cast<uint8_t>(kind + 1) : 0;
    }
}

struct Pictures {
  explicit Pictures(const GeneratedOptions& options) {
    const int64_t count = detail::count_of(options);
    images = make_tensor({count, kSide, kSide}, kUInt8);
    masks = make_tensor({count, kSide, kSide}, kUInt8);
    targets = make_tensor({count}, kInt64);
    parallel_for(0, count, 64, [&](int64_t first, int64_t last) {
      for (int64_t i = first; i < last; ++i) {
        Draws draws(detail::seed_of(options), i);
        const int64_t kind = targets.data_ptr<int64_t>()[i] = draws.integer(0, 9);
        draw(draws, kind, images.data_ptr<uint8_t>() + i * kPixels, masks.data_ptr<uint8_t>() + i * kPixels);
      }
    });
  }
  Tensor images, masks, targets;
};

ImageDataset load_shapes(GeneratedOptions options) {
  const Pictures pictures(options);
  return {pictures.images, pictures.targets, kinds(), std::move(options.transform)};
}

std::vector<std::string> pixel_classes() {
  std::vector<std::string> names{"background"};
  names.insert(names.end(), kinds().begin(), kinds().end());
  return names;
}

}  // namespace

Shapes10::Shapes10(GeneratedOptions options) : ImageDataset(load_shapes(std::move(options))) {}

struct ShapeMasks::Drawn {
  explicit Drawn(const Pictures& p) : images(p.images), masks(p.masks), targets(p.targets) {}
  Tensor images, masks, targets;
};

ShapeMasks::ShapeMasks(GeneratedOptions options) : ShapeMasks(Drawn(Pictures(options)), options.transform) {}

ShapeMasks::ShapeMasks(Drawn drawn, transforms::Transform transform)
    : ImageDataset(drawn.images, drawn.targets, pixel_classes(), std::move(transform)), masks_(drawn.masks) {}

Example ShapeMasks::get(int64_t index) const {
  return {ImageDataset::get(index).data, masks_.select(0, index).to(kInt64)};
}

std::optional<Example> ShapeMasks::get_batch(IntArrayRef indices) const {
  std::optional<Example> batch = ImageDataset::get_batch(indices);
  if (!batch) return batch;
  batch->target = make_tensor({static_cast<int64_t>(indices.size()), kSide, kSide}, kInt64);
  auto* out = batch->target.data_ptr<int64_t>();
  for (const int64_t index : indices)
    out = std::copy_n(masks_.data_ptr<uint8_t>() + index * kPixels, static_cast<size_t>(kPixels), out);
  return batch;
}

}  // namespace convgrad::data::datasets
