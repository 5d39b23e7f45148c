// x[…] and x[…] = value: what Python writes, as the library's list of indices.
#include <convgrad/indexing.h>
#include <convgrad/ops/view.h>

#include <vector>

#include "arguments.h"
#include "data.h"
#include "slots.h"
#include "tensor_type.h"

namespace convgrad::python {

using indexing::TensorIndex;

namespace {

/// A sequence without end, None, slices and sequences in it is a tensor of positions; with them it is a tuple of
/// indices.
bool is_like_tuple(PyObject* object) {
  if (PyTuple_Check(object)) return true;
  if (is_tensor(object) || is_array(object) || !PySequence_Check(object)) return false;
  const Py_ssize_t count = PySequence_Size(object);
  if (count < 0) PyErr_Clear();
  if (count < 0 || count >= 32) return false;
  for (Py_ssize_t i = 0; i < count; ++i) {
    const Object item = Object::take(PySequence_GetItem(object, i));
    if (!item) {
      PyErr_Clear();
      return false;
    }
    if (is_tensor(item.get()) || PySequence_Check(item.get()) || PySlice_Check(item.get()) ||
        item.get() == Py_Ellipsis || item.get() == Py_None)
      return true;
  }
  return false;
}

indexing::Slice slice_of(PyObject* object) {
  Py_ssize_t start, stop, step;
  checked(PySlice_Unpack(object, &start, &stop, &step));
  const PySliceObject* slice = reinterpret_cast<PySliceObject*>(object);
  indexing::Slice out;
  if (slice->start != Py_None) out.start = start;
  if (slice->stop != Py_None) out.stop = stop;
  out.step = step;
  return out;
}

Tensor positions_of(PyObject* sequence) {
  const Tensor t = tensor_from_data(sequence, std::nullopt);
  return t.dtype() == kBool || t.dtype() == kUInt8 ? t : t.to(kInt64);
}

int64_t integer_of(PyObject* object) { return scalar_of(object).toLong(); }

TensorIndex index_of(PyObject* object) {
  if (PyBool_Check(object)) return object == Py_True;
  if (PyLong_Check(object)) return integer_of(object);
  if (PySlice_Check(object)) return slice_of(object);
  if (object == Py_None) return indexing::None;
  if (object == Py_Ellipsis) return indexing::Ellipsis;
  if (is_tensor(object)) {
    const Tensor& t = tensor_of(object);
    if (t.dim() == 0 && is_integral(t.dtype()) && t.dtype() != kUInt8 && !t.requires_grad()) return t.item<int64_t>();
    return t;
  }
  if (is_array(object)) return positions_of(object);
  if (PySequence_Check(object)) return positions_of(object);
  if (PyIndex_Check(object)) return integer_of(checked(PyNumber_Index(object)).get());
  raise(PyExc_IndexError,
        "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid indices (got %s)",
        Py_TYPE(object)->tp_name);
}

std::vector<TensorIndex> indices_of(PyObject* index) {
  std::vector<TensorIndex> out;
  if (!is_like_tuple(index)) {
    out.push_back(index_of(index));
    return out;
  }
  const Object list = checked(PySequence_Fast(index, "not a sequence"));
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(list.get()); ++i)
    out.push_back(index_of(PySequence_Fast_GET_ITEM(list.get(), i)));
  return out;
}

}  // namespace

PyObject* tensor_get_item(PyObject* self, PyObject* index) {
  return guarded([&] {
    const Tensor& t = tensor_of(self);
    if (PyLong_CheckExact(index)) return wrap(t[integer_of(index)]);
    return wrap(t.index(indices_of(index)));
  });
}

int tensor_set_item(PyObject* self, PyObject* index, PyObject* value) {
  return guarded(
      [&] {
        Tensor t = tensor_of(self);
        if (!value) raise(PyExc_TypeError, "Tensor does not support deleting items");
        const bool number = PyFloat_Check(value) || (PyIndex_Check(value) && is_number_object(value));
        if (!number && !is_tensor(value))
          raise(PyExc_TypeError, "can't assign a %s to a torch.%sTensor", Py_TYPE(value)->tp_name,
                legacy_name(t.dtype()));
        const std::vector<TensorIndex> indices = indices_of(index);
        if (number)
          t.index_put_(indices, Tensor::of(scalar_argument(value)).to(t.dtype()));
        else
          t.index_put_(indices, tensor_of(value));
        return 0;
      },
      -1);
}

}  // namespace convgrad::python
