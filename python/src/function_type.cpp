// Custom functions: torch.autograd.Function. Their ctx is the node of the graph, as in PyTorch.
#include <convgrad/autograd/function.h>
#include <convgrad/ops/creation.h>

#include <Python.h>
#include <structmember.h>

#include "node_type.h"
#include "tensor_type.h"

namespace convgrad::python {

using autograd::FunctionNode;
using autograd::variable_list;

namespace {

struct PyFunction;

/// The node whose backward is a Python function.
class PythonNode final : public FunctionNode {
 public:
  explicit PythonNode(PyTypeObject* type) : type_(reinterpret_cast<PyObject*>(type)) {}
  std::string name() const override { return type()->tp_name; }
  PyTypeObject* type() const { return reinterpret_cast<PyTypeObject*>(type_.get()); }
  variable_list apply(variable_list&& gradients) override;

  Kept forward_class;
  std::vector<bool> is_tensor_argument;  // of forward's arguments
  std::vector<bool> is_tensor_result;    // of what it returned
  bool saved_ready = false;              // ctx.saved_tensors are the node's own

 private:
  Kept type_;
};

struct PyFunction {
  PyObject_HEAD;
  detail::Ref<PythonNode> node;
  PyObject *dict, *weakrefs;
  PyObject *needs_input_grad, *to_save, *dirty, *non_differentiable;
  bool materialize, borrowed;
};
PyTypeObject* function_type = nullptr;

PyFunction* as_function(PyObject* object) { return reinterpret_cast<PyFunction*>(object); }

PyObject* create(PyTypeObject* type, PyObject*, PyObject*) {
  return guarded([&] {
    Object object = checked(type->tp_alloc(type, 0));
    PyFunction* self = as_function(object.get());
    new (&self->node) detail::Ref<PythonNode>(detail::make_ref<PythonNode>(type));
    self->node->companion() = {.object = object.get(), .owned = false};
    self->materialize = true;
    return object.release();
  });
}

/// The graph still needs ctx: what forward left in it is for backward.
bool preserve(PyFunction* self) {
  if (self->borrowed || !self->node || self->node->use_count() < 2) return false;
  PythonNode* node = self->node.get();
  Py_SET_REFCNT(reinterpret_cast<PyObject*>(self), 1);
  self->borrowed = true;
  node->companion().owned = true;
  node->release();
  return true;
}

int traverse(PyObject* object, visitproc visit, void* arg) {
  PyFunction* self = as_function(object);
  Py_VISIT(Py_TYPE(object));
  Py_VISIT(self->dict);
  Py_VISIT(self->needs_input_grad);
  Py_VISIT(self->to_save);
  Py_VISIT(self->dirty);
  Py_VISIT(self->non_differentiable);
  return 0;
}
int clear(PyObject* object) {
  PyFunction* self = as_function(object);
  Py_CLEAR(self->dict);
  Py_CLEAR(self->needs_input_grad);
  Py_CLEAR(self->to_save);
  Py_CLEAR(self->dirty);
  Py_CLEAR(self->non_differentiable);
  return 0;
}
void deallocate(PyObject* object) {
  PyFunction* self = as_function(object);
  if (preserve(self)) return;
  PyTypeObject* type = Py_TYPE(object);
  PyObject_GC_UnTrack(object);
  if (self->weakrefs) PyObject_ClearWeakRefs(object);
  if (self->node) self->node->companion() = {};
  self->node.~Ref();
  clear(object);
  type->tp_free(object);
  Py_DECREF(type);
}

// ---- what forward and backward do with ctx

PyObject* keep(PyObject*& place, PyObject* args) {
  Py_XSETREF(place, Py_NewRef(args));
  Py_RETURN_NONE;
}
PyObject* save_for_backward(PyObject* self, PyObject* args) { return keep(as_function(self)->to_save, args); }
PyObject* mark_dirty(PyObject* self, PyObject* args) { return keep(as_function(self)->dirty, args); }
PyObject* mark_non_differentiable(PyObject* self, PyObject* args) {
  return keep(as_function(self)->non_differentiable, args);
}
PyObject* set_materialize_grads(PyObject* self, PyObject* value) {
  as_function(self)->materialize = PyObject_IsTrue(value) == 1;
  Py_RETURN_NONE;
}

PyObject* saved_tensors(PyObject* object, void*) {
  return guarded([&] {
    PyFunction* self = as_function(object);
    if (!self->node->saved_ready && self->to_save) return PySequence_Tuple(self->to_save);
    autograd::AutogradContext ctx(self->node.get());
    const variable_list tensors = ctx.get_saved_variables();
    Object tuple = checked(PyTuple_New(static_cast<Py_ssize_t>(tensors.size())));
    for (size_t i = 0; i < tensors.size(); ++i)
      PyTuple_SET_ITEM(tuple.get(), static_cast<Py_ssize_t>(i), wrap(tensors[i]));
    return tuple.release();
  });
}

PyMethodDef methods[] = {
    {"save_for_backward", save_for_backward, METH_VARARGS,
     "Keeps tensors for backward: inputs and outputs of forward."},
    {"mark_dirty", mark_dirty, METH_VARARGS, "Says which inputs forward has changed in place."},
    {"mark_non_differentiable", mark_non_differentiable, METH_VARARGS, "Says which outputs have no gradient."},
    {"set_materialize_grads", set_materialize_grads, METH_O,
     "Whether absent gradients come as zeros (default) or None."},
    {}};
PyGetSetDef properties[] = {{"saved_tensors", saved_tensors, nullptr, "What save_for_backward was given.", nullptr},
                            {"saved_variables", saved_tensors, nullptr, nullptr, nullptr},
                            {}};
PyMemberDef members[] = {{"__dictoffset__", T_PYSSIZET, offsetof(PyFunction, dict), READONLY, nullptr},
                         {"__weaklistoffset__", T_PYSSIZET, offsetof(PyFunction, weakrefs), READONLY, nullptr},
                         {"needs_input_grad", T_OBJECT, offsetof(PyFunction, needs_input_grad), 0, nullptr},
                         {"to_save", T_OBJECT, offsetof(PyFunction, to_save), 0, nullptr},
                         {"materialize_grads", T_BOOL, offsetof(PyFunction, materialize), 0, nullptr},
                         {}};

/// `__init_subclass__`: the classes that Function makes for each of the user's must not be freed by Python's own way.
PyObject* init_subclass(PyObject* type, PyObject* const*, Py_ssize_t, PyObject*) {
  reinterpret_cast<PyTypeObject*>(type)->tp_dealloc = deallocate;
  Py_RETURN_NONE;
}

// ---- apply

/// forward's arguments, each at its place.
struct Given {
  PyObject* const* values;
  size_t count;
};

Object call(PyObject* callable, PyObject* first, const Given& rest) {
  std::vector<PyObject*> all;
  if (first) all.push_back(first);
  all.insert(all.end(), rest.values, rest.values + rest.count);
  return checked(PyObject_Vectorcall(callable, all.data(), all.size(), nullptr));
}

struct Inputs {
  variable_list tensors;
  bool any = false;
};

/// Edges and needs_input_grad from forward's arguments.
Inputs take_inputs(PyFunction* self, const Given& args) {
  Inputs inputs;
  Object needs = checked(PyTuple_New(static_cast<Py_ssize_t>(args.count)));
  for (size_t i = 0; i < args.count; ++i) {
    const bool tensor = is_tensor(args.values[i]);
    bool wants = false;
    if (tensor) {
      const Tensor& t = tensor_of(args.values[i]);
      wants = t.requires_grad();
      inputs.tensors.push_back(t);
    }
    self->node->is_tensor_argument.push_back(tensor);
    PyTuple_SET_ITEM(needs.get(), static_cast<Py_ssize_t>(i), PyBool_FromLong(wants));
    inputs.any |= wants;
  }
  inputs.any = inputs.any && GradMode::is_enabled();
  if (inputs.any)
    for (const Tensor& t : inputs.tensors) self->node->add_next_edge(autograd::gradient_edge(t));
  self->needs_input_grad = needs.release();
  return inputs;
}

/// What ctx was given; `refusal` is PyTorch's text for what is no tensor.
variable_list tensors_in(PyObject* tuple, PyObject* error, const char* refusal) {
  variable_list out;
  if (!tuple) return out;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tuple); ++i) {
    PyObject* item = PyTuple_GET_ITEM(tuple, i);
    if (item == Py_None)
      out.emplace_back();
    else if (is_tensor(item))
      out.push_back(tensor_of(item));
    else
      raise(error, refusal, i, Py_TYPE(item)->tp_name);
  }
  return out;
}

Object run_forward(PyObject* type, PyObject* ctx, const Given& args, bool with_setup) {
  const NoGradGuard guard;
  Object forward = checked(PyObject_GetAttrString(type, "forward"));
  Object result = call(forward.get(), with_setup ? nullptr : ctx, args);
  if (!with_setup) return result;
  Object arguments = checked(PyTuple_New(static_cast<Py_ssize_t>(args.count)));
  for (size_t i = 0; i < args.count; ++i)
    PyTuple_SET_ITEM(arguments.get(), static_cast<Py_ssize_t>(i), Py_NewRef(args.values[i]));
  Object setup = checked(PyObject_GetAttrString(type, "setup_context"));
  checked(PyObject_CallFunctionObjArgs(setup.get(), ctx, arguments.get(), result.get(), nullptr));
  return result;
}

/// Ties the outputs to the node, and keeps what is to be saved.
Object finish(PyFunction* self, const Inputs& inputs, Object outputs) {
  const bool several = PyTuple_Check(outputs.get());
  Object tuple = several ? outputs : checked(PyTuple_Pack(1, outputs.get()));
  const Py_ssize_t count = PyTuple_GET_SIZE(tuple.get());
  PythonNode& node = *self->node;
  node.materialize = self->materialize;
  node.dirty = tensors_in(self->dirty, PyExc_RuntimeError, "mark_dirty can only accept variables, but argument ");
  node.non_differentiable = tensors_in(self->non_differentiable, PyExc_RuntimeError,
                                       "mark_non_differentiable only accepts variable arguments, but got ");
  std::vector<Tensor> tensors(static_cast<size_t>(count));
  std::vector<Tensor*> attached;
  Object results = checked(PyTuple_New(count));
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* item = PyTuple_GET_ITEM(tuple.get(), i);
    node.is_tensor_result.push_back(is_tensor(item));
    if (is_tensor(item)) tensors[static_cast<size_t>(i)] = tensor_of(item);
    attached.push_back(&tensors[static_cast<size_t>(i)]);
  }
  for (const Tensor& d : node.dirty) {
    bool returned = false;
    for (const Tensor* t : attached) returned |= t->defined() && t->is_same(d);
    if (!returned)
      raise(PyExc_RuntimeError,
            "Some elements marked as dirty during the forward method were not returned as output. The inputs that are "
            "modified "
            "inplace must all be outputs of the Function.");
    d.impl().version().value++;
  }
  if (inputs.any) {
    const char* refusal = "save_for_backward can only save variables, but argument %zd is of type %s";
    for (const Tensor& t : tensors_in(self->to_save, PyExc_TypeError, refusal)) node.saved.emplace_back(t);
    autograd::detail_function::attach_outputs(node, attached, inputs.tensors, several, false);
    node.saved_ready = true;
  }
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* item = PyTuple_GET_ITEM(tuple.get(), i);
    PyTuple_SET_ITEM(results.get(), i, is_tensor(item) ? wrap(tensors[static_cast<size_t>(i)]) : Py_NewRef(item));
  }
  return several ? results : Object::share(PyTuple_GET_ITEM(results.get(), 0));
}

/// All of a call's arguments as a tuple, those with names at forward's places for them.
Object placed(PyObject* type, PyObject* const* args, Py_ssize_t count, PyObject* names) {
  Object without = checked(PyTuple_New(count)), with = checked(PyDict_New());
  for (Py_ssize_t i = 0; i < count; ++i) PyTuple_SET_ITEM(without.get(), i, Py_NewRef(args[i]));
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names); ++i)
    if (PyDict_SetItem(with.get(), PyTuple_GET_ITEM(names, i), args[count + i]) != 0) throw PythonError();
  return checked(PyObject_CallMethod(type, "_placed", "OO", without.get(), with.get()));
}

PyObject* apply(PyObject* type, PyObject* const* args, Py_ssize_t count, PyObject* names) {
  return guarded([&] {
    Object all;
    Given given{args, static_cast<size_t>(count)};
    if (names && PyTuple_GET_SIZE(names) > 0) {
      all = placed(type, args, count, names);
      given = {&PyTuple_GET_ITEM(all.get(), 0), static_cast<size_t>(PyTuple_GET_SIZE(all.get()))};
    }
    Object backward_class = checked(PyObject_GetAttrString(type, "_backward_cls"));
    Object ctx = checked(PyObject_CallNoArgs(backward_class.get()));
    PyFunction* self = as_function(ctx.get());
    const Inputs inputs = take_inputs(self, given);
    self->node->forward_class = Kept(type);
    Object with_setup = checked(PyObject_GetAttrString(type, "_has_setup_context"));
    Object outputs = run_forward(type, ctx.get(), given, PyObject_IsTrue(with_setup.get()) == 1);
    return finish(self, inputs, std::move(outputs)).release();
  });
}

// ---- backward

Object gradient_object(const PythonNode& node, const Tensor& gradient, size_t i) {
  if (gradient.defined() || !node.materialize || !node.is_tensor_result[i]) return Object::take(wrap(gradient));
  const autograd::InputMetadata& meta = node.input_metadata(i);
  return Object::take(wrap(zeros(meta.sizes, TensorOptions{.dtype = meta.dtype})));
}

}  // namespace

variable_list PythonNode::apply(variable_list&& gradients) {
  const Locked lock;
  const Object ctx = Object::take(wrap_function_node(*this));
  std::vector<Object> arguments{ctx};
  for (size_t i = 0; i < gradients.size(); ++i) arguments.push_back(gradient_object(*this, gradients[i], i));
  std::vector<PyObject*> raw;
  for (const Object& o : arguments) raw.push_back(o.get());
  const Object backward = checked(PyObject_GetAttrString(forward_class.get(), "_run_backward"));
  Object result = checked(PyObject_Vectorcall(backward.get(), raw.data(), raw.size(), nullptr));
  if (!PyTuple_Check(result.get())) result = checked(PyTuple_Pack(1, result.get()));
  // Trailing Nones are forgiven.
  size_t count = static_cast<size_t>(PyTuple_GET_SIZE(result.get()));
  const size_t wanted = is_tensor_argument.size();
  while (count > wanted && PyTuple_GET_ITEM(result.get(), count - 1) == Py_None) --count;
  if (count != wanted)
    raise(PyExc_RuntimeError, "function %s returned an incorrect number of gradients (expected %zu, got %zu)",
          type()->tp_name, wanted, count);
  variable_list out;
  for (size_t i = 0; i < count; ++i) {
    PyObject* item = PyTuple_GET_ITEM(result.get(), static_cast<Py_ssize_t>(i));
    if (!is_tensor_argument[i]) {
      if (item != Py_None)
        raise(PyExc_RuntimeError,
              "function %s returned a gradient different than None at position %zu, but the corresponding forward "
              "input was not a "
              "Variable",
              type()->tp_name, i + 1);
      continue;
    }
    if (item == Py_None)
      out.emplace_back();
    else if (is_tensor(item))
      out.push_back(tensor_of(item));
    else
      raise(PyExc_RuntimeError, "expected Variable or None (got %s)", Py_TYPE(item)->tp_name);
  }
  return out;
}

bool is_function_node(const autograd::Node& node) { return dynamic_cast<const PythonNode*>(&node) != nullptr; }

PyObject* wrap_function_node(autograd::Node& node) {
  detail::Companion& companion = node.companion();
  PyObject* object = static_cast<PyObject*>(companion.object);
  if (!companion.owned) return Py_NewRef(object);
  PyFunction* self = as_function(object);
  companion.owned = false;
  self->borrowed = false;
  new (&self->node) detail::Ref<PythonNode>(static_cast<PythonNode*>(&node));
  return object;
}

void forget_node(PyObject* object) {
  PyFunction* self = as_function(object);
  new (&self->node) detail::Ref<PythonNode>();
  self->borrowed = false;
}

bool is_function_object(PyObject* object) { return PyType_IsSubtype(Py_TYPE(object), function_type); }
detail::Ref<autograd::Node> function_node_of(PyObject* object) { return as_function(object)->node; }

void make_function_type(PyObject* module) {
  PyType_Slot slots[] = {{Py_tp_dealloc, reinterpret_cast<void*>(deallocate)},
                         {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
                         {Py_tp_clear, reinterpret_cast<void*>(clear)},
                         {Py_tp_new, reinterpret_cast<void*>(create)},
                         {Py_tp_methods, methods},
                         {Py_tp_getset, properties},
                         {Py_tp_members, members},
                         {0, nullptr}};
  PyType_Spec spec{.name = "torch._C._FunctionBase",
                   .basicsize = sizeof(PyFunction),
                   .itemsize = 0,
                   .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
                   .slots = slots};
  function_type = make_type(spec, "convgrad._C");
  static PyMethodDef more[] = {
      {"__init_subclass__", reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(init_subclass)),
       METH_FASTCALL | METH_KEYWORDS | METH_CLASS, nullptr},
      {"apply", reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(apply)),
       METH_FASTCALL | METH_KEYWORDS | METH_CLASS, "Runs forward, and records it where an input requires grad."}};
  for (PyMethodDef* one = node_methods; one->ml_name; ++one)
    checked(PyDict_SetItemString(function_type->tp_dict, one->ml_name,
                                 checked(PyDescr_NewMethod(function_type, one)).get()));
  for (PyGetSetDef* one = node_properties; one->name; ++one)
    checked(
        PyDict_SetItemString(function_type->tp_dict, one->name, checked(PyDescr_NewGetSet(function_type, one)).get()));
  for (PyMethodDef& one : more)
    checked(PyDict_SetItemString(function_type->tp_dict, one.ml_name,
                                 checked(PyDescr_NewClassMethod(function_type, &one)).get()));
  PyType_Modified(function_type);
  checked(PyModule_AddObjectRef(module, "_FunctionBase", reinterpret_cast<PyObject*>(function_type)));
}

}  // namespace convgrad::python
