#include "convgrad/nn/conv.h"

#include <fmt/ranges.h>

#include <cmath>

#include "convgrad/nn/init.h"
#include "convgrad/ops/conv.h"
#include "convgrad/print.h"
#include "core/check.h"
#include "core/make.h"
#include "core/python_text.h"

namespace convgrad::nn {
namespace {

AxisValues one_for_each_axis(const AxisValues& values, size_t axes, const char* option) {
  if (values.size() == axes) return values;
  if (values.size() != 1)
    throw ShapeError(ErrorDetails{.argument = option,
                                  .what = fmt::format("Expected {} values, but instead got {}", axes, values.size()),
                                  .expected = std::to_string(axes),
                                  .got = std::to_string(values.size()),
                                  .hint = fmt::format("{}: one number stands for every axis; otherwise one for each "
                                                      "of the {}",
                                                      option, axes)});
  return DimVector(axes, values[0]);
}

bool all(const AxisValues& values, int64_t value) {
  const IntArrayRef list = values;
  return std::all_of(list.begin(), list.end(), [&](int64_t v) { return v == value; });
}

const char* name_of(PaddingMode mode) {
  constexpr const char* names[] = {"zeros", "reflect", "replicate", "circular"};
  return names[static_cast<size_t>(mode)];
}

AxisValues written_out(const AxisValues& padding, size_t axes) { return one_for_each_axis(padding, axes, "padding"); }
ConvPadding written_out(const ConvPadding& padding, size_t axes) {
  return padding.kind() == ConvPadding::Kind::cells ? ConvPadding(written_out(padding.cells(), axes)) : padding;
}

std::string padding_text(const AxisValues& padding) {
  return all(padding, 0) ? "" : ", padding=" + tuple_repr(padding);
}
std::string padding_text(const ConvPadding& padding) {
  if (padding.kind() == ConvPadding::Kind::cells) return padding_text(padding.cells());
  return padding.kind() == ConvPadding::Kind::same ? ", padding=same" : ", padding=valid";
}

template <class Options>
Options written_out(Options o, size_t axes) {
  o.kernel_size = one_for_each_axis(o.kernel_size, axes, "kernel_size");
  o.stride = one_for_each_axis(o.stride, axes, "stride");
  o.padding = written_out(o.padding, axes);
  if (o.padding_high.size() != 0) o.padding_high = one_for_each_axis(o.padding_high, axes, "padding_high");
  o.dilation = one_for_each_axis(o.dilation, axes, "dilation");
  if constexpr (requires { o.output_padding; })
    o.output_padding = one_for_each_axis(o.output_padding, axes, "output_padding");
  return o;
}

}  // namespace

template <class Options>
ConvLayer<Options>::ConvLayer(size_t axes, Options o, bool in_channels_known)
    : options(written_out(std::move(o), axes)),
      weight(register_parameter("weight", make_tensor({0}, options.dtype.value_or(get_default_dtype())))),
      bias(register_parameter("bias", options.bias ? make_tensor({0}, weight.dtype()) : Tensor())),
      axes_(axes) {
  check_groups();
  if (!in_channels_known) return;
  materialize(options.in_channels);
  reset_parameters();
}

template <class Options>
void ConvLayer<Options>::check_groups() const {
  check<ValueError>(options.groups > 0, "groups must be a positive integer");
  check<ValueError>(options.in_channels % options.groups == 0, "in_channels must be divisible by groups");
  check<ValueError>(options.out_channels % options.groups == 0, "out_channels must be divisible by groups");
}

template <class Options>
void ConvLayer<Options>::materialize(int64_t in_channels) {
  options.in_channels = in_channels;
  check_groups();
  DimVector sizes = transposed ? DimVector{in_channels, options.out_channels / options.groups}
                               : DimVector{options.out_channels, in_channels / options.groups};
  for (size_t i = 0; i < axes_; ++i) sizes.push_back(options.kernel_size[i]);
  weight.set_data(make_tensor(sizes, weight.dtype()));
  if (bias.defined()) bias.set_data(make_tensor({int64_t{options.out_channels}}, bias.dtype()));
}

template <class Options>
void ConvLayer<Options>::reset_parameters() {
  init::kaiming_uniform_(weight, std::sqrt(5.0));
  if (!bias.defined()) return;
  const int64_t fan_in = init::_calculate_fan_in_and_fan_out(weight).first;
  const double bound = fan_in > 0 ? 1 / std::sqrt(static_cast<double>(fan_in)) : 0;
  init::uniform_(bias, 0 - bound, bound);  // never −0
}

template <class Options>
std::string ConvLayer<Options>::name() const {
  return fmt::format("{}{}d", transposed ? "ConvTranspose" : "Conv", axes_);
}

template <class Options>
std::string ConvLayer<Options>::extra_repr() const {
  std::string out =
      fmt::format("{}, {}, kernel_size={}, stride={}", int64_t{options.in_channels}, int64_t{options.out_channels},
                  tuple_repr(options.kernel_size), tuple_repr(options.stride));
  out += padding_text(options.padding);
  if (options.padding_high.size() != 0) out += ", padding_high=" + tuple_repr(options.padding_high);
  if (!all(options.dilation, 1)) out += ", dilation=" + tuple_repr(options.dilation);
  if constexpr (transposed)
    if (!all(options.output_padding, 0)) out += ", output_padding=" + tuple_repr(options.output_padding);
  if (options.groups != 1) out += fmt::format(", groups={}", options.groups);
  if (!bias.defined()) out += ", bias=False";
  if (options.padding_mode != PaddingMode::zeros)
    out += fmt::format(", padding_mode={}", name_of(options.padding_mode));
  return out;
}

template <class Options>
int64_t ConvLayer<Options>::inputs_of(const Tensor& x) const {
  const int64_t batched = weight_dims();
  check<ShapeError>(x.dim() == batched || x.dim() == batched - 1,
                    "Expected {}D (unbatched) or {}D (batched) input to {}, but got input of size: {}", batched - 1,
                    batched, name(), size_repr(x.sizes()));
  return x.size(x.dim() - batched + 1);
}

template <class Options>
int64_t ConvLayer<Options>::inputs_of_weight(const Tensor& saved) const {
  return transposed ? saved.size(0) : saved.size(1) * options.groups;
}

template <size_t D>
Tensor ConvImpl<D>::forward(const Tensor& x) {
  using Function = Tensor(const Tensor&, const Tensor&, const Tensor&, const ConvOptions&);
  constexpr Function* functions[] = {conv1d, conv2d, conv3d};
  return functions[D - 1](x, weight, bias,
                          {.stride = options.stride,
                           .padding = options.padding,
                           .padding_high = options.padding_high,
                           .dilation = options.dilation,
                           .groups = options.groups,
                           .padding_mode = options.padding_mode});
}

template <size_t D>
Tensor ConvTransposeImpl<D>::forward(const Tensor& x, IntArrayRef output_size) {
  using Function = Tensor(const Tensor&, const Tensor&, const Tensor&, const ConvTransposeOptions&);
  constexpr Function* functions[] = {conv_transpose1d, conv_transpose2d, conv_transpose3d};
  return functions[D - 1](x, weight, bias,
                          {.stride = options.stride,
                           .padding = options.padding,
                           .padding_high = options.padding_high,
                           .output_padding = options.output_padding,
                           .output_size = output_size.vec(),
                           .groups = options.groups,
                           .dilation = options.dilation,
                           .padding_mode = options.padding_mode});
}

template class ConvLayer<ConvLayerOptions>;
template class ConvLayer<ConvTransposeLayerOptions>;
template class ConvImpl<1>;
template class ConvImpl<2>;
template class ConvImpl<3>;
template class ConvTransposeImpl<1>;
template class ConvTransposeImpl<2>;
template class ConvTransposeImpl<3>;

}  // namespace convgrad::nn
