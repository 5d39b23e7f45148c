// The small Python types beside Tensor: Size, dtype, device, layout, memory_format, Generator.
#pragma once
#include <convgrad/dtype.h>
#include <convgrad/generator.h>

#include <string>

#include "object.h"

namespace convgrad::python {

// ---- Size: a tuple that prints as torch.Size([2, 3])
extern PyTypeObject* size_type;
Object make_size(IntArrayRef sizes);

// ---- dtype: one object a type; those that this library has no tensors of exist to be named and compared
struct Dtype {
  const char* name;  // "float32"
  const char* legacy;
  int itemsize;
  bool is_floating_point, is_complex, is_signed;
  bool supported;
  ScalarType type;
};
bool is_dtype(PyObject* object);
const Dtype& dtype_of(PyObject* object);
/// The dtype object, or Python's float, int or bool standing for one. NotImplementedError for a type that convgrad
/// lacks.
ScalarType scalar_type_of(PyObject* object);
/// A new reference.
PyObject* dtype_object(ScalarType type);

// ---- device
struct PyDevice {
  std::string type;
  int index = -1;  // none
  bool operator==(const PyDevice&) const = default;
};
bool is_device(PyObject* object);
PyDevice device_of(PyObject* object);  // a device, "cpu", "cuda:0" or an index
/// Throws unless the device is the processor, as a PyTorch built for it alone does.
void check_is_cpu(const PyDevice& device);
Object cpu_device();

bool is_layout(PyObject* object);
Object strided_layout();
bool is_memory_format(PyObject* object);
const char* memory_format_of(PyObject* object);

// ---- Generator
bool is_generator(PyObject* object);
Generator& generator_of(PyObject* object);

}  // namespace convgrad::python
