#pragma once
#include <convgrad/ops/conv_options.h>

namespace convgrad {

/// The spatial sizes of a convolution's result, and why they are what they are.
class CONVGRAD_API ConvOutputSize {
 public:
  ConvOutputSize(std::vector<int64_t> sizes, std::string reasoning)
      : sizes_(std::move(sizes)), reasoning_(std::move(reasoning)) {}

  const std::vector<int64_t>& sizes() const { return sizes_; }
  int64_t operator[](size_t axis) const { return sizes_.at(axis); }
  operator const std::vector<int64_t>&() const { return sizes_; }  // NOLINT
  /// The formula with the numbers put in, and in words; a paragraph an axis:
  ///   ⌊(5 + 2·0 − 1·(3 − 1) − 1)/2⌋ + 1 = ⌊2/2⌋ + 1 = 2
  ///   The kernel covers 3 of 5 cells and moves 2 at a time: it stands in 2 places.
  const std::string& explain() const { return reasoning_; }

 private:
  std::vector<int64_t> sizes_;
  std::string reasoning_;
};

/// conv_output_size(28, 5, {.padding = 2})[0], conv_output_size({28, 32}, 3, {.stride = 2}).sizes():
///
///   out = ⌊(in + padding at both ends − dilation·(kernel − 1) − 1) / stride⌋ + 1
///
/// A number for kernel_size stands for all axes of input_size. Errors: those of conv2d.
CONVGRAD_API ConvOutputSize conv_output_size(const AxisValues& input_size, const AxisValues& kernel_size,
                                             const ConvOptions& options = {});

/// The same for a transposed convolution:
///
///   out = (in − 1)·stride − padding at both ends + dilation·(kernel − 1) + output_padding + 1
CONVGRAD_API ConvOutputSize conv_transpose_output_size(const AxisValues& input_size, const AxisValues& kernel_size,
                                                       const ConvTransposeOptions& options = {});

}  // namespace convgrad
