#pragma once
#include <convgrad/tensor.h>

namespace convgrad {

// Normalisation: y = (x − mean) / √(variance + eps) · weight + bias. The variance divides by the number of elements;
// sums are taken in double. weight and bias may be undefined: ones and zeros. float32 and float64; errors in PyTorch's
// words.

/// Mean and variance of each channel, over the batch and all positions.
///
/// x: (N, C, …); running_mean, running_var, weight, bias: (C). With `training` the statistics are x's own, and the
/// running ones, where defined, are moved: running = (1 − momentum) · running + momentum · x's (the variance that
/// divides by n − 1). Without, they are the running ones. ValueError for one element a channel while training.
/// Like torch.nn.functional.batch_norm.
CONVGRAD_API Tensor batch_norm(const Tensor& x, const Tensor& running_mean, const Tensor& running_var,
                               const Tensor& weight = {}, const Tensor& bias = {}, bool training = false,
                               double momentum = 0.1, double eps = 1e-5);

/// Mean and variance of each channel of each sample: batch_norm of (1, N·C, …). Running statistics, where defined, are
/// moved by the mean over the samples; they are what is used where not `use_input_stats`.
/// Like torch.nn.functional.instance_norm.
CONVGRAD_API Tensor instance_norm(const Tensor& x, const Tensor& running_mean = {}, const Tensor& running_var = {},
                                  const Tensor& weight = {}, const Tensor& bias = {}, bool use_input_stats = true,
                                  double momentum = 0.1, double eps = 1e-5);

/// Mean and variance over the last dimensions, whose sizes normalized_shape is; weight, bias: of that shape.
/// Like torch.nn.functional.layer_norm.
CONVGRAD_API Tensor layer_norm(const Tensor& x, IntArrayRef normalized_shape, const Tensor& weight = {},
                               const Tensor& bias = {}, double eps = 1e-5);

/// Mean and variance of each of num_groups groups of neighbouring channels of a sample. x: (N, C, …); weight, bias:
/// (C). Like torch.nn.functional.group_norm.
CONVGRAD_API Tensor group_norm(const Tensor& x, int64_t num_groups, const Tensor& weight = {}, const Tensor& bias = {},
                               double eps = 1e-5);

/// x / (k + alpha · mean of x² over `size` neighbouring channels) ^ beta; beyond the ends channels are zeros.
/// x: (N, C, d…) with at least three dimensions. Like torch.nn.functional.local_response_norm.
CONVGRAD_API Tensor local_response_norm(const Tensor& x, int64_t size, double alpha = 1e-4, double beta = 0.75,
                                        double k = 1);

}  // namespace convgrad
