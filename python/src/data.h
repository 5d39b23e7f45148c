// Tensors from Python's lists and NumPy's arrays.
#pragma once
#include <convgrad/tensor.h>

#include "object.h"

namespace convgrad::python {

/// A list's or tuple's elements. Where reading them may run Python code (__index__, __len__), which may change the
/// list, of a copy.
PyObject* const* steady_elements(PyObject* list, Object& copy);

/// A number that stands beside a tensor: OverflowError beyond 64 bits.
Scalar scalar_argument(PyObject* object);

/// A new tensor of numbers, nested sequences of such, arrays or tensors. `dtype` empty: what torch.tensor infers.
Tensor tensor_from_data(PyObject* data, std::optional<ScalarType> dtype);
/// The same; where an array or tensor already is what is wanted, its memory is shared. Like torch.as_tensor.
Tensor as_tensor_from_data(PyObject* data, std::optional<ScalarType> dtype);

/// An object of numpy.ndarray (NumPy is not imported for the question).
bool is_array(PyObject* object);
/// Shares an array's memory. Like torch.from_numpy.
Tensor tensor_from_array(PyObject* array, bool warn_if_read_only);

}  // namespace convgrad::python
