#include "data.h"

#include <convgrad/ops/copy.h>
#include <convgrad/ops/creation.h>

#include <cstring>

#include "arguments.h"
#include "tensor_type.h"

namespace convgrad::python {

namespace {

bool is_text(PyObject* object) { return PyUnicode_Check(object) || PyBytes_Check(object); }
bool is_numpy_scalar(PyObject* object) {
  return std::strncmp(Py_TYPE(object)->tp_name, "numpy.", 6) == 0 && !is_array(object);
}
/// Counts as a list; a tensor among other things is a number.
bool is_sequence(PyObject* object) {
  return !is_tensor(object) && PySequence_Check(object) && !is_numpy_scalar(object);
}

std::vector<int64_t> sizes_of(PyObject* data) {
  std::vector<int64_t> sizes;
  Object at = Object::share(data);
  while (is_sequence(at.get()) && !PyBytes_Check(at.get())) {
    const Py_ssize_t length = PySequence_Size(at.get());
    if (length < 0) {  // an array without dimensions says that it has no length
      PyErr_Clear();
      break;
    }
    sizes.push_back(length);
    if (sizes.size() > 128) raise(PyExc_ValueError, "too many dimensions '%s'", Py_TYPE(at.get())->tp_name);
    if (length == 0) break;
    PyObject* first = PySequence_GetItem(at.get(), 0);
    if (!first) {
      PyErr_Clear();
      raise(PyExc_ValueError, "could not determine the shape of object type '%s'", Py_TYPE(data)->tp_name);
    }
    at = Object::take(first);
    if (PyUnicode_Check(at.get())) raise(PyExc_ValueError, "too many dimensions '%s'", Py_TYPE(at.get())->tp_name);
  }
  return sizes;
}

ScalarType infer(PyObject* object) {
  if (PyFloat_CheckExact(object)) return get_default_dtype();
  if (PyFloat_Check(object))  // numpy.float64 is one, too
    return std::strncmp(Py_TYPE(object)->tp_name, "numpy.", 6) == 0 ? kFloat64 : get_default_dtype();
  if (PyBool_Check(object)) return kBool;
  if (PyLong_Check(object)) return kInt64;
  if (is_tensor(object)) return tensor_of(object).dtype();
  if (is_text(object)) raise(PyExc_TypeError, "new(): invalid data type '%s'", Py_TYPE(object)->tp_name);
  if (is_array(object)) return tensor_from_array(object, false).dtype();
  if (is_numpy_scalar(object)) {
    const auto is = [&](const char* name) { return std::strcmp(Py_TYPE(object)->tp_name, name) == 0; };
    const Scalar s = scalar_of(object);
    if (s.isFloatingPoint()) return is("numpy.float32") ? kFloat32 : kFloat64;
    return is("numpy.int32") ? kInt32 : is("numpy.uint8") ? kUInt8 : s.type();
  }
  if (!PySequence_Check(object)) raise(PyExc_RuntimeError, "Could not infer dtype of %s", Py_TYPE(object)->tp_name);
  const Object list = checked(PySequence_Fast(object, "not a sequence"));
  const Py_ssize_t count = PySequence_Fast_GET_SIZE(list.get());
  if (count == 0) return get_default_dtype();
  std::optional<ScalarType> all;
  Object copy;
  PyObject* const* items = steady_elements(list.get(), copy);
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* item = items[i];
    if (item == object) raise(PyExc_TypeError, "new(): self-referential lists are incompatible");
    const ScalarType one = infer(item);
    all = all ? promote_types(*all, one) : one;
  }
  return *all;
}

/// One number into memory, in the way Python's C types take it.
void store(char* to, ScalarType dtype, PyObject* item) {
  if (is_floating_point(dtype)) {
    const double value = is_tensor(item) ? tensor_of(item).item<double>() : PyFloat_AsDouble(item);
    if (value == -1 && PyErr_Occurred()) throw PythonError();
    if (dtype == kFloat32)
      *reinterpret_cast<float*>(to) = static_cast<float>(value);
    else
      *reinterpret_cast<double*>(to) = value;
    return;
  }
  if (dtype == kBool) {
    const int truth = PyObject_IsTrue(item);
    checked(truth);
    *reinterpret_cast<bool*>(to) = truth != 0;
    return;
  }
  if (!is_number_object(item) && !is_tensor(item) && !PyIndex_Check(item))
    raise(PyExc_TypeError, "'%s' object cannot be interpreted as an integer", Py_TYPE(item)->tp_name);
  if (is_tensor(item) && tensor_of(item).numel() != 1)
    raise(PyExc_TypeError, "only integer tensors of a single element can be converted to an index");
  const Scalar value =
      is_number_object(item) || is_tensor(item) ? scalar_of(item) : scalar_of(checked(PyNumber_Index(item)).get());
  const TensorData data = value.isFloatingPoint() ? TensorData(value.toDouble()) : TensorData(value.toLong());
  const Tensor one = tensor(data, TensorOptions{.dtype = dtype});  // checks the range in PyTorch's words
  std::memcpy(to, one.data_ptr(), static_cast<size_t>(element_size(dtype)));
}

struct Target {
  char* at;
  ScalarType dtype;
  IntArrayRef sizes;
};

void fill(Target& target, size_t dim, PyObject* data) {
  if (dim == target.sizes.size()) {
    store(target.at, target.dtype, data);
    target.at += element_size(target.dtype);
    return;
  }
  const Object list = is_text(data) ? Object() : Object::take(PySequence_Fast(data, "not a sequence"));
  if (!list) throw PythonError();
  const Py_ssize_t count = PySequence_Fast_GET_SIZE(list.get());
  if (count != target.sizes[dim])
    raise(PyExc_ValueError, "expected sequence of length %lld at dim %zu (got %zd)",
          static_cast<long long>(target.sizes[dim]), dim, count);
  Object copy;
  PyObject* const* items = steady_elements(list.get(), copy);
  if (dim + 1 == target.sizes.size() && target.dtype == kFloat32) {
    float* out = reinterpret_cast<float*>(target.at);
    Py_ssize_t i = 0;
    for (; i < count && PyFloat_CheckExact(items[i]); ++i) out[i] = static_cast<float>(PyFloat_AS_DOUBLE(items[i]));
    target.at += i * 4;
    for (; i < count; ++i) fill(target, dim + 1, items[i]);
    return;
  }
  for (Py_ssize_t i = 0; i < count; ++i) fill(target, dim + 1, items[i]);
}

Tensor from_sequence(PyObject* data, std::optional<ScalarType> dtype) {
  const std::vector<int64_t> sizes = sizes_of(data);
  Tensor out = empty(sizes, TensorOptions{.dtype = dtype ? *dtype : infer(data)});
  Target target{static_cast<char*>(out.data_ptr()), out.dtype(), out.sizes()};
  fill(target, 0, data);
  return out;
}

}  // namespace

PyObject* const* steady_elements(PyObject* list, Object& copy) {
  PyObject* const* elements = PySequence_Fast_ITEMS(list);
  if (!PyList_Check(list)) return elements;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); ++i)
    if (!PyLong_CheckExact(elements[i]) && !PyFloat_CheckExact(elements[i])) {
      copy = checked(PyList_AsTuple(list));
      return PySequence_Fast_ITEMS(copy.get());
    }
  return elements;
}

Tensor tensor_from_data(PyObject* data, std::optional<ScalarType> dtype) {
  if (is_text(data)) raise(PyExc_TypeError, "new(): invalid data type '%s'", Py_TYPE(data)->tp_name);
  if (is_tensor(data)) {
    const Tensor t = tensor_of(data).detach();
    return t.to(dtype.value_or(t.dtype()), /*copy=*/true).contiguous();
  }
  if (is_array(data)) {
    const Tensor t = tensor_from_array(data, false);
    return t.to(dtype.value_or(t.dtype()), /*copy=*/true);
  }
  return from_sequence(data, dtype);
}

Tensor as_tensor_from_data(PyObject* data, std::optional<ScalarType> dtype) {
  if (is_tensor(data)) return dtype ? tensor_of(data).to(*dtype) : tensor_of(data);
  if (is_array(data)) {
    const Tensor t = tensor_from_array(data, true);
    return dtype ? t.to(*dtype) : t;
  }
  return tensor_from_data(data, dtype);
}

}  // namespace convgrad::python
