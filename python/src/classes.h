// Classes bound with nanobind, and how it sees this binding's tensors and errors.
#pragma once
#include <nanobind/nanobind.h>

#include "tensor_type.h"

namespace convgrad::python {

void make_types(nanobind::module_& m);     // types.cpp
void make_autograd(nanobind::module_& m);  // autograd.cpp
void make_memory(nanobind::module_& m);    // memory.cpp
void make_optim(nanobind::module_& m);     // optim.cpp
void make_loader(nanobind::module_& m);    // loader.cpp
void make_settings(nanobind::module_& m);  // settings.cpp
void make_size_type(PyObject* module);     // size.cpp

}  // namespace convgrad::python

namespace nanobind::detail {

template <>
struct type_caster<convgrad::Tensor> {
  NB_TYPE_CASTER(convgrad::Tensor, const_name("Tensor"))
  bool from_python(handle source, uint8_t, cleanup_list*) noexcept {
    if (source.is_none()) return true;
    if (!convgrad::python::is_tensor(source.ptr())) return false;
    value = convgrad::python::tensor_of(source.ptr());
    return true;
  }
  static handle from_cpp(convgrad::Tensor tensor, rv_policy, cleanup_list*) noexcept {
    return convgrad::python::guarded([&] { return convgrad::python::wrap(std::move(tensor)); });
  }
};

}  // namespace nanobind::detail
