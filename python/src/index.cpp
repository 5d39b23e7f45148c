// ops/index.h, ops/join.h
#include <convgrad/ops/index.h>
#include <convgrad/ops/join.h>
#include <convgrad/ops/copy.h>
#include <convgrad/ops/pointwise.h>
#include <convgrad/ops/view.h>

#include "core/check.h"
#include "rows.h"

namespace convgrad::python {

namespace {

Tensor scaled(const Tensor& source, Scalar alpha) {
  return alpha.isIntegral() && alpha.toLong() == 1 ? source : mul(source, alpha);
}

std::vector<indexing::TensorIndex> places_of(const std::vector<Tensor>& indices) {
  return {indices.begin(), indices.end()};
}

/// A copy of the first argument in which a view has become the second.
template <class View>
Tensor with_part(Args& a, View view) {
  const Tensor whole = clone(a.tensor(0));
  Tensor part = view(whole);
  check(part.sizes() == a.tensor(1).sizes(),
        "expected src to have a size equal to the slice of self. src size = {}, slice size = {}", a.tensor(1).sizes(),
        part.sizes());
  part.copy_(a.tensor(1));
  return whole;
}

constexpr auto put = [](Args& a) {
  const Tensor &x = a.tensor(0), &index = a.tensor(1), &source = a.tensor(2);
  check(index.dtype() == kInt64, "put_(): Expected a long tensor for index, but got {}", legacy_name(index.dtype()));
  check(x.dtype() == source.dtype(),
        "put_(): self and source expected to have the same dtype, but got self.dtype = {} and source.dtype = {}",
        legacy_name(x.dtype()), legacy_name(source.dtype()));
  check(index.numel() == source.numel(),
        "put_(): Expected source and index to have the same number of elements, but got source.numel() = {}, "
        "index.numel() = {}",
        source.numel(), index.numel());
  return index_put(reshape(x, -1), {indexing::TensorIndex(reshape(index, -1))}, reshape(source, -1), a.boolean(3))
      .reshape(x.sizes());
};

/// The result, whose size the caller claims to know.
Tensor of_size(Args& a, size_t i, int64_t dim, Tensor result) {
  check(!a.given(i) || a.integer(i) == result.size(dim), "allocated size does not match required size");
  return result;
}

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
    {"index_fill(Tensor input, int64_t dim, Tensor index, Tensor value, *, Tensor out=None)", both,
     [](Args& a) { return index_fill(a.tensor(0), a.integer(1), a.tensor(2), a.tensor(3)); }},
    {"index_fill(Tensor input, int64_t dim, Tensor index, Scalar value, *, Tensor out=None)", both,
     [](Args& a) { return index_fill(a.tensor(0), a.integer(1), a.tensor(2), a.scalar(3)); }},
    {"index_copy(Tensor input, int64_t dim, Tensor index, Tensor source, *, Tensor out=None)", both,
     [](Args& a) { return index_copy(a.tensor(0), a.integer(1), a.tensor(2), a.tensor(3)); }},
    {"index_put(Tensor input, c10::List<::std::optional<Tensor>> indices, Tensor values, bool accumulate=False)", both,
     [](Args& a) { return index_put(a.tensor(0), places_of(a.tensors(1)), a.tensor(2), a.boolean(3)); }},
    {"put(Tensor input, Tensor index, Tensor source, bool accumulate=False, *, Tensor out=None)", both, put},
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
    {"take(Tensor input, Tensor index, *, Tensor out=None)", both,
     [](Args& a) { return take(a.tensor(0), a.tensor(1)); }},
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
    {"masked_scatter(Tensor input, Tensor mask, Tensor source, *, Tensor out=None)", both,
     [](Args& a) { return masked_scatter(a.tensor(0), a.tensor(1), a.tensor(2)); }},
    {"select_scatter(Tensor input, Tensor src, int64_t dim, SymInt index, *, Tensor out=None)", both,
     [](Args& a) { return with_part(a, [&](const Tensor& x) { return select(x, a.integer(2), a.integer(3)); }); }},
    {"slice_scatter(Tensor input, Tensor src, int64_t dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1, *, "
     "Tensor out=None)",
     both,
     [](Args& a) {
       return with_part(a, [&](const Tensor& x) {
         return slice(x, a.integer(2), a.maybe_integer(3), a.maybe_integer(4), a.given(5) ? a.integer(5) : 1);
       });
     }},
    {"diagonal_scatter(Tensor input, Tensor src, int64_t offset=0, int64_t dim1=0, int64_t dim2=1, *, Tensor out=None)",
     both,
     [](Args& a) {
       return with_part(a, [&](const Tensor& x) { return diagonal(x, a.integer(2), a.integer(3), a.integer(4)); });
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
    {"dstack(TensorList tensors, *, Tensor out=None)", in_torch, [](Args& a) { return dstack(a.tensors(0)); }},
    {"column_stack(TensorList tensors, *, Tensor out=None)", in_torch,
     [](Args& a) { return column_stack(a.tensors(0)); }},
    {"block_diag(TensorList tensors, *, Tensor out=None)", in_torch, [](Args& a) { return block_diag(a.tensors(0)); }},
    {"broadcast_tensors(TensorList tensors)", in_torch, [](Args& a) { return broadcast_tensors(a.tensors(0)); }},
    {"meshgrid(TensorList tensors, *, c10::string_view indexing)", in_torch,
     [](Args& a) { return meshgrid(a.tensors(0), a.string(1)); }},
    {"cartesian_prod(TensorList tensors)", in_torch, [](Args& a) { return cartesian_prod(a.tensors(0)); }},
    {"combinations(Tensor input, int64_t r=2, bool with_replacement=False)", in_torch,
     [](Args& a) { return combinations(a.tensor(0), a.integer(1), a.boolean(2)); }},
    {"diag(Tensor input, int64_t diagonal=0, *, Tensor out=None)", both,
     [](Args& a) { return diag(a.tensor(0), a.integer(1)); }},
    {"diagflat(Tensor input, int64_t offset=0)", both, [](Args& a) { return diagflat(a.tensor(0), a.integer(1)); }},
    {"diag_embed(Tensor input, int64_t offset=0, int64_t dim1=-2, int64_t dim2=-1)", both,
     [](Args& a) { return diag_embed(a.tensor(0), a.integer(1), a.integer(2), a.integer(3)); }},
    {"rot90(Tensor input, int64_t k=1, IntArrayRef dims={0,1})", both,
     [](Args& a) { return rot90(a.tensor(0), a.integer(1), a.integers(2)); }},
    {"repeat_interleave(Tensor repeats, *, SymInt? output_size=None)", in_torch,
     [](Args& a) { return of_size(a, 1, 0, repeat_interleave(a.tensor(0))); }},
    {"repeat_interleave(Tensor input, Tensor repeats, int64_t? dim=None, *, SymInt? output_size=None)", both,
     [](Args& a) {
       return of_size(a, 3, a.given(2) ? a.integer(2) : 0,
                      repeat_interleave(a.tensor(0), a.tensor(1), a.maybe_integer(2)));
     }},
    {"repeat_interleave(Tensor input, SymInt repeats, int64_t? dim=None, *, SymInt? output_size=None)", both,
     [](Args& a) {
       return of_size(a, 3, a.given(2) ? a.integer(2) : 0,
                      repeat_interleave(a.tensor(0), a.integer(1), a.maybe_integer(2)));
     }},
    {"flip(Tensor input, IntArrayRef dims)", both, [](Args& a) { return flip(a.tensor(0), a.integers(1)); }},
    {"fliplr(Tensor input)", both, [](Args& a) { return fliplr(a.tensor(0)); }},
    {"flipud(Tensor input)", both, [](Args& a) { return flipud(a.tensor(0)); }},
    {"roll(Tensor input, SymIntArrayRef[1] shifts, IntArrayRef[1] dims=None)", both,
     [](Args& a) { return roll(a.tensor(0), a.integers(1), a.integers(2)); }},
    {"repeat(Tensor input, SymIntArrayRef repeats)", method, [](Args& a) { return a.tensor(0).repeat(a.integers(1)); }},
    {"tile(Tensor input, SymIntArrayRef dims)", both, [](Args& a) { return tile(a.tensor(0), a.integers(1)); }},
};

}  // namespace

void bind_index() { add_rows(rows); }

}  // namespace convgrad::python
