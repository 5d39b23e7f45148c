#include "tensor_type.h"

#include <Python.h>
#include <structmember.h>

#include <new>

#include "node_type.h"
#include "slots.h"

namespace convgrad::python {

PyTypeObject* tensor_type = nullptr;
PyTypeObject* parameter_type = nullptr;

namespace {

PyTensor* as_tensor(PyObject* object) { return reinterpret_cast<PyTensor*>(object); }

PyObject* make(PyTypeObject* type, Tensor&& tensor) {
  PyObject* object = type->tp_alloc(type, 0);
  if (!object) throw PythonError();
  PyTensor* self = as_tensor(object);
  new (&self->tensor) Tensor(std::move(tensor));
  if (self->tensor.defined()) self->tensor.impl().companion = {.object = object, .owned = false};
  return object;
}

/// Somebody in C++ still holds the tensor, and the object has something to lose: it lives on, owned by the tensor.
bool preserve(PyTensor* self) {
  const bool something = self->dict || Py_TYPE(self) != tensor_type;
  if (!something || self->borrowed || !self->tensor.defined()) return false;
  detail::TensorImpl* impl = &self->tensor.impl();
  if (impl->use_count() < 2) return false;
  Py_SET_REFCNT(reinterpret_cast<PyObject*>(self), 1);
  self->borrowed = true;
  impl->companion.owned = true;
  impl->release();  // self->tensor now points without owning; if this was the last owner, release_companion has run
  return true;
}

/// The tensor may live on, without an object.
void detach_from_tensor(PyTensor* self) {
  if (!self->tensor.defined()) return;
  self->tensor.impl().companion = {};
  self->tensor = Tensor();
}

void clear_slots(PyTypeObject* type, PyObject* self) {
  for (; type && type != tensor_type; type = type->tp_base) {
    PyMemberDef* member = reinterpret_cast<PyMemberDef*>(reinterpret_cast<char*>(type) + Py_TYPE(type)->tp_basicsize);
    for (Py_ssize_t i = 0; i < Py_SIZE(type); ++i, ++member) {
      if (member->type != T_OBJECT_EX || (member->flags & READONLY)) continue;
      PyObject** slot = reinterpret_cast<PyObject**>(reinterpret_cast<char*>(self) + member->offset);
      Py_CLEAR(*slot);
    }
  }
}

/// Of Tensor and, through __init_subclass__, of the classes derived from it: Python's own could not be stopped.
void deallocate(PyObject* object) {
  PyTensor* self = as_tensor(object);
  PyTypeObject* type = Py_TYPE(object);
  if (preserve(self)) return;
  PyObject_GC_UnTrack(object);
  if (type->tp_finalize || type->tp_del) {
    PyObject_GC_Track(object);
    if (PyObject_CallFinalizerFromDealloc(object) < 0) return;
    PyObject_GC_UnTrack(object);
  }
  if (self->weakrefs) PyObject_ClearWeakRefs(object);
  detach_from_tensor(self);
  if (type != tensor_type) clear_slots(type, object);
  Py_CLEAR(self->dict);
  self->tensor.~Tensor();
  type->tp_free(object);
  Py_DECREF(type);
}

int traverse(PyObject* object, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(object));
  Py_VISIT(as_tensor(object)->dict);
  return 0;
}
int clear(PyObject* object) {
  Py_CLEAR(as_tensor(object)->dict);
  return 0;
}

PyObject* init_subclass(PyObject* type, PyObject* const*, Py_ssize_t, PyObject*) {
  reinterpret_cast<PyTypeObject*>(type)->tp_dealloc = deallocate;
  Py_RETURN_NONE;
}

Py_hash_t hash(PyObject* object) { return static_cast<Py_hash_t>(reinterpret_cast<uintptr_t>(object) >> 4); }

PyObject* set_parameter_type(PyObject*, PyObject* type) {
  parameter_type = reinterpret_cast<PyTypeObject*>(Py_NewRef(type));
  Py_RETURN_NONE;
}

PyMethodDef type_methods[] = {
    {"__init_subclass__", reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(init_subclass)),
     METH_FASTCALL | METH_KEYWORDS | METH_CLASS, nullptr},
    {}};
PyMemberDef members[] = {{"__dictoffset__", T_PYSSIZET, offsetof(PyTensor, dict), READONLY, nullptr},
                         {"__weaklistoffset__", T_PYSSIZET, offsetof(PyTensor, weakrefs), READONLY, nullptr},
                         {}};
PyMethodDef module_methods[] = {{"_set_parameter_type", set_parameter_type, METH_O, nullptr}, {}};

}  // namespace

/// A tensor or node goes, and the object that only it held.
void release_companion(void* companion) {
  PyObject* object = static_cast<PyObject*>(companion);
  if (is_function_object(object)) {
    forget_node(object);
  } else {
    PyTensor* self = as_tensor(object);
    new (&self->tensor) Tensor();  // not assigned: the handle owned nothing
    self->borrowed = false;
  }
  Kept::let_go(object);
}

const Tensor& checked_tensor(PyObject* object, const char* what) {
  if (!is_tensor(object)) raise(PyExc_TypeError, "%s must be Tensor, not %s", what, Py_TYPE(object)->tp_name);
  return tensor_of(object);
}

PyObject* wrap(Tensor tensor) {
  if (!tensor.defined()) Py_RETURN_NONE;
  detail::Companion& companion = tensor.impl().companion;
  if (!companion.object) return make(tensor_type, std::move(tensor));
  PyObject* object = static_cast<PyObject*>(companion.object);
  if (!companion.owned) return Py_NewRef(object);
  // The object owns the tensor again, and its reference, which the tensor held, is the caller's.
  PyTensor* self = as_tensor(object);
  companion.owned = false;
  self->borrowed = false;
  new (&self->tensor) Tensor(std::move(tensor));
  return object;
}

PyObject* wrap_as(PyTypeObject* type, Tensor tensor) { return make(type, std::move(tensor)); }

void make_tensor_type(PyObject* module) {
  PyType_Slot slots[] = {{Py_tp_dealloc, reinterpret_cast<void*>(deallocate)},
                         {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
                         {Py_tp_clear, reinterpret_cast<void*>(clear)},
                         {Py_tp_members, members},
                         {Py_tp_methods, type_methods},
                         {Py_tp_new, reinterpret_cast<void*>(new_tensor)},
                         {Py_tp_repr, reinterpret_cast<void*>(tensor_repr)},
                         {Py_tp_hash, reinterpret_cast<void*>(hash)},
                         {Py_tp_richcompare, reinterpret_cast<void*>(tensor_compare)},
                         {Py_tp_iter, reinterpret_cast<void*>(tensor_iterator)},
                         {Py_tp_getset, tensor_properties},
                         {Py_mp_length, reinterpret_cast<void*>(tensor_length)},
                         {Py_mp_subscript, reinterpret_cast<void*>(tensor_get_item)},
                         {Py_mp_ass_subscript, reinterpret_cast<void*>(tensor_set_item)},
                         {Py_sq_length, reinterpret_cast<void*>(tensor_length)},
                         {Py_sq_contains, reinterpret_cast<void*>(tensor_contains)},
                         {Py_nb_add, reinterpret_cast<void*>(number_add)},
                         {Py_nb_subtract, reinterpret_cast<void*>(number_subtract)},
                         {Py_nb_multiply, reinterpret_cast<void*>(number_multiply)},
                         {Py_nb_true_divide, reinterpret_cast<void*>(number_true_divide)},
                         {Py_nb_floor_divide, reinterpret_cast<void*>(number_floor_divide)},
                         {Py_nb_remainder, reinterpret_cast<void*>(number_remainder)},
                         {Py_nb_power, reinterpret_cast<void*>(number_power)},
                         {Py_nb_matrix_multiply, reinterpret_cast<void*>(number_matrix_multiply)},
                         {Py_nb_and, reinterpret_cast<void*>(number_and)},
                         {Py_nb_or, reinterpret_cast<void*>(number_or)},
                         {Py_nb_xor, reinterpret_cast<void*>(number_xor)},
                         {Py_nb_lshift, reinterpret_cast<void*>(number_left_shift)},
                         {Py_nb_rshift, reinterpret_cast<void*>(number_right_shift)},
                         {Py_nb_inplace_add, reinterpret_cast<void*>(number_inplace_add)},
                         {Py_nb_inplace_subtract, reinterpret_cast<void*>(number_inplace_subtract)},
                         {Py_nb_inplace_multiply, reinterpret_cast<void*>(number_inplace_multiply)},
                         {Py_nb_inplace_true_divide, reinterpret_cast<void*>(number_inplace_true_divide)},
                         {Py_nb_negative, reinterpret_cast<void*>(number_negative)},
                         {Py_nb_positive, reinterpret_cast<void*>(number_positive)},
                         {Py_nb_absolute, reinterpret_cast<void*>(number_absolute)},
                         {Py_nb_invert, reinterpret_cast<void*>(number_invert)},
                         {Py_nb_bool, reinterpret_cast<void*>(number_bool)},
                         {Py_nb_int, reinterpret_cast<void*>(number_int)},
                         {Py_nb_float, reinterpret_cast<void*>(number_float)},
                         {Py_nb_index, reinterpret_cast<void*>(number_index)},
                         {0, nullptr}};
  PyType_Spec spec{.name = "Tensor",
                   .basicsize = sizeof(PyTensor),
                   .itemsize = 0,
                   .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
                   .slots = slots};
  tensor_type = make_type(spec, "convgrad");
  detail::Companion::release = release_companion;
  checked(PyModule_AddObjectRef(module, "Tensor", reinterpret_cast<PyObject*>(tensor_type)));
  checked(PyModule_AddFunctions(module, module_methods));
}

}  // namespace convgrad::python
