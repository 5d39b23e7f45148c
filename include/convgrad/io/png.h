#pragma once
#include <convgrad/tensor.h>

#include <string>

namespace convgrad::io {

/// How many channels a picture is read as. Like torchvision.io.ImageReadMode.
enum class ImageReadMode { UNCHANGED, GRAY, RGB };  // UNCHANGED: 1 channel for grey pictures, 3 for all others

/// Reads a PNG file as a uint8 tensor [channels, height, width]. Palettes, 16 bits (the high byte is kept), 1, 2 and 4
/// bits, interlaced files and transparency (which is dropped) are all understood; colours become grey as Pillow's
/// convert("L") has it. At most 2²⁶ pixels. Throws FileError for any other file and any damage. Like
/// torchvision.io.decode_png.
CONVGRAD_API Tensor read_png(const std::string& path, ImageReadMode mode = ImageReadMode::UNCHANGED);

/// The bytes of a PNG file, uint8 [n], of a uint8 tensor [1 or 3, height, width] of any strides. Throws TypeError or
/// ValueError for other tensors. Like torchvision.io.encode_png, for PNG.
CONVGRAD_API Tensor encode_png(const Tensor& input);

/// Writes a uint8 tensor [1 or 3, height, width] of any strides as a PNG file, whole or not at all (AtomicFile). Throws
/// TypeError or ValueError for other tensors, FileError when it cannot be written. Like torchvision.io.write_png.
CONVGRAD_API void write_png(const Tensor& input, const std::string& path);

}  // namespace convgrad::io
