// ops/compare.h
#include <convgrad/ops/compare.h>

#include "rows.h"

namespace convgrad::python {

namespace {

#define COMPARISON(name, function)                                 \
  {name "(Tensor input, Tensor other, *, Tensor out=None)", both,  \
   [](Args& a) { return function(a.tensor(0), a.tensor(1)); }},    \
  {                                                                \
    name "(Tensor input, Scalar other, *, Tensor out=None)", both, \
        [](Args& a) { return function(a.tensor(0), a.scalar(1)); } \
  }
#define LOGIC(name)                                                 \
  {                                                                 \
#name "(Tensor input, Tensor other, *, Tensor out=None)", both, \
        [](Args & a) { return name(a.tensor(0), a.tensor(1)); }     \
  }
#define BITWISE(name, op)                                                                                             \
  LOGIC(name), {#name "(Scalar self, Tensor other)", in_torch, [](Args& a) { return a.scalar(0) op a.tensor(1); }}, { \
#name "(Tensor input, Scalar other, *, Tensor out=None)", both,                                                   \
        [](Args & a) { return a.tensor(0) op a.scalar(1); }                                                           \
  }

#define SHIFT(name)                                                         \
  LOGIC(name),                                                              \
      {#name "(Scalar self, Tensor other)", in_torch,                       \
       [](Args& a) { return name(Tensor::of(a.scalar(0)), a.tensor(1)); }}, \
  {                                                                         \
#name "(Tensor input, Scalar other, *, Tensor out=None)", both,         \
        [](Args & a) { return name(a.tensor(0), a.scalar(1)); }             \
  }

const Row rows[] = {
    COMPARISON("eq", eq),
    COMPARISON("ne", ne),
    COMPARISON("not_equal", ne),
    COMPARISON("lt", lt),
    COMPARISON("less", lt),
    COMPARISON("le", le),
    COMPARISON("less_equal", le),
    COMPARISON("gt", gt),
    COMPARISON("greater", gt),
    COMPARISON("ge", ge),
    COMPARISON("greater_equal", ge),
    LOGIC(logical_and),
    LOGIC(logical_or),
    LOGIC(logical_xor),
    {"logical_not(Tensor input, *, Tensor out=None)", both, [](Args& a) { return logical_not(a.tensor(0)); }},
    BITWISE(bitwise_and, &),
    BITWISE(bitwise_or, |),
    BITWISE(bitwise_xor, ^),
    {"bitwise_not(Tensor input, *, Tensor out=None)", both, [](Args& a) { return bitwise_not(a.tensor(0)); }},
    SHIFT(bitwise_left_shift),
    SHIFT(bitwise_right_shift),
    {"isneginf(Tensor input, *, Tensor out=None)", both, [](Args& a) { return isneginf(a.tensor(0)); }},
    {"isposinf(Tensor input, *, Tensor out=None)", both, [](Args& a) { return isposinf(a.tensor(0)); }},
    {"isreal(Tensor input)", both, [](Args& a) { return isreal(a.tensor(0)); }},
    {"signbit(Tensor input, *, Tensor out=None)", both, [](Args& a) { return signbit(a.tensor(0)); }},
    {"isnan(Tensor input)", both, [](Args& a) { return isnan(a.tensor(0)); }},
    {"isinf(Tensor input)", both, [](Args& a) { return isinf(a.tensor(0)); }},
    {"isfinite(Tensor input)", both, [](Args& a) { return isfinite(a.tensor(0)); }},
    {"isclose(Tensor input, Tensor other, double rtol=1e-05, double atol=1e-08, bool equal_nan=False)", both,
     [](Args& a) { return isclose(a.tensor(0), a.tensor(1), a.real(2), a.real(3), a.boolean(4)); }},
    {"allclose(Tensor input, Tensor other, double rtol=1e-05, double atol=1e-08, bool equal_nan=False)", both,
     [](Args& a) { return allclose(a.tensor(0), a.tensor(1), a.real(2), a.real(3), a.boolean(4)); }},
    {"equal(Tensor input, Tensor other)", both, [](Args& a) { return equal(a.tensor(0), a.tensor(1)); }},
};
#undef COMPARISON
#undef LOGIC
#undef BITWISE
#undef SHIFT

}  // namespace

void bind_compare() { add_rows(rows); }

}  // namespace convgrad::python
