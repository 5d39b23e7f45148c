#include "resize.h"

#include <convgrad/print.h>

#include <structmember.h>

#include <algorithm>
#include <cstring>

#include "core/shape.h"

namespace convgrad::python {

void resize(const Tensor& t, IntArrayRef sizes) {
  detail::TensorImpl& impl = t.impl();
  if (IntArrayRef(impl.sizes) == sizes) return;
  const int64_t numel = checked_numel(sizes, element_size(impl.dtype));
  const int64_t bytes = (impl.offset + numel) * element_size(impl.dtype);
  if (bytes > static_cast<int64_t>(impl.storage->bytes)) {
    auto storage = detail::make_ref<detail::Storage>(static_cast<size_t>(bytes));
    const size_t kept = std::min(storage->bytes, impl.storage->bytes);
    if (kept) std::memcpy(storage->data, impl.storage->data, kept);
    storage->value = impl.storage->value.load();
    impl.storage = storage;
  }
  DimVector strides(sizes.size(), 1);
  for (size_t d = sizes.size(); d-- > 1;) strides[d - 1] = strides[d] * std::max<int64_t>(sizes[d], 1);
  impl.sizes = sizes;
  impl.strides = strides;
  impl.numel = numel;
  impl.contiguous = true;
}

void resize_output(const Tensor& out, IntArrayRef sizes) {
  if (out.sizes() == sizes) return;
  if (out.numel() > 0) {
    std::string from = size_repr(out.sizes()), to = size_repr(sizes);
    const std::string warning =
        "An output with one or more elements was resized since it had shape " + from.substr(11, from.size() - 12) +
        ", which does not match the required output shape " + to.substr(11, to.size() - 12) +
        ". This behavior is deprecated, and in a future PyTorch release outputs will not be resized unless they have "
        "zero elements. "
        "You can explicitly reuse an out tensor t by resizing it, inplace, to zero elements with t.resize_(0).";
    if (PyErr_WarnEx(PyExc_UserWarning, warning.c_str(), 1) < 0) throw PythonError();
  }
  resize(out, sizes);
}

namespace {

/// torch.return_types.max(\nvalues=…,\nindices=…)
PyObject* named_tuple_repr(PyObject* self) {
  return guarded([&] {
    PyTypeObject* type = Py_TYPE(self);
    std::string out = std::string(type->tp_name) + "(";
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(self); ++i)
      out += std::string(i ? ",\n" : "\n") + type->tp_members[i].name + "=" +
             text_of(checked(PyObject_Repr(PyTuple_GET_ITEM(self, i))).get());
    return text(out + ")").release();
  });
}

}  // namespace

void prepare_named_tuple(PyObject* type) { reinterpret_cast<PyTypeObject*>(type)->tp_repr = named_tuple_repr; }

}  // namespace convgrad::python
