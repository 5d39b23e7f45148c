// ops/linalg.h
#include <convgrad/ops/linalg.h>

#include "rows.h"

namespace convgrad::python {

namespace {

const Row rows[] = {
    {"mm(Tensor input, Tensor mat2, *, Tensor out=None)", both, [](Args& a) { return mm(a.tensor(0), a.tensor(1)); }},
    {"bmm(Tensor input, Tensor mat2, *, Tensor out=None)", both, [](Args& a) { return bmm(a.tensor(0), a.tensor(1)); }},
    {"mv(Tensor input, Tensor vec, *, Tensor out=None)", both, [](Args& a) { return mv(a.tensor(0), a.tensor(1)); }},
    {"dot(Tensor input, Tensor tensor, *, Tensor out=None)", both,
     [](Args& a) { return dot(a.tensor(0), a.tensor(1)); }},
    {"vdot(Tensor input, Tensor other, *, Tensor out=None)", both,
     [](Args& a) { return dot(a.tensor(0), a.tensor(1)); }},
    {"outer(Tensor input, Tensor vec2, *, Tensor out=None)", both,
     [](Args& a) { return outer(a.tensor(0), a.tensor(1)); }},
    {"ger(Tensor input, Tensor vec2, *, Tensor out=None)", both,
     [](Args& a) { return outer(a.tensor(0), a.tensor(1)); }},
    {"addmm(Tensor input, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1, Tensor out=None)", both,
     [](Args& a) { return addmm(a.tensor(0), a.tensor(1), a.tensor(2), a.scalar(3), a.scalar(4)); }},
    {"matmul(Tensor input, Tensor other, *, Tensor out=None)", both,
     [](Args& a) { return matmul(a.tensor(0), a.tensor(1)); }},
    {"addmv(Tensor input, Tensor mat, Tensor vec, *, Scalar beta=1, Scalar alpha=1, Tensor out=None)", both,
     [](Args& a) { return addmv(a.tensor(0), a.tensor(1), a.tensor(2), a.scalar(3), a.scalar(4)); }},
    {"addr(Tensor input, Tensor vec1, Tensor vec2, *, Scalar beta=1, Scalar alpha=1, Tensor out=None)", both,
     [](Args& a) { return addr(a.tensor(0), a.tensor(1), a.tensor(2), a.scalar(3), a.scalar(4)); }},
    {"baddbmm(Tensor input, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1, Tensor out=None)", both,
     [](Args& a) { return baddbmm(a.tensor(0), a.tensor(1), a.tensor(2), a.scalar(3), a.scalar(4)); }},
    {"addbmm(Tensor input, Tensor batch1, Tensor batch2, *, Scalar beta=1, Scalar alpha=1, Tensor out=None)", both,
     [](Args& a) { return addbmm(a.tensor(0), a.tensor(1), a.tensor(2), a.scalar(3), a.scalar(4)); }},
    {"inner(Tensor input, Tensor other, *, Tensor out=None)", both,
     [](Args& a) { return inner(a.tensor(0), a.tensor(1)); }},
    {"cross(Tensor input, Tensor other, int64_t? dim=None, *, Tensor out=None)", both,
     [](Args& a) { return cross(a.tensor(0), a.tensor(1), a.maybe_integer(2)); }},
    {"linalg_cross(Tensor input, Tensor other, *, int64_t dim=-1, Tensor out=None)", in_linalg,
     [](Args& a) { return cross(a.tensor(0), a.tensor(1), a.given(2) ? a.integer(2) : -1); }},
    {"matrix_power(Tensor input, int64_t n, *, Tensor out=None)", both,
     [](Args& a) { return matrix_power(a.tensor(0), a.integer(1)); }},
    {"linalg_matrix_power(Tensor input, int64_t n, *, Tensor out=None)", in_linalg,
     [](Args& a) { return matrix_power(a.tensor(0), a.integer(1)); }},
    {"einsum(c10::string_view equation, TensorList tensors, *, IntArrayRef? path=None)", in_torch,
     [](Args& a) { return einsum(a.string(0), a.tensors(1)); }},
    {"tensordot(Tensor input, Tensor other, IntArrayRef dims_self, IntArrayRef dims_other, *, Tensor out=None)",
     in_torch, [](Args& a) { return tensordot(a.tensor(0), a.tensor(1), a.integers(2), a.integers(3)); }},
    {"linalg_matmul(Tensor input, Tensor other, *, Tensor out=None)", in_linalg,
     [](Args& a) { return matmul(a.tensor(0), a.tensor(1)); }},
    {"linear(Tensor input, Tensor weight, Tensor? bias=None, *, Tensor out=None)", in_nn,
     [](Args& a) { return linear(a.tensor(0), a.tensor(1), a.tensor(2)); }},
};

}  // namespace

void bind_linalg() { add_rows(rows); }

}  // namespace convgrad::python
