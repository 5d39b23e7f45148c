#include "hooks.h"

#include <memory>

#include "tensor_type.h"

namespace convgrad::python {

using autograd::variable_list;

namespace {

/// A hook and whether it is still wanted; shared by the node or tensor that calls it and the handle that ends it.
struct Hook {
  explicit Hook(PyObject* f) : callable(f) {}
  Kept callable;
};
using SharedHook = std::shared_ptr<Hook>;

struct Handle {
  PyObject_HEAD;
  SharedHook hook;
  long long id;
};
PyTypeObject* handle_type = nullptr;

void deallocate(PyObject* object) {
  PyTypeObject* type = Py_TYPE(object);
  reinterpret_cast<Handle*>(object)->hook.~SharedHook();
  type->tp_free(object);
  Py_DECREF(type);
}
PyObject* remove(PyObject* self, PyObject*) {
  auto& hook = reinterpret_cast<Handle*>(self)->hook;
  if (hook) hook->callable = Kept();
  hook.reset();
  Py_RETURN_NONE;
}
PyObject* enter(PyObject* self, PyObject*) { return Py_NewRef(self); }
PyObject* leave(PyObject* self, PyObject*) { return remove(self, nullptr); }
PyObject* id(PyObject* self, void*) { return PyLong_FromLongLong(reinterpret_cast<Handle*>(self)->id); }

PyMethodDef methods[] = {{"remove", remove, METH_NOARGS, "Ends the hook."},
                         {"__enter__", enter, METH_NOARGS, nullptr},
                         {"__exit__", leave, METH_VARARGS, nullptr},
                         {}};
PyGetSetDef properties[] = {{"id", id, nullptr, nullptr, nullptr}, {}};

Object handle_of(const SharedHook& hook) {
  static long long next = 0;
  Object object = checked(handle_type->tp_alloc(handle_type, 0));
  Handle* handle = reinterpret_cast<Handle*>(object.get());
  new (&handle->hook) SharedHook(hook);
  handle->id = next++;
  return object;
}

std::string name_of(PyObject* callable) {
  Object name = Object::take(PyObject_GetAttrString(callable, "__name__"));
  if (!name) PyErr_Clear();
  return name && PyUnicode_Check(name.get()) ? text_of(name.get()) : Py_TYPE(callable)->tp_name;
}

void check_same_form(PyObject* hook, const Tensor& before, const Tensor& after) {
  if (before.dtype() != after.dtype())
    raise(PyExc_RuntimeError, "hook '%s' has changed the type of value (was torch.%sTensor got torch.%sTensor)",
          name_of(hook).c_str(), legacy_name(before.dtype()), legacy_name(after.dtype()));
  if (!(before.sizes() == after.sizes()))
    raise(PyExc_RuntimeError, "hook '%s' has changed the size of value", name_of(hook).c_str());
}

Object tuple_of(const variable_list& tensors) {
  Object tuple = checked(PyTuple_New(static_cast<Py_ssize_t>(tensors.size())));
  for (size_t i = 0; i < tensors.size(); ++i)
    PyTuple_SET_ITEM(tuple.get(), static_cast<Py_ssize_t>(i), wrap(tensors[i]));
  return tuple;
}

/// A hook's tuple takes the place of the values; None leaves them.
void replace(PyObject* hook, PyObject* result, variable_list& values) {
  if (result == Py_None) return;
  if (!PyTuple_Check(result))
    raise(PyExc_TypeError, "expected tuple, but hook returned '%s'", Py_TYPE(result)->tp_name);
  const Py_ssize_t count = PyTuple_GET_SIZE(result);
  if (count != static_cast<Py_ssize_t>(values.size()))
    raise(PyExc_RuntimeError, "hook '%s' has returned an incorrect number of values (got %zd, but expected %zu)",
          name_of(hook).c_str(), count, values.size());
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* value = PyTuple_GET_ITEM(result, i);
    Tensor& old = values[static_cast<size_t>(i)];
    if (value == Py_None) {
      old = Tensor();
      continue;
    }
    if (!old.defined()) raise(PyExc_RuntimeError, "can't replace a None gradient with a non-None value");
    if (!is_tensor(value)) raise(PyExc_TypeError, "expected Variable, but hook returned '%s'", Py_TYPE(value)->tp_name);
    check_same_form(hook, old, tensor_of(value));
    old = tensor_of(value);
  }
}

SharedHook made(PyObject* hook) { return std::make_shared<Hook>(hook); }

}  // namespace

Object add_tensor_hook(const Tensor& tensor, PyObject* callable) {
  SharedHook hook = made(callable);
  tensor.register_hook([hook](const Tensor& gradient) {
    const Locked lock;
    const Object f = Object::share(hook->callable.get());
    if (!f) return Tensor();
    const Object argument = Object::take(wrap(gradient));
    const Object result = checked(PyObject_CallOneArg(f.get(), argument.get()));
    if (result.get() == Py_None) return Tensor();
    if (!is_tensor(result.get()))
      raise(PyExc_TypeError, "expected Variable, but hook returned '%s'", Py_TYPE(result.get())->tp_name);
    check_same_form(f.get(), gradient, tensor_of(result.get()));
    return tensor_of(result.get());
  });
  return handle_of(hook);
}

Object add_post_accumulate_hook(const Tensor& tensor, PyObject* callable) {
  SharedHook hook = made(callable);
  tensor.register_post_accumulate_grad_hook([hook](const Tensor& leaf) {
    const Locked lock;
    const Object f = Object::share(hook->callable.get());
    if (!f) return;
    const Object argument = Object::take(wrap(leaf));
    checked(PyObject_CallOneArg(f.get(), argument.get()));
  });
  return handle_of(hook);
}

Object add_pre_hook(autograd::Node& node, PyObject* callable) {
  SharedHook hook = made(callable);
  node.add_pre_hook([hook](variable_list& gradients) {
    const Locked lock;
    const Object f = Object::share(hook->callable.get());
    if (!f) return;
    const Object result = checked(PyObject_CallOneArg(f.get(), tuple_of(gradients).get()));
    replace(f.get(), result.get(), gradients);
  });
  return handle_of(hook);
}

Object add_post_hook(autograd::Node& node, PyObject* callable) {
  SharedHook hook = made(callable);
  node.add_post_hook([hook](variable_list& results, const variable_list& gradients) {
    const Locked lock;
    const Object f = Object::share(hook->callable.get());
    if (!f) return;
    const Object inputs = tuple_of(results), outputs = tuple_of(gradients);
    const Object result = checked(PyObject_CallFunctionObjArgs(f.get(), inputs.get(), outputs.get(), nullptr));
    replace(f.get(), result.get(), results);
  });
  return handle_of(hook);
}

void make_handle_type(PyObject* module) {
  PyType_Slot slots[] = {{Py_tp_dealloc, reinterpret_cast<void*>(deallocate)},
                         {Py_tp_methods, methods},
                         {Py_tp_getset, properties},
                         {0, nullptr}};
  PyType_Spec spec{.name = "RemovableHandle",
                   .basicsize = sizeof(Handle),
                   .itemsize = 0,
                   .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                   .slots = slots};
  handle_type = make_type(spec, "convgrad.utils.hooks");
  checked(PyModule_AddObjectRef(module, "_HookHandle", reinterpret_cast<PyObject*>(handle_type)));
}

}  // namespace convgrad::python
