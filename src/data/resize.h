#pragma once
#include <cstdint>
#include <vector>

namespace convgrad::data {

/// Which input samples make one output sample, along one axis, and with what weights: Pillow's bilinear filter, whose
/// triangle grows with the scale when it shrinks (so it is antialiased), in Pillow's fixed point.
struct ResizeAxis {
  ResizeAxis(int64_t input, int64_t output);

  int64_t input, output;
  int64_t taps;                  // weights for each output sample
  std::vector<int64_t> first;    // [output] the first input sample
  std::vector<int32_t> weights;  // [output][taps] in units of 2⁻²²
};

/// Resizes 8-bit pictures, plane by plane, to the very bits of Pillow's Image.resize(size, BILINEAR): rows first,
/// rounded to 8 bits, then columns. The weights are computed once, for any number of pictures; safe to use from several
/// threads.
class Resizer {
 public:
  Resizer(int64_t in_height, int64_t in_width, int64_t out_height, int64_t out_width)
      : rows_(in_height, out_height), columns_(in_width, out_width) {}

  int64_t input_size() const { return rows_.input * columns_.input; }
  int64_t output_size() const { return rows_.output * columns_.output; }
  int64_t out_height() const { return rows_.output; }
  int64_t out_width() const { return columns_.output; }
  /// Bytes of scratch memory that one call needs.
  int64_t scratch_size() const {
    return height_first() ? rows_.output * columns_.input : rows_.input * columns_.output;
  }

  /// One plane [in_height, in_width] to [out_height, out_width], both contiguous.
  void operator()(const uint8_t* in, uint8_t* out, uint8_t* scratch) const;

 private:
  bool height_first() const {
    const int64_t lost_rows = rows_.input - rows_.output, lost_columns = columns_.input - columns_.output;
    return lost_rows > 0 && lost_rows > 2 * lost_columns;
  }

  ResizeAxis rows_, columns_;
};

}  // namespace convgrad::data
