#include <convgrad/ops/conv.h>

#include "core/check.h"
#include "core/make.h"
#include "core/shape.h"
#include "kernels/conv/conv.h"
#include "ops/conv_check.h"
#include "ops/conv_padding.h"
#include "ops/conv_passes.h"

namespace convgrad {
namespace {

using ops::ConvAxes;
using ops::ConvCall;

Tensor run(const ConvCall& call, const Tensor& x, const Tensor& weight, const Tensor& bias) {
  const ConvAxes axes = ops::check(call, x, weight, bias);
  if (call.padding_mode == PaddingMode::zeros) [[likely]]
    return ops::convolve(x, weight, bias, ops::make_problem(axes, call.groups, x, weight), call.rank);
  const Tensor padded = ops::pad_edges(x, axes, call.padding_mode);
  return ops::convolve(padded, weight, bias, ops::make_problem(ops::without_padding(axes), call.groups, padded, weight),
                       call.rank);
}

Tensor run_transposed(const ConvCall& call, const Tensor& x, const Tensor& weight, const Tensor& bias) {
  const ConvAxes axes = ops::check(call, x, weight, bias);
  if (call.padding_mode == PaddingMode::zeros) [[likely]]
    return ops::convolve_transposed(x, weight, bias, ops::make_problem(axes, call.groups, x, weight), call.rank);
  const Tensor full = ops::convolve_transposed(
      x, weight, {}, ops::make_problem(ops::without_padding(axes), call.groups, x, weight), call.rank);
  const Tensor y = ops::fold_edges(full, axes, call.padding_mode);
  if (!bias.defined()) return y;
  DimVector channels(1 + call.rank, 1);
  channels[0] = bias.size(0);
  return y.add(bias.reshape(channels));
}

template <class Options>
Tensor convolution(const char* op, size_t rank, const Tensor& x, const Tensor& weight, const Tensor& bias,
                   const Options& options) {
  ConvCall call(op, rank, options);
  ops::check_bias_type(call, x, bias);
  const Tensor batched = ops::with_batch(call, x);
  const Tensor y = call.transposed ? run_transposed(call, batched, weight, bias) : run(call, batched, weight, bias);
  return call.input_dims == rank + 2 ? y : y.squeeze(0);
}

}  // namespace

Tensor conv1d(const Tensor& x, const Tensor& weight, const Tensor& bias, const ConvOptions& options) {
  return convolution("conv1d", 1, x, weight, bias, options);
}

Tensor conv2d(const Tensor& x, const Tensor& weight, const Tensor& bias, const ConvOptions& options) {
  return convolution("conv2d", 2, x, weight, bias, options);
}

Tensor conv3d(const Tensor& x, const Tensor& weight, const Tensor& bias, const ConvOptions& options) {
  return convolution("conv3d", 3, x, weight, bias, options);
}

Tensor conv_transpose1d(const Tensor& x, const Tensor& weight, const Tensor& bias,
                        const ConvTransposeOptions& options) {
  return convolution("conv_transpose1d", 1, x, weight, bias, options);
}

Tensor conv_transpose2d(const Tensor& x, const Tensor& weight, const Tensor& bias,
                        const ConvTransposeOptions& options) {
  return convolution("conv_transpose2d", 2, x, weight, bias, options);
}

Tensor conv_transpose3d(const Tensor& x, const Tensor& weight, const Tensor& bias,
                        const ConvTransposeOptions& options) {
  return convolution("conv_transpose3d", 3, x, weight, bias, options);
}

namespace {

/// A tensor of these sizes without memory of its own, for the checks.
Tensor stand_in(IntArrayRef sizes, ScalarType dtype) { return make_tensor({1}, dtype).expand(sizes); }

/// The problem of a gradient, once the forward call it belongs to and the size of grad_output are found right.
kernels::ConvProblem gradient_problem(const ConvCall& call, const Tensor& x, const Tensor& weight,
                                      const Tensor& grad_output) {
  const ConvAxes axes = ops::check(call, x, weight, {});
  if (call.padding_mode != PaddingMode::zeros)
    throw Error({.op = call.op,
                 .argument = "padding_mode",
                 .what = "only padding_mode zeros is supported here",
                 .hint = "pad the input first, and take the gradients of the convolution without padding"});
  if (!grad_output.defined())
    throw TypeError({.op = call.op,
                     .argument = "grad_output",
                     .what = fmt::format("{}(): argument 'grad_output' must be Tensor, not None", call.op)});
  DimVector sizes{x.size(0), weight.size(0)};
  for (size_t i = 0; i < axes.rank; ++i) sizes.push_back(axes.output(i));
  check(grad_output.dtype() == x.dtype(), "expected scalar type {} but found {}", legacy_name(x.dtype()),
        legacy_name(grad_output.dtype()));
  if (IntArrayRef(sizes) != grad_output.sizes())
    throw ShapeError({.op = call.op,
                      .argument = "grad_output",
                      .what = fmt::format("Expected grad_output to have shape {}, but got {}", to_string(sizes),
                                          to_string(grad_output.sizes())),
                      .expected = to_string(sizes),
                      .got = to_string(grad_output.sizes())});
  return ops::make_problem(axes, call.groups, x, weight);
}

size_t rank_of(const char* op, int64_t dims) {
  check<ShapeError>(dims >= 3 && dims <= 5, "{}: expected 3, 4 or 5 dimensions with batch and channels, but got {}", op,
                    dims);
  return static_cast<size_t>(dims - 2);
}

}  // namespace

Tensor conv_input_gradient(IntArrayRef input_size, const Tensor& weight, const Tensor& grad_output,
                           const ConvOptions& options) {
  const ConvCall call("conv_input_gradient", rank_of("conv_input_gradient", static_cast<int64_t>(input_size.size())),
                      options);
  const ScalarType type = weight.defined() ? weight.dtype() : kFloat32;
  const kernels::ConvProblem problem = gradient_problem(call, stand_in(input_size, type), weight, grad_output);
  return ops::input_gradient(grad_output, weight, problem, call.rank);
}

Tensor conv_weight_gradient(const Tensor& x, IntArrayRef weight_size, const Tensor& grad_output,
                            const ConvOptions& options) {
  check<TypeError>(x.defined(), "conv_weight_gradient(): argument 'input' must be Tensor, not None");
  const ConvCall call("conv_weight_gradient", rank_of("conv_weight_gradient", x.dim()), options);
  const kernels::ConvProblem problem = gradient_problem(call, x, stand_in(weight_size, x.dtype()), grad_output);
  return ops::weight_gradient(x, grad_output, problem, call.rank);
}

namespace {

template <class Options>
ConvAlgorithms algorithms(IntArrayRef input_size, IntArrayRef weight_size, const Options& options) {
  const ConvCall call("conv_algorithms", rank_of("conv_algorithms", static_cast<int64_t>(input_size.size())), options);
  const Tensor x = stand_in(input_size, kFloat32), weight = stand_in(weight_size, kFloat32);
  const kernels::ConvProblem problem = ops::make_problem(ops::check(call, x, weight, {}), call.groups, x, weight);
  using kernels::Pass;
  const auto name = [&](Pass pass) { return kernels::chosen_algorithm<float>(problem, pass); };
  const bool t = call.transposed;
  return {name(t ? Pass::backward_data : Pass::forward), name(t ? Pass::forward : Pass::backward_data),
          name(Pass::backward_weights)};
}

}  // namespace

ConvAlgorithms conv_algorithms(IntArrayRef input_size, IntArrayRef weight_size, const ConvOptions& options) {
  return algorithms(input_size, weight_size, options);
}

ConvAlgorithms conv_transpose_algorithms(IntArrayRef input_size, IntArrayRef weight_size,
                                         const ConvTransposeOptions& options) {
  return algorithms(input_size, weight_size, options);
}

}  // namespace convgrad
