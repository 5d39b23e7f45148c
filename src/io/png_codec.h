#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace convgrad::io {

/// An 8-bit picture, plane after plane: pixels[(channel·height + y)·width + x].
struct Picture {
  int64_t channels = 0, height = 0, width = 0;
  std::vector<uint8_t> pixels{};
};

/// How many channels decode_png makes.
enum class PngChannels { as_stored, gray, rgb };  // as_stored: 1 for grey pictures, 3 for the others

/// More pixels than this are refused before memory is asked for.
inline constexpr int64_t kMostPixels = int64_t{1} << 26;

/// Decodes any PNG: 16-bit values keep their high byte, 1, 2 and 4 bits are spread over 0 … 255, transparency is
/// dropped, colours become grey as Pillow's convert("L") has it. `name` is for messages. Throws FileError for anything
/// not whole and well-formed: a checksum, a row, a palette entry or the end missing or wrong.
Picture decode_png(std::span<const uint8_t> file, const std::string& name,
                   PngChannels channels = PngChannels::as_stored);

/// Encodes a picture of 1 (grey) or 3 (RGB) channels. Throws ValueError if it is empty or has other channels.
std::vector<uint8_t> encode_png(const Picture& picture);

}  // namespace convgrad::io
