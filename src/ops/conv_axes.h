#pragma once
#include <convgrad/array_ref.h>
#include <fmt/format.h>

#include <string>

namespace convgrad::ops {

/// Wide enough for every sum and product that the shape rules form of 64-bit values.
using Wide = __int128;

/// One spatial axis of a convolution as its user gave it, and the arithmetic on it, which cannot overflow. `input` is
/// the size of the operation's input, whichever the direction.
struct ConvSpan {
  int64_t input = 1, kernel = 1, stride = 1, pad_low = 0, pad_high = 0, dilation = 1, output_padding = 0;

  Wide span() const { return Wide{dilation} * (Wide{kernel} - 1) + 1; }  // cells under one window
  Wide padded() const { return Wide{input} + pad_low + pad_high; }
  Wide output() const { return (padded() - span()) / stride + 1; }  // where padded() >= span()
  Wide transposed_output() const {
    return Wide{stride} * (Wide{input} - 1) - pad_low - pad_high + span() + output_padding;
  }
};

/// The spatial axes of a convolution: depth, height, width. Fewer axes leave the first ones at their defaults.
struct ConvAxes {
  const char* op;
  size_t rank;
  bool transposed;
  std::array<ConvSpan, 3> spans{};

  ArrayRef<ConvSpan> used() const { return {spans.data() + 3 - rank, rank}; }
  ConvSpan& operator[](size_t i) { return spans[3 - rank + i]; }
  const ConvSpan& operator[](size_t i) const { return spans[3 - rank + i]; }

  /// Sets output_padding for a transposed convolution to have this result; `sizes` has `rank` values, or input_dims.
  void choose_output_padding(IntArrayRef sizes, size_t input_dims);
  /// Throws for padding that no sum of sizes can hold.
  void check_padding() const;
  /// Throws where a window does not fit or a transposed result would have less than `least` cells, or 2⁶³ of them.
  void check_output(int64_t least = 0) const;
  int64_t output(size_t i) const {
    return static_cast<int64_t>(transposed ? (*this)[i].transposed_output() : (*this)[i].output());
  }
};

/// "8 x 8": f of every axis. Where `planar`, one axis counts as the last of two, as PyTorch's kernels see it.
template <class F>
std::string list_axes(const ConvAxes& axes, const char* separator, F f, bool planar = false) {
  std::vector<std::string> values;
  for (size_t i = planar && axes.rank < 3 ? 1 : 3 - axes.rank; i < 3; ++i) values.push_back(f(axes.spans[i]));
  return fmt::format("{}", fmt::join(values, separator));
}
inline std::string text(Wide value) { return fmt::format("{}", value); }

}  // namespace convgrad::ops
