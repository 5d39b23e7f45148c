// ops/linalg.h
#include <convgrad/ops/linalg.h>

#include "rows.h"

namespace convgrad::python {

namespace {

const Row rows[] = {
    {"mm(Tensor input, Tensor mat2, *, Tensor out=None)", both, [](Args& a) { return mm(a.tensor(0), a.tensor(1)); }},
    {"bmm(Tensor input, Tensor mat2, *, Tensor out=None)", both, [](Args& a) { return bmm(a.tensor(0), a.tensor(1)); }},
    {"mv(Tensor input, Tensor vec, *, Tensor out=None)", both, [](Args& a) { return mv(a.tensor(0), a.tensor(1)); }},
    {"dot(Tensor input, Tensor tensor, *, Tensor out=None)", both, [](Args& a) { return dot(a.tensor(0), a.tensor(1)); }},
    {"vdot(Tensor input, Tensor other, *, Tensor out=None)", both, [](Args& a) { return dot(a.tensor(0), a.tensor(1)); }},
    {"outer(Tensor input, Tensor vec2, *, Tensor out=None)", both, [](Args& a) { return outer(a.tensor(0), a.tensor(1)); }},
    {"ger(Tensor input, Tensor vec2, *, Tensor out=None)", both, [](Args& a) { return outer(a.tensor(0), a.tensor(1)); }},
    {"addmm(Tensor input, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1, Tensor out=None)", both,
     [](Args& a) { return addmm(a.tensor(0), a.tensor(1), a.tensor(2), a.scalar(3), a.scalar(4)); }},
    {"matmul(Tensor input, Tensor other, *, Tensor out=None)", both, [](Args& a) { return matmul(a.tensor(0), a.tensor(1)); }},
    {"matmul(Tensor input, Tensor other, *, Tensor out=None)", in_linalg, [](Args& a) { return matmul(a.tensor(0), a.tensor(1)); }},
    {"linear(Tensor input, Tensor weight, Tensor? bias=None, *, Tensor out=None)", in_nn,
     [](Args& a) { return linear(a.tensor(0), a.tensor(1), a.tensor(2)); }},
};

}  // namespace

void bind_linalg() { add_rows(rows); }

}  // namespace convgrad::python
