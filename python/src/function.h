// Rows that bind operations: one a way to call them.
//
//   {"tanh(Tensor input, *, Tensor out=None)", both, [](Args& a) { return tanh(a.tensor(0)); }},
//
// The signature is PyTorch's, from its native_functions.yaml (python/tools/signatures.py prints it). A method has the
// same without `input` and `out`. Rows of one name that follow one another are its overloads, tried in order. The
// lambda runs without the interpreter's lock where there is much to do: it must not touch Python.
#pragma once
#include <span>
#include <tuple>
#include <variant>

#include "autograd/in_place.h"

#include "arguments.h"

namespace convgrad::python {

/// Where a row's function is to be found.
enum Where : uint8_t { in_torch = 1, method = 2, in_nn = 4, in_linalg = 8, in_special = 16, both = in_torch | method };

/// What an operation gave, on its way to Python.
struct Result {
  enum class Kind : uint8_t { none, tensor, boolean, integer, real, list } kind = Kind::none;
  Tensor tensor;
  std::vector<Tensor> list;
  int64_t integer = 0;
  double real = 0;

  Result() = default;
  template <class T>
  explicit Result(T value) {
    *this = std::move(value);
  }
  Result(Result&&) = default;
  Result& operator=(Result&&) = default;
  void operator=(Tensor t) { kind = Kind::tensor, tensor = std::move(t); }
  void operator=(std::vector<Tensor> l) { kind = Kind::list, list = std::move(l); }
  void operator=(bool b) { kind = Kind::boolean, integer = b; }
  void operator=(int64_t i) { kind = Kind::integer, integer = i; }
  void operator=(double d) { kind = Kind::real, real = d; }
  void operator=(Scalar s) {
    if (s.isFloatingPoint())
      *this = s.toDouble();
    else if (s.isBoolean())
      *this = s.to<bool>();
    else
      *this = s.toLong();
  }
  template <class... T>
  void operator=(std::tuple<T...> t) {
    kind = Kind::list;
    std::apply([&](auto&&... one) { (list.push_back(std::move(one)), ...); }, std::move(t));
  }
};

struct Row {
  template <class F>
  constexpr Row(const char* signature, int where, F, const char* fields = nullptr)
      : signature(signature), fields(fields), where(static_cast<uint8_t>(where)), run([](Args& a, Result& r) {
          if constexpr (std::is_void_v<decltype(F{}(a))>)
            F{}(a);
          else
            r = F{}(a);
        }) {}
  const char* signature;
  const char* fields;  // of the named tuple that the function gives: "values indices"
  uint8_t where;
  void (*run)(Args&, Result&);
};

/// Rows of functions of one tensor and their in-place forms.
#define CONVGRAD_IN_PLACE(signature, where, expression)                             \
  {                                                                                 \
    signature, where, [](Args& a) {                                                 \
      Tensor self = a.tensor(0);                                                    \
      autograd::change_in_place(self, [&](const Tensor& x) { return expression; }); \
    }                                                                               \
  }

/// Binds rows; called once for each file of them.
void add_rows(std::span<const Row> rows);
/// In-place forms made of plain ones, whose names these are; after all rows are there.
void derive_in_place(const char* names, Where where);
/// Puts what was bound on the type and into the modules.
void publish_functions(PyObject* module);

/// Calls a method of Tensor by its row, from a slot of the type.
PyObject* call_method(const char* name, PyObject* self, PyObject* const* values, Py_ssize_t count,
                      PyObject* names = nullptr);

}  // namespace convgrad::python
