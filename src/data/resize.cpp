#include "data/resize.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace convgrad::data {
namespace {

constexpr int kPrecision = 22;  // Pillow's: 32 bits less 8 of the value and 2 to spare
constexpr int32_t kHalf = 1 << (kPrecision - 1);

uint8_t rounded(int32_t sum) { return static_cast<uint8_t>(std::clamp(sum >> kPrecision, 0, 255)); }

/// Along the rows of `in` [height, axis.input]. Three taps, as every enlargement has, get a loop without a loop in it.
void resize_width(const ResizeAxis& axis, int64_t height, const uint8_t* in, uint8_t* out) {
  for (int64_t y = 0; y < height; ++y, in += axis.input, out += axis.output) {
    const int32_t* weight = axis.weights.data();
    if (axis.taps == 3) {
      for (int64_t x = 0; x < axis.output; ++x, weight += 3) {
        const uint8_t* from = in + axis.first[x];
        out[x] = rounded(kHalf + from[0] * weight[0] + from[1] * weight[1] + from[2] * weight[2]);
      }
      continue;
    }
    for (int64_t x = 0; x < axis.output; ++x, weight += axis.taps) {
      const uint8_t* from = in + axis.first[x];
      int32_t sum = kHalf;
      for (int64_t tap = 0; tap < axis.taps; ++tap) sum += from[tap] * weight[tap];
      out[x] = rounded(sum);
    }
  }
}

/// Along the columns of `in` [axis.input, width], a strip of columns at a time so that the sums stay in registers.
void resize_height(const ResizeAxis& axis, int64_t width, const uint8_t* in, uint8_t* out) {
  constexpr int64_t kStrip = 32;
  for (int64_t y = 0; y < axis.output; ++y, out += width) {
    const int32_t* weights = axis.weights.data() + y * axis.taps;
    const uint8_t* top = in + axis.first[y] * width;
    for (int64_t x = 0; x < width; x += kStrip) {
      const int64_t columns = std::min(kStrip, width - x);
      int32_t sums[kStrip];
      std::fill_n(sums, kStrip, kHalf);
      for (int64_t tap = 0; tap < axis.taps; ++tap) {
        const uint8_t* from = top + tap * width + x;
        if (columns == kStrip)
          for (int64_t i = 0; i < kStrip; ++i) sums[i] += from[i] * weights[tap];
        else
          for (int64_t i = 0; i < columns; ++i) sums[i] += from[i] * weights[tap];
      }
      for (int64_t i = 0; i < columns; ++i) out[x + i] = rounded(sums[i]);
    }
  }
}

}  // namespace

ResizeAxis::ResizeAxis(int64_t input, int64_t output) : input(input), output(output), first(output) {
  const double scale = static_cast<double>(input) / static_cast<double>(output);
  const double support = std::max(scale, 1.0), sharpness = 1.0 / support;
  const auto window = static_cast<int64_t>(std::ceil(support)) * 2 + 1;
  taps = std::min(window, input);
  weights.assign(static_cast<size_t>(output * taps), 0);
  std::vector<double> exact(static_cast<size_t>(window));
  for (int64_t i = 0; i < output; ++i) {
    const double center = (static_cast<double>(i) + 0.5) * scale;
    const int64_t low = std::max(static_cast<int64_t>(center - support + 0.5), int64_t{0});
    const int64_t high = std::min(static_cast<int64_t>(center + support + 0.5), input);
    double total = 0;
    for (int64_t j = low; j < high; ++j) {
      exact[j - low] = std::max(1.0 - std::abs((static_cast<double>(j) - center + 0.5) * sharpness), 0.0);
      total += exact[j - low];
    }
    // All outputs have the same number of taps: near the end the window begins earlier and its first weights are zero.
    first[i] = std::min(low, input - taps);
    int32_t* weight = weights.data() + i * taps + (low - first[i]);
    for (int64_t j = low; j < high; ++j)
      weight[j - low] = static_cast<int32_t>(0.5 + (total != 0 ? exact[j - low] / total : 0.0) * (1 << kPrecision));
  }
}

void Resizer::operator()(const uint8_t* in, uint8_t* out, uint8_t* scratch) const {
  const bool other_width = columns_.input != columns_.output, other_height = rows_.input != rows_.output;
  if (!other_width && !other_height) {
    std::memcpy(out, in, static_cast<size_t>(output_size()));
  } else if (!other_height) {
    resize_width(columns_, rows_.input, in, out);
  } else if (!other_width) {
    resize_height(rows_, columns_.input, in, out);
  } else if (height_first()) {
    resize_height(rows_, columns_.input, in, scratch);
    resize_width(columns_, rows_.output, scratch, out);
  } else {
    resize_width(columns_, rows_.input, in, scratch);
    resize_height(rows_, columns_.output, scratch, out);
  }
}

}  // namespace convgrad::data
