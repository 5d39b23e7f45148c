#pragma once
#include <convgrad/generator.h>
#include <convgrad/tensor.h>

#include <cstdint>

namespace convgrad {

// New tensors of random numbers. Without a dtype: get_default_dtype() for real numbers, int64 for integers.

/// Uniform on [0, 1). Like torch.rand.
CONVGRAD_API Tensor rand(IntArrayRef size, const TensorOptions& options = {}, Generator* generator = nullptr);
/// Normal, mean 0 and standard deviation 1. Like torch.randn.
CONVGRAD_API Tensor randn(IntArrayRef size, const TensorOptions& options = {}, Generator* generator = nullptr);
/// Integers of [low, high), low 0 by default. Error where there are none, or where the dtype cannot hold them.
/// Like torch.randint.
CONVGRAD_API Tensor randint(int64_t high, IntArrayRef size, const TensorOptions& options = {},
                            Generator* generator = nullptr);
CONVGRAD_API Tensor randint(int64_t low, int64_t high, IntArrayRef size, const TensorOptions& options = {},
                            Generator* generator = nullptr);
/// 0 … n − 1 in random order. Like torch.randperm.
CONVGRAD_API Tensor randperm(int64_t n, const TensorOptions& options = {}, Generator* generator = nullptr);

/// Normal numbers; mean and std may differ from element to element, and are broadcast. Error for std < 0. No gradient
/// flows to mean and std: distributions::Normal::rsample has one. Like torch.normal.
CONVGRAD_API Tensor normal(double mean, double std, IntArrayRef size, const TensorOptions& options = {},
                           Generator* generator = nullptr);
CONVGRAD_API Tensor normal(const Tensor& mean, double std = 1, Generator* generator = nullptr);
CONVGRAD_API Tensor normal(double mean, const Tensor& std, Generator* generator = nullptr);
CONVGRAD_API Tensor normal(const Tensor& mean, const Tensor& std, Generator* generator = nullptr);
/// 1 with the probability in each element of p (float32 or float64), else 0; p's dtype. Error outside [0, 1].
/// Like torch.bernoulli.
CONVGRAD_API Tensor bernoulli(const Tensor& p, Generator* generator = nullptr);
/// The same with one probability, in input's sizes and dtype.
CONVGRAD_API Tensor bernoulli(const Tensor& input, double p, Generator* generator = nullptr);

// With the sizes, the dtype and the order in memory of another tensor; numbers are drawn in that order.
// Like torch.rand_like and so on.
CONVGRAD_API Tensor rand_like(const Tensor& input, const TensorOptions& options = {}, Generator* generator = nullptr);
CONVGRAD_API Tensor randn_like(const Tensor& input, const TensorOptions& options = {}, Generator* generator = nullptr);
CONVGRAD_API Tensor randint_like(const Tensor& input, int64_t high, const TensorOptions& options = {},
                                 Generator* generator = nullptr);
CONVGRAD_API Tensor randint_like(const Tensor& input, int64_t low, int64_t high, const TensorOptions& options = {},
                                 Generator* generator = nullptr);

// With a dtype alone, as LibTorch's users write it: randn({2, 3}, kFloat64).
inline Tensor rand(IntArrayRef size, std::same_as<ScalarType> auto dtype) {
  return rand(size, TensorOptions{.dtype = dtype});
}
inline Tensor randn(IntArrayRef size, std::same_as<ScalarType> auto dtype) {
  return randn(size, TensorOptions{.dtype = dtype});
}
inline Tensor randint(int64_t high, IntArrayRef size, std::same_as<ScalarType> auto dtype) {
  return randint(high, size, TensorOptions{.dtype = dtype});
}
inline Tensor randint(int64_t low, int64_t high, IntArrayRef size, std::same_as<ScalarType> auto dtype) {
  return randint(low, high, size, TensorOptions{.dtype = dtype});
}
inline Tensor randperm(int64_t n, std::same_as<ScalarType> auto dtype) {
  return randperm(n, TensorOptions{.dtype = dtype});
}
inline Tensor rand_like(const Tensor& input, std::same_as<ScalarType> auto dtype) {
  return rand_like(input, TensorOptions{.dtype = dtype});
}
inline Tensor randn_like(const Tensor& input, std::same_as<ScalarType> auto dtype) {
  return randn_like(input, TensorOptions{.dtype = dtype});
}

}  // namespace convgrad
