// A tensor's memory as bytes, for pickles and files.
#include <convgrad/ops/creation.h>
#include <nanobind/nanobind.h>

#include <cstring>

#include "classes.h"
#include "types.h"

namespace convgrad::python {

namespace nb = nanobind;

void make_memory(nb::module_& m) {
  m.def("_to_bytes", [](Tensor t) {
    const Tensor packed = t.contiguous();
    return nb::bytes(static_cast<const char*>(packed.numel() ? packed.data_ptr() : ""),
                     static_cast<size_t>(packed.nbytes()));
  });
  m.def("_from_bytes", [](nb::handle data, nb::handle dtype, int64_t count) {
    const ScalarType type = scalar_type_of(dtype.ptr());
    Py_buffer buffer;
    checked(PyObject_GetBuffer(data.ptr(), &buffer, PyBUF_SIMPLE));
    const struct Release {
      Py_buffer* buffer;
      ~Release() { PyBuffer_Release(buffer); }
    } release{&buffer};
    if (count < 0 || buffer.len / element_size(type) < count)
      raise(PyExc_RuntimeError, "%zd bytes are too few for %lld elements of torch.%s", buffer.len,
            static_cast<long long>(count), name(type));
    Tensor t = empty({count}, TensorOptions{.dtype = type});
    if (count) std::memcpy(t.data_ptr(), buffer.buf, static_cast<size_t>(t.nbytes()));
    return t;
  });
  m.def("_storage_bytes", [](Tensor t) { return t.impl().storage->bytes; });
  m.def("_disabled_torch_function", [](nb::args, nb::kwargs) { return nb::borrow(Py_NotImplemented); });
}

}  // namespace convgrad::python
