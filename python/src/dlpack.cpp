// Memory shared by DLPack 1.x: https://dmlc.github.io/dlpack. Capsules with and without version, both ways.
#include <convgrad/ops/creation.h>

#include "arguments.h"
#include "exchange.h"
#include "tensor_type.h"

namespace convgrad::python {

namespace {

// The protocol's own structures.
struct DLDevice {
  int32_t type, id;
};
struct DLDataType {
  uint8_t code, bits;
  uint16_t lanes;
};
struct DLTensor {
  void* data;
  DLDevice device;
  int32_t ndim;
  DLDataType dtype;
  int64_t* shape;
  int64_t* strides;  // in elements; null: C order
  uint64_t byte_offset;
};
struct DLManagedTensor {
  DLTensor tensor;
  void* context;
  void (*deleter)(DLManagedTensor*);
};
struct DLManagedTensorVersioned {
  uint32_t major, minor;
  void* context;
  void (*deleter)(DLManagedTensorVersioned*);
  uint64_t flags;
  DLTensor tensor;
};
constexpr uint64_t read_only = 1, is_copied = 2;
constexpr int32_t on_cpu = 1;
enum Code : uint8_t { integer = 0, unsigned_integer = 1, real = 2, boolean = 6 };

DLDataType type_of(ScalarType type) {
  const uint8_t bits = static_cast<uint8_t>(8 * element_size(type));
  return {.code = is_floating_point(type) ? real
                  : type == kBool         ? boolean
                  : type == kUInt8        ? unsigned_integer
                                          : integer,
          .bits = bits,
          .lanes = 1};
}

ScalarType type_of(DLDataType type) {
  if (type.lanes == 1)
    for (const ScalarType t : {kFloat32, kFloat64, kInt64, kInt32, kUInt8, kBool})
      if (const DLDataType d = type_of(t); d.code == type.code && d.bits == type.bits) return t;
  raise(PyExc_RuntimeError,
        "Unsupported type code %u with %u bits and %u lanes in DLPack; convgrad takes float32, float64, int32, int64, "
        "uint8, bool",
        type.code, type.bits, type.lanes);
}

/// What a capsule hands out: the tensor, and room for its sizes. M is one of the two managed structures.
template <class M>
struct Export {
  M managed;
  Tensor tensor;
  std::vector<int64_t> shape, strides;
};

template <class M>
PyObject* make_capsule(const Tensor& t, const char* name, uint64_t flags) {
  auto* out = new Export<M>{{}, t, t.sizes().vec(), t.strides().vec()};
  out->managed.context = out;
  out->managed.deleter = [](M* managed) { delete static_cast<Export<M>*>(managed->context); };
  if constexpr (std::is_same_v<M, DLManagedTensorVersioned>) {
    out->managed.major = 1, out->managed.minor = 0;
    out->managed.flags = flags;
  }
  out->managed.tensor = {.data = t.numel() ? t.data_ptr() : nullptr,
                         .device = {on_cpu, 0},
                         .ndim = static_cast<int32_t>(t.dim()),
                         .dtype = type_of(t.dtype()),
                         .shape = out->shape.data(),
                         .strides = out->strides.data(),
                         .byte_offset = 0};
  // A capsule that nobody took frees what it holds; one that was taken has another name.
  return checked(PyCapsule_New(&out->managed, name,
                               [](PyObject* capsule) {
                                 const char* now = PyCapsule_GetName(capsule);
                                 if (now && std::string(now).rfind("used_", 0) == 0) return;
                                 M* managed = static_cast<M*>(PyCapsule_GetPointer(capsule, now));
                                 if (managed && managed->deleter) managed->deleter(managed);
                               }))
      .release();
}

PyObject* dlpack(PyObject* self, PyObject* const* values, Py_ssize_t count, PyObject* names) {
  return guarded([&] {
    static const Signature signature(
        "__dlpack__(Tensor input, *, PyObject* stream=-1, PyObject* max_version=None, PyObject* dl_device=None, "
        "PyObject* copy=None)",
        true);
    Args args;
    args.match(signature, {self, values, count, names}, true);
    args.convert();
    Tensor t = tensor_of(self);
    if (t.requires_grad()) raise(PyExc_BufferError, "Can't export tensors that require gradient, use tensor.detach()");
    if (args.given(1) && !(PyLong_Check(args.object(1)) && PyLong_AsLong(args.object(1)) == -1))
      raise(PyExc_AssertionError, "stream should be None on cpu.");
    if (args.given(3) && args.object(3) != Py_None) {
      const Object type = checked(PySequence_GetItem(args.object(3), 0));
      if (PyLong_AsLong(type.get()) != on_cpu)
        raise(PyExc_BufferError, "cannot export a tensor of the processor to another device");
    }
    const bool copy = args.given(4) && args.object(4) == Py_True;
    if (copy) t = t.clone();
    long major = 0;
    if (args.given(2) && args.object(2) != Py_None)
      major = PyLong_AsLong(checked(PySequence_GetItem(args.object(2), 0)).get());
    return major >= 1 ? make_capsule<DLManagedTensorVersioned>(t, "dltensor_versioned", copy ? is_copied : 0)
                      : make_capsule<DLManagedTensor>(t, "dltensor", 0);
  });
}

PyObject* dlpack_device(PyObject*, PyObject*) { return Py_BuildValue("(ii)", on_cpu, 0); }

template <class M>
Tensor take(M* managed) {
  const DLTensor& d = managed->tensor;
  struct Owner {
    explicit Owner(M* m) : managed(m) {}
    Owner(const Owner&) = delete;
    M* managed;
    ~Owner() {
      if (managed && managed->deleter) managed->deleter(managed);
    }
  };
  auto owner = std::make_shared<Owner>(managed);
  if (d.device.type != on_cpu)
    raise(PyExc_RuntimeError, "Unsupported device_type: %d; convgrad takes memory of the processor", d.device.type);
  if (d.ndim < 0) raise(PyExc_RuntimeError, "a DLPack tensor of %d dimensions", d.ndim);
  std::vector<int64_t> strides;
  int64_t step = 1;
  for (int32_t i = d.ndim; i-- > 0;) {
    strides.insert(strides.begin(), d.strides ? d.strides[i] : step);
    if (d.shape[i] < 0 || strides.front() < 0)
      raise(PyExc_RuntimeError, "from_dlpack: negative sizes and strides are not supported");
    step *= std::max<int64_t>(1, d.shape[i]);
  }
  const ScalarType type = type_of(d.dtype);
  return from_blob(
      static_cast<char*>(d.data) + d.byte_offset, IntArrayRef(d.shape, static_cast<size_t>(d.ndim)), strides,
      [owner](void*) mutable {
        if (!Py_IsInitialized()) {
          owner->managed = nullptr;
          return;
        }
        const Locked lock;
        owner.reset();
      },
      TensorOptions{.dtype = type});
}

Tensor from_capsule(PyObject* capsule) {
  if (PyCapsule_IsValid(capsule, "dltensor_versioned")) {
    auto* managed = static_cast<DLManagedTensorVersioned*>(PyCapsule_GetPointer(capsule, "dltensor_versioned"));
    if (managed->major > 1)
      raise(PyExc_BufferError, "DLPack version %u.%u is newer than this library's, 1.0", managed->major,
            managed->minor);
    checked(PyCapsule_SetName(capsule, "used_dltensor_versioned"));
    return take(managed);
  }
  if (PyCapsule_IsValid(capsule, "dltensor")) {
    auto* managed = static_cast<DLManagedTensor*>(PyCapsule_GetPointer(capsule, "dltensor"));
    checked(PyCapsule_SetName(capsule, "used_dltensor"));
    return take(managed);
  }
  raise(PyExc_RuntimeError,
        "from_dlpack received an invalid capsule. Note that DLTensor capsules can be consumed only once, so you might "
        "have already constructed a "
        "tensor from it once.");
}

PyObject* from_dlpack(PyObject*, PyObject* source) {
  return guarded([&] {
    if (PyCapsule_CheckExact(source)) return wrap(from_capsule(source));
    Object method = Object::take(PyObject_GetAttrString(source, "__dlpack__"));
    if (!method) {
      PyErr_Clear();
      raise(PyExc_AttributeError, "'%s' object has no attribute '__dlpack_device__'", Py_TYPE(source)->tp_name);
    }
    // Those who know no versions yet are asked in the old way.
    Object kwargs = checked(Py_BuildValue("{s(ii)}", "max_version", 1, 0));
    Object capsule = Object::take(PyObject_VectorcallDict(method.get(), nullptr, 0, kwargs.get()));
    if (!capsule) {
      if (!PyErr_ExceptionMatches(PyExc_TypeError)) throw PythonError();
      PyErr_Clear();
      capsule = checked(PyObject_CallNoArgs(method.get()));
    }
    return wrap(from_capsule(capsule.get()));
  });
}

}  // namespace

void publish_dlpack(PyObject* module) {
  static PyMethodDef methods[] = {{"__dlpack__", reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(dlpack)),
                                   METH_FASTCALL | METH_KEYWORDS, nullptr},
                                  {"__dlpack_device__", dlpack_device, METH_NOARGS, nullptr},
                                  {}};
  for (PyMethodDef* one = methods; one->ml_name; ++one)
    checked(
        PyDict_SetItemString(tensor_type->tp_dict, one->ml_name, checked(PyDescr_NewMethod(tensor_type, one)).get()));
  static PyMethodDef functions[] = {{"_from_dlpack", from_dlpack, METH_O, nullptr}, {}};
  checked(PyModule_AddFunctions(module, functions));
}

}  // namespace convgrad::python
