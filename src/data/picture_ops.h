#pragma once
#include <convgrad/data/augment.h>

#include <array>
#include <cstdint>

namespace convgrad::data {

using transforms::Interpolation, transforms::PictureSize;

// One 8-bit plane or picture, from `in` to `out`; the results are Pillow's.

/// The piece of `size` whose upper left corner is (top, left), which may lie outside; `fill` there.
void crop_plane(const uint8_t* in, PictureSize in_size, int64_t top, int64_t left, PictureSize size, uint8_t fill,
                uint8_t* out);

/// Where the output's pixel (x, y) comes from: (a·x + b·y + c, d·x + e·y + f), pixels counted at their middles.
using AffineMap = std::array<double, 6>;
/// The map of torchvision's affine(angle, translate, scale, shear): degrees, pixels, about the picture's middle.
AffineMap inverse_affine(PictureSize size, double angle, double across, double down, double scale, double shear);
void affine_plane(const uint8_t* in, PictureSize size, const AffineMap& map, Interpolation interpolation, uint8_t fill,
                  uint8_t* out);

// ImageEnhance's factors, in place: 0 nothing left, 1 as it is. `pixels` is that of a plane.
void adjust_brightness(uint8_t* picture, int64_t channels, int64_t pixels, double factor);
void adjust_contrast(uint8_t* picture, int64_t channels, int64_t pixels, double factor);
void adjust_saturation(uint8_t* picture, int64_t channels, int64_t pixels, double factor);
/// Turned by this share of the circle of colours.
void adjust_hue(uint8_t* picture, int64_t channels, int64_t pixels, double factor);

}  // namespace convgrad::data
