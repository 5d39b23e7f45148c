// ops/creation.h, and torch.tensor and its kin, which take Python's data.
#include <convgrad/ops/creation.h>

#include "data.h"
#include "rows.h"
#include "slots.h"
#include "tensor_type.h"
#include "types.h"

namespace convgrad::python {

namespace {

#define OPTIONS                                                                                      \
  "ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=False, bool? " \
  "requires_grad=False)"

/// Options that follow the first argument's dtype.
TensorOptions like(Args& a, size_t i) {
  TensorOptions options = a.options(i);
  if (!options.dtype) options.dtype = a.tensor(0).dtype();
  return options;
}

/// Where linspace and logspace begin and end: numbers, or tensors of none dimension.
std::pair<Scalar, Scalar> ends(Args& a, const char* function) {
  const auto number = [&](size_t i) {
    return a.signature().parameters[i].kind == Kind::tensor ? a.tensor(i).item() : a.scalar(i);
  };
  const auto dims = [&](size_t i) { return a.signature().parameters[i].kind == Kind::tensor ? a.tensor(i).dim() : -1; };
  if (dims(0) > 0 && dims(1) >= 0)
    throw Error(std::string(function) + " only supports 0-dimensional start and end tensors, but got start with " +
                std::to_string(dims(0)) + " dimension(s) and end with " + std::to_string(dims(1)) + " dimension(s).");
  if (dims(0) > 0 || dims(1) > 0)
    throw Error(std::string(function) + " only supports 0-dimensional start and end tensors, but got " +
                (dims(0) > 0 ? "start" : "end") + " with " + std::to_string(std::max(dims(0), dims(1))) +
                " dimension(s).");
  return {number(0), number(1)};
}
#define LINSPACE(from, to)                                                                                      \
  {                                                                                                             \
    "linspace(" from " start, " to " end, int64_t steps, *, Tensor out=None, " OPTIONS, in_torch, [](Args& a) { \
      const auto [start, end] = ends(a, "linspace");                                                            \
      return linspace(start, end, a.integer(2), a.options(4));                                                  \
    }                                                                                                           \
  }
#define LOGSPACE(from, to)                                                                                          \
  {                                                                                                                 \
    "logspace(" from " start, " to " end, int64_t steps, double base=10.0, *, Tensor out=None, " OPTIONS, in_torch, \
        [](Args& a) {                                                                                               \
          const auto [start, end] = ends(a, "logspace");                                                            \
          return logspace(start, end, a.integer(2), a.real(3), a.options(5));                                       \
        }                                                                                                           \
  }
#define WINDOW(name)                                                                       \
  {#name "(int64_t window_length, *, Tensor out=None, " OPTIONS, in_torch,                 \
   [](Args& a) { return name(a.integer(0), true, a.options(2)); }},                        \
  {                                                                                        \
#name "(int64_t window_length, bool periodic, *, Tensor out=None, " OPTIONS, in_torch, \
        [](Args & a) { return name(a.integer(0), a.boolean(1), a.options(3)); }            \
  }

const Row rows[] = {
    {"empty(SymIntArrayRef size, *, MemoryFormat? memory_format=None, Tensor out=None, " OPTIONS, in_torch,
     [](Args& a) { return empty(a.integers(0), a.options(3)); }},
    {"zeros(SymIntArrayRef size, *, Tensor out=None, " OPTIONS, in_torch,
     [](Args& a) { return zeros(a.integers(0), a.options(2)); }},
    {"ones(SymIntArrayRef size, *, Tensor out=None, " OPTIONS, in_torch,
     [](Args& a) { return ones(a.integers(0), a.options(2)); }},
    {"full(SymIntArrayRef size, Scalar fill_value, *, Tensor out=None, " OPTIONS, in_torch,
     [](Args& a) { return full(a.integers(0), a.scalar(1), a.options(3)); }},
    {"scalar_tensor(Scalar s, *, " OPTIONS, in_torch, [](Args& a) { return scalar_tensor(a.scalar(0), a.options(1)); }},
    {"empty_like(Tensor input, *, MemoryFormat? memory_format=None, " OPTIONS, in_torch,
     [](Args& a) { return empty_like(a.tensor(0), a.options(2)); }},
    {"zeros_like(Tensor input, *, MemoryFormat? memory_format=None, " OPTIONS, in_torch,
     [](Args& a) { return zeros_like(a.tensor(0), a.options(2)); }},
    {"ones_like(Tensor input, *, MemoryFormat? memory_format=None, " OPTIONS, in_torch,
     [](Args& a) { return ones_like(a.tensor(0), a.options(2)); }},
    {"full_like(Tensor input, Scalar fill_value, *, MemoryFormat? memory_format=None, " OPTIONS, in_torch,
     [](Args& a) { return full_like(a.tensor(0), a.scalar(1), a.options(3)); }},
    {"arange(Scalar end, *, Tensor out=None, " OPTIONS, in_torch,
     [](Args& a) { return arange(a.scalar(0), a.options(2)); }},
    {"arange(Scalar start, Scalar end, *, " OPTIONS, in_torch,
     [](Args& a) { return arange(a.scalar(0), a.scalar(1), a.options(2)); }},
    {"arange(Scalar start, Scalar end, Scalar step=1, *, Tensor out=None, " OPTIONS, in_torch,
     [](Args& a) { return arange(a.scalar(0), a.scalar(1), a.scalar(2), a.options(4)); }},
    LINSPACE("Tensor", "Tensor"),
    LINSPACE("Scalar", "Tensor"),
    LINSPACE("Tensor", "Scalar"),
    LINSPACE("Scalar", "Scalar"),
    LOGSPACE("Tensor", "Tensor"),
    LOGSPACE("Scalar", "Tensor"),
    LOGSPACE("Tensor", "Scalar"),
    LOGSPACE("Scalar", "Scalar"),
    {"tril_indices(int64_t row, int64_t col, int64_t offset=0, *, Tensor out=None, " OPTIONS, in_torch,
     [](Args& a) { return tril_indices(a.integer(0), a.integer(1), a.integer(2), a.options(4)); }},
    {"triu_indices(int64_t row, int64_t col, int64_t offset=0, *, Tensor out=None, " OPTIONS, in_torch,
     [](Args& a) { return triu_indices(a.integer(0), a.integer(1), a.integer(2), a.options(4)); }},
    WINDOW(hann_window),
    WINDOW(hamming_window),
    WINDOW(blackman_window),
    {"eye(SymInt n, *, Tensor out=None, " OPTIONS, in_torch, [](Args& a) { return eye(a.integer(0), a.options(2)); }},
    {"eye(SymInt n, SymInt m, *, Tensor out=None, " OPTIONS, in_torch,
     [](Args& a) { return eye(a.integer(0), a.integer(1), a.options(3)); }},

    {"new_empty(Tensor input, SymIntArrayRef size, *, " OPTIONS, method,
     [](Args& a) { return empty(a.integers(1), like(a, 2)); }},
    {"new_zeros(Tensor input, SymIntArrayRef size, *, " OPTIONS, method,
     [](Args& a) { return zeros(a.integers(1), like(a, 2)); }},
    {"new_ones(Tensor input, SymIntArrayRef size, *, " OPTIONS, method,
     [](Args& a) { return ones(a.integers(1), like(a, 2)); }},
    {"new_full(Tensor input, SymIntArrayRef size, Scalar fill_value, *, " OPTIONS, method,
     [](Args& a) { return full(a.integers(1), a.scalar(2), like(a, 3)); }},
};
#undef LINSPACE
#undef LOGSPACE
#undef WINDOW

/// A call with a signature but Python data among its arguments: matched by the same rules, run with the lock held.
class DataCall {
 public:
  DataCall(const Signature& signature, PyObject* self, PyObject* const* values, Py_ssize_t count, PyObject* names) {
    args.match(signature, {self, values, count, names}, true);
    args.convert();
  }
  Args args;
};

PyObject* finished(Tensor t, bool requires_grad) {
  if (requires_grad) {
    if (!t.is_floating_point())
      raise(PyExc_RuntimeError, "Only Tensors of floating point and complex dtype can require gradients");
    t.requires_grad_();
  }
  return wrap(std::move(t));
}

PyObject* tensor_function(PyObject*, PyObject* const* values, Py_ssize_t count, PyObject* names) {
  return guarded([&] {
    static const Signature signature(
        "tensor(PyObject* data, *, ScalarType dtype=None, Device? device=None, bool pin_memory=False, bool "
        "requires_grad=False)",
        false);
    DataCall call(signature, nullptr, values, count, names);
    if (is_tensor(call.args.object(0)) &&
        PyErr_WarnEx(PyExc_UserWarning,
                     "To copy construct from a tensor, it is recommended to use sourceTensor.detach().clone() or "
                     "sourceTensor.detach().clone().requires_grad_(True), rather than torch.tensor(sourceTensor).",
                     1) < 0)
      throw PythonError();
    return finished(tensor_from_data(call.args.object(0), call.args.dtype(1)),
                    call.args.given(4) && call.args.boolean(4));
  });
}

PyObject* as_tensor_function(PyObject*, PyObject* const* values, Py_ssize_t count, PyObject* names) {
  return guarded([&] {
    static const Signature signature("as_tensor(PyObject* data, ScalarType dtype=None, Device? device=None)", false);
    DataCall call(signature, nullptr, values, count, names);
    return wrap(as_tensor_from_data(call.args.object(0), call.args.dtype(1)));
  });
}

PyObject* from_numpy(PyObject*, PyObject* array) {
  return guarded([&] {
    if (!is_array(array)) raise(PyExc_TypeError, "expected np.ndarray (got %s)", Py_TYPE(array)->tp_name);
    return wrap(tensor_from_array(array, true));
  });
}

PyObject* new_tensor_method(PyObject* self, PyObject* const* values, Py_ssize_t count, PyObject* names) {
  return guarded([&] {
    static const Signature signature(
        "new_tensor(Tensor input, PyObject* data, *, ScalarType dtype=None, Device? device=None, bool "
        "requires_grad=False)",
        true);
    DataCall call(signature, self, values, count, names);
    return finished(tensor_from_data(call.args.object(1), call.args.dtype(2).value_or(tensor_of(self).dtype())),
                    call.args.given(4) && call.args.boolean(4));
  });
}

[[noreturn]] void complain_of_legacy(PyObject* const* values, Py_ssize_t count) {
  static const Signature forms[] = {{"new(*, Device? device=None)", false},
                                    {"new(Storage storage)", false},
                                    {"new(Tensor other)", false},
                                    {"new(SymIntArrayRef size, *, Device? device=None)", false},
                                    {"new(PyObject* data, *, Device? device=None)", false}};
  std::vector<const Signature*> options;
  for (const Signature& form : forms) options.push_back(&form);
  raise(PyExc_TypeError, "%s", invalid_arguments("new", {nullptr, values, count, nullptr}, options).c_str());
}

/// torch.Tensor(2, 3), torch.Tensor([1, 2]), FloatTensor(…): sizes, data or nothing, in a given type.
Tensor legacy(PyObject* const* values, Py_ssize_t count, ScalarType dtype) {
  const TensorOptions options{.dtype = dtype};
  if (count == 0) return empty({0}, options);
  PyObject* first = values[0];
  if (PyLong_Check(first) && !PyBool_Check(first)) {
    std::vector<int64_t> sizes;
    for (Py_ssize_t i = 0; i < count; ++i) {
      if (!PyIndex_Check(values[i])) complain_of_legacy(values, count);
      sizes.push_back(scalar_of(values[i]).toLong());
    }
    return empty(sizes, options);
  }
  if (count > 1) complain_of_legacy(values, count);
  if (Py_TYPE(first) == size_type) {
    std::vector<int64_t> sizes;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(first); ++i)
      sizes.push_back(scalar_of(PyTuple_GET_ITEM(first, i)).toLong());
    return empty(sizes, options);
  }
  if (is_tensor(first)) {
    const Tensor& other = tensor_of(first);
    if (other.dtype() != dtype) {
      static const auto cpp = [](ScalarType t) {
        return t == kInt64     ? "long int"
               : t == kInt32   ? "int"
               : t == kUInt8   ? "unsigned char"
               : t == kBool    ? "bool"
               : t == kFloat64 ? "double"
                               : "float";
      };
      constexpr const char* rest =
          ", device=cpu, layout=Strided, requires_grad=false (default), pinned_memory=false (default), "
          "memory_format=(nullopt))";
      raise(PyExc_TypeError, "expected TensorOptions(dtype=%s%s (got TensorOptions(dtype=%s%s)", cpp(dtype), rest,
            cpp(other.dtype()), rest);
    }
    return other.detach();
  }
  if (PyUnicode_Check(first)) raise(PyExc_TypeError, "new(): invalid data type '%s'", Py_TYPE(first)->tp_name);
  if (!PySequence_Check(first))
    raise(PyExc_TypeError, "new(): data must be a sequence (got %s)", Py_TYPE(first)->tp_name);
  return tensor_from_data(first, dtype);
}

PyObject* legacy_function(PyObject*, PyObject* const* values, Py_ssize_t count, PyObject*) {
  return guarded([&] { return wrap(legacy(values + 1, count - 1, scalar_type_of(values[0]))); });
}

PyObject* make_subclass(PyObject*, PyObject* const* values, Py_ssize_t count, PyObject*) {
  return guarded([&] {
    if (count < 2 || !PyType_Check(values[0])) raise(PyExc_TypeError, "_make_subclass() takes a class and a tensor");
    const bool requires_grad = count > 2 && PyObject_IsTrue(values[2]) == 1;
    Tensor t = checked_tensor(values[1], "_make_subclass(): argument 'data' (position 2)").detach();
    if (requires_grad && !t.is_floating_point())
      raise(PyExc_RuntimeError, "Only Tensors of floating point and complex dtype can require gradients");
    t.requires_grad_(requires_grad);
    return wrap_as(reinterpret_cast<PyTypeObject*>(values[0]), std::move(t));
  });
}

template <class F>
PyMethodDef fast(const char* name, F f, int flags = 0) {
  return {name, reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(f)), METH_FASTCALL | METH_KEYWORDS | flags,
          nullptr};
}

}  // namespace

/// Tensor's and its subclasses' own constructor.
PyObject* new_tensor(PyTypeObject* type, PyObject* args, PyObject*) {
  return guarded([&] {
    Tensor t = legacy(PySequence_Fast_ITEMS(args), PyTuple_GET_SIZE(args), get_default_dtype());
    if (PyTuple_GET_SIZE(args) == 1 && is_tensor(PyTuple_GET_ITEM(args, 0))) t = t.detach();
    return wrap_as(type, std::move(t));
  });
}

void bind_creation() { add_rows(rows); }

void publish_creation(PyObject* module) {
  static PyMethodDef functions[] = {fast("tensor", tensor_function),
                                    fast("as_tensor", as_tensor_function),
                                    {"from_numpy", from_numpy, METH_O, nullptr},
                                    fast("_legacy_tensor", legacy_function),
                                    fast("_make_subclass", make_subclass),
                                    {}};
  checked(PyModule_AddFunctions(module, functions));
  static PyMethodDef methods[] = {fast("new_tensor", new_tensor_method), {}};
  for (PyMethodDef* one = methods; one->ml_name; ++one)
    checked(
        PyDict_SetItemString(tensor_type->tp_dict, one->ml_name, checked(PyDescr_NewMethod(tensor_type, one)).get()));
}

}  // namespace convgrad::python
