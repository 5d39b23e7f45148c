// The extension module convgrad._C.
#include <nanobind/nanobind.h>

#include "classes.h"
#include "exchange.h"
#include "hooks.h"
#include "node_type.h"
#include "rows.h"
#include "tensor_type.h"

namespace nb = nanobind;
namespace cg = convgrad::python;

namespace convgrad::python {
void publish_creation(PyObject* module);
void publish_methods_beside();
}  // namespace convgrad::python

NB_MODULE(_C, m) {
  nb::set_leak_warnings(false);
  Py_AtExit([] { cg::python_ended = true; });
  nb::register_exception_translator([](const std::exception_ptr& error, void*) {
    try {
      std::rethrow_exception(error);
    } catch (const cg::PythonError&) {
      cg::set_python_error();
    } catch (const convgrad::Error&) {
      cg::set_python_error();
    }
  });
  cg::make_tensor_type(m.ptr());
  cg::make_size_type(m.ptr());
  cg::make_types(m);
  cg::make_node_type(m.ptr());
  cg::make_function_type(m.ptr());
  cg::make_handle_type(m.ptr());
  cg::make_buffer_type();
  cg::make_autograd(m);
  cg::make_memory(m);
  cg::make_optim(m);
  cg::make_loader(m);
  cg::make_settings(m);
  cg::bind_activation();
  cg::bind_compare();
  cg::bind_conv();
  cg::bind_creation();
  cg::bind_distance();
  cg::bind_index();
  cg::bind_interpolate();
  cg::bind_linalg();
  cg::bind_loss();
  cg::bind_methods();
  cg::bind_norm();
  cg::bind_pointwise();
  cg::bind_pool();
  cg::bind_random();
  cg::bind_reduce();
  cg::bind_sets();
  cg::bind_view();
  cg::bind_in_place();
  cg::publish_functions(m.ptr());
  cg::publish_creation(m.ptr());
  cg::publish_methods_beside();
  cg::publish_dlpack(m.ptr());
}
