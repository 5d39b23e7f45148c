#pragma once
#include <convgrad/ops/conv_options.h>
#include <convgrad/tensor.h>

namespace convgrad {

/// Convolution over one, two or three axes; as everywhere in deep learning, the kernel is not flipped.
///
///   y[n, k, o] = bias[k] + Σ_{c, t} x[n, c, o·stride + t·dilation − padding] · weight[k, c, t]
///
/// x: (N, C, in…), or (C, in…) for one sample without a batch. weight: (K, C/groups, kernel…). bias: (K) or undefined.
/// Result: (N, K, out…) with out = ⌊(in + padding at both ends − dilation·(kernel − 1) − 1) / stride⌋ + 1 on each axis
/// (conv_output_size says it in words). Group g of the channels of x makes group g of the channels of y.
/// Any strides are read in place. float32 and float64; integer tensors too, without gradients.
/// Errors: ShapeError, or Error for options out of range, with PyTorch's words and a hint; nothing is computed then.
/// Beyond torch: "same" with strides, padding that differs at the two ends, and padding_mode as an option.
/// Like torch.nn.functional.conv1d, conv2d and conv3d.
CONVGRAD_API Tensor conv1d(const Tensor& x, const Tensor& weight, const Tensor& bias, const ConvOptions& options);
CONVGRAD_API Tensor conv2d(const Tensor& x, const Tensor& weight, const Tensor& bias, const ConvOptions& options);
CONVGRAD_API Tensor conv3d(const Tensor& x, const Tensor& weight, const Tensor& bias, const ConvOptions& options);
// Without a bias, conv2d(x, weight, {.padding = 1}), and without options, conv2d(x, weight, bias).
inline Tensor conv1d(const Tensor& x, const Tensor& weight, const ConvOptions& options = {}) {
  return conv1d(x, weight, Tensor(), options);
}
inline Tensor conv1d(const Tensor& x, const Tensor& weight, const std::same_as<Tensor> auto& bias) {
  return conv1d(x, weight, bias, ConvOptions());
}
inline Tensor conv2d(const Tensor& x, const Tensor& weight, const ConvOptions& options = {}) {
  return conv2d(x, weight, Tensor(), options);
}
inline Tensor conv2d(const Tensor& x, const Tensor& weight, const std::same_as<Tensor> auto& bias) {
  return conv2d(x, weight, bias, ConvOptions());
}
inline Tensor conv3d(const Tensor& x, const Tensor& weight, const ConvOptions& options = {}) {
  return conv3d(x, weight, Tensor(), options);
}
inline Tensor conv3d(const Tensor& x, const Tensor& weight, const std::same_as<Tensor> auto& bias) {
  return conv3d(x, weight, bias, ConvOptions());
}

/// Transposed convolution: the adjoint (the gradient with respect to x) of the convolution with the same weight and
/// options, plus a bias. Each value of x is spread over a window of the result.
///
/// x: (N, C, in…) or (C, in…). weight: (C, K/groups, kernel…). bias: (K) or undefined. Result: (N, K, out…) with
/// out = (in − 1)·stride − padding at both ends + dilation·(kernel − 1) + 1 + output_padding.
/// A convolution with stride s maps s sizes to the same output; output_padding < s says which of them this result has.
/// With a padding_mode other than zeros (beyond torch): the adjoint of the convolution with that padding.
/// Like torch.nn.functional.conv_transpose1d, conv_transpose2d and conv_transpose3d.
CONVGRAD_API Tensor conv_transpose1d(const Tensor& x, const Tensor& weight, const Tensor& bias,
                                     const ConvTransposeOptions& options);
CONVGRAD_API Tensor conv_transpose2d(const Tensor& x, const Tensor& weight, const Tensor& bias,
                                     const ConvTransposeOptions& options);
CONVGRAD_API Tensor conv_transpose3d(const Tensor& x, const Tensor& weight, const Tensor& bias,
                                     const ConvTransposeOptions& options);
// Without a bias, and without options.
inline Tensor conv_transpose1d(const Tensor& x, const Tensor& weight, const ConvTransposeOptions& options = {}) {
  return conv_transpose1d(x, weight, Tensor(), options);
}
inline Tensor conv_transpose1d(const Tensor& x, const Tensor& weight, const std::same_as<Tensor> auto& bias) {
  return conv_transpose1d(x, weight, bias, ConvTransposeOptions());
}
inline Tensor conv_transpose2d(const Tensor& x, const Tensor& weight, const ConvTransposeOptions& options = {}) {
  return conv_transpose2d(x, weight, Tensor(), options);
}
inline Tensor conv_transpose2d(const Tensor& x, const Tensor& weight, const std::same_as<Tensor> auto& bias) {
  return conv_transpose2d(x, weight, bias, ConvTransposeOptions());
}
inline Tensor conv_transpose3d(const Tensor& x, const Tensor& weight, const ConvTransposeOptions& options = {}) {
  return conv_transpose3d(x, weight, Tensor(), options);
}
inline Tensor conv_transpose3d(const Tensor& x, const Tensor& weight, const std::same_as<Tensor> auto& bias) {
  return conv_transpose3d(x, weight, bias, ConvTransposeOptions());
}

/// The gradient of a convolution with respect to its input (of input_size), for any number of axes; differentiable.
/// Throws ShapeError unless grad_output has the size the convolution's result has. Like torch.nn.grad.conv2d_input.
CONVGRAD_API Tensor conv_input_gradient(IntArrayRef input_size, const Tensor& weight, const Tensor& grad_output,
                                        const ConvOptions& options = {});
/// The gradient of a convolution with respect to its weight (of weight_size). Like torch.nn.grad.conv2d_weight.
CONVGRAD_API Tensor conv_weight_gradient(const Tensor& x, IntArrayRef weight_size, const Tensor& grad_output,
                                         const ConvOptions& options = {});

/// How the passes of a convolution are computed: "winograd", "flat", "depthwise", "whole", "columns", "implicit_gemm",
/// "small".
/// The gradients' names are by what they belong to: a transposed convolution's forward is its adjoint's input gradient.
struct ConvAlgorithms {
  std::string forward{}, input_gradient{}, weight_gradient{};
};
/// Of float tensors of these sizes, with batch, on this machine as it is set now. Errors: those of the convolution.
CONVGRAD_API ConvAlgorithms conv_algorithms(IntArrayRef input_size, IntArrayRef weight_size,
                                            const ConvOptions& options = {});
CONVGRAD_API ConvAlgorithms conv_transpose_algorithms(IntArrayRef input_size, IntArrayRef weight_size,
                                                      const ConvTransposeOptions& options = {});

}  // namespace convgrad
