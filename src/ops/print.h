#pragma once
#include <convgrad/print.h>

#include <string>
#include <vector>

namespace convgrad {

/// A tensor as it is printed, on plain memory.
struct PrintedArray {
  const void* data;
  ScalarType dtype;
  IntArrayRef sizes, strides;
};

/// "[[1., 2.],\n        [3., 4.]]": the elements, for a text that begins after `indent` columns.
std::string elements_text(const PrintedArray& array, int64_t indent, const PrintOptions& options);

/// "tensor(" + elements + ", " + suffixes + ")", the suffixes wrapped at the line's width.
std::string tensor_text(const std::string& elements, const std::vector<std::string>& suffixes,
                        const PrintOptions& options);

/// The text of Python's f"{t}": the bare number of a 0-d tensor, "0.1" or "True", else the repr.
std::string format_text(const Tensor& t);

}  // namespace convgrad
