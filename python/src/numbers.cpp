// Tensor as Python's operators see it.
#include <convgrad/ops/compare.h>
#include <convgrad/ops/linalg.h>
#include <convgrad/ops/pointwise.h>

#include "arguments.h"
#include "core/promote.h"
#include "data.h"
#include "slots.h"
#include "tensor_type.h"

namespace convgrad::python {

namespace {

using Binary = Tensor (*)(const Tensor&, const Tensor&);
using WithNumber = Tensor (*)(const Tensor&, Scalar);
using OfNumber = Tensor (*)(Scalar, const Tensor&);

/// Elements from which other Python threads may run meanwhile.
bool is_long(const Tensor& t) { return t.defined() && t.numel() >= 8192; }

template <class F>
PyObject* computed(bool unlock, F&& f) {
  if (!unlock) return wrap(f());
  Tensor result;
  {
    const Unlocked unlocked;
    result = f();
  }
  return wrap(std::move(result));
}

PyObject* binary(PyObject* a, PyObject* b, Binary tensors, WithNumber right, OfNumber left) {
  return guarded([&]() -> PyObject* {
    if (is_tensor(a)) {
      const Tensor& x = tensor_of(a);
      if (is_tensor(b)) {
        const Tensor& y = tensor_of(b);
        return computed(is_long(x) || is_long(y), [&] { return tensors(x, y); });
      }
      if (right && is_number_object(b)) {
        const Scalar number = scalar_argument(b);
        return computed(is_long(x), [&] { return right(x, number); });
      }
    } else if (left && is_number_object(a)) {
      const Scalar number = scalar_argument(a);
      const Tensor& y = tensor_of(b);
      return computed(is_long(y), [&] { return left(number, y); });
    }
    Py_RETURN_NOTIMPLEMENTED;
  });
}

PyObject* in_place(PyObject* a, PyObject* b, void (*tensor)(Tensor&, const Tensor&), void (*number)(Tensor&, Scalar)) {
  return guarded([&]() -> PyObject* {
    Tensor x = tensor_of(a);
    if (is_tensor(b)) {
      const Tensor& y = tensor_of(b);
      if (is_long(x)) {
        const Unlocked unlocked;
        tensor(x, y);
      } else {
        tensor(x, y);
      }
    } else if (is_number_object(b)) {
      const Scalar y = scalar_argument(b);
      if (is_long(x)) {
        const Unlocked unlocked;
        number(x, y);
      } else {
        number(x, y);
      }
    } else {
      Py_RETURN_NOTIMPLEMENTED;
    }
    return Py_NewRef(a);
  });
}

PyObject* unary(PyObject* a, Tensor (*f)(const Tensor&)) {
  return guarded([&] {
    const Tensor& x = tensor_of(a);
    return computed(is_long(x), [&] { return f(x); });
  });
}

/// The one element of a tensor, as Python's int(), float() and bool() ask for it.
Scalar only_element(PyObject* a) {
  const Tensor& x = tensor_of(a);
  if (x.numel() != 1) raise(PyExc_ValueError, "only one element tensors can be converted to Python scalars");
  return x.item();
}

template <Tensor (*Tensors)(const Tensor&, const Tensor&), Tensor (*Number)(const Tensor&, Scalar)>
PyObject* compared(PyObject* a, PyObject* b) {
  return binary(a, b, Tensors, Number, nullptr);
}
/// NumPy leaves a comparison with an array to the tensor; not compared here, the two would be compared as objects.
template <Tensor (*Tensors)(const Tensor&, const Tensor&), Tensor (*Number)(const Tensor&, Scalar)>
PyObject* compared_with_arrays(PyObject* a, PyObject* b) {
  if (is_tensor(b) || !is_array(b)) return compared<Tensors, Number>(a, b);
  return guarded([&] { return wrap(Tensors(tensor_of(a), tensor_from_array(b, false))); });
}

Tensor number_tensor(Scalar number) {
  Tensor t = Tensor::of(number);
  t.impl().wrapped_number = true;
  return t;
}

}  // namespace

PyObject* number_add(PyObject* a, PyObject* b) {
  return binary(
      a, b, [](const Tensor& x, const Tensor& y) { return add(x, y); },
      [](const Tensor& x, Scalar y) { return add(x, y); }, [](Scalar x, const Tensor& y) { return add(y, x); });
}
PyObject* number_subtract(PyObject* a, PyObject* b) {
  return binary(
      a, b, [](const Tensor& x, const Tensor& y) { return sub(x, y); },
      [](const Tensor& x, Scalar y) { return sub(x, y); }, [](Scalar x, const Tensor& y) { return rsub(y, x); });
}
PyObject* number_multiply(PyObject* a, PyObject* b) {
  return binary(a, b, mul, mul, [](Scalar x, const Tensor& y) { return mul(y, x); });
}
PyObject* number_true_divide(PyObject* a, PyObject* b) {
  if (is_tensor(b) && !is_tensor(a) && is_array(a))
    return guarded([&] {
      const Object turned = Object::take(wrap(reciprocal(tensor_of(b))));
      return checked(PyNumber_Multiply(turned.get(), a)).release();
    });
  return binary(a, b, div, div, [](Scalar x, const Tensor& y) { return mul(reciprocal(y), x); });
}
PyObject* number_floor_divide(PyObject* a, PyObject* b) {
  return binary(a, b, floor_divide, floor_divide,
                [](Scalar x, const Tensor& y) { return floor_divide(number_tensor(x), y); });
}
PyObject* number_remainder(PyObject* a, PyObject* b) { return binary(a, b, remainder, remainder, remainder); }
PyObject* number_power(PyObject* a, PyObject* b, PyObject* modulus) {
  if (modulus != Py_None) Py_RETURN_NOTIMPLEMENTED;
  return binary(a, b, pow, pow, pow);
}
PyObject* number_matrix_multiply(PyObject* a, PyObject* b) { return binary(a, b, matmul, nullptr, nullptr); }
PyObject* number_and(PyObject* a, PyObject* b) {
  return binary(
      a, b, bitwise_and, [](const Tensor& x, Scalar y) { return x & y; },
      [](Scalar x, const Tensor& y) { return x & y; });
}
PyObject* number_or(PyObject* a, PyObject* b) {
  return binary(
      a, b, bitwise_or, [](const Tensor& x, Scalar y) { return x | y; },
      [](Scalar x, const Tensor& y) { return x | y; });
}
PyObject* number_xor(PyObject* a, PyObject* b) {
  return binary(
      a, b, bitwise_xor, [](const Tensor& x, Scalar y) { return x ^ y; },
      [](Scalar x, const Tensor& y) { return x ^ y; });
}

PyObject* number_inplace_add(PyObject* a, PyObject* b) {
  return in_place(
      a, b, [](Tensor& x, const Tensor& y) { x.add_(y); }, [](Tensor& x, Scalar y) { x.add_(y); });
}
PyObject* number_inplace_subtract(PyObject* a, PyObject* b) {
  return in_place(
      a, b, [](Tensor& x, const Tensor& y) { x.sub_(y); }, [](Tensor& x, Scalar y) { x.sub_(y); });
}
PyObject* number_inplace_multiply(PyObject* a, PyObject* b) {
  return in_place(
      a, b, [](Tensor& x, const Tensor& y) { x.mul_(y); }, [](Tensor& x, Scalar y) { x.mul_(y); });
}
PyObject* number_inplace_true_divide(PyObject* a, PyObject* b) {
  return in_place(
      a, b, [](Tensor& x, const Tensor& y) { x.div_(y); }, [](Tensor& x, Scalar y) { x.div_(y); });
}

/// Shifts are products and quotients with powers of two.
template <class F>
PyObject* shifted(PyObject* a, PyObject* b, const char* kernel, F&& f) {
  return guarded([&]() -> PyObject* {
    const bool left = is_tensor(a), right = is_tensor(b);
    if ((!left && !is_number_object(a)) || (!right && !is_number_object(b))) Py_RETURN_NOTIMPLEMENTED;
    const Tensor x = left ? tensor_of(a) : number_tensor(scalar_of(a)),
                 n = right ? tensor_of(b) : number_tensor(scalar_of(b));
    const ScalarType type = result_type({x, n});
    if (!is_integral(type))
      raise(PyExc_NotImplementedError, "\"%s\" not implemented for '%s'", kernel, legacy_name(type));
    return wrap(f(x.to(type), pow(2, n.to(type))));
  });
}
PyObject* number_left_shift(PyObject* a, PyObject* b) {
  return shifted(a, b, "lshift_cpu", [](const Tensor& x, const Tensor& power) { return mul(x, power); });
}
PyObject* number_right_shift(PyObject* a, PyObject* b) {
  return shifted(a, b, "rshift_cpu", [](const Tensor& x, const Tensor& power) { return floor_divide(x, power); });
}

PyObject* tensor_compare(PyObject* a, PyObject* b, int op) {
  switch (op) {
    case Py_EQ:
      return compared_with_arrays<eq, eq>(a, b);
    case Py_NE:
      return compared_with_arrays<ne, ne>(a, b);
    case Py_LT:
      return compared<lt, lt>(a, b);
    case Py_LE:
      return compared<le, le>(a, b);
    case Py_GT:
      return compared<gt, gt>(a, b);
    default:
      return compared<ge, ge>(a, b);
  }
}

PyObject* number_negative(PyObject* a) { return unary(a, neg); }
PyObject* number_absolute(PyObject* a) { return unary(a, abs); }
PyObject* number_invert(PyObject* a) { return unary(a, bitwise_not); }
PyObject* number_positive(PyObject* a) { return Py_NewRef(a); }

int number_bool(PyObject* a) {
  return guarded(
      [&] {
        const Tensor& x = tensor_of(a);
        if (x.numel() == 0) raise(PyExc_RuntimeError, "Boolean value of Tensor with no values is ambiguous");
        if (x.numel() > 1) raise(PyExc_RuntimeError, "Boolean value of Tensor with more than one value is ambiguous");
        const Scalar s = x.item();
        return s.isFloatingPoint() ? s.toDouble() != 0 : s.toLong() != 0;
      },
      -1);
}
PyObject* number_int(PyObject* a) {
  return guarded([&] {
    const Scalar s = only_element(a);
    return s.isFloatingPoint() ? PyLong_FromDouble(s.toDouble()) : PyLong_FromLongLong(s.toLong());
  });
}
PyObject* number_float(PyObject* a) {
  return guarded([&] { return PyFloat_FromDouble(only_element(a).toDouble()); });
}
PyObject* number_index(PyObject* a) {
  return guarded([&] {
    const Tensor& x = tensor_of(a);
    if (x.numel() != 1 || x.is_floating_point())
      raise(PyExc_TypeError, "only integer tensors of a single element can be converted to an index");
    return PyLong_FromLongLong(x.item<int64_t>());
  });
}

}  // namespace convgrad::python
