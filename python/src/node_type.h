// Nodes of the graph as Python sees them: tensor.grad_fn and the ctx of custom functions.
#pragma once
#include <convgrad/autograd/node.h>

#include "object.h"

namespace convgrad::python {

/// The object of a node, the same for the same node; None for none. A new reference. Its type is named as the node.
PyObject* wrap_node(detail::Ref<autograd::Node> node);
/// The node of an object; TypeError for others.
detail::Ref<autograd::Node> node_of(PyObject* object);
bool is_node(PyObject* object);

/// PyTorch's warning of backward(create_graph=True), once.
void warn_of_cycle();

void make_node_type(PyObject* module);
void make_function_type(PyObject* module);

/// An object whose node a custom function's ctx is; see function_type.cpp.
PyObject* wrap_function_node(autograd::Node& node);
bool is_function_node(const autograd::Node& node);
detail::Ref<autograd::Node> function_node_of(PyObject* object);
bool is_function_object(PyObject* object);
/// The node goes, and the ctx that only it held.
void forget_node(PyObject* object);

/// What nodes and ctx objects have in common: name(), next_functions, register_hook, …
extern PyMethodDef node_methods[];
extern PyGetSetDef node_properties[];

}  // namespace convgrad::python
