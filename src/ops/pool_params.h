#pragma once
#include <convgrad/tensor.h>

#include "kernels/pool.h"

namespace convgrad {

/// What a caller asks of a pooling: one number for all axes or one for each. Owns the shape rule, and says no in
/// PyTorch's words.
struct PoolParams {
  const char* op;
  IntArrayRef kernel_size, stride, padding, dilation;
  bool ceil_mode;
};

/// The pooling of x's last `dims` (2 or 3) dimensions, checked; x is [C, …] or [N, C, …].
kernels::PoolProblem max_pool_problem(const Tensor& x, int dims, const PoolParams& params);
kernels::PoolProblem average_pool_problem(const Tensor& x, int dims, const PoolParams& params);
/// The checks that the one-dimensional forms make before they become two-dimensional ones; max_pool1d has its own.
void check_pool1d(const Tensor& x, const PoolParams& params);
void check_max_pool1d(const Tensor& x, const PoolParams& params);

/// The pooling to the sizes of `output`, checked. max: its words, which differ.
kernels::PoolProblem adaptive_pool_problem(const Tensor& x, int dims, IntArrayRef output, bool max);
void check_adaptive_pool1d(const Tensor& x, IntArrayRef output, bool max);

/// x's sizes with the pooled dimensions replaced.
DimVector pooled_sizes(const Tensor& x, int dims, const kernels::PoolProblem& p);

}  // namespace convgrad
