// The Python type Tensor: one object a tensor, kept with it as long as it matters to anybody.
#pragma once
#include <convgrad/tensor.h>

#include "object.h"

namespace convgrad::python {

struct PyTensor {
  PyObject_HEAD;
  Tensor tensor;
  PyObject* dict;  // attributes that users gave it
  PyObject* weakrefs;
  bool borrowed;  // the tensor owns this object, not the other way round (Companion::owned)
};

extern PyTypeObject* tensor_type;
extern PyTypeObject* parameter_type;  // nn.Parameter, once Python has made it

inline bool is_exact_tensor(PyObject* object) { return Py_TYPE(object) == tensor_type; }
inline bool is_tensor(PyObject* object) {
  return is_exact_tensor(object) || PyType_IsSubtype(Py_TYPE(object), tensor_type);
}
/// The tensor that an object stands for; the caller has checked that it is one.
inline const Tensor& tensor_of(PyObject* object) { return reinterpret_cast<PyTensor*>(object)->tensor; }
/// The same; TypeError for other objects.
const Tensor& checked_tensor(PyObject* object, const char* what);

/// The object of a tensor, the same for the same tensor; None for an undefined one. A new reference.
PyObject* wrap(Tensor tensor);
/// An object of a class derived from Tensor, for a tensor that has none yet.
PyObject* wrap_as(PyTypeObject* type, Tensor tensor);

/// Makes the type; number, mapping and other slots come from their own files.
void make_tensor_type(PyObject* module);

}  // namespace convgrad::python
