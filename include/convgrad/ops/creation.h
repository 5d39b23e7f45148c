#pragma once
#include <convgrad/tensor.h>

#include <concepts>
#include <functional>
#include <initializer_list>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace convgrad {

// New tensors. Every function takes TensorOptions last: zeros({2, 3}, {.dtype = kFloat64, .requires_grad = true}).
// Without a dtype: get_default_dtype(), unless said otherwise. Errors of all: negative sizes, sizes that overflow,
// memory that cannot be had, requires_grad of a type that is no float.

/// Elements of any value. Like torch.empty.
CONVGRAD_API Tensor empty(IntArrayRef size, const TensorOptions& options = {});
/// Like torch.zeros.
CONVGRAD_API Tensor zeros(IntArrayRef size, const TensorOptions& options = {});
/// Like torch.ones.
CONVGRAD_API Tensor ones(IntArrayRef size, const TensorOptions& options = {});
/// Every element is fill_value. Without a dtype: fill_value's (integers: int64, bool: bool). Error where it does not
/// fit the dtype; a fraction is dropped. Like torch.full.
CONVGRAD_API Tensor full(IntArrayRef size, Scalar fill_value, const TensorOptions& options = {});
/// A 0-d tensor of value. Like torch.scalar_tensor.
CONVGRAD_API Tensor scalar_tensor(Scalar value, const TensorOptions& options = {});

// The same with the sizes, the dtype and the order in memory of another tensor. Like torch.empty_like and so on.
CONVGRAD_API Tensor empty_like(const Tensor& input, const TensorOptions& options = {});
CONVGRAD_API Tensor zeros_like(const Tensor& input, const TensorOptions& options = {});
CONVGRAD_API Tensor ones_like(const Tensor& input, const TensorOptions& options = {});
CONVGRAD_API Tensor full_like(const Tensor& input, Scalar fill_value, const TensorOptions& options = {});

/// start, start + step, … up to but without end: ⌈(end − start) / step⌉ elements. Without a dtype: int64 where all
/// three are integers. Integers are counted exactly, to the ends of int64. Errors: step 0, bounds that step leads away
/// from, bounds or counts that are not finite. Like torch.arange.
CONVGRAD_API Tensor arange(Scalar end, const TensorOptions& options = {});
CONVGRAD_API Tensor arange(Scalar start, Scalar end, const TensorOptions& options = {});
CONVGRAD_API Tensor arange(Scalar start, Scalar end, Scalar step, const TensorOptions& options = {});
/// `steps` numbers from start to end, both included, at equal distances; steps 1 gives start. Like torch.linspace.
CONVGRAD_API Tensor linspace(Scalar start, Scalar end, int64_t steps, const TensorOptions& options = {});
/// base to the power of linspace's numbers. Like torch.logspace.
CONVGRAD_API Tensor logspace(Scalar start, Scalar end, int64_t steps, double base = 10,
                             const TensorOptions& options = {});
/// Rows and columns, int64 or int32 of [2, count], of the elements on and below (above) a matrix's diagonal. Like
/// torch.tril_indices and torch.triu_indices.
CONVGRAD_API Tensor tril_indices(int64_t rows, int64_t columns, int64_t offset = 0, const TensorOptions& options = {});
CONVGRAD_API Tensor triu_indices(int64_t rows, int64_t columns, int64_t offset = 0, const TensorOptions& options = {});
/// Windows for signals; periodic ones lack the last point of the symmetric ones. Like torch.hann_window and so on.
CONVGRAD_API Tensor hann_window(int64_t length, bool periodic = true, const TensorOptions& options = {});
CONVGRAD_API Tensor hamming_window(int64_t length, bool periodic = true, const TensorOptions& options = {});
CONVGRAD_API Tensor blackman_window(int64_t length, bool periodic = true, const TensorOptions& options = {});

/// Ones on the diagonal, zeros elsewhere; n rows and m (default n) columns. Like torch.eye.
CONVGRAD_API Tensor eye(int64_t n, const TensorOptions& options = {});
CONVGRAD_API Tensor eye(int64_t n, int64_t m, const TensorOptions& options = {});

/// What tensor() is made of: a number, or a braced list of such.
class CONVGRAD_API TensorData {
 public:
  TensorData() : sizes_{0} {}  // {}: an empty list
  template <class T>
  requires std::is_arithmetic_v<T> TensorData(T value) : values_{Scalar(value)} {}  // NOLINT: numbers convert
  TensorData(std::initializer_list<TensorData> list);                               // NOLINT
  template <class T>
  requires std::is_arithmetic_v<T> TensorData(const std::vector<T>& list)
      : sizes_{static_cast<int64_t>(list.size())} {  // NOLINT
    values_.assign(list.begin(), list.end());
  }

  const std::vector<int64_t>& sizes() const { return sizes_; }
  const std::vector<Scalar>& values() const { return values_; }  // in C order

 private:
  std::vector<int64_t> sizes_;
  std::vector<Scalar> values_;
};

/// A tensor of the numbers given: tensor(1.5), tensor({1, 2}), tensor({{1.f, 2.f}, {3.f, 4.f}}), tensor(a_vector).
/// Without a dtype: the default float type where one is a float, else int64 where one is an integer, else bool.
/// Errors: lists of different lengths side by side, integers that do not fit the dtype. Like torch.tensor.
CONVGRAD_API Tensor tensor(const TensorData& data, const TensorOptions& options = {});
/// The same of a long vector, fast: of float, double, int32_t, int64_t, bool, or uint8_t (which stays uint8).
template <class T>
CONVGRAD_API Tensor tensor(const std::vector<T>& data, const TensorOptions& options = {});

// With a dtype alone, as LibTorch's users write it: zeros({2, 3}, kInt64).
inline Tensor zeros(IntArrayRef size, std::same_as<ScalarType> auto dtype) {
  return zeros(size, TensorOptions{.dtype = dtype});
}
inline Tensor ones(IntArrayRef size, std::same_as<ScalarType> auto dtype) {
  return ones(size, TensorOptions{.dtype = dtype});
}
inline Tensor empty(IntArrayRef size, std::same_as<ScalarType> auto dtype) {
  return empty(size, TensorOptions{.dtype = dtype});
}
inline Tensor full(IntArrayRef size, Scalar fill_value, std::same_as<ScalarType> auto dtype) {
  return full(size, fill_value, TensorOptions{.dtype = dtype});
}
inline Tensor zeros_like(const Tensor& input, std::same_as<ScalarType> auto dtype) {
  return zeros_like(input, TensorOptions{.dtype = dtype});
}
inline Tensor ones_like(const Tensor& input, std::same_as<ScalarType> auto dtype) {
  return ones_like(input, TensorOptions{.dtype = dtype});
}
inline Tensor empty_like(const Tensor& input, std::same_as<ScalarType> auto dtype) {
  return empty_like(input, TensorOptions{.dtype = dtype});
}
inline Tensor full_like(const Tensor& input, Scalar fill_value, std::same_as<ScalarType> auto dtype) {
  return full_like(input, fill_value, TensorOptions{.dtype = dtype});
}
inline Tensor arange(Scalar end, std::same_as<ScalarType> auto dtype) {
  return arange(end, TensorOptions{.dtype = dtype});
}
inline Tensor arange(Scalar start, Scalar end, std::same_as<ScalarType> auto dtype) {
  return arange(start, end, TensorOptions{.dtype = dtype});
}
inline Tensor arange(Scalar start, Scalar end, Scalar step, std::same_as<ScalarType> auto dtype) {
  return arange(start, end, step, TensorOptions{.dtype = dtype});
}
inline Tensor linspace(Scalar start, Scalar end, int64_t steps, std::same_as<ScalarType> auto dtype) {
  return linspace(start, end, steps, TensorOptions{.dtype = dtype});
}
inline Tensor eye(int64_t n, std::same_as<ScalarType> auto dtype) { return eye(n, TensorOptions{.dtype = dtype}); }
inline Tensor eye(int64_t n, int64_t m, std::same_as<ScalarType> auto dtype) {
  return eye(n, m, TensorOptions{.dtype = dtype});
}
inline Tensor tensor(const TensorData& data, std::same_as<ScalarType> auto dtype) {
  return tensor(data, TensorOptions{.dtype = dtype});
}

namespace detail {
CONVGRAD_API Tensor from_blob(void* data, IntArrayRef sizes, std::optional<IntArrayRef> strides,
                              std::function<void(void*)> deleter, const TensorOptions& options);
}
/// A tensor over memory that somebody else owns; nothing is copied. The memory must stay valid until the last tensor
/// that shares it is gone; then deleter(data) is called, where there is one. strides (default: C order) count elements.
/// Like torch::from_blob.
CONVGRAD_API Tensor from_blob(void* data, IntArrayRef sizes, const TensorOptions& options = {});
CONVGRAD_API Tensor from_blob(void* data, IntArrayRef sizes, IntArrayRef strides, const TensorOptions& options = {});
template <std::invocable<void*> Deleter>
Tensor from_blob(void* data, IntArrayRef sizes, Deleter deleter, const TensorOptions& options = {}) {
  return detail::from_blob(data, sizes, std::nullopt, std::move(deleter), options);
}
template <std::invocable<void*> Deleter>
Tensor from_blob(void* data, IntArrayRef sizes, IntArrayRef strides, Deleter deleter,
                 const TensorOptions& options = {}) {
  return detail::from_blob(data, sizes, strides, std::move(deleter), options);
}

// Of a tensor's type, unless the options say otherwise. Like torch.Tensor.new_zeros and so on.
inline Tensor Tensor::new_empty(IntArrayRef size, TensorOptions options) const {
  return empty(size, {options.dtype.value_or(dtype()), options.device, options.requires_grad});
}
inline Tensor Tensor::new_zeros(IntArrayRef size, TensorOptions options) const {
  return zeros(size, {options.dtype.value_or(dtype()), options.device, options.requires_grad});
}
inline Tensor Tensor::new_ones(IntArrayRef size, TensorOptions options) const {
  return ones(size, {options.dtype.value_or(dtype()), options.device, options.requires_grad});
}
inline Tensor Tensor::new_full(IntArrayRef size, Scalar fill_value, TensorOptions options) const {
  return full(size, fill_value, {options.dtype.value_or(dtype()), options.device, options.requires_grad});
}

}  // namespace convgrad
