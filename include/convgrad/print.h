#pragma once
#include <convgrad/tensor.h>

#include <cstdint>
#include <iosfwd>
#include <limits>
#include <optional>
#include <string>

namespace convgrad {

/// How tensors are printed. Like the arguments of torch.set_printoptions.
struct PrintOptions {
  int64_t precision = 4;           // digits behind the point
  int64_t threshold = 1000;        // tensors of more elements are summarised; `everything` for never
  int64_t edgeitems = 3;           // shown at each end of a dimension when summarised
  int64_t linewidth = 80;          // columns
  std::optional<bool> sci_mode{};  // scientific notation always or never; default: where the values ask for it

  static constexpr int64_t everything = std::numeric_limits<int64_t>::max();
};

/// Replaces the options for the whole process: set_printoptions({.precision = 2}). Negative numbers count as 0.
/// Like torch.set_printoptions.
CONVGRAD_API void set_printoptions(const PrintOptions& options);
CONVGRAD_API PrintOptions get_printoptions();

/// The text of Python's repr(t), byte for byte: "tensor([1., 2.], requires_grad=True)". An undefined tensor gives
/// "tensor(<undefined>)". Never throws but for want of memory. Tensor::str() and operator<< give the same.
CONVGRAD_API std::string repr(const Tensor& t);
CONVGRAD_API std::string repr(const Tensor& t, const PrintOptions& options);
/// The text of a module's parameter: "Parameter containing:\ntensor(…, requires_grad=True)". Like repr of
/// torch.nn.Parameter.
CONVGRAD_API std::string parameter_repr(const Tensor& t);
/// "torch.Size([2, 3])". Like repr(t.shape).
CONVGRAD_API std::string size_repr(IntArrayRef sizes);

}  // namespace convgrad
