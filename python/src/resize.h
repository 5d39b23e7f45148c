#pragma once
#include <convgrad/tensor.h>

#include "object.h"

namespace convgrad::python {

/// Gives the tensor these sizes, in C order; memory is kept where it suffices. Like torch.Tensor.resize_.
void resize(const Tensor& t, IntArrayRef sizes);
/// The same for the argument `out`; warns where it already had elements.
void resize_output(const Tensor& out, IntArrayRef sizes);

/// Named tuples print their fields as PyTorch's do.
void prepare_named_tuple(PyObject* type);

}  // namespace convgrad::python
