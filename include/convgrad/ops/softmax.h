#pragma once
#include <convgrad/tensor.h>

namespace convgrad {

/// exp(x) / Σ exp(x) along a dimension: positive numbers whose sum is one. dtype converts first. Floating types only.
/// A NaN, a +∞, or nothing but −∞ along the dimension give NaN. Like torch.softmax.
CONVGRAD_API Tensor softmax(const Tensor& x, int64_t dim, std::optional<ScalarType> dtype = {});

/// x − log Σ exp(x) along a dimension: the logarithm of softmax, without its rounding to zero. Like torch.log_softmax.
CONVGRAD_API Tensor log_softmax(const Tensor& x, int64_t dim, std::optional<ScalarType> dtype = {});

}  // namespace convgrad
