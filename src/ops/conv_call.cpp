#include "ops/conv_call.h"

#include <convgrad/error.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "core/check.h"
#include "core/shape.h"

namespace convgrad {

ConvPadding::ConvPadding(const std::string& name) : kind_(name == "same" ? Kind::same : Kind::valid) {
  if (name != "same" && name != "valid")
    throw Error({.argument = "padding",
                 .what = fmt::format("Invalid padding string: '{}'", name),
                 .expected = "a number, a list of numbers, \"same\" or \"valid\"",
                 .got = name});
}

namespace ops {
namespace {

using Kind = ConvPadding::Kind;

bool any_of(const AxisValues& values, auto predicate) {
  const IntArrayRef list = values;
  return std::any_of(list.begin(), list.end(), predicate);
}

/// A list must have one value, or one for each axis; a single number stands for `rank`.
void check_count(const ConvCall& call, const char* name, const AxisValues* values, size_t axes) {
  if (!values) return;
  const size_t count = values->size() == 1 ? call.rank : values->size();
  if (count == axes || count == 1) return;
  const std::string list = to_string(values->size() == 1 ? DimVector(call.rank, (*values)[0]) : DimVector(*values));
  throw Error({.op = call.op,
               .argument = name,
               .what = fmt::format("expected {0} to be a single integer value or a list of {1} values to match the "
                                   "convolution dimensions, but got {0}={2}",
                                   name, axes, list),
               .expected = fmt::format("1 or {} values", axes),
               .got = list});
}

void refuse_negative(const ConvCall& call, const char* name, const AxisValues* values) {
  if (values && any_of(*values, [](int64_t v) { return v < 0; }))
    throw Error({.op = call.op,
                 .argument = name,
                 .what = fmt::format("negative {} is not supported", name),
                 .got = to_string(*values),
                 .hint = fmt::format("{} counts cells: 0 or more", name)});
}

void check_values(const ConvCall& call) {
  refuse_negative(call, "padding", &call.padding);
  refuse_negative(call, "padding", &call.padding_high);
  refuse_negative(call, "output_padding", call.output_padding);
  if (any_of(call.stride, [](int64_t v) { return v <= 0; }))
    throw Error({.op = call.op,
                 .argument = "stride",
                 .what = "non-positive stride is not supported",
                 .got = to_string(call.stride),
                 .hint = "stride is how many cells the window moves at a time: 1 or more"});
  if (any_of(call.dilation, [](int64_t v) { return v < 0; }))
    throw Error({.op = call.op,
                 .argument = "dilation",
                 .what = "dilation should be greater than zero",
                 .got = to_string(call.dilation),
                 .hint = "dilation is the distance of the kernel's cells: 1 puts them side by side"});
}

void check_counts(const ConvCall& call, size_t axes) {
  check_count(call, "stride", &call.stride, axes);
  check_count(call, "padding", &call.padding, axes);
  if (call.padding_high.size() > 0) check_count(call, "padding_high", &call.padding_high, axes);
  check_count(call, "dilation", &call.dilation, axes);
  check_count(call, "output_padding", call.output_padding, axes);
  if (call.padding_kind != Kind::cells && call.padding_high.size() > 0)
    throw Error({.op = call.op,
                 .argument = "padding_high",
                 .what = "padding_high needs padding in cells: 'same' and 'valid' say both ends already"});
}

/// Pads for output = ⌈input / stride⌉, the odd cell at the end.
void pad_same(const char* op, ConvSpan& a) {
  const Wide output = (Wide{a.input} + a.stride - 1) / a.stride;
  const Wide total = std::max<Wide>((output - 1) * a.stride + a.span() - a.input, 0);
  if (total > std::numeric_limits<int64_t>::max())
    throw Error({.op = op,
                 .argument = "dilation",
                 .what = fmt::format("padding='same' would need {} cells of padding", total),
                 .got = fmt::format("kernel {} with dilation {}", a.kernel, a.dilation)});
  a.pad_low = static_cast<int64_t>(total / 2);
  a.pad_high = static_cast<int64_t>(total - total / 2);
}

}  // namespace

ConvCall::ConvCall(const char* o, size_t r, const ConvOptions& options)
    : op(o),
      rank(r),
      transposed(false),
      stride(options.stride),
      padding(options.padding.cells()),
      dilation(options.dilation),
      padding_high(options.padding_high),
      output_padding(nullptr),
      padding_kind(options.padding.kind()),
      padding_mode(options.padding_mode),
      groups(options.groups),
      input_dims(r + 2) {}

ConvCall::ConvCall(const char* o, size_t r, const ConvTransposeOptions& options)
    : op(o),
      rank(r),
      transposed(true),
      stride(options.stride),
      padding(options.padding),
      dilation(options.dilation),
      padding_high(options.padding_high),
      output_padding(options.output_size.empty() ? &options.output_padding : nullptr),
      output_size(options.output_size),
      padding_kind(Kind::cells),
      padding_mode(options.padding_mode),
      groups(options.groups),
      input_dims(r + 2) {}

Tensor with_batch(ConvCall& call, const Tensor& x) {
  if (!x.defined()) [[unlikely]]
    throw TypeError({.op = call.op,
                     .argument = "input",
                     .what = fmt::format("{}(): argument 'input' must be Tensor, not None", call.op)});
  call.input_dims = static_cast<size_t>(x.dim());
  if (call.input_dims == call.rank + 2) return x;
  if (call.input_dims == call.rank + 1) return x.unsqueeze(0);
  throw ShapeError(
      {.op = call.op,
       .argument = "input",
       .what = fmt::format("Expected {}D (unbatched) or {}D (batched) input to {}, but got input of size: {}",
                           call.rank + 1, call.rank + 2, call.op, to_string(x.sizes())),
       .expected = fmt::format("{} or {} dimensions", call.rank + 1, call.rank + 2),
       .got = fmt::format("{} dimensions", x.dim()),
       .hint = call.input_dims == call.rank
                   ? "the dimension of the channels is missing: x.unsqueeze(0) makes one sample of one channel"
                   : ""});
}

void check_options(const ConvCall& call, size_t axes) {
  check_counts(call, axes);
  check_values(call);
}

ConvAxes resolve(const ConvCall& call, IntArrayRef input_size, IntArrayRef kernel_size) {
  ConvAxes axes{.op = call.op, .rank = call.rank, .transposed = call.transposed};
  const auto value = [](const AxisValues& values, size_t i) { return values.size() == 1 ? values[0] : values[i]; };
  for (size_t i = 0; i < call.rank; ++i) {
    ConvSpan& a = axes[i];
    a.input = input_size[i];
    a.kernel = kernel_size[i];
    a.stride = value(call.stride, i);
    a.dilation = value(call.dilation, i);
    a.pad_low = value(call.padding, i);
    a.pad_high = call.padding_high.size() > 0 ? value(call.padding_high, i) : a.pad_low;
    if (call.output_padding) a.output_padding = value(*call.output_padding, i);
    if (call.padding_kind == Kind::same) pad_same(call.op, a);
  }
  if (!call.output_size.empty()) axes.choose_output_padding(call.output_size, call.input_dims);
  return axes;
}

}  // namespace ops
}  // namespace convgrad
