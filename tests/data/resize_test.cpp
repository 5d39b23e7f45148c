#include "data/resize.h"
#include "places.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <fstream>
#include <sstream>
#include <string>

namespace convgrad::data {
namespace {

using Plane = std::vector<uint8_t>;

Plane resized(const Plane& in, int64_t height, int64_t width, int64_t out_height, int64_t out_width) {
  const Resizer resize(height, width, out_height, out_width);
  Plane out(static_cast<size_t>(resize.output_size())), scratch(static_cast<size_t>(resize.scratch_size()));
  resize(in.data(), out.data(), scratch.data());
  return out;
}

/// The picture of tests/golden/make_resize.py.
Plane pixels(int64_t count, uint32_t x) {
  Plane out(static_cast<size_t>(count));
  for (uint8_t& pixel : out) {
    x = (x * 1103515245u + 12345u) & 0x7FFFFFFF;
    pixel = static_cast<uint8_t>(x >> 16);
  }
  return out;
}

TEST(Resize, EqualsPillowBitForBit) {
  std::ifstream golden(test::golden("resize.txt"));
  int cases = 0;
  for (std::string line; std::getline(golden, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream fields(line);
    std::string mode, crc;
    int64_t width = 0, height = 0, out_width = 0, out_height = 0;
    fields >> mode >> width >> height >> out_width >> out_height >> crc;
    const int64_t channels = mode == "RGB" ? 3 : 1;
    const Plane interleaved = pixels(width * height * channels, static_cast<uint32_t>(++cases));
    Plane result(static_cast<size_t>(out_width * out_height * channels));
    for (int64_t c = 0; c < channels; ++c) {
      Plane plane;
      for (size_t i = static_cast<size_t>(c); i < interleaved.size(); i += static_cast<size_t>(channels))
        plane.push_back(interleaved[i]);
      const Plane out = resized(plane, height, width, out_height, out_width);
      for (size_t i = 0; i < out.size(); ++i)
        result[i * static_cast<size_t>(channels) + static_cast<size_t>(c)] = out[i];
    }
    EXPECT_EQ(crc32(0, result.data(), static_cast<uInt>(result.size())), std::stoul(crc, nullptr, 16)) << line;
  }
  EXPECT_EQ(cases, 48);
}

TEST(Resize, KeepsAConstantPicture) {
  for (const uint8_t value : {0, 1, 127, 255})
    for (const int64_t size : {1, 2, 9, 40, 333})
      EXPECT_EQ(resized(Plane(17 * 13, value), 17, 13, size, size + 1),
                Plane(static_cast<size_t>(size * (size + 1)), value));
}

}  // namespace
}  // namespace convgrad::data
