#pragma once
#include <array>
#include <cstdint>

namespace convgrad::kernels {

/// One spatial axis of a convolution, in elements. `output` is what the shape rule of ops/conv gave; kernels trust it.
struct ConvAxis {
  int64_t input = 1, kernel = 1, stride = 1, pad_low = 0, pad_high = 0, dilation = 1, output = 1;
};

/// A convolution, whole: y[n,k,o] = bias[k] + Σ_{c,t} x[n, c, o·stride + t·dilation − pad_low] · w[k, c, t].
/// 1-D and 2-D leave leading axes at one (axes are depth, height, width). Group g maps channels
/// [g·C/G, (g+1)·C/G) to [g·K/G, (g+1)·K/G). All three passes read this and nothing else.
struct ConvProblem {
  int64_t batch = 1, in_channels = 1, out_channels = 1, groups = 1;
  std::array<ConvAxis, 3> axes{};
  // Element strides of x [N, C, D, H, W], w [K, C/G, kd, kh, kw] and y [N, K, D', H', W']; any values, zero and
  // negative included for what is read.
  std::array<int64_t, 5> x_strides{}, w_strides{}, y_strides{};
};

enum class Pass { forward, backward_data, backward_weights };

}  // namespace convgrad::kernels
