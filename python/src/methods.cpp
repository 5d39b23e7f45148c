// Methods of Tensor that are not operations: its form, its elements as Python objects, its hooks and its gradient.
#include <convgrad/autograd/autograd.h>

#include "exchange.h"
#include "hooks.h"
#include "node_type.h"
#include "resize.h"
#include "rows.h"
#include "tensor_type.h"
#include "types.h"

namespace convgrad::python {

namespace {

/// Whether the elements lie in memory in the order that a memory format names.
bool is_in_order(const Tensor& t, const std::string& format) {
  if (format == "channels_last" && t.dim() == 4) return t.permute({0, 2, 3, 1}).is_contiguous();
  if (format == "channels_last_3d" && t.dim() == 5) return t.permute({0, 2, 3, 4, 1}).is_contiguous();
  return format == "contiguous_format" && t.is_contiguous();
}

const Row rows[] = {
    {"dim(Tensor input)", method, [](Args& a) { return a.tensor(0).dim(); }},
    {"ndimension(Tensor input)", method, [](Args& a) { return a.tensor(0).dim(); }},
    {"numel(Tensor input)", both, [](Args& a) { return a.tensor(0).numel(); }},
    {"nelement(Tensor input)", method, [](Args& a) { return a.tensor(0).numel(); }},
    {"element_size(Tensor input)", method, [](Args& a) { return a.tensor(0).element_size(); }},
    {"storage_offset(Tensor input)", method, [](Args& a) { return a.tensor(0).storage_offset(); }},
    {"data_ptr(Tensor input)", method,
     [](Args& a) { return reinterpret_cast<int64_t>(a.tensor(0).numel() ? a.tensor(0).data_ptr() : nullptr); }},
    {"is_contiguous(Tensor input, *, MemoryFormat memory_format=contiguous_format)", method,
     [](Args& a) { return a.given(1) ? is_in_order(a.tensor(0), a.format(1)) : a.tensor(0).is_contiguous(); }},
    {"item(Tensor input)", method, [](Args& a) { return a.tensor(0).item(); }},
    {"is_floating_point(Tensor input)", both, [](Args& a) { return a.tensor(0).is_floating_point(); }},
    {"is_complex(Tensor input)", both, [](Args&) { return false; }},
    {"is_signed(Tensor input)", both,
     [](Args& a) { return a.tensor(0).dtype() != kUInt8 && a.tensor(0).dtype() != kBool; }},
    {"is_nonzero(Tensor input)", both,
     [](Args& a) {
       if (a.tensor(0).numel() != 1)
         throw Error(a.tensor(0).numel() == 0 ? "Boolean value of Tensor with no values is ambiguous"
                                              : "Boolean value of Tensor with more than one value is ambiguous");
       return a.tensor(0).item().toDouble() != 0;
     }},
    {"is_same_size(Tensor input, Tensor other)", both,
     [](Args& a) { return a.tensor(0).sizes() == a.tensor(1).sizes(); }},
    {"is_set_to(Tensor input, Tensor tensor)", method,
     [](Args& a) {
       const Tensor &x = a.tensor(0), &y = a.tensor(1);
       return x.is_alias_of(y) && x.sizes() == y.sizes() && x.strides() == y.strides() &&
              x.storage_offset() == y.storage_offset();
     }},
    {"requires_grad_(Tensor input, bool requires_grad=True)", method,
     [](Args& a) {
       Tensor x = a.tensor(0);
       if (a.boolean(1) && !x.is_floating_point())
         throw Error("only Tensors of floating point dtype can require gradients");
       x.requires_grad_(a.boolean(1));
     }},
    {"retain_grad(Tensor input)", method, [](Args& a) { a.tensor(0).retain_grad(); }},
    {"_is_view(Tensor input)", method, [](Args& a) { return a.tensor(0).is_view(); }},
};

const Tensor& self_of(PyObject* object) { return tensor_of(object); }

PyObject* size(PyObject* self, PyObject* const* values, Py_ssize_t count, PyObject* names) {
  return guarded([&] {
    const Tensor& t = self_of(self);
    if (count == 0 && !names) return make_size(t.sizes()).release();
    static const Signature signature("size(Tensor input, int64_t dim)", true);
    Args args;
    args.match(signature, {self, values, count, names}, true);
    args.convert();
    return PyLong_FromLongLong(t.size(args.integer(1)));
  });
}

PyObject* stride(PyObject* self, PyObject* const* values, Py_ssize_t count, PyObject* names) {
  return guarded([&] {
    const Tensor& t = self_of(self);
    if (count > 0 || names) {
      static const Signature signature("stride(Tensor input, int64_t dim)", true);
      Args args;
      args.match(signature, {self, values, count, names}, true);
      args.convert();
      return PyLong_FromLongLong(t.stride(args.integer(1)));
    }
    Object tuple = checked(PyTuple_New(static_cast<Py_ssize_t>(t.dim())));
    for (size_t i = 0; i < t.strides().size(); ++i)
      PyTuple_SET_ITEM(tuple.get(), static_cast<Py_ssize_t>(i), PyLong_FromLongLong(t.strides()[i]));
    return tuple.release();
  });
}

PyObject* number_at(const Tensor& t, const char* at) {
  switch (t.dtype()) {
    case kFloat32:
      return PyFloat_FromDouble(*reinterpret_cast<const float*>(at));
    case kFloat64:
      return PyFloat_FromDouble(*reinterpret_cast<const double*>(at));
    case kInt64:
      return PyLong_FromLongLong(*reinterpret_cast<const int64_t*>(at));
    case kInt32:
      return PyLong_FromLong(*reinterpret_cast<const int32_t*>(at));
    case kUInt8:
      return PyLong_FromLong(*reinterpret_cast<const uint8_t*>(at));
    default:
      return PyBool_FromLong(*reinterpret_cast<const bool*>(at));
  }
}

Object list_of(const Tensor& t, size_t dim, const char* at) {
  if (dim == t.sizes().size()) return checked(number_at(t, at));
  const int64_t count = t.sizes()[dim], step = t.strides()[dim] * t.itemsize();
  Object list = checked(PyList_New(static_cast<Py_ssize_t>(count)));
  for (int64_t i = 0; i < count; ++i)
    PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(i), list_of(t, dim + 1, at + i * step).release());
  return list;
}

PyObject* tolist(PyObject* self, PyObject*) {
  return guarded([&] {
    const Tensor& t = self_of(self);
    return list_of(t, 0, t.numel() ? static_cast<const char*>(t.data_ptr()) : nullptr).release();
  });
}

PyObject* numpy(PyObject* self, PyObject* const* values, Py_ssize_t count, PyObject* names) {
  return guarded([&] {
    static const Signature signature("numpy(Tensor input, *, bool force=False)", true);
    Args args;
    args.match(signature, {self, values, count, names}, true);
    args.convert();
    Tensor t = self_of(self);
    if (args.boolean(1)) t = t.detach();
    if (t.requires_grad())
      raise(PyExc_RuntimeError,
            "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.");
    return array_from_tensor(t);
  });
}

PyObject* backward(PyObject* self, PyObject* const* values, Py_ssize_t count, PyObject* names) {
  return guarded([&] {
    static const Signature signature(
        "backward(Tensor input, PyObject* gradient=None, bool? retain_graph=None, bool create_graph=False, PyObject* "
        "inputs=None)",
        true);
    Args args;
    args.match(signature, {self, values, count, names}, true);
    args.convert();
    autograd::variable_list gradients;
    if (args.given(4) || (args.given(1) && !is_tensor(args.object(1)))) {  // its checks, in Python
      const Object module = checked(PyImport_ImportModule("convgrad.autograd"));
      const auto given = [&](size_t i) { return args.given(i) ? args.object(i) : Py_None; };
      const std::optional<bool> retain = args.maybe_boolean(2);
      return checked(PyObject_CallMethod(module.get(), "backward", "OOOOOO", self, given(1),
                                         !retain   ? Py_None
                                         : *retain ? Py_True
                                                   : Py_False,
                                         args.boolean(3) ? Py_True : Py_False, Py_None, given(4)))
          .release();
    }
    if (args.given(1)) gradients.push_back(tensor_of(args.object(1)));
    if (args.boolean(3)) warn_of_cycle();
    const Tensor t = self_of(self);
    {
      const Unlocked unlocked;
      autograd::backward({t}, gradients, args.maybe_boolean(2), args.boolean(3));
    }
    return Py_NewRef(Py_None);
  });
}

PyObject* register_hook(PyObject* self, PyObject* hook) {
  return guarded([&] {
    if (!self_of(self).requires_grad())
      raise(PyExc_RuntimeError, "cannot register a hook on a tensor that doesn't require gradient");
    return add_tensor_hook(self_of(self), hook).release();
  });
}
PyObject* register_post_accumulate_grad_hook(PyObject* self, PyObject* hook) {
  return guarded([&] { return add_post_accumulate_hook(self_of(self), hook).release(); });
}

PyObject* resize_in_place(PyObject* self, PyObject* const* values, Py_ssize_t count, PyObject* names) {
  return guarded([&] {
    static const Signature signature("resize_(Tensor input, SymIntArrayRef size, *, MemoryFormat? memory_format=None)",
                                     true);
    Args args;
    args.match(signature, {self, values, count, names}, true);
    args.convert();
    if (self_of(self).requires_grad()) raise(PyExc_RuntimeError, "cannot resize variables that require grad");
    resize(self_of(self), args.integers(1));
    return Py_NewRef(self);
  });
}

template <class F>
PyMethodDef fast(const char* name, F f) {
  return {name, reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(f)), METH_FASTCALL | METH_KEYWORDS, nullptr};
}

}  // namespace

void bind_methods() { add_rows(rows); }

void publish_methods_beside() {
  static PyMethodDef methods[] = {
      fast("size", size),
      fast("stride", stride),
      fast("numpy", numpy),
      fast("backward", backward),
      fast("resize_", resize_in_place),
      {"tolist", tolist, METH_NOARGS, nullptr},
      {"register_hook", register_hook, METH_O, nullptr},
      {"register_post_accumulate_grad_hook", register_post_accumulate_grad_hook, METH_O, nullptr},
      {}};
  for (PyMethodDef* one = methods; one->ml_name; ++one)
    checked(
        PyDict_SetItemString(tensor_type->tp_dict, one->ml_name, checked(PyDescr_NewMethod(tensor_type, one)).get()));
}

}  // namespace convgrad::python
