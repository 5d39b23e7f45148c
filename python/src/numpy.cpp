// NumPy's arrays, without NumPy's headers: by the buffer protocol, in both directions.
#include <convgrad/ops/creation.h>

#include <cstring>

#include "data.h"
#include "exchange.h"
#include "tensor_type.h"

namespace convgrad::python {

namespace {

/// The class numpy.ndarray where NumPy is loaded.
PyTypeObject* array_type() {
  static PyTypeObject* type = nullptr;
  if (type) return type;
  PyObject* numpy = PyDict_GetItemString(PyImport_GetModuleDict(), "numpy");
  if (!numpy) return nullptr;
  PyObject* found = PyObject_GetAttrString(numpy, "ndarray");
  if (!found) PyErr_Clear();
  return type = reinterpret_cast<PyTypeObject*>(found);
}

constexpr const char* supported =
    "float64, float32, float16, complex64, complex128, int64, int32, int16, int8, uint64, uint32, uint16, uint8, and "
    "bool";

[[noreturn]] void complain_of_type(PyObject* array) {
  const Object dtype = checked(PyObject_GetAttrString(array, "dtype"));
  const Object type = checked(PyObject_GetAttrString(dtype.get(), "type"));
  const Object name = checked(PyObject_GetAttrString(type.get(), "__name__"));
  raise(PyExc_TypeError, "can't convert np.ndarray of type numpy.%U. The only supported types are: %s.", name.get(),
        supported);
}

ScalarType type_of(PyObject* array, const Py_buffer& buffer) {
  const char* format = buffer.format ? buffer.format : "B";
  if ((*format == '>' || *format == '!') && buffer.itemsize > 1)
    raise(PyExc_ValueError,
          "given numpy array has byte order different from the native byte order. Conversion between byte orders is "
          "currently not "
          "supported.");
  if (std::strchr("<>=@!", *format)) ++format;
  if (std::strlen(format) == 1) switch (*format) {
      case 'f':
        return kFloat32;
      case 'd':
        return kFloat64;
      case '?':
        return kBool;
      case 'B':
        return kUInt8;
      case 'i':
      case 'l':
      case 'q':
        return buffer.itemsize == 8 ? kInt64 : kInt32;
      case 'e':
      case 'b':
      case 'h':
      case 'H':
      case 'I':
      case 'L':
      case 'Q': {
        const Object dtype = checked(PyObject_GetAttrString(array, "dtype"));
        raise(PyExc_NotImplementedError,
              "convgrad has no tensors of NumPy's %S; array.astype(...) gives one of float32, float64, int32, int64, "
              "uint8, bool",
              dtype.get());
      }
      default:
        break;
    }
  complain_of_type(array);
}

/// Some arrays (of objects, dates, text) export no buffer, or one of a format we have no tensors of.
void get_buffer(PyObject* array, Py_buffer& buffer, bool& read_only) {
  read_only = false;
  if (PyObject_GetBuffer(array, &buffer, PyBUF_FULL) == 0) return;
  PyErr_Clear();
  read_only = true;
  if (PyObject_GetBuffer(array, &buffer, PyBUF_FULL_RO) == 0) return;
  PyErr_Clear();
  complain_of_type(array);
}

struct OwnedBuffer {
  Py_buffer buffer;
  ~OwnedBuffer() { PyBuffer_Release(&buffer); }
};

void warn_of_read_only() {
  if (PyErr_WarnEx(PyExc_UserWarning,
                   "The given NumPy array is not writable, and PyTorch does not support non-writable tensors. This "
                   "means writing to "
                   "this tensor will result in undefined behavior. You may want to copy the array to protect its data "
                   "or make it "
                   "writable before converting it to a tensor. This type of warning will be suppressed for the rest of "
                   "this program.",
                   1) < 0)
    throw PythonError();
}

// ---- a tensor's memory as a buffer, for numpy.asarray

struct PyBufferOwner {
  PyObject_HEAD;
  Tensor tensor;
  std::vector<Py_ssize_t> shape, strides;
};
PyTypeObject* buffer_type = nullptr;

const char* format_of(ScalarType type) {
  switch (type) {
    case kFloat32:
      return "f";
    case kFloat64:
      return "d";
    case kInt64:
      return "l";
    case kInt32:
      return "i";
    case kUInt8:
      return "B";
    default:
      return "?";
  }
}

int export_buffer(PyObject* object, Py_buffer* view, int) {
  PyBufferOwner* self = reinterpret_cast<PyBufferOwner*>(object);
  const Tensor& t = self->tensor;
  static char nothing[8];
  *view = {};
  view->obj = Py_NewRef(object);
  view->buf = t.numel() ? t.data_ptr() : nothing;
  view->len = static_cast<Py_ssize_t>(t.nbytes());
  view->itemsize = static_cast<Py_ssize_t>(t.itemsize());
  view->readonly = 0;
  view->ndim = static_cast<int>(t.dim());
  view->format = const_cast<char*>(format_of(t.dtype()));
  view->shape = self->shape.data();
  view->strides = self->strides.data();
  return 0;
}
void free_buffer(PyObject* object) {
  PyTypeObject* type = Py_TYPE(object);
  PyBufferOwner* self = reinterpret_cast<PyBufferOwner*>(object);
  self->tensor.~Tensor();
  self->shape.~vector();
  self->strides.~vector();
  type->tp_free(object);
  Py_DECREF(type);
}

}  // namespace

bool is_array(PyObject* object) {
  PyTypeObject* type = array_type();
  return type && PyType_IsSubtype(Py_TYPE(object), type);
}

Tensor tensor_from_array(PyObject* array, bool warn_if_read_only) {
  auto owned = std::make_unique<OwnedBuffer>();
  Py_buffer& buffer = owned->buffer;
  bool read_only = false;
  try {
    get_buffer(array, buffer, read_only);
  } catch (...) {
    buffer = {};
    throw;
  }
  const ScalarType dtype = type_of(array, buffer);
  DimVector sizes, strides;
  for (int d = 0; d < buffer.ndim; ++d) {
    const Py_ssize_t stride = buffer.strides ? buffer.strides[d] : 0;
    if (stride < 0)
      raise(PyExc_ValueError,
            "At least one stride in the given numpy array is negative, and tensors with negative strides are not "
            "currently supported. "
            "(You can probably work around this by making a copy of your array  with array.copy().) ");
    if (stride % buffer.itemsize)
      raise(PyExc_ValueError,
            "given numpy array strides not a multiple of the element byte size. Copy the numpy array to reallocate the "
            "memory.");
    sizes.push_back(buffer.shape[d]);
    strides.push_back(stride / buffer.itemsize);
  }
  if (read_only && warn_if_read_only) warn_of_read_only();
  void* data = buffer.buf;
  OwnedBuffer* keeper = owned.release();
  return from_blob(
      data, sizes, strides,
      [keeper](void*) {
        if (!Py_IsInitialized()) return;
        const Locked lock;
        delete keeper;
      },
      TensorOptions{.dtype = dtype});
}

PyObject* array_from_tensor(const Tensor& tensor) {
  Object numpy = checked(PyImport_ImportModule("numpy"));
  Object owner = checked(buffer_type->tp_alloc(buffer_type, 0));
  PyBufferOwner* self = reinterpret_cast<PyBufferOwner*>(owner.get());
  new (&self->tensor) Tensor(tensor);
  new (&self->shape) std::vector<Py_ssize_t>(tensor.sizes().begin(), tensor.sizes().end());
  new (&self->strides) std::vector<Py_ssize_t>();
  for (const int64_t s : tensor.strides()) self->strides.push_back(static_cast<Py_ssize_t>(s * tensor.itemsize()));
  return checked(PyObject_CallMethod(numpy.get(), "asarray", "O", owner.get())).release();
}

void make_buffer_type() {
  PyType_Slot slots[] = {{Py_tp_dealloc, reinterpret_cast<void*>(free_buffer)},
                         {Py_bf_getbuffer, reinterpret_cast<void*>(export_buffer)},
                         {0, nullptr}};
  PyType_Spec spec{.name = "_Memory",
                   .basicsize = sizeof(PyBufferOwner),
                   .itemsize = 0,
                   .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                   .slots = slots};
  buffer_type = make_type(spec, "convgrad._C");
}

}  // namespace convgrad::python
