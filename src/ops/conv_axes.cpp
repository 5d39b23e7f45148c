#include "ops/conv_axes.h"

#include <convgrad/error.h>

#include <limits>

namespace convgrad::ops {
namespace {

constexpr int64_t max_size = std::numeric_limits<int64_t>::max();

std::string window_hint(const ConvSpan& a) {
  const std::string window = a.dilation == 1 ? fmt::format("a kernel of {}", a.kernel)
                                             : fmt::format("a kernel of {} with dilation {}", a.kernel, a.dilation);
  const std::string room = a.pad_low || a.pad_high ? fmt::format("{} with its padding", a.padded())
                                                   : fmt::format("{} without padding", a.padded());
  return fmt::format("{} covers {} cells; the input has {}: padding ≥ {} would do", window, a.span(), room,
                     (a.span() - a.input + 1) / 2);
}

void check_windows(const ConvAxes& axes) {
  for (const ConvSpan& a : axes.used()) {
    if (a.padded() < a.span())
      throw ShapeError({.op = axes.op,
                        .argument = "weight",
                        .what = fmt::format("Calculated padded input size per channel: ({}). Kernel size: ({}). Kernel "
                                            "size can't be greater than actual input size",
                                            list_axes(axes, " x ", [](auto& s) { return text(s.padded()); }),
                                            list_axes(axes, " x ", [](auto& s) { return text(s.span()); })),
                        .expected = fmt::format("a window of at most {} cells", a.padded()),
                        .got = fmt::format("{} cells", a.span()),
                        .hint = window_hint(a)});
  }
}

void check_transposed_sizes(const ConvAxes& axes, int64_t least) {
  for (const ConvSpan& a : axes.used())
    if (a.transposed_output() < least || a.transposed_output() > max_size)
      throw ShapeError({.op = axes.op,
                        .argument = a.transposed_output() < least ? "padding" : "stride",
                        .what = fmt::format("Given input size per channel: ({}). Calculated output size per channel: "
                                            "({}). Output size is too {}",
                                            list_axes(
                                                axes, " x ", [](auto& s) { return text(s.input); }, true),
                                            list_axes(
                                                axes, " x ", [](auto& s) { return text(s.transposed_output()); }, true),
                                            a.transposed_output() < least ? "small" : "large"),
                        .got = text(a.transposed_output()),
                        .hint = fmt::format("({} - 1)·{} + {} cells are made, and padding cuts off {} + {}", a.input,
                                            a.stride, a.span() + a.output_padding, a.pad_low, a.pad_high)});
}

std::string tuple(IntArrayRef values) {
  return values.size() == 1 ? fmt::format("({},)", values[0]) : fmt::format("({})", fmt::join(values, ", "));
}

}  // namespace

void ConvAxes::choose_output_padding(IntArrayRef sizes, size_t input_dims) {
  if (sizes.size() == input_dims) sizes = sizes.slice(input_dims - rank, rank);
  if (sizes.size() != rank)
    throw ValueError(
        {.op = op,
         .argument = "output_size",
         .what = fmt::format("ConvTranspose{}D: for {}D input, output_size must have {} or {} elements (got {})", rank,
                             input_dims, rank, input_dims, sizes.size())});
  for (size_t i = 0; i < rank; ++i) (*this)[i].output_padding = 0;
  const auto least = [](const ConvSpan& a) { return a.transposed_output(); };
  const auto most = [](const ConvSpan& a) { return a.transposed_output() + a.stride - 1; };
  for (size_t i = 0; i < rank; ++i)
    if (sizes[i] < least((*this)[i]) || sizes[i] > most((*this)[i]))
      throw ValueError(
          {.op = op,
           .argument = "output_size",
           .what = fmt::format("requested an output size of {}, but valid sizes range from [{}] to [{}] (for an input "
                               "of torch.Size([{}]))",
                               tuple(sizes), list_axes(*this, ", ", [&](auto& a) { return text(least(a)); }),
                               list_axes(*this, ", ", [&](auto& a) { return text(most(a)); }),
                               list_axes(*this, ", ", [](auto& a) { return text(a.input); })),
           .hint = "with stride s, the s sizes of this range are those that the convolution maps to the input's"});
  for (size_t i = 0; i < rank; ++i)
    (*this)[i].output_padding = static_cast<int64_t>(sizes[i] - (*this)[i].transposed_output());
}

void ConvAxes::check_padding() const {
  for (size_t i = 0; i < rank; ++i) {
    const int64_t padding = std::max((*this)[i].pad_low, (*this)[i].pad_high);
    const int64_t most = transposed ? max_size / 2 : (max_size - (*this)[i].input) / 2;
    if (padding > most)
      throw ShapeError({.op = op,
                        .argument = "padding",
                        .what = fmt::format("Given padding={} at dimension {} , expected padding to be at most {}",
                                            padding, i, padding > max_size / 2 ? max_size / 2 : most),
                        .expected = fmt::format("at most {}", most),
                        .got = std::to_string(padding),
                        .hint = "an axis with its padding must have fewer than 2^63 cells"});
  }
}

void ConvAxes::check_output(int64_t least) const {
  if (transposed)
    check_transposed_sizes(*this, least);
  else
    check_windows(*this);
}

}  // namespace convgrad::ops
