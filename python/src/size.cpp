// Size: a tuple of ints that prints as torch.Size([2, 3]) and stays one when it is cut, joined and repeated.
#include <convgrad/print.h>

#include "tensor_type.h"
#include "types.h"

namespace convgrad::python {

PyTypeObject* size_type = nullptr;

namespace {

/// A Size of a tuple's elements; takes the reference over.
PyObject* from_tuple(PyObject* tuple) {
  if (!tuple || !PyTuple_Check(tuple)) return tuple;  // an error, or NotImplemented
  const Py_ssize_t count = PyTuple_GET_SIZE(tuple);
  PyObject* size = size_type->tp_alloc(size_type, count);
  if (size)
    for (Py_ssize_t i = 0; i < count; ++i) PyTuple_SET_ITEM(size, i, Py_NewRef(PyTuple_GET_ITEM(tuple, i)));
  Py_DECREF(tuple);
  return size;
}

PyObject* create(PyTypeObject* type, PyObject* args, PyObject* kwargs) {
  return guarded([&]() -> PyObject* {
    Object self = checked(PyTuple_Type.tp_new(type, args, kwargs));
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(self.get()); ++i) {
      PyObject* item = PyTuple_GET_ITEM(self.get(), i);
      if (PyLong_Check(item)) continue;
      Object number = Object::take(PyIndex_Check(item) ? PyNumber_Index(item) : nullptr);
      if (!number) {
        PyErr_Clear();
        raise(PyExc_TypeError, "torch.Size() takes an iterable of 'int' (item %zd is '%s')", i, Py_TYPE(item)->tp_name);
      }
      PyTuple_SET_ITEM(self.get(), i, number.release());
      Py_DECREF(item);
    }
    return self.release();
  });
}

PyObject* repr(PyObject* self) {
  return guarded([&] {
    std::string text = "torch.Size([";
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(self); ++i)
      text += (i ? ", " : "") + text_of(checked(PyObject_Str(PyTuple_GET_ITEM(self, i))).get());
    return PyUnicode_FromString((text + "])").c_str());
  });
}

PyObject* add(PyObject* a, PyObject* b) {
  if (!PyTuple_Check(a) || !PyTuple_Check(b)) {
    if (PyTuple_Check(a))
      return PyErr_Format(PyExc_TypeError, "can only concatenate tuple (not \"%s\") to torch.Size",
                          Py_TYPE(b)->tp_name);
    Py_RETURN_NOTIMPLEMENTED;
  }
  return from_tuple(PyTuple_Type.tp_as_sequence->sq_concat(a, b));
}
PyObject* repeat(PyObject* self, Py_ssize_t times) {
  return from_tuple(PyTuple_Type.tp_as_sequence->sq_repeat(self, times));
}
PyObject* subscript(PyObject* self, PyObject* index) {
  PyObject* item = PyTuple_Type.tp_as_mapping->mp_subscript(self, index);
  return PySlice_Check(index) ? from_tuple(item) : item;
}

PyObject* numel(PyObject* self, PyObject*) {
  long long count = 1;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(self); ++i) count *= PyLong_AsLongLong(PyTuple_GET_ITEM(self, i));
  return PyErr_Occurred() ? nullptr : PyLong_FromLongLong(count);
}
PyObject* reduce(PyObject* self, PyObject*) { return Py_BuildValue("O(N)", size_type, PySequence_Tuple(self)); }
PyMethodDef methods[] = {{"numel", numel, METH_NOARGS, "Number of elements a tensor of this size has."},
                         {"__reduce__", reduce, METH_NOARGS, nullptr},
                         {}};

}  // namespace

Object make_size(IntArrayRef sizes) {
  Object size = checked(size_type->tp_alloc(size_type, static_cast<Py_ssize_t>(sizes.size())));
  for (size_t i = 0; i < sizes.size(); ++i)
    PyTuple_SET_ITEM(size.get(), static_cast<Py_ssize_t>(i), PyLong_FromLongLong(sizes[i]));
  return size;
}

void make_size_type(PyObject* module) {
  PyType_Slot slots[] = {{Py_tp_base, &PyTuple_Type},
                         {Py_tp_new, reinterpret_cast<void*>(create)},
                         {Py_tp_repr, reinterpret_cast<void*>(repr)},
                         {Py_tp_methods, methods},
                         {Py_nb_add, reinterpret_cast<void*>(add)},
                         {Py_sq_repeat, reinterpret_cast<void*>(repeat)},
                         {Py_mp_subscript, reinterpret_cast<void*>(subscript)},
                         {0, nullptr}};
  PyType_Spec spec{.name = "torch.Size", .basicsize = 0, .itemsize = 0, .flags = Py_TPFLAGS_DEFAULT, .slots = slots};
  size_type = make_type(spec, "convgrad");
  checked(PyModule_AddObjectRef(module, "Size", reinterpret_cast<PyObject*>(size_type)));
}

}  // namespace convgrad::python
