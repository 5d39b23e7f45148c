// ops/index.h, ops/join.h
#include <convgrad/ops/index.h>
#include <convgrad/ops/join.h>
#include <convgrad/ops/pointwise.h>

#include "rows.h"

namespace convgrad::python {

namespace {

Tensor scaled(const Tensor& source, Scalar alpha) { return alpha.isIntegral() && alpha.toLong() == 1 ? source : mul(source, alpha); }

constexpr auto cat_row = [](Args& a) { return cat(a.tensors(0), a.integer(1)); };

const Row rows[] = {
    {"index_select(Tensor input, int64_t dim, Tensor index, *, Tensor out=None)", both,
     [](Args& a) { return index_select(a.tensor(0), a.integer(1), a.tensor(2)); }},
    {"index_add(Tensor input, int64_t dim, Tensor index, Tensor source, *, Scalar alpha=1, Tensor out=None)", both,
     [](Args& a) { return index_add(a.tensor(0), a.integer(1), a.tensor(2), scaled(a.tensor(3), a.scalar(4))); }},
    {"index_add_(Tensor input, int64_t dim, Tensor index, Tensor source, *, Scalar alpha=1)", method,
     [](Args& a) {
       Tensor x = a.tensor(0);
       x.index_add_(a.integer(1), a.tensor(2), scaled(a.tensor(3), a.scalar(4)));
     }},
    {"gather(Tensor input, int64_t dim, Tensor index, *, bool sparse_grad=False, Tensor out=None)", both,
     [](Args& a) { return gather(a.tensor(0), a.integer(1), a.tensor(2)); }},
    {"scatter(Tensor input, int64_t dim, Tensor index, Tensor src, *, Tensor out=None)", both,
     [](Args& a) { return scatter(a.tensor(0), a.integer(1), a.tensor(2), a.tensor(3)); }},
    {"scatter(Tensor input, int64_t dim, Tensor index, Scalar value, *, Tensor out=None)", both,
     [](Args& a) { return scatter(a.tensor(0), a.integer(1), a.tensor(2), a.scalar(3)); }},
    {"scatter_(Tensor input, int64_t dim, Tensor index, Tensor src)", method,
     [](Args& a) {
       Tensor x = a.tensor(0);
       x.scatter_(a.integer(1), a.tensor(2), a.tensor(3));
     }},
    {"scatter_(Tensor input, int64_t dim, Tensor index, Scalar value)", method,
     [](Args& a) {
       Tensor x = a.tensor(0);
       x.scatter_(a.integer(1), a.tensor(2), a.scalar(3));
     }},
    {"scatter_add(Tensor input, int64_t dim, Tensor index, Tensor src)", both,
     [](Args& a) { return scatter_add(a.tensor(0), a.integer(1), a.tensor(2), a.tensor(3)); }},
    {"scatter_add_(Tensor input, int64_t dim, Tensor index, Tensor src)", method,
     [](Args& a) {
       Tensor x = a.tensor(0);
       x.scatter_add_(a.integer(1), a.tensor(2), a.tensor(3));
     }},
    {"take_along_dim(Tensor input, Tensor indices, int64_t? dim=None, *, Tensor out=None)", both,
     [](Args& a) { return take_along_dim(a.tensor(0), a.tensor(1), a.maybe_integer(2)); }},
    {"take(Tensor input, Tensor index, *, Tensor out=None)", both, [](Args& a) { return take(a.tensor(0), a.tensor(1)); }},
    {"masked_fill(Tensor input, Tensor mask, Tensor value)", both,
     [](Args& a) { return masked_fill(a.tensor(0), a.tensor(1), a.tensor(2)); }},
    {"masked_fill(Tensor input, Tensor mask, Scalar value)", both,
     [](Args& a) { return masked_fill(a.tensor(0), a.tensor(1), a.scalar(2)); }},
    {"masked_fill_(Tensor input, Tensor mask, Tensor value)", method,
     [](Args& a) {
       Tensor x = a.tensor(0);
       x.masked_fill_(a.tensor(1), a.tensor(2));
     }},
    {"masked_fill_(Tensor input, Tensor mask, Scalar value)", method,
     [](Args& a) {
       Tensor x = a.tensor(0);
       x.masked_fill_(a.tensor(1), a.scalar(2));
     }},
    {"masked_select(Tensor input, Tensor mask, *, Tensor out=None)", both,
     [](Args& a) { return masked_select(a.tensor(0), a.tensor(1)); }},
    {"where(Tensor condition)", in_torch, [](Args& a) { return where(a.tensor(0)); }},
    {"where(Tensor condition, Tensor input, Tensor other, *, Tensor out=None)", in_torch,
     [](Args& a) { return where(a.tensor(0), a.tensor(1), a.tensor(2)); }},
    {"where(Tensor condition, Scalar self, Tensor other)", in_torch,
     [](Args& a) { return where(a.tensor(0), a.scalar(1), a.tensor(2)); }},
    {"where(Tensor condition, Tensor input, Scalar other)", in_torch,
     [](Args& a) { return where(a.tensor(0), a.tensor(1), a.scalar(2)); }},
    {"where(Tensor condition, Scalar self, Scalar other)", in_torch,
     [](Args& a) { return where(a.tensor(0), a.scalar(1), a.scalar(2)); }},
    {"where(Tensor input, Tensor condition, Tensor other)", method,
     [](Args& a) { return where(a.tensor(1), a.tensor(0), a.tensor(2)); }},
    {"where(Tensor input, Tensor condition, Scalar other)", method,
     [](Args& a) { return where(a.tensor(1), a.tensor(0), a.scalar(2)); }},
    {"nonzero(Tensor input, *, bool as_tuple=False, Tensor out=None)", both,
     [](Args& a) { return a.boolean(1) ? Result(where(a.tensor(0))) : Result(nonzero(a.tensor(0))); }},
    {"argwhere(Tensor input)", both, [](Args& a) { return argwhere(a.tensor(0)); }},

    {"cat(TensorList tensors, int64_t dim=0, *, Tensor out=None)", in_torch, cat_row},
    {"concat(TensorList tensors, int64_t dim=0, *, Tensor out=None)", in_torch, cat_row},
    {"concatenate(TensorList tensors, int64_t dim=0, *, Tensor out=None)", in_torch, cat_row},
    {"stack(TensorList tensors, int64_t dim=0, *, Tensor out=None)", in_torch,
     [](Args& a) { return stack(a.tensors(0), a.integer(1)); }},
    {"hstack(TensorList tensors, *, Tensor out=None)", in_torch, [](Args& a) { return hstack(a.tensors(0)); }},
    {"vstack(TensorList tensors, *, Tensor out=None)", in_torch, [](Args& a) { return vstack(a.tensors(0)); }},
    {"row_stack(TensorList tensors, *, Tensor out=None)", in_torch, [](Args& a) { return vstack(a.tensors(0)); }},
    {"flip(Tensor input, IntArrayRef dims)", both, [](Args& a) { return flip(a.tensor(0), a.integers(1)); }},
    {"fliplr(Tensor input)", both, [](Args& a) { return flip(a.tensor(0), 1); }},
    {"flipud(Tensor input)", both, [](Args& a) { return flip(a.tensor(0), 0); }},
    {"roll(Tensor input, SymIntArrayRef[1] shifts, IntArrayRef[1] dims=None)", both,
     [](Args& a) { return roll(a.tensor(0), a.integers(1), a.integers(2)); }},
    {"repeat(Tensor input, SymIntArrayRef repeats)", method, [](Args& a) { return a.tensor(0).repeat(a.integers(1)); }},
    {"tile(Tensor input, SymIntArrayRef dims)", both, [](Args& a) { return tile(a.tensor(0), a.integers(1)); }},
};

}  // namespace

void bind_index() { add_rows(rows); }

}  // namespace convgrad::python
