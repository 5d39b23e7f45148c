#pragma once
#include <convgrad/nn/lazy.h>
#include <convgrad/nn/module_holder.h>
#include <convgrad/ops/conv_options.h>
#include <convgrad/required.h>

#include <optional>

namespace convgrad::nn {

/// Options of Conv1d, Conv2d and Conv3d; a number stands for all axes.
struct CONVGRAD_API ConvLayerOptions {
  Required<int64_t, struct in_channels> in_channels;
  Required<int64_t, struct out_channels> out_channels;
  Required<AxisValues, struct kernel_size> kernel_size;
  AxisValues stride = 1;
  ConvPadding padding = 0;  // cells at both ends, or "same", or "valid"
  AxisValues dilation = 1;
  int64_t groups = 1;  // must divide both numbers of channels
  bool bias = true;
  PaddingMode padding_mode = PaddingMode::zeros;
  AxisValues padding_high = {};       // cells at the end of each axis; empty: as at the beginning
  std::optional<ScalarType> dtype{};  // default: get_default_dtype()
};
using Conv1dOptions = ConvLayerOptions;
using Conv2dOptions = ConvLayerOptions;
using Conv3dOptions = ConvLayerOptions;

/// Options of ConvTranspose1d, ConvTranspose2d and ConvTranspose3d. stride, padding and dilation are those of the
/// convolution that is transposed; output_padding are cells added at the end.
struct CONVGRAD_API ConvTransposeLayerOptions {
  Required<int64_t, struct in_channels> in_channels;
  Required<int64_t, struct out_channels> out_channels;
  Required<AxisValues, struct kernel_size> kernel_size;
  AxisValues stride = 1;
  AxisValues padding = 0;
  AxisValues output_padding = 0;
  int64_t groups = 1;
  bool bias = true;
  AxisValues dilation = 1;
  PaddingMode padding_mode = PaddingMode::zeros;  // other than zeros (beyond torch): the adjoint of that convolution
  AxisValues padding_high = {};
  std::optional<ScalarType> dtype{};
};
using ConvTranspose1dOptions = ConvTransposeLayerOptions;
using ConvTranspose2dOptions = ConvTransposeLayerOptions;
using ConvTranspose3dOptions = ConvTransposeLayerOptions;

/// What all convolution modules own: weight, (out_channels, in_channels/groups, kernel…), of a transposed one
/// (in_channels, out_channels/groups, kernel…), and bias, (out_channels), undefined where .bias = false. Both are drawn
/// from U(−b, b), b = 1/√fan_in, the weight first.
/// Constructors: ValueError with PyTorch's words for groups that do not divide the channels.
template <class OptionsType>
class CONVGRAD_API ConvLayer : public Module {
 public:
  using Options = OptionsType;
  static constexpr bool transposed = std::is_same_v<Options, ConvTransposeLayerOptions>;

  /// Draws new initial values.
  void reset_parameters();
  std::string name() const override;
  std::string extra_repr() const override;

  Options options;  // every axis written out
  Tensor& weight;
  Tensor& bias;

 protected:
  ConvLayer(size_t axes, Options options, bool in_channels_known);
  // What LazyImpl asks for.
  int64_t inputs_of(const Tensor& x) const;
  int64_t inputs_of_weight(const Tensor& weight) const;
  int64_t weight_dims() const { return static_cast<int64_t>(axes_) + 2; }
  void materialize(int64_t in_channels);

 private:
  void check_groups() const;
  size_t axes_;
};

template <size_t D>
class CONVGRAD_API ConvImpl : public ConvLayer<ConvLayerOptions> {
 public:
  explicit ConvImpl(ConvLayerOptions options, bool in_channels_known = true)
      : ConvLayer(D, std::move(options), in_channels_known) {}
  /// x: (N, in_channels, …) or (in_channels, …); see conv2d in ops/conv.h.
  Tensor forward(const Tensor& x);
};

template <size_t D>
class CONVGRAD_API ConvTransposeImpl : public ConvLayer<ConvTransposeLayerOptions> {
 public:
  explicit ConvTransposeImpl(ConvTransposeLayerOptions options, bool in_channels_known = true)
      : ConvLayer(D, std::move(options), in_channels_known) {}
  /// output_size: the spatial sizes of the result (or all its sizes), which choose the output padding; see
  /// conv_transpose2d in ops/conv.h.
  Tensor forward(const Tensor& x, IntArrayRef output_size = {});
};

extern template class ConvLayer<ConvLayerOptions>;
extern template class ConvLayer<ConvTransposeLayerOptions>;
extern template class ConvImpl<1>;
extern template class ConvImpl<2>;
extern template class ConvImpl<3>;
extern template class ConvTransposeImpl<1>;
extern template class ConvTransposeImpl<2>;
extern template class ConvTransposeImpl<3>;

/// Conv2d({.in_channels = 1, .out_channels = 6, .kernel_size = 5}), or Conv2d(1, 6, 5). Like torch.nn.Conv2d.
template <size_t D>
class Conv : public ModuleHolder<ConvImpl<D>> {
 public:
  using ModuleHolder<ConvImpl<D>>::ModuleHolder;
  Conv(int64_t in_channels, int64_t out_channels, AxisValues kernel_size)
      : ModuleHolder<ConvImpl<D>>(ConvLayerOptions{
            .in_channels = in_channels, .out_channels = out_channels, .kernel_size = std::move(kernel_size)}) {}
};
using Conv1dImpl = ConvImpl<1>;
using Conv2dImpl = ConvImpl<2>;
using Conv3dImpl = ConvImpl<3>;
using Conv1d = Conv<1>;
using Conv2d = Conv<2>;
using Conv3d = Conv<3>;

/// Like torch.nn.ConvTranspose2d.
template <size_t D>
class ConvTranspose : public ModuleHolder<ConvTransposeImpl<D>> {
 public:
  using ModuleHolder<ConvTransposeImpl<D>>::ModuleHolder;
  ConvTranspose(int64_t in_channels, int64_t out_channels, AxisValues kernel_size)
      : ModuleHolder<ConvTransposeImpl<D>>(ConvTransposeLayerOptions{
            .in_channels = in_channels, .out_channels = out_channels, .kernel_size = std::move(kernel_size)}) {}
};
using ConvTranspose1dImpl = ConvTransposeImpl<1>;
using ConvTranspose2dImpl = ConvTransposeImpl<2>;
using ConvTranspose3dImpl = ConvTransposeImpl<3>;
using ConvTranspose1d = ConvTranspose<1>;
using ConvTranspose2d = ConvTranspose<2>;
using ConvTranspose3d = ConvTranspose<3>;

/// Options of the lazy forms: all but in_channels, which the first input tells.
struct CONVGRAD_API LazyConvLayerOptions {
  Required<int64_t, struct out_channels> out_channels;
  Required<AxisValues, struct kernel_size> kernel_size;
  AxisValues stride = 1;
  ConvPadding padding = 0;
  AxisValues dilation = 1;
  int64_t groups = 1;
  bool bias = true;
  PaddingMode padding_mode = PaddingMode::zeros;
  AxisValues padding_high = {};
  std::optional<ScalarType> dtype{};

  operator ConvLayerOptions() const {  // NOLINT
    return {.in_channels = 0,
            .out_channels = out_channels,
            .kernel_size = kernel_size,
            .stride = stride,
            .padding = padding,
            .dilation = dilation,
            .groups = groups,
            .bias = bias,
            .padding_mode = padding_mode,
            .padding_high = padding_high,
            .dtype = dtype};
  }
};
struct CONVGRAD_API LazyConvTransposeLayerOptions {
  Required<int64_t, struct out_channels> out_channels;
  Required<AxisValues, struct kernel_size> kernel_size;
  AxisValues stride = 1;
  AxisValues padding = 0;
  AxisValues output_padding = 0;
  int64_t groups = 1;
  bool bias = true;
  AxisValues dilation = 1;
  PaddingMode padding_mode = PaddingMode::zeros;
  AxisValues padding_high = {};
  std::optional<ScalarType> dtype{};

  operator ConvTransposeLayerOptions() const {  // NOLINT
    return {.in_channels = 0,
            .out_channels = out_channels,
            .kernel_size = kernel_size,
            .stride = stride,
            .padding = padding,
            .output_padding = output_padding,
            .groups = groups,
            .bias = bias,
            .dilation = dilation,
            .padding_mode = padding_mode,
            .padding_high = padding_high,
            .dtype = dtype};
  }
};
/// LazyConv2d({.out_channels = 6, .kernel_size = 5}). Like torch.nn.LazyConv2d, and Gluon's Conv2D.
using LazyConv1d = ModuleHolder<LazyImpl<ConvImpl<1>, LazyConvLayerOptions>>;
using LazyConv2d = ModuleHolder<LazyImpl<ConvImpl<2>, LazyConvLayerOptions>>;
using LazyConv3d = ModuleHolder<LazyImpl<ConvImpl<3>, LazyConvLayerOptions>>;
using LazyConvTranspose1d = ModuleHolder<LazyImpl<ConvTransposeImpl<1>, LazyConvTransposeLayerOptions>>;
using LazyConvTranspose2d = ModuleHolder<LazyImpl<ConvTransposeImpl<2>, LazyConvTransposeLayerOptions>>;
using LazyConvTranspose3d = ModuleHolder<LazyImpl<ConvTransposeImpl<3>, LazyConvTransposeLayerOptions>>;

}  // namespace convgrad::nn
