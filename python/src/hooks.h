// Python callables as hooks of tensors and nodes. Each add_… returns a handle whose remove() ends the hook.
#pragma once
#include <convgrad/autograd/node.h>

#include "object.h"

namespace convgrad::python {

Object add_tensor_hook(const Tensor& tensor, PyObject* hook);
Object add_post_accumulate_hook(const Tensor& tensor, PyObject* hook);
Object add_pre_hook(autograd::Node& node, PyObject* hook);
Object add_post_hook(autograd::Node& node, PyObject* hook);

void make_handle_type(PyObject* module);

}  // namespace convgrad::python
