#pragma once
#include <convgrad/device.h>
#include <convgrad/dtype.h>

#include <optional>

namespace convgrad {

/// How a new tensor shall be: zeros({2, 3}, {.dtype = kFloat64, .requires_grad = true}).
struct TensorOptions {
  std::optional<ScalarType> dtype{};  // default: what the function's documentation says, mostly get_default_dtype()
  Device device{};
  bool requires_grad = false;
};

}  // namespace convgrad
