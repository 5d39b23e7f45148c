#include <convgrad/error.h>
#include <convgrad/ops/conv_size.h>

#include "core/check.h"
#include "core/shape.h"
#include "ops/conv_call.h"

namespace convgrad {
namespace {

using ops::ConvAxes;
using ops::ConvCall;
using ops::ConvSpan;
using ops::Wide;

std::string padding_term(const ConvSpan& a, const char* sign) {
  return a.pad_low == a.pad_high ? fmt::format("{} 2·{}", sign, a.pad_low)
                                 : fmt::format("{} {} {} {}", sign, a.pad_low, sign, a.pad_high);
}

std::string count(Wide n, const char* one, const char* many) { return fmt::format("{} {}", n, n == 1 ? one : many); }

std::string explain_axis(const ConvSpan& a) {
  const Wide room = a.padded() - a.span(), left = room % a.stride;
  std::string text = fmt::format("⌊({} {} − {}·({} − 1) − 1)/{}⌋ + 1 = ⌊{}/{}⌋ + 1 = {}\n", a.input,
                                 padding_term(a, "+"), a.dilation, a.kernel, a.stride, room, a.stride, a.output());
  text += fmt::format("The kernel covers {} of {}{} and moves {} at a time: it stands in {}", a.span(),
                      count(a.padded(), "cell", "cells"), a.pad_low || a.pad_high ? ", padding included," : "",
                      a.stride, count(a.output(), "place", "places"));
  if (left > 0) text += fmt::format("; the last {} not reached", count(left, "cell is", "cells are"));
  return text + ".";
}

std::string explain_transposed_axis(const ConvSpan& a) {
  std::string text = fmt::format("({} − 1)·{} {} + {}·({} − 1) + {} + 1 = {}\n", a.input, a.stride,
                                 padding_term(a, "−"), a.dilation, a.kernel, a.output_padding, a.transposed_output());
  text += fmt::format("{} at a distance of {} spread over {} each", count(a.input, "value", "values"), a.stride,
                      count(a.span(), "cell", "cells"));
  if (a.output_padding) text += fmt::format(", {} added at the end", count(a.output_padding, "cell is", "cells are"));
  const Wide cut = Wide{a.pad_low} + a.pad_high;
  if (cut > 0) text += fmt::format(", {} cut off as padding", count(cut, "cell is", "cells are"));
  return text + fmt::format(": {} remain.", a.transposed_output());
}

template <class Options>
ConvOutputSize output_size(const char* op, const AxisValues& input, const AxisValues& kernel, const Options& options) {
  const size_t rank = input.size();
  check<ShapeError>(rank >= 1 && rank <= 3, "{}: expected 1, 2 or 3 spatial sizes, but got {}", op, to_string(input));
  check<ShapeError>(kernel.size() == 1 || kernel.size() == rank,
                    "expected kernel_size to be a single integer value or a list of {} values to match the convolution "
                    "dimensions, but got kernel_size={}",
                    rank, to_string(kernel));
  const ConvCall call(op, rank, options);
  ops::check_options(call, rank);
  const DimVector kernels = kernel.size() == rank ? DimVector(kernel) : DimVector(rank, kernel[0]);
  for (size_t i = 0; i < rank; ++i) {
    check<ShapeError>(kernels[i] > 0, "kernel size should be greater than zero, but got {}", to_string(kernels));
    check<ShapeError>(input[i] >= 0, "{}: expected sizes of 0 or more, but got {}", op, to_string(input));
    check(call.dilation[call.dilation.size() == 1 ? 0 : i] > 0, "dilation should be greater than zero, but got {}",
          to_string(call.dilation));
  }
  const ConvAxes axes = ops::resolve(call, input, kernels);
  axes.check_padding();
  axes.check_output();
  std::vector<int64_t> sizes;
  std::string reasoning;
  for (size_t i = 0; i < rank; ++i) {
    static constexpr const char* names[] = {"depth", "height", "width"};
    sizes.push_back(axes.output(i));
    if (rank > 1) reasoning += fmt::format("{}{}: ", i ? "\n" : "", names[3 - rank + i]);
    if (call.padding_kind == ConvPadding::Kind::same)
      reasoning += fmt::format("'same' pads {} before and {} behind; ", axes[i].pad_low, axes[i].pad_high);
    reasoning += call.transposed ? explain_transposed_axis(axes[i]) : explain_axis(axes[i]);
  }
  return {std::move(sizes), std::move(reasoning)};
}

}  // namespace

ConvOutputSize conv_output_size(const AxisValues& input_size, const AxisValues& kernel_size,
                                const ConvOptions& options) {
  return output_size("conv_output_size", input_size, kernel_size, options);
}

ConvOutputSize conv_transpose_output_size(const AxisValues& input_size, const AxisValues& kernel_size,
                                          const ConvTransposeOptions& options) {
  return output_size("conv_transpose_output_size", input_size, kernel_size, options);
}

}  // namespace convgrad
