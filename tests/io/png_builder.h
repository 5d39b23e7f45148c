#pragma once
#include <functional>
#include <string>

#include "sample_files.h"

namespace convgrad::test {

inline Bytes be32(uint32_t value) {
  return {static_cast<uint8_t>(value >> 24), static_cast<uint8_t>(value >> 16), static_cast<uint8_t>(value >> 8),
          static_cast<uint8_t>(value)};
}

inline Bytes chunk(const std::string& type, const Bytes& data) {
  Bytes body(type.begin(), type.end());
  body = body + data;
  const auto crc = static_cast<uint32_t>(crc32(0, body.data(), static_cast<uInt>(body.size())));
  return be32(static_cast<uint32_t>(data.size())) + body + be32(crc);
}

inline Bytes deflated(const Bytes& data) {
  uLongf size = compressBound(static_cast<uLong>(data.size()));
  Bytes out(size);
  compress(out.data(), &size, data.data(), static_cast<uLong>(data.size()));
  out.resize(size);
  return out;
}

/// A PNG file, part by part, so that any part can be spoilt.
struct PngBuilder {
  uint32_t width = 4, height = 3;
  uint8_t depth = 8, color_type = 0, interlace = 0;  // color_type: 0 grey, 2 RGB, 3 palette, 4 grey + alpha, 6 RGBA
  std::function<uint32_t(uint32_t x, uint32_t y, int channel)> sample = [](uint32_t x, uint32_t y, int channel) {
    return x * 7 + y * 31 + static_cast<uint32_t>(channel) * 50;
  };

  static Bytes signature() { return {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'}; }
  int channels() const { return color_type == 2 ? 3 : color_type == 4 ? 2 : color_type == 6 ? 4 : 1; }
  uint32_t value(uint32_t x, uint32_t y, int channel) const { return sample(x, y, channel) & ((1u << depth) - 1); }
  Bytes header() const { return chunk("IHDR", be32(width) + be32(height) + Bytes{depth, color_type, 0, 0, interlace}); }
  Bytes palette(int entries) const {
    Bytes out;
    for (int i = 0; i < entries; ++i)
      out = out + Bytes{static_cast<uint8_t>(i * 3), static_cast<uint8_t>(255 - i), static_cast<uint8_t>(i * i)};
    return chunk("PLTE", out);
  }
  /// One filter byte and the packed samples a row, of each pass.
  Bytes rows() const {
    struct Pass {
      uint32_t x, y, dx, dy;
    };
    const std::vector<Pass> adam7{{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4},
                                  {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};
    Bytes out;
    for (const Pass& pass : interlace ? adam7 : std::vector<Pass>{{0, 0, 1, 1}})
      for (uint32_t y = pass.y; pass.x < width && y < height; y += pass.dy) {
        out.push_back(0);
        uint32_t bits = 0, held = 0;
        for (uint32_t x = pass.x; x < width; x += pass.dx)
          for (int c = 0; c < channels(); ++c)
            for (int bit = depth - 1; bit >= 0; --bit) {
              held = held << 1 | (value(x, y, c) >> bit & 1);
              if (++bits == 8) out.push_back(static_cast<uint8_t>(held)), bits = held = 0;
            }
        if (bits) out.push_back(static_cast<uint8_t>(held << (8 - bits)));
      }
    return out;
  }
  Bytes data() const { return chunk("IDAT", deflated(rows())); }
  static Bytes end() { return chunk("IEND", {}); }
  Bytes file() const {
    return signature() + header() + (color_type == 3 ? palette(1 << depth) : Bytes{}) + data() + end();
  }
};

}  // namespace convgrad::test
