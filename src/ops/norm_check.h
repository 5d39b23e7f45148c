#pragma once
#include <convgrad/tensor.h>

namespace convgrad {

/// Running statistics: both defined or none.
struct NormStatistics {
  const Tensor &mean, &variance;
};

// What the normalisations refuse, in PyTorch's words.
void check_batch_norm(const Tensor& x, const NormStatistics& running, const Tensor& weight, const Tensor& bias,
                      bool training, double eps);
void check_instance_norm(const Tensor& x, const NormStatistics& running, const Tensor& weight, const Tensor& bias,
                         bool use_input_stats, double eps);
void check_layer_norm(const Tensor& x, IntArrayRef normalized_shape, const Tensor& weight, const Tensor& bias);
void check_group_norm(const Tensor& x, int64_t num_groups, const Tensor& weight, const Tensor& bias);

}  // namespace convgrad
