#pragma once
#include <convgrad/tensor.h>

namespace convgrad {

/// A new contiguous tensor, uninitialised. Throws for negative sizes and sizes that overflow.
Tensor make_tensor(IntArrayRef sizes, ScalarType dtype);
/// A new tensor with these strides over fresh memory, uninitialised; the strides must be dense.
Tensor make_strided(IntArrayRef sizes, IntArrayRef strides, ScalarType dtype);
/// A tensor over somebody else's memory; `deleter` may be empty.
Tensor make_foreign(void* data, IntArrayRef sizes, IntArrayRef strides, ScalarType dtype,
                    std::function<void(void*)> deleter);
/// A view: shares base's memory, and autograd knows where it came from. The caller has checked the bounds.
Tensor make_view(const Tensor& base, IntArrayRef sizes, IntArrayRef strides, int64_t offset);
/// The same memory, sizes and version counter, without history.
Tensor make_alias(const Tensor& t);

}  // namespace convgrad
