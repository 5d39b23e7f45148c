#pragma once
#include <convgrad/dtype.h>

#include <array>
#include <cstdint>

namespace convgrad::kernels {

/// One axis of a pooling, in elements; every number fits an int. `output` is what the shape rule gave.
struct PoolAxis {
  int64_t input = 1, kernel = 1, stride = 1, padding = 0, dilation = 1, output = 1;
  bool adaptive = false;  // windows that follow from input and output alone

  /// Window o is first(o), first(o) + dilation, … below end(o): the cells of the input alone.
  int64_t first(int64_t o) const {
    if (adaptive) return o / output * input + o % output * input / output;
    const int64_t start = o * stride - padding;
    return start >= 0 ? start : start + (-start + dilation - 1) / dilation * dilation;
  }
  int64_t end(int64_t o) const {
    if (adaptive) return ((o + 1) * input + output - 1) / output;
    const int64_t stop = o * stride - padding + dilation * (kernel - 1) + 1;
    return stop < input ? stop : input;
  }
  /// Cells of window o that an average counts with the padding, but without what hangs over it.
  int64_t padded_count(int64_t o) const {
    const int64_t start = o * stride - padding, stop = start + kernel;
    return (stop < input + padding ? stop : input + padding) - start;
  }
};

/// A pooling of `planes` separate contiguous planes (one for each channel of each sample); axes are depth, height,
/// width, leading ones left at one. All kernels below take contiguous arrays.
struct PoolProblem {
  int64_t planes = 1;
  std::array<PoolAxis, 3> axes{};

  int64_t input_plane() const { return axes[0].input * axes[1].input * axes[2].input; }
  int64_t output_plane() const { return axes[0].output * axes[1].output * axes[2].output; }
};

/// How an average is divided.
struct AverageRule {
  bool count_padding = true;
  int64_t divisor = 0;  // where not zero: instead of counting
};

/// y = the maximum of each window; indices (may be null) = its position in the plane. float32, float64 or int64.
void max_pool(const PoolProblem& p, ScalarType type, const void* x, void* y, int64_t* indices);
/// dx = zeros, then dx[index] += dy. False where an index is outside its plane, which adds nothing.
bool max_pool_backward(const PoolProblem& p, ScalarType type, const void* dy, const int64_t* indices, void* dx);

/// y = the mean of each window. float32, float64 or int64.
void average_pool(const PoolProblem& p, const AverageRule& rule, ScalarType type, const void* x, void* y);
/// dx += dy / divisor over each window. dx is zero before. float32 or float64.
void average_pool_backward(const PoolProblem& p, const AverageRule& rule, ScalarType type, const void* dy, void* dx);

}  // namespace convgrad::kernels
