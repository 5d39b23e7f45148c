// backends.h, print.h and other settings of the whole library.
#include <convgrad/backends.h>
#include <convgrad/print.h>
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "classes.h"
#include "core/promote.h"
#include "rows.h"
#include "types.h"

namespace convgrad::python {

namespace nb = nanobind;

namespace {
bool extensions = false;
}
bool extensions_allowed() { return extensions; }
void allow_extensions(bool allowed) { extensions = allowed; }

void make_settings(nb::module_& m) {
  m.def("version", [] { return std::string(version()); });
  m.def("get_num_threads", &get_num_threads);
  m.def("set_num_threads", &set_num_threads);
  m.def("get_default_dtype", [] { return nb::steal(dtype_object(get_default_dtype())); });
  m.def("_set_default_dtype", [](nb::handle dtype) { set_default_dtype(scalar_type_of(dtype.ptr())); });
  m.def("allow_extensions", &allow_extensions, nb::arg("allowed"));
  m.def("_extensions_allowed", &extensions_allowed);
  m.def(
      "_set_printoptions",
      [](int64_t precision, int64_t threshold, int64_t edgeitems, int64_t linewidth, nb::object sci_mode) {
        PrintOptions options{
            .precision = precision, .threshold = threshold, .edgeitems = edgeitems, .linewidth = linewidth};
        if (!sci_mode.is_none()) options.sci_mode = nb::cast<bool>(sci_mode);
        set_printoptions(options);
      },
      nb::arg("precision"), nb::arg("threshold"), nb::arg("edgeitems"), nb::arg("linewidth"),
      nb::arg("sci_mode").none());
  m.def("_parameter_repr", [](Tensor t) { return parameter_repr(t); });
  m.def(
      "promote_types",
      [](nb::handle a, nb::handle b) {
        return nb::steal(dtype_object(promote_types(scalar_type_of(a.ptr()), scalar_type_of(b.ptr()))));
      },
      nb::arg("type1"), nb::arg("type2"));
  m.def(
      "can_cast",
      [](nb::handle from, nb::handle to) {
        const ScalarType a = scalar_type_of(from.ptr()), b = scalar_type_of(to.ptr());
        return is_floating_point(a) ? is_floating_point(b) : a == kBool || b != kBool;
      },
      nb::arg("from_"), nb::arg("to"));
  m.def(
      "result_type",
      [](nb::handle a, nb::handle b) {
        const auto operand = [](nb::handle x) {
          if (is_tensor(x.ptr())) return tensor_of(x.ptr());
          Tensor t = Tensor::of(scalar_of(x.ptr()));
          t.impl().wrapped_number = true;
          return t;
        };
        return nb::steal(dtype_object(result_type({operand(a), operand(b)})));
      },
      nb::arg("tensor"), nb::arg("other"));
  m.def("supported_isas", &backends::supported_isas);
  m.def("isa", &backends::isa);
  m.def("set_isa", &backends::set_isa);
  m.def("_memory_stats", [] {
    const MemoryStats s = memory_stats();
    return nb::make_tuple(s.allocated_bytes, s.peak_allocated_bytes, s.pooled_bytes, s.pool_limit_bytes);
  });
  m.def("empty_cache", &empty_cache);
  m.def(
      "set_flush_denormal",
      [](bool on) {
        backends::set_flush_denormal(on);
        return true;
      },
      nb::arg("mode"));
}

}  // namespace convgrad::python
