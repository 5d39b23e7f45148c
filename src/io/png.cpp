#include <convgrad/error.h>
#include <convgrad/io/atomic_file.h>
#include <convgrad/io/png.h>
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "core/make.h"
#include "core/shape.h"
#include "io/file_bytes.h"
#include "io/png_codec.h"

namespace convgrad::io {

Tensor read_png(const std::string& path, ImageReadMode mode) {
  const PngChannels channels = mode == ImageReadMode::GRAY  ? PngChannels::gray
                               : mode == ImageReadMode::RGB ? PngChannels::rgb
                                                            : PngChannels::as_stored;
  const FileBytes file(path);
  const Picture picture = decode_png(file.bytes(), path, channels);
  const Tensor out = make_tensor({picture.channels, picture.height, picture.width}, kUInt8);
  std::copy(picture.pixels.begin(), picture.pixels.end(), out.data_ptr<uint8_t>());
  return out;
}

namespace {

std::vector<uint8_t> encoded(const char* op, const Tensor& input) {
  if (input.dtype() != kUInt8)
    throw TypeError({.op = op,
                     .argument = "input",
                     .what = fmt::format("Input tensor dtype should be uint8, got {}", name(input.dtype())),
                     .hint = "for values in [0, 1]: (input * 255).round().to(kUInt8)"});
  if (input.dim() != 3)
    throw ValueError(
        {.op = op,
         .argument = "input",
         .what = fmt::format("Input data should be a 3-dimensional tensor, got {}", to_string(input.sizes())),
         .hint = "a picture is [1, height, width] (grey) or [3, height, width] (RGB)"});
  const Tensor packed = input.contiguous();
  Picture picture{.channels = input.size(0), .height = input.size(1), .width = input.size(2)};
  if (packed.numel() > 0)
    picture.pixels.assign(packed.data_ptr<uint8_t>(), packed.data_ptr<uint8_t>() + packed.numel());
  return encode_png(picture);
}

}  // namespace

Tensor encode_png(const Tensor& input) {
  const std::vector<uint8_t> bytes = encoded("encode_png", input);
  const Tensor out = make_tensor({static_cast<int64_t>(bytes.size())}, kUInt8);
  std::copy(bytes.begin(), bytes.end(), out.data_ptr<uint8_t>());
  return out;
}

void write_png(const Tensor& input, const std::string& path) {
  const std::vector<uint8_t> bytes = encoded("write_png", input);
  write_file(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace convgrad::io
