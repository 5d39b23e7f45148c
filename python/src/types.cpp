#include "types.h"

#include <convgrad/backends.h>
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include "arguments.h"
#include "classes.h"
#include "tensor_type.h"

namespace convgrad::python {

namespace nb = nanobind;

// ---- dtype

namespace {

constexpr Dtype dtypes[] = {
    {"float32", "float", 4, true, false, true, true, kFloat32},
    {"float64", "double", 8, true, false, true, true, kFloat64},
    {"int64", "long", 8, false, false, true, true, kInt64},
    {"int32", "int", 4, false, false, true, true, kInt32},
    {"uint8", nullptr, 1, false, false, false, true, kUInt8},
    {"bool", nullptr, 1, false, false, false, true, kBool},
    {"float16", "half", 2, true, false, true, false, kFloat32},
    {"bfloat16", nullptr, 2, true, false, true, false, kFloat32},
    {"int16", "short", 2, false, false, true, false, kInt32},
    {"int8", nullptr, 1, false, false, true, false, kInt32},
    {"uint16", nullptr, 2, false, false, false, false, kInt32},
    {"uint32", nullptr, 4, false, false, false, false, kInt64},
    {"uint64", nullptr, 8, false, false, false, false, kInt64},
    {"complex64", "cfloat", 8, false, true, true, false, kFloat32},
    {"complex128", "cdouble", 16, false, true, true, false, kFloat64},
};
PyObject* dtype_objects[std::size(dtypes)];
PyTypeObject* dtype_type = nullptr;

size_t place_of(ScalarType type) {
  size_t i = 0;
  while (!dtypes[i].supported || dtypes[i].type != type) ++i;
  return i;
}

void make_dtypes(nb::module_& m) {
  auto type = nb::class_<Dtype>(m, "dtype")
                  .def_ro("itemsize", &Dtype::itemsize)
                  .def_ro("is_floating_point", &Dtype::is_floating_point)
                  .def_ro("is_complex", &Dtype::is_complex)
                  .def_ro("is_signed", &Dtype::is_signed)
                  .def("__repr__", [](const Dtype& d) { return "torch." + std::string(d.name); })
                  .def("__reduce__", [](const Dtype& d) { return std::string(d.name); });
  type.attr("__module__") = "convgrad";
  dtype_type = reinterpret_cast<PyTypeObject*>(type.ptr());
  for (size_t i = 0; i < std::size(dtypes); ++i) {
    nb::object object = nb::cast(const_cast<Dtype*>(&dtypes[i]), nb::rv_policy::reference);
    m.attr(dtypes[i].name) = object;
    if (dtypes[i].legacy) m.attr(dtypes[i].legacy) = object;
    dtype_objects[i] = object.release().ptr();
  }
}

}  // namespace

bool is_dtype(PyObject* object) { return Py_TYPE(object) == dtype_type; }
const Dtype& dtype_of(PyObject* object) { return *nb::inst_ptr<Dtype>(object); }
PyObject* dtype_object(ScalarType type) { return Py_NewRef(dtype_objects[place_of(type)]); }

ScalarType scalar_type_of(PyObject* object) {
  if (object == reinterpret_cast<PyObject*>(&PyFloat_Type)) return kFloat64;
  if (object == reinterpret_cast<PyObject*>(&PyLong_Type)) return kInt64;
  if (object == reinterpret_cast<PyObject*>(&PyBool_Type)) return kBool;
  if (!is_dtype(object)) raise(PyExc_TypeError, "dtype must be torch.dtype, not %s", Py_TYPE(object)->tp_name);
  const Dtype& d = dtype_of(object);
  if (!d.supported)
    raise(PyExc_NotImplementedError, "convgrad has no tensors of torch.%s; the nearest type is torch.%s", d.name,
          convgrad::name(d.type));
  return d.type;
}

// ---- device

namespace {

constexpr const char* device_types =
    "cpu, cuda, ipu, xpu, mkldnn, opengl, opencl, ideep, hip, ve, fpga, maia, xla, lazy, vulkan, mps, meta, hpu, mtia, "
    "privateuseone";
PyTypeObject* device_type = nullptr;
PyObject* cpu = nullptr;

bool is_device_type(const std::string& type) {
  return !type.empty() && type.find_first_of(", ") == type.npos &&
         (std::string(device_types) + ",").find(type + ",") != std::string::npos;
}

PyDevice parse_device(const std::string& text) {
  const size_t colon = text.find(':');
  const std::string type = text.substr(0, colon);
  if (!is_device_type(type)) {
    if (type.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") != type.npos || type.empty())
      raise(PyExc_RuntimeError, "Invalid device string: '%s'", text.c_str());
    raise(PyExc_RuntimeError, "Expected one of %s device type at start of device string: %s", device_types,
          type.c_str());
  }
  PyDevice device{type, -1};
  if (colon == text.npos) return device;
  const std::string index = text.substr(colon + 1);
  const bool leading_zero = index.size() > 1 && index[0] == '0';
  if (index.empty() || index.size() > 3 || leading_zero || index.find_first_not_of("0123456789") != index.npos)
    raise(PyExc_RuntimeError, "Invalid device string: '%s'", text.c_str());
  device.index = std::stoi(index);
  return device;
}

PyDevice make_device(nb::args args, nb::kwargs kwargs) {
  static const Signature of_device("device(Device device)", false),
      of_parts("device(c10::string_view type, int64_t index=-1)", false);
  std::vector<PyObject*> values(PySequence_Fast_ITEMS(args.ptr()), PySequence_Fast_ITEMS(args.ptr()) + args.size());
  nb::list names;
  for (auto [name, value] : kwargs) names.append(name), values.push_back(value.ptr());
  const nb::tuple keywords(names);
  Args matched;
  const Args::Given given{nullptr, values.data(), static_cast<Py_ssize_t>(args.size()),
                          names.size() ? keywords.ptr() : nullptr};
  const bool by_parts = values.size() > 0 && PyUnicode_Check(values[0]);
  if (!matched.match(by_parts ? of_parts : of_device, given, false))
    raise(PyExc_TypeError, "%s", invalid_arguments("device", given, {&of_device, &of_parts}).c_str());
  const nb::object type = nb::borrow(values[0]), index = values.size() > 1 ? nb::borrow(values[1]) : nb::none();
  if (PyUnicode_Check(type.ptr())) {
    PyDevice device = parse_device(text_of(type.ptr()));
    if (index.is_none()) return device;
    if (device.index >= 0)
      raise(PyExc_RuntimeError, "type (string) must not include an index because index was passed explicitly: %U",
            type.ptr());
    device.index = nb::cast<int>(index);
    if (device.index < 0) raise(PyExc_RuntimeError, "Device index must not be negative");
    return device;
  }
  if (is_device(type.ptr())) return device_of(type.ptr());
  if (PyLong_Check(type.ptr())) raise(PyExc_RuntimeError, "Cannot access accelerator device when none is available.");
  raise(PyExc_TypeError, "device(): argument 'type' (position 1) must be str, not %s", Py_TYPE(type.ptr())->tp_name);
}

std::string device_repr(const PyDevice& d) {
  return "device(type='" + d.type + "'" + (d.index >= 0 ? ", index=" + std::to_string(d.index) : "") + ")";
}

void make_device_type(nb::module_& m) {
  auto type =
      nb::class_<PyDevice>(m, "device")
          .def(nb::new_([](nb::args args, nb::kwargs kwargs) { return make_device(args, kwargs); }))
          .def_ro("type", &PyDevice::type)
          .def_prop_ro("index",
                       [](const PyDevice& d) { return d.index < 0 ? nb::object(nb::none()) : nb::int_(d.index); })
          .def("__repr__", device_repr)
          .def("__str__",
               [](const PyDevice& d) { return d.index < 0 ? d.type : d.type + ":" + std::to_string(d.index); })
          .def("__eq__", [](const PyDevice& a, nb::handle b) { return is_device(b.ptr()) && a == device_of(b.ptr()); })
          .def("__hash__",
               [](const PyDevice& d) { return std::hash<std::string>()(d.type) * 31 + static_cast<size_t>(d.index); })
          .def("__enter__", [](nb::handle self) { return nb::borrow(self); })
          .def("__exit__", [](nb::handle, nb::args) {})
          .def("__reduce__", [](const PyDevice& d) {
            nb::object ctor = nb::borrow(reinterpret_cast<PyObject*>(device_type));
            return d.index < 0 ? nb::make_tuple(ctor, nb::make_tuple(d.type))
                               : nb::make_tuple(ctor, nb::make_tuple(d.type, d.index));
          });
  type.attr("__module__") = "convgrad";
  device_type = reinterpret_cast<PyTypeObject*>(type.ptr());
  cpu = nb::cast(PyDevice{"cpu", -1}).release().ptr();
}

}  // namespace

bool is_device(PyObject* object) { return Py_TYPE(object) == device_type; }
PyDevice device_of(PyObject* object) {
  if (is_device(object)) return *nb::inst_ptr<PyDevice>(object);
  if (PyUnicode_Check(object)) return parse_device(text_of(object));
  raise(PyExc_RuntimeError, "Cannot access accelerator device when none is available.");
}
void check_is_cpu(const PyDevice& device) {
  if (device.type == "cpu") return;
  if (device.type == "cuda") raise(PyExc_AssertionError, "Torch not compiled with CUDA enabled");
  raise(PyExc_NotImplementedError, "convgrad has no tensors on device '%s'; the processor, 'cpu', is the only one",
        device.type.c_str());
}
Object cpu_device() { return Object::share(cpu); }

// ---- layout, memory_format: names

namespace {

struct Named {
  const char* name;
};
struct Layout : Named {};
struct MemoryFormat : Named {};
constexpr Layout layouts[] = {{"strided"},    {"sparse_coo"}, {"sparse_csr"},
                              {"sparse_csc"}, {"sparse_bsr"}, {"sparse_bsc"}};
constexpr MemoryFormat formats[] = {
    {"contiguous_format"}, {"preserve_format"}, {"channels_last"}, {"channels_last_3d"}};
PyTypeObject *layout_type = nullptr, *format_type = nullptr;
PyObject* strided = nullptr;

template <class T, size_t N>
PyTypeObject* make_named(nb::module_& m, const char* type_name, const T (&all)[N]) {
  auto type = nb::class_<T>(m, type_name)
                  .def("__repr__", [](const T& t) { return "torch." + std::string(t.name); })
                  .def("__reduce__", [](const T& t) { return std::string(t.name); });
  type.attr("__module__") = "convgrad";
  for (const T& one : all) m.attr(one.name) = nb::cast(const_cast<T*>(&one), nb::rv_policy::reference);
  return reinterpret_cast<PyTypeObject*>(type.ptr());
}

}  // namespace

Object strided_layout() { return Object::share(strided); }
bool is_layout(PyObject* object) { return Py_TYPE(object) == layout_type; }
bool is_memory_format(PyObject* object) { return Py_TYPE(object) == format_type; }
const char* memory_format_of(PyObject* object) { return nb::inst_ptr<MemoryFormat>(object)->name; }

// ---- Generator

namespace {

PyTypeObject* generator_type = nullptr;

uint64_t seed_of(nb::handle seed) {
  Object number = checked(PyNumber_Long(seed.ptr()));
  int overflow = 0;
  const int64_t value = PyLong_AsLongLongAndOverflow(number.get(), &overflow);
  if (overflow == 0) {
    if (value == -1 && PyErr_Occurred()) throw PythonError();
    return static_cast<uint64_t>(value);
  }
  const uint64_t large = overflow > 0 ? PyLong_AsUnsignedLongLong(number.get()) : 0;
  if (overflow < 0 || PyErr_Occurred()) {
    PyErr_Clear();
    raise(PyExc_ValueError, "Overflow when unpacking long long");
  }
  return large;
}

void make_generator_type(nb::module_& m) {
  auto type =
      nb::class_<Generator>(m, "Generator")
          .def(nb::new_([](nb::object device) {
                 if (!device.is_none()) check_is_cpu(device_of(device.ptr()));
                 return Generator();
               }),
               nb::arg("device") = nb::none())
          .def(
              "manual_seed",
              [](nb::handle self, nb::handle seed) {
                generator_of(self.ptr()).set_current_seed(seed_of(seed));
                return nb::borrow(self);
              },
              nb::arg("seed"))
          .def("initial_seed", [](const Generator& g) { return g.current_seed(); })
          .def("seed", [](Generator& g) { return g.seed(); })
          .def("get_state", [](const Generator& g) { return nb::steal(wrap(g.get_state())); })
          .def(
              "set_state",
              [](nb::handle self, nb::handle state) {
                generator_of(self.ptr()).set_state(checked_tensor(state.ptr(), "set_state(): argument 'new_state'"));
                return nb::borrow(self);
              },
              nb::arg("new_state"))
          .def("clone_state", [](const Generator& g) { return g.clone(); })
          .def("__reduce__",
               [](nb::handle self) {
                 const Generator& g = generator_of(self.ptr());
                 return nb::make_tuple(nb::borrow(reinterpret_cast<PyObject*>(generator_type)),
                                       nb::make_tuple(nb::borrow(cpu_device().get())),
                                       nb::make_tuple(g.current_seed(), nb::none(), nb::steal(wrap(g.get_state()))));
               })
          .def_prop_ro("device", [](const Generator&) { return nb::borrow(cpu); });
  // bound by that name, nanobind would take it for a constructor
  type.attr("__setstate__") = nb::cpp_function(
      [](nb::handle self, nb::tuple state) {
        Generator& g = generator_of(self.ptr());
        g.set_current_seed(nb::cast<uint64_t>(state[0]));
        g.set_state(checked_tensor(nb::object(state[2]).ptr(), "the state"));
      },
      nb::is_method(), nb::name("__setstate__ of Generator"));
  type.attr("__module__") = "convgrad";
  generator_type = reinterpret_cast<PyTypeObject*>(type.ptr());
  m.attr("default_generator") = nb::cast(&default_generator(), nb::rv_policy::reference);
  m.def(
      "_use_generator",
      [](nb::object generator) {
        static thread_local std::optional<ThreadGeneratorGuard> guard;
        guard.reset();
        if (!generator.is_none()) guard.emplace(generator_of(generator.ptr()));
      },
      nb::arg("generator").none());
  m.def("_seed_of", [](nb::handle seed) { return seed_of(seed); });
}

}  // namespace

bool is_generator(PyObject* object) { return Py_TYPE(object) == generator_type; }
Generator& generator_of(PyObject* object) { return *nb::inst_ptr<Generator>(object); }

void make_types(nb::module_& m) {
  make_dtypes(m);
  make_device_type(m);
  layout_type = make_named(m, "layout", layouts);
  format_type = make_named(m, "memory_format", formats);
  strided = nb::object(m.attr("strided")).release().ptr();
  make_generator_type(m);
}

}  // namespace convgrad::python
