// autograd/autograd.h, autograd/grad_mode.h: backward, grad and the switch that records.
#include <convgrad/autograd/autograd.h>
#include <convgrad/autograd/grad_mode.h>
#include <nanobind/nanobind.h>

#include <utility>

#include "classes.h"
#include "node_type.h"

namespace convgrad::python {

namespace nb = nanobind;
using autograd::variable_list;

namespace {

variable_list list_of(nb::handle sequence) {
  variable_list out;
  if (sequence.is_none()) return out;
  for (nb::handle item : nb::tuple(sequence))
    out.push_back(item.is_none() ? Tensor() : checked_tensor(item.ptr(), "an element"));
  return out;
}

void backward(nb::object tensors, nb::object gradients, nb::object retain_graph, bool create_graph, nb::object inputs) {
  const variable_list roots = list_of(tensors), with = list_of(gradients), wanted = list_of(inputs);
  std::optional<bool> retain;
  if (!retain_graph.is_none()) retain = PyObject_IsTrue(retain_graph.ptr()) == 1;
  if (create_graph) warn_of_cycle();
  const Unlocked unlocked;
  autograd::backward(roots, with, retain, create_graph, wanted);
}

nb::object grad(nb::object outputs, nb::object inputs, nb::object gradients, nb::object retain_graph, bool create_graph,
                bool allow_unused) {
  const variable_list roots = list_of(outputs), wanted = list_of(inputs), with = list_of(gradients);
  std::optional<bool> retain;
  if (!retain_graph.is_none()) retain = PyObject_IsTrue(retain_graph.ptr()) == 1;
  variable_list found;
  {
    const Unlocked unlocked;
    found = autograd::grad(roots, wanted, with, retain, create_graph, allow_unused);
  }
  Object tuple = checked(PyTuple_New(static_cast<Py_ssize_t>(found.size())));
  for (size_t i = 0; i < found.size(); ++i)
    PyTuple_SET_ITEM(tuple.get(), static_cast<Py_ssize_t>(i), wrap(std::move(found[i])));
  return nb::steal(tuple.release());
}

}  // namespace

void warn_of_cycle() {
  static bool warned = false;
  if (std::exchange(warned, true)) return;
  if (PyErr_WarnEx(
          PyExc_UserWarning,
          "Using backward() with create_graph=True will create a reference cycle between the parameter and its "
          "gradient which can cause a memory leak. We recommend using autograd.grad when creating the graph to "
          "avoid this. If you have to use this function, make sure to reset the .grad fields of your parameters "
          "to None after use to break the cycle and avoid the leak.",
          1) != 0)
    throw PythonError();
}

void make_autograd(nb::module_& m) {
  m.def("_backward", backward, nb::arg("tensors"), nb::arg("gradients").none(), nb::arg("retain_graph").none(),
        nb::arg("create_graph"), nb::arg("inputs").none());
  m.def("_grad", grad, nb::arg("outputs"), nb::arg("inputs"), nb::arg("gradients").none(),
        nb::arg("retain_graph").none(), nb::arg("create_graph"), nb::arg("allow_unused"));
  m.def("is_grad_enabled", &GradMode::is_enabled);
  m.def("_set_grad_enabled", &GradMode::set_enabled);
  m.def("_anomaly_mode",
        [] { return nb::make_tuple(autograd::AnomalyMode::is_enabled(), autograd::AnomalyMode::should_check_nan()); });
  m.def("_set_anomaly_mode", [](bool on, bool check_nan) { autograd::AnomalyMode::set_enabled(on, check_nan); });
  m.def("_gradient_edge", [](Tensor t) {
    const autograd::Edge edge = autograd::gradient_edge(t);
    return nb::make_tuple(nb::steal(wrap_node(edge.function)), edge.input_nr);
  });
}

}  // namespace convgrad::python
