// Tensor's attributes, and what Python asks of any container.
#include <convgrad/autograd/node.h>
#include <convgrad/ops/compare.h>
#include <convgrad/ops/reduce.h>
#include <convgrad/ops/view.h>
#include <convgrad/print.h>

#include "arguments.h"
#include "node_type.h"
#include "core/shape.h"
#include "ops/elementwise.h"
#include "slots.h"
#include "tensor_type.h"
#include "types.h"

namespace convgrad::python {

namespace {

template <auto F>
PyObject* get(PyObject* self, void*) {
  return guarded([&]() -> PyObject* { return F(tensor_of(self)); });
}
template <auto F>
int set(PyObject* self, PyObject* value, void*) {
  return guarded(
      [&] {
        Tensor t = tensor_of(self);
        F(t, self, value);
        return 0;
      },
      -1);
}

PyObject* shape(const Tensor& t) { return make_size(t.sizes()).release(); }
PyObject* dtype(const Tensor& t) { return dtype_object(t.dtype()); }
PyObject* device(const Tensor&) { return cpu_device().release(); }
PyObject* layout(const Tensor&) { return strided_layout().release(); }
PyObject* ndim(const Tensor& t) { return PyLong_FromLongLong(t.dim()); }
PyObject* itemsize(const Tensor& t) { return PyLong_FromLongLong(t.itemsize()); }
PyObject* nbytes(const Tensor& t) { return PyLong_FromLongLong(t.nbytes()); }
PyObject* version(const Tensor& t) { return PyLong_FromUnsignedLong(t._version()); }
PyObject* output_nr(const Tensor& t) { return PyLong_FromLongLong(t.output_nr()); }
PyObject* is_leaf(const Tensor& t) { return PyBool_FromLong(t.is_leaf()); }
PyObject* retains_grad(const Tensor& t) { return PyBool_FromLong(t.retains_grad()); }
PyObject* requires_grad(const Tensor& t) { return PyBool_FromLong(t.requires_grad()); }
PyObject* grad(const Tensor& t) {
  if (!t.grad().defined() && !t.is_leaf() && !t.retains_grad() &&
      PyErr_WarnEx(
          PyExc_UserWarning,
          "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute "
          "won't be populated during autograd.backward(). If you indeed want the .grad field to be populated "
          "for a non-leaf Tensor, use .retain_grad() on the non-leaf Tensor. If you access the non-leaf Tensor "
          "by mistake, make sure you access the leaf Tensor instead. See "
          "github.com/pytorch/pytorch/pull/30531 for more information.",
          1) != 0)
    throw PythonError();
  return wrap(t.grad());
}
PyObject* grad_fn(const Tensor& t) { return wrap_node(t.grad_fn()); }
PyObject* data(const Tensor& t) { return wrap(t.data()); }
PyObject* base(const Tensor& t) { return wrap(Tensor(t.impl().base)); }
PyObject* numpy_T(const Tensor& t) {
  if (t.dim() != 2 &&
      PyErr_WarnEx(PyExc_UserWarning,
                   "The use of `x.T` on tensors of dimension other than 2 to reverse their shape is deprecated and it "
                   "will throw "
                   "an error in a future release. Consider `x.mT` to transpose batches of matrices or "
                   "`x.permute(*torch.arange(x.ndim - 1, -1, -1))` to reverse the dimensions of a tensor.",
                   1) < 0)
    throw PythonError();
  return wrap(t.numpy_T());
}
PyObject* mT(const Tensor& t) { return wrap(t.mT()); }
PyObject* H(const Tensor& t) {
  if (t.dim() != 0 && t.dim() != 2)
    raise(PyExc_RuntimeError, "tensor.H is only supported on matrices (2-D tensors). Got %lld-D tensor.%s",
          static_cast<long long>(t.dim()), t.dim() > 2 ? " For batches of matrices, consider using tensor.mH" : "");
  return wrap(t.dim() == 0 ? t : t.t());
}
PyObject* yes(const Tensor&) { Py_RETURN_TRUE; }
PyObject* no(const Tensor&) { Py_RETURN_FALSE; }
PyObject* real(const Tensor& t) { return wrap(t); }
PyObject* imag(const Tensor&) {
  raise(PyExc_RuntimeError, "imag is not implemented for tensors with non-complex dtypes.");
}

void set_requires_grad(Tensor& t, PyObject*, PyObject* value) {
  if (!value || !PyBool_Check(value)) raise(PyExc_RuntimeError, "requires_grad must be a bool");
  const bool wanted = value == Py_True;
  if (!t.is_leaf())
    raise(PyExc_RuntimeError, "you can only change requires_grad flags of leaf variables.%s",
          wanted ? ""
                 : " If you want to use a computed variable in a subgraph that doesn't require differentiation use "
                   "var_no_grad "
                   "= var.detach().");
  if (wanted && !t.is_floating_point())
    raise(PyExc_RuntimeError, "only Tensors of floating point and complex dtype can require gradients");
  t.requires_grad_(wanted);
}

void set_grad(Tensor& t, PyObject* self, PyObject* value) {
  if (!value || value == Py_None) {
    t.mutable_grad() = Tensor();
    return;
  }
  if (!is_tensor(value))
    raise(PyExc_TypeError, "assigned grad expected to be a Tensor or None but got grad of type %s",
          Py_TYPE(value)->tp_name);
  if (value == self) raise(PyExc_RuntimeError, "can't assign Variable as its own grad");
  const Tensor& g = tensor_of(value);
  if (g.dtype() != t.dtype())
    raise(
        PyExc_RuntimeError,
        "attempting to assign a gradient with dtype '%s' to a tensor with grad_dtype '%s'. The gradient must match the "
        "tensor's grad_dtype (defaults to the tensor's dtype). You can set the tensor's grad_dtype attribute with a "
        "specific "
        "dtype, or None to allow any dtype. Set grad_dtype with caution. Diverging the dtypes of a tensor and its "
        "gradient "
        "may break downstream systems that assume they match.",
        demangled_name(g.dtype()), legacy_name(t.dtype()));
  if (!(g.sizes() == t.sizes()))
    raise(PyExc_RuntimeError,
          "attempting to assign a gradient of size '%s' to a tensor of size '%s'. Please ensure that the gradient and "
          "the tensor are the same size",
          to_string(g.sizes()).c_str(), to_string(t.sizes()).c_str());
  t.mutable_grad() = g;
}

void set_data(Tensor& t, PyObject*, PyObject* value) {
  if (!value) raise(PyExc_RuntimeError, "Deleting tensor data is not allowed. Delete tensor instead!");
  if (!is_tensor(value))
    raise(PyExc_TypeError, "Variable data has to be a tensor, but got %s", Py_TYPE(value)->tp_name);
  t.set_data(tensor_of(value));
}

}  // namespace

#define READ(name, f) \
  { name, get<f>, nullptr, nullptr, nullptr }
PyGetSetDef tensor_properties[] = {{"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, nullptr, nullptr},
                                   READ("shape", shape),
                                   READ("dtype", dtype),
                                   READ("device", device),
                                   READ("layout", layout),
                                   READ("ndim", ndim),
                                   READ("itemsize", itemsize),
                                   READ("nbytes", nbytes),
                                   READ("_version", version),
                                   READ("output_nr", output_nr),
                                   READ("is_leaf", is_leaf),
                                   READ("retains_grad", retains_grad),
                                   {"requires_grad", get<requires_grad>, set<set_requires_grad>, nullptr, nullptr},
                                   {"grad", get<grad>, set<set_grad>, nullptr, nullptr},
                                   {"_grad", get<grad>, set<set_grad>, nullptr, nullptr},
                                   READ("grad_fn", grad_fn),
                                   {"data", get<data>, set<set_data>, nullptr, nullptr},
                                   READ("_base", base),
                                   READ("T", numpy_T),
                                   READ("mT", mT),
                                   READ("H", H),
                                   READ("mH", mT),
                                   READ("is_cpu", yes),
                                   READ("is_cuda", no),
                                   READ("is_ipu", no),
                                   READ("is_maia", no),
                                   READ("is_meta", no),
                                   READ("is_mkldnn", no),
                                   READ("is_mps", no),
                                   READ("is_mtia", no),
                                   READ("is_nested", no),
                                   READ("is_quantized", no),
                                   READ("is_sparse", no),
                                   READ("is_sparse_csr", no),
                                   READ("is_vulkan", no),
                                   READ("is_xla", no),
                                   READ("is_xpu", no),
                                   READ("real", real),
                                   READ("imag", imag),
                                   {}};
#undef READ

PyObject* tensor_repr(PyObject* self) {
  return guarded([&] { return text(repr(tensor_of(self))).release(); });
}

Py_ssize_t tensor_length(PyObject* self) {
  return guarded(
      [&]() -> Py_ssize_t {
        const Tensor& t = tensor_of(self);
        if (t.dim() == 0) raise(PyExc_TypeError, "len() of a 0-d tensor");
        return static_cast<Py_ssize_t>(t.sizes()[0]);
      },
      Py_ssize_t{-1});
}

PyObject* tensor_iterator(PyObject* self) {
  return guarded([&] {
    const Tensor& t = tensor_of(self);
    if (t.dim() == 0) raise(PyExc_TypeError, "iteration over a 0-d tensor");
    const std::vector<Tensor> parts = t.unbind(0);
    Object list = checked(PyTuple_New(static_cast<Py_ssize_t>(parts.size())));
    for (size_t i = 0; i < parts.size(); ++i) PyTuple_SET_ITEM(list.get(), static_cast<Py_ssize_t>(i), wrap(parts[i]));
    return PyObject_GetIter(list.get());
  });
}

int tensor_contains(PyObject* self, PyObject* element) {
  return guarded(
      [&]() -> int {
        const Tensor& t = tensor_of(self);
        if (is_tensor(element)) return t.eq(tensor_of(element)).any().item<bool>();
        if (is_number_object(element)) return t.eq(scalar_of(element)).any().item<bool>();
        raise(PyExc_RuntimeError, "Tensor.__contains__ only supports Tensor or scalar, but you passed in a %S.",
              Py_TYPE(element));
      },
      -1);
}

}  // namespace convgrad::python
