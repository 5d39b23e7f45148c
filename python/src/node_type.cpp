#include "node_type.h"

#include <map>
#include <string>

#include "hooks.h"
#include "tensor_type.h"

namespace convgrad::python {

using autograd::Edge;
using autograd::Node;

namespace {

struct PyNode {
  PyObject_HEAD;
  detail::Ref<Node> node;
};
PyTypeObject* node_type = nullptr;

void deallocate(PyObject* object) {
  PyTypeObject* type = Py_TYPE(object);
  PyNode* self = reinterpret_cast<PyNode*>(object);
  if (self->node) self->node->companion() = {};
  self->node.~Ref();
  type->tp_free(object);
  Py_DECREF(type);
}

PyObject* name(PyObject* self, PyObject*) {
  return guarded([&] {
    const std::string own = node_of(self)->name();
    const bool of_engine = own == "AccumulateGrad" || own == "CopySlices" || own == "CopyBackwards";
    return text(of_engine ? "torch::autograd::" + own : own).release();
  });
}

PyObject* next_functions(PyObject* self, void*) {
  return guarded([&] {
    const auto node = node_of(self);
    const std::vector<Edge>& edges = node->next_edges();
    Object tuple = checked(PyTuple_New(static_cast<Py_ssize_t>(edges.size())));
    for (size_t i = 0; i < edges.size(); ++i) {
      Object pair = checked(Py_BuildValue("(NI)", wrap_node(edges[i].function), edges[i].input_nr));
      PyTuple_SET_ITEM(tuple.get(), static_cast<Py_ssize_t>(i), pair.release());
    }
    return tuple.release();
  });
}

/// Of AccumulateGrad: the leaf. Others have no such attribute.
PyObject* variable(PyObject* self, void*) {
  return guarded([&] {
    const auto node = node_of(self);
    const Tensor* leaf = autograd::leaf_of(*node);
    if (!leaf) raise(PyExc_AttributeError, "'%s' object has no attribute 'variable'", Py_TYPE(self)->tp_name);
    return wrap(*leaf);
  });
}

PyObject* sequence_number(PyObject* self, PyObject*) {
  return guarded([&] { return PyLong_FromUnsignedLongLong(node_of(self)->sequence_nr()); });
}
PyObject* set_sequence_number(PyObject*, PyObject*) { Py_RETURN_NONE; }

PyObject* register_hook(PyObject* self, PyObject* hook) {
  return guarded([&] { return add_post_hook(*node_of(self), hook).release(); });
}
PyObject* register_prehook(PyObject* self, PyObject* hook) {
  return guarded([&] { return add_pre_hook(*node_of(self), hook).release(); });
}

/// A node of one name has a type of that name: type(y.grad_fn).__name__ is 'AddBackward0'.
PyTypeObject* type_for(const std::string& name) {
  static std::map<std::string, PyTypeObject*> types;
  const auto [at, is_new] = types.try_emplace(name, nullptr);
  if (!is_new) return at->second;
  PyType_Slot slots[] = {{0, nullptr}};
  PyType_Spec spec{.name = at->first.c_str(),
                   .basicsize = sizeof(PyNode),
                   .itemsize = 0,
                   .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                   .slots = slots};
  return at->second = make_type(spec, "builtins", node_type);
}

}  // namespace

PyMethodDef node_methods[] = {
    {"name", name, METH_NOARGS, "The operation's name, as \"ConvolutionBackward0\"."},
    {"_sequence_nr", sequence_number, METH_NOARGS, nullptr},
    {"_set_sequence_nr", set_sequence_number, METH_O, nullptr},
    {"register_hook", register_hook, METH_O, "Calls hook(grad_inputs, grad_outputs) after the node has run."},
    {"register_prehook", register_prehook, METH_O, "Calls hook(grad_outputs) before the node runs."},
    {}};
PyGetSetDef node_properties[] = {{"next_functions", next_functions, nullptr,
                                  "Where the gradients of the inputs go: pairs of node and output number.", nullptr},
                                 {}};

bool is_node(PyObject* object) { return PyType_IsSubtype(Py_TYPE(object), node_type) || is_function_object(object); }

detail::Ref<Node> node_of(PyObject* object) {
  if (is_function_object(object)) return function_node_of(object);
  if (!PyType_IsSubtype(Py_TYPE(object), node_type))
    raise(PyExc_TypeError, "expected a node of the graph (a tensor's grad_fn), not %s", Py_TYPE(object)->tp_name);
  return reinterpret_cast<PyNode*>(object)->node;
}

PyObject* wrap_node(detail::Ref<Node> node) {
  if (!node) Py_RETURN_NONE;
  if (is_function_node(*node)) return wrap_function_node(*node);
  if (void* object = node->companion().object) return Py_NewRef(static_cast<PyObject*>(object));
  PyTypeObject* type = type_for(node->name());
  PyObject* object = type->tp_alloc(type, 0);
  if (!object) throw PythonError();
  node->companion() = {.object = object, .owned = false};
  new (&reinterpret_cast<PyNode*>(object)->node) detail::Ref<Node>(std::move(node));
  return object;
}

void make_node_type(PyObject* module) {
  static PyGetSetDef properties[] = {
      node_properties[0], {"variable", variable, nullptr, "The leaf that this node accumulates into.", nullptr}, {}};
  PyType_Slot slots[] = {{Py_tp_dealloc, reinterpret_cast<void*>(deallocate)},
                         {Py_tp_methods, node_methods},
                         {Py_tp_getset, properties},
                         {0, nullptr}};
  PyType_Spec spec{.name = "Node",
                   .basicsize = sizeof(PyNode),
                   .itemsize = 0,
                   .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                   .slots = slots};
  node_type = make_type(spec, "convgrad.autograd.graph");
  checked(PyModule_AddObjectRef(module, "_Node", reinterpret_cast<PyObject*>(node_type)));
}

}  // namespace convgrad::python
