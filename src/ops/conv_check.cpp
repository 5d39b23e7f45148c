#include "ops/conv_check.h"

#include <convgrad/error.h>

#include <algorithm>

#include "core/shape.h"

namespace convgrad::ops {
namespace {

const char* cpp_name(ScalarType t) {
  switch (t) {
    case ScalarType::Byte:
      return "unsigned char";
    case ScalarType::Int:
      return "int";
    case ScalarType::Long:
      return "long int";
    case ScalarType::Double:
      return "double";
    case ScalarType::Bool:
      return "bool";
    default:
      return "float";
  }
}

void check_weight_type(const ConvCall& call, const Tensor& x, const Tensor& weight) {
  if (x.dtype() != weight.dtype()) [[unlikely]]
    throw Error({.op = call.op,
                 .argument = "weight",
                 .what = fmt::format("expected scalar type {} but found {}", legacy_name(x.dtype()),
                                     legacy_name(weight.dtype())),
                 .expected = name(x.dtype()),
                 .got = name(weight.dtype()),
                 .hint = fmt::format("input and weight must have one type; x.to({}) converts the input",
                                     name(weight.dtype()))});
  if (x.dtype() == kBool) [[unlikely]]
    throw NotImplementedError(
        {.op = call.op,
         .argument = "input",
         .what = fmt::format("\"slow_conv{}{}d{}_cpu\" not implemented for 'Bool'", call.transposed ? "_transpose" : "",
                             call.rank == 3 ? 3 : 2, call.transposed ? "_out" : ""),
         .hint = "x.to(kFloat32) converts it"});
}

std::string channels_hint(const ConvCall& call, const Tensor& x, const Tensor& weight, Wide wanted) {
  const IntArrayRef sizes = x.sizes();
  if (call.input_dims == call.rank + 1 && wanted == 1)
    return fmt::format(
        "a {}-D input counts as one sample of {} channels; for {} samples of one channel: x.unsqueeze(1)",
        call.input_dims, sizes[1], sizes[1]);
  if (sizes.back() == wanted) return "the channels seem to stand last: x.movedim(-1, 1) puts them first";
  if (call.transposed && weight.size(1) * Wide{call.groups} == sizes[1])
    return "the weight of a transposed convolution is (in_channels, out_channels/groups, kernel…): this one seems to "
           "have them in the order of a convolution";
  if (!call.transposed && weight.size(1) == sizes[1])
    return fmt::format(
        "the weight of a convolution is (out_channels, in_channels/groups, kernel…): with groups={} it "
        "has {} of the {} channels",
        call.groups, sizes[1], sizes[1]);
  return "";
}

/// The input's sizes as a message shows them: with padding="same", after the odd cell was put to its end.
DimVector shown_sizes(const ConvCall& call, const Tensor& x, const Tensor& weight) {
  DimVector sizes = x.sizes();
  if (call.padding_kind != ConvPadding::Kind::same) return sizes;
  for (size_t i = 0; i < call.rank; ++i) {
    const int64_t dilation = call.dilation.size() == 1 ? call.dilation[0] : call.dilation[i];
    sizes[i + 2] += dilation % 2 != 0 && weight.sizes()[i + 2] % 2 == 0;
  }
  return sizes;
}

void check_channels(const ConvCall& call, const Tensor& x, const Tensor& weight, const Tensor& bias) {
  const Wide grouped = Wide{weight.size(1)} * call.groups;
  const Wide wanted = call.transposed ? Wide{weight.size(0)} : grouped;
  const Wide results = call.transposed ? grouped : Wide{weight.size(0)};
  if (wanted != x.size(1))
    throw ShapeError(
        {.op = call.op,
         .argument = "input",
         .what = fmt::format("Given {}, weight of size {}, expected input{} to have {} channels, but got {} channels "
                             "instead",
                             call.transposed ? "transposed=1" : fmt::format("groups={}", call.groups),
                             to_string(weight.sizes()), to_string(shown_sizes(call, x, weight)), wanted, x.size(1)),
         .expected = fmt::format("{} channels", wanted),
         .got = fmt::format("{} channels", x.size(1)),
         .hint = channels_hint(call, x, weight, wanted)});
  if (bias.defined() && (bias.dim() != 1 || bias.size(0) != results))
    throw ShapeError(
        {.op = call.op,
         .argument = "bias",
         .what = fmt::format("Given {}weight of size {}, expected bias to be 1-dimensional with {} elements, but got "
                             "bias of size {} instead",
                             call.transposed ? "transposed=1, " : "", to_string(weight.sizes()), results,
                             to_string(bias.sizes())),
         .expected = fmt::format("[{}]", results),
         .got = to_string(bias.sizes())});
}

void check_groups(const ConvCall& call, const Tensor& weight) {
  const auto refuse = [&](const char* rule, const char* open, const char* close) {
    throw ShapeError({.op = call.op,
                      .argument = "weight",
                      .what = fmt::format("Given groups={}, expected weight to be {} {} at dimension 0, but got weight "
                                          "of size {}{}{} instead",
                                          call.groups, rule, call.groups, open, to_string(weight.sizes()), close),
                      .hint = fmt::format("groups must divide the {} channels", weight.size(0))});
  };
  if (weight.size(0) < call.groups) refuse("at least", "", "");
  if (weight.size(0) % call.groups != 0) refuse("divisible by", "[", "]");
}

void check_dimensions(const ConvCall& call, const Tensor& x, const Tensor& weight) {
  if (weight.dim() != x.dim())
    throw ShapeError({.op = call.op,
                      .argument = "weight",
                      .what = fmt::format("Expected {0}-dimensional input for {0}-dimensional weight{4}{1}, but got "
                                          "{2}-dimensional input of size {3} instead",
                                          weight.dim(), to_string(weight.sizes()), x.dim(), to_string(x.sizes()),
                                          call.padding_kind == ConvPadding::Kind::same ? "" : " "),
                      .expected = fmt::format("{} dimensions", x.dim()),
                      .got = fmt::format("{} dimensions", weight.dim())});
}

/// padding="same" is looked at before all else.
void check_same(const ConvCall& call, const Tensor& x, const Tensor& weight) {
  check_dimensions(call, x, weight);
  for (const auto& [name, count] :
       {std::pair("stride", call.stride.size()), std::pair("dilation", call.dilation.size())})
    if (count != 1 && count != call.rank)
      throw Error({.op = call.op,
                   .argument = name,
                   .what = fmt::format("{} cannot broadcast to {} dimensions", name, call.rank)});
}

void check_not_empty(const ConvCall& call, const Tensor& x) {
  const IntArrayRef sizes = x.sizes();
  if (std::count(sizes.begin() + 2, sizes.end(), 0) == 0 || sizes[0] == 0 || sizes[1] == 0) return;
  DimVector shown = sizes;
  if (call.rank == 1) shown.insert(2, 1);
  throw ShapeError({.op = call.op,
                    .argument = "input",
                    .what = fmt::format("Only zero batch or zero channel inputs are supported, but got input shape: {}",
                                        to_string(shown))});
}

/// The kernel's sizes, as each of PyTorch's kernels shows them: dilated, in space, in the plane.
std::string empty_kernel(const ConvAxes& axes, auto spelled) {
  const auto kernel = [](const ConvSpan& a) { return text(a.kernel); };
  const bool dilated =
      std::any_of(axes.used().begin(), axes.used().end(), [](const ConvSpan& a) { return a.dilation != 1; });
  if (dilated && !axes.transposed) return fmt::format(" [{}]", list_axes(axes, ", ", kernel, true));
  if (axes.rank == 3) return fmt::format(": {} (TxHxW)", list_axes(axes, " x ", kernel));
  return " " + spelled("kernel", " ", &ConvSpan::kernel);
}

/// What PyTorch's kernels refuse, in their words; they see one axis as the last of two.
void check_for_kernels(const ConvAxes& axes) {
  const auto any = [&](auto f) { return std::any_of(axes.used().begin(), axes.used().end(), f); };
  const auto refuse = [&](const char* argument, std::string what) {
    throw Error({.op = axes.op, .argument = argument, .what = std::move(what)});
  };
  const auto spelled = [&](const char* name, const char* separator, int64_t ConvSpan::*value) {
    static constexpr const char* axis_names[] = {"depth", "height", "width"};
    std::vector<std::string> parts;
    for (size_t i = axes.rank == 3 ? 0 : 1; i < 3; ++i)
      parts.push_back(fmt::format("{}_{}: {}", name, axis_names[i], axes.spans[i].*value));
    return fmt::format("{}", fmt::join(parts, separator));
  };
  if (any([](const ConvSpan& a) { return a.kernel == 0; }))
    refuse("weight", fmt::format("kernel size should be greater than zero, but got{}", empty_kernel(axes, spelled)));
  if (any([](const ConvSpan& a) { return a.dilation == 0; }))
    refuse("dilation", axes.transposed ? fmt::format("dilation should be greater than zero, but got {}",
                                                     spelled("dilation", ", ", &ConvSpan::dilation))
                                       : fmt::format("dilation should be greater than zero, but got [{}]",
                                                     list_axes(
                                                         axes, ", ", [](auto& a) { return text(a.dilation); }, true)));
  if (any([](const ConvSpan& a) { return a.output_padding >= a.stride && a.output_padding >= a.dilation; }))
    throw Error(
        {.op = axes.op,
         .argument = "output_padding",
         .what = fmt::format("output padding must be smaller than either stride or dilation, but got {} {} {}",
                             spelled("output_padding", " ", &ConvSpan::output_padding),
                             spelled("stride", " ", &ConvSpan::stride), spelled("dilation", " ", &ConvSpan::dilation)),
         .hint = "output_padding chooses among the sizes that a convolution with this stride maps to the same "
                 "output; there are stride of them"});
}

}  // namespace

void check_bias_type(const ConvCall& call, const Tensor& x, const Tensor& bias) {
  if (bias.defined() && x.defined() && bias.dtype() != x.dtype()) [[unlikely]]
    throw Error({.op = call.op,
                 .argument = "bias",
                 .what = fmt::format("Input type ({}) and bias type ({}) should be the same", cpp_name(x.dtype()),
                                     cpp_name(bias.dtype())),
                 .expected = name(x.dtype()),
                 .got = name(bias.dtype()),
                 .hint = fmt::format("x.to({}) converts the input", name(bias.dtype()))});
}

ConvAxes check(const ConvCall& call, const Tensor& x, const Tensor& weight, const Tensor& bias) {
  if (!weight.defined())
    throw TypeError({.op = call.op,
                     .argument = "weight",
                     .what = fmt::format("{}(): argument 'weight' must be Tensor, not None", call.op)});
  if (weight.dim() < 3)
    throw ShapeError({.op = call.op,
                      .argument = "weight",
                      .what = "weight should have at least three dimensions",
                      .got = to_string(weight.sizes()),
                      .hint = call.transposed ? "(in_channels, out_channels/groups, kernel…)"
                                              : "(out_channels, in_channels/groups, kernel…)"});
  if (call.groups <= 0)
    throw Error({.op = call.op,
                 .argument = "groups",
                 .what = "non-positive groups is not supported",
                 .got = std::to_string(call.groups)});
  if (call.padding_kind == ConvPadding::Kind::same) check_same(call, x, weight);
  check_options(call, static_cast<size_t>(weight.dim() - 2));
  check_dimensions(call, x, weight);
  check_groups(call, weight);
  check_channels(call, x, weight, bias);
  const ConvAxes axes = resolve(call, x.sizes().slice(2, call.rank), weight.sizes().slice(2, call.rank));
  axes.check_padding();
  if (!call.transposed) axes.check_output();
  check_not_empty(call, x);
  check_for_kernels(axes);
  check_weight_type(call, x, weight);
  if (call.transposed) axes.check_output(x.size(0) > 0 ? 1 : 0);
  return axes;
}

kernels::ConvProblem make_problem(const ConvAxes& axes, int64_t groups, const Tensor& x, const Tensor& weight) {
  kernels::ConvProblem p;
  p.batch = x.size(0);
  p.groups = groups;
  p.out_channels = weight.size(0);
  p.in_channels = weight.size(1) * groups;
  for (size_t i = 0; i < axes.rank; ++i) {
    const ConvSpan& a = axes[i];
    const int64_t result = axes.output(i);
    p.axes[3 - axes.rank + i] = {.input = axes.transposed ? result : a.input,
                                 .kernel = a.kernel,
                                 .stride = a.stride,
                                 .pad_low = a.pad_low,
                                 .pad_high = a.pad_high,
                                 .dilation = a.dilation,
                                 .output = axes.transposed ? a.input : result};
  }
  return p;
}

}  // namespace convgrad::ops
