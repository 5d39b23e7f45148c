// What the Tensor type's slots call; each group lives in its own file.
#pragma once
#include <Python.h>

namespace convgrad::python {

// construct.cpp
PyObject* new_tensor(PyTypeObject* type, PyObject* args, PyObject* kwargs);

// indexing.cpp
PyObject* tensor_get_item(PyObject* self, PyObject* index);
int tensor_set_item(PyObject* self, PyObject* index, PyObject* value);

// properties.cpp
extern PyGetSetDef tensor_properties[];
PyObject* tensor_repr(PyObject* self);
Py_ssize_t tensor_length(PyObject* self);
PyObject* tensor_iterator(PyObject* self);
int tensor_contains(PyObject* self, PyObject* element);

// numbers.cpp
PyObject* tensor_compare(PyObject* a, PyObject* b, int op);
PyObject* number_add(PyObject* a, PyObject* b);
PyObject* number_subtract(PyObject* a, PyObject* b);
PyObject* number_multiply(PyObject* a, PyObject* b);
PyObject* number_true_divide(PyObject* a, PyObject* b);
PyObject* number_floor_divide(PyObject* a, PyObject* b);
PyObject* number_remainder(PyObject* a, PyObject* b);
PyObject* number_power(PyObject* a, PyObject* b, PyObject* modulus);
PyObject* number_matrix_multiply(PyObject* a, PyObject* b);
PyObject* number_and(PyObject* a, PyObject* b);
PyObject* number_or(PyObject* a, PyObject* b);
PyObject* number_xor(PyObject* a, PyObject* b);
PyObject* number_left_shift(PyObject* a, PyObject* b);
PyObject* number_right_shift(PyObject* a, PyObject* b);
PyObject* number_inplace_add(PyObject* a, PyObject* b);
PyObject* number_inplace_subtract(PyObject* a, PyObject* b);
PyObject* number_inplace_multiply(PyObject* a, PyObject* b);
PyObject* number_inplace_true_divide(PyObject* a, PyObject* b);
PyObject* number_negative(PyObject* a);
PyObject* number_positive(PyObject* a);
PyObject* number_absolute(PyObject* a);
PyObject* number_invert(PyObject* a);
int number_bool(PyObject* a);
PyObject* number_int(PyObject* a);
PyObject* number_float(PyObject* a);
PyObject* number_index(PyObject* a);

}  // namespace convgrad::python
