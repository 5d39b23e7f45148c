// Memory shared with others: NumPy's arrays and DLPack's capsules.
#pragma once
#include <convgrad/tensor.h>

#include "object.h"

namespace convgrad::python {

/// A numpy.ndarray over the tensor's memory. A new reference.
PyObject* array_from_tensor(const Tensor& tensor);
void make_buffer_type();
void publish_dlpack(PyObject* module);

}  // namespace convgrad::python
