#include "data/picture_ops.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace convgrad::data {

void crop_plane(const uint8_t* in, PictureSize in_size, int64_t top, int64_t left, PictureSize size, uint8_t fill,
                uint8_t* out) {
  const int64_t first = std::clamp<int64_t>(-left, 0, size.width);
  const int64_t last = std::clamp<int64_t>(in_size.width - left, first, size.width);
  for (int64_t y = 0; y < size.height; ++y, out += size.width) {
    const int64_t row = top + y;
    if (row < 0 || row >= in_size.height || first == last) {
      std::memset(out, fill, static_cast<size_t>(size.width));
      continue;
    }
    std::memset(out, fill, static_cast<size_t>(first));
    std::memcpy(out + first, in + row * in_size.width + left + first, static_cast<size_t>(last - first));
    std::memset(out + last, fill, static_cast<size_t>(size.width - last));
  }
}

AffineMap inverse_affine(PictureSize size, double angle, double across, double down, double scale, double shear) {
  const double turn = angle * M_PI / 180, slant = shear * M_PI / 180;
  const double cx = static_cast<double>(size.width) * 0.5, cy = static_cast<double>(size.height) * 0.5;
  // turn · slant, inverted
  const double a = std::cos(turn), b = -std::cos(turn) * std::tan(slant) - std::sin(turn);
  const double c = std::sin(turn), d = -std::sin(turn) * std::tan(slant) + std::cos(turn);
  AffineMap map{d / scale, -b / scale, 0, -c / scale, a / scale, 0};
  map[2] = map[0] * (-cx - across) + map[1] * (-cy - down) + cx;
  map[5] = map[3] * (-cx - across) + map[4] * (-cy - down) + cy;
  return map;
}

namespace {

/// In steps of 1/65536 of a pixel, as Pillow has it.
void affine_nearest(const uint8_t* in, PictureSize size, const AffineMap& map, uint8_t fill, uint8_t* out) {
  const auto fixed = [](double v) { return static_cast<int64_t>(std::floor(v * 65536.0 + 0.5)); };
  const int64_t dx_x = fixed(map[0]), dx_y = fixed(map[1]), dy_x = fixed(map[3]), dy_y = fixed(map[4]);
  int64_t x_row = fixed(map[2] + map[0] * 0.5 + map[1] * 0.5), y_row = fixed(map[5] + map[3] * 0.5 + map[4] * 0.5);
  for (int64_t y = 0; y < size.height; ++y, x_row += dx_y, y_row += dy_y) {
    int64_t from_x = x_row, from_y = y_row;
    for (int64_t x = 0; x < size.width; ++x, from_x += dx_x, from_y += dy_x) {
      const int64_t column = from_x >> 16, row = from_y >> 16;
      const bool inside = column >= 0 && column < size.width && row >= 0 && row < size.height;
      *out++ = inside ? in[row * size.width + column] : fill;
    }
  }
}

/// Of x > −1, without a call.
int64_t floored(double x) { return x < 0 ? -1 : static_cast<int64_t>(x); }

void affine_bilinear(const uint8_t* in, PictureSize size, const AffineMap& map, uint8_t fill, uint8_t* out) {
  const auto width = static_cast<double>(size.width), height = static_cast<double>(size.height);
  for (int64_t y = 0; y < size.height; ++y)
    for (int64_t x = 0; x < size.width; ++x, ++out) {
      const double column = static_cast<double>(x) + 0.5, row = static_cast<double>(y) + 0.5;
      double from_x = map[0] * column + map[1] * row + map[2], from_y = map[3] * column + map[4] * row + map[5];
      if (!(from_x >= 0 && from_x < width && from_y >= 0 && from_y < height)) {
        *out = fill;
        continue;
      }
      from_x -= 0.5, from_y -= 0.5;
      const int64_t i = floored(from_x), j = floored(from_y);
      const auto at = [&](int64_t i, int64_t j) {
        return static_cast<double>(
            in[std::clamp<int64_t>(j, 0, size.height - 1) * size.width + std::clamp<int64_t>(i, 0, size.width - 1)]);
      };
      const auto along = [&](int64_t line) {
        const double first = at(i, line), second = at(i + 1, line);
        return first + (second - first) * (from_x - static_cast<double>(i));
      };
      const double upper = along(j), lower = along(j + 1);
      *out = static_cast<uint8_t>(upper + (lower - upper) * (from_y - static_cast<double>(j)));
    }
}

/// `from` + factor · (value − from), as Image.blend computes it.
uint8_t blended(int from, int value, float factor) {
  const float mixed = static_cast<float>(from) + factor * static_cast<float>(value - from);
  return static_cast<uint8_t>(std::clamp(mixed, 0.0f, 255.0f));
}

/// Pillow's convert("L").
int luma(const uint8_t* picture, int64_t pixels, int64_t i) {
  return (picture[i] * 19595 + picture[pixels + i] * 38470 + picture[2 * pixels + i] * 7471 + 0x8000) >> 16;
}

}  // namespace

void affine_plane(const uint8_t* in, PictureSize size, const AffineMap& map, Interpolation interpolation, uint8_t fill,
                  uint8_t* out) {
  (interpolation == Interpolation::nearest ? affine_nearest : affine_bilinear)(in, size, map, fill, out);
}

void adjust_brightness(uint8_t* picture, int64_t channels, int64_t pixels, double factor) {
  for (int64_t i = 0; i < channels * pixels; ++i) picture[i] = blended(0, picture[i], static_cast<float>(factor));
}

void adjust_contrast(uint8_t* picture, int64_t channels, int64_t pixels, double factor) {
  int64_t sum = 0;
  for (int64_t i = 0; i < pixels; ++i) sum += channels == 3 ? luma(picture, pixels, i) : picture[i];
  const int mean = static_cast<int>(static_cast<double>(sum) / static_cast<double>(pixels) + 0.5);
  for (int64_t i = 0; i < channels * pixels; ++i) picture[i] = blended(mean, picture[i], static_cast<float>(factor));
}

void adjust_saturation(uint8_t* picture, int64_t channels, int64_t pixels, double factor) {
  if (channels != 3) return;
  for (int64_t i = 0; i < pixels; ++i) {
    const int grey = luma(picture, pixels, i);
    for (int64_t c = 0; c < 3; ++c)
      picture[c * pixels + i] = blended(grey, picture[c * pixels + i], static_cast<float>(factor));
  }
}

namespace {

/// The whole part of value, at most 255.
uint8_t clipped(double value) { return static_cast<uint8_t>(std::min(value, 255.0)); }

/// std::round of value >= 0, without a call.
uint8_t rounded(double value) {
  const int whole = static_cast<int>(value);
  return clipped(whole + (value - whole >= 0.5 ? 1 : 0));
}

/// Red, green and blue to hue, saturation and value, each of 0 … 255.
std::array<uint8_t, 3> to_hsv(int r, int g, int b) {
  const int largest = std::max({r, g, b}), smallest = std::min({r, g, b});
  if (largest == smallest) return {0, 0, static_cast<uint8_t>(largest)};
  const auto range = static_cast<float>(largest - smallest);
  const float rc = static_cast<float>(largest - r) / range, gc = static_cast<float>(largest - g) / range,
              bc = static_cast<float>(largest - b) / range, s = range / static_cast<float>(largest);
  float h = r == largest   ? bc - gc
            : g == largest ? static_cast<float>(2.0 + rc - bc)
                           : static_cast<float>(4.0 + gc - rc);
  const double circle = h / 6.0 + 1.0;  // between 5/6 and 11/6
  h = static_cast<float>(circle >= 1 ? circle - 1 : circle);
  return {clipped(h * 255.0), clipped(s * 255.0), static_cast<uint8_t>(largest)};
}

std::array<uint8_t, 3> to_rgb(uint8_t h, uint8_t s, uint8_t v) {
  if (s == 0) return {v, v, v};
  const double sixths = h * 6.0 / 255.0;
  const int i = static_cast<int>(sixths);
  const auto f = static_cast<float>(sixths - static_cast<float>(i));
  const auto fs = static_cast<float>(static_cast<float>(s) / 255.0);
  const uint8_t p = rounded(static_cast<float>(v) * (1.0 - fs));
  const uint8_t q = rounded(static_cast<float>(v) * (1.0 - fs * f));
  const uint8_t t = rounded(static_cast<float>(v) * (1.0 - fs * (1.0 - f)));
  const std::array<uint8_t, 3> sectors[] = {{v, t, p}, {q, v, p}, {p, v, t}, {p, q, v}, {t, p, v}, {v, p, q}};
  return sectors[i % 6];
}

}  // namespace

void adjust_hue(uint8_t* picture, int64_t channels, int64_t pixels, double factor) {
  if (channels != 3) return;
  const auto turn = static_cast<uint8_t>(static_cast<int>(factor * 255));
  for (int64_t i = 0; i < pixels; ++i) {
    const auto [h, s, v] = to_hsv(picture[i], picture[pixels + i], picture[2 * pixels + i]);
    const auto rgb = to_rgb(static_cast<uint8_t>(h + turn), s, v);
    for (int64_t c = 0; c < 3; ++c) picture[c * pixels + i] = rgb[static_cast<size_t>(c)];
  }
}

}  // namespace convgrad::data
