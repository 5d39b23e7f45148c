// Places filled and copied into.
#include "convgrad/ops/compare.h"
#include "convgrad/ops/index.h"
#include "convgrad/ops/sets.h"
#include "convgrad/ops/sort.h"
#include "core/check.h"
#include "core/shape.h"
#include "ops/rule.h"
#include "ops/view_layout.h"

namespace convgrad {
namespace {

using Call = ByRule::Call;
using Rule = ByRule::Rule;
using indexing::Slice;
using indexing::TensorIndex;

/// Memory for the result with a's elements in it, not counted as changed.
Tensor written(const Call& c) {
  Tensor out = c.ctx.output(c.a.sizes(), c.a.dtype());
  Tensor alias = make_alias(out);
  if (!c.ctx.in_place()) alias.copy_(c.a);
  return out;
}

/// out[…, index, …] = values
Tensor put_along(const Call& c, int64_t dim, const Tensor& index, const Tensor& values) {
  const Tensor out = written(c);
  std::vector<TensorIndex> indices(static_cast<size_t>(dim), TensorIndex(Slice()));
  indices.emplace_back(index);
  Tensor lines = c.a.dim() == 0 ? make_alias(out).view({1}) : make_alias(out);
  lines.index_put_(indices, values);
  return out;
}

/// b: the positions; c: the value, or undefined for a number. ints: the dimension.
Tensor filled(const Call& c) {
  Tensor value = c.c;
  if (!value.defined()) value = make_tensor({}, c.a.dtype()).fill_(c.p.number);
  return put_along(c, c.p.ints[0], c.b, value);
}
Grads<3> fill_gradient(const Call& c, const Tensor& dy) {
  const int64_t dim = c.p.ints[0];
  return {c.ctx.needs(0, [&] { return index_fill(dy, dim, c.b, 0); }), Tensor(),
          c.ctx.needs(2, [&] { return dy.index_select(dim, std::get<0>(unique(c.b))).sum(); })};
}
const Rule kIndexFill{"IndexFillBackward0", filled, fill_gradient, 2};
const Rule kIndexFillTensor{"IndexFillBackward1", filled, fill_gradient, 2};

/// b: the source; c: the positions. ints: the dimension.
const Rule kIndexCopy{
    "IndexCopyBackward0",
    [](const Call& c) { return put_along(c, c.p.ints[0], c.c, c.b.dim() == 0 ? c.b.reshape({1}) : c.b); },
    [](const Call& c, const Tensor& dy) {
      const int64_t dim = c.p.ints[0];
      return Grads<3>{c.ctx.needs(0, [&] { return index_fill(dy, dim, c.c, 0); }),
                      c.ctx.needs(1, [&] { return dy.index_select(dim, c.c); })};
    },
    4};

/// b: the source; c: the mask. ints: the source's sizes.
const Rule kMaskedScatter{"MaskedScatterBackward0",
                          [](const Call& c) {
                            const Tensor mask = c.c.expand(c.a.sizes());
                            const int64_t count = mask.sum().item<int64_t>();
                            check(c.b.numel() >= count, "Number of elements of source < number of ones in mask");
                            const Tensor out = written(c);
                            make_alias(out).index_put_({mask}, c.b.reshape({-1}).narrow(0, 0, count));
                            return out;
                          },
                          [](const Call& c, const Tensor& dy) {
                            return Grads<3>{c.ctx.needs(0, [&] { return dy.masked_fill(c.c, 0); }), c.ctx.needs(1, [&] {
                                              const Tensor taken = dy.masked_select(c.c);
                                              int64_t n = 1;
                                              for (const int64_t size : c.p.ints) n *= size;
                                              const Tensor at = zeros_of({n}, dy.dtype());
                                              return index_put(at, {Slice(0, taken.numel())}, taken).view(c.p.ints);
                                            })};
                          },
                          4};

Tensor checked_index_fill(const Tensor& index) {
  check<IndexError>(index.dtype() == kInt64, "index_fill_(): Expected dtype int64 for index.");
  check(index.dim() <= 1, "Index has to be a vector/scalar");
  return index.reshape({-1});
}

Tensor checked_index_copy(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source) {
  check<IndexError>(index.dim() <= 1, "index_copy_(): Index should have dimension 1 or 0 (got {})", index.dim());
  const int64_t n = index.numel(), length = source.dim() == 0 ? 1 : source.size(std::min(dim, source.dim() - 1));
  check<IndexError>(source.dim() == 0 || x.dim() == 0 || source.dim() == x.dim(),
                    "index_copy_(): When source and destination are not scalars, their dimensionality must match. "
                    "Source dimensionality ({}), destination dimensionality ({})",
                    source.dim(), x.dim());
  check<IndexError>(n == length, "index_copy_(): Number of indices ({}) should be equal to source.size(dim) ({})", n,
                    length);
  check(index.dtype() == kInt64, "index_copy_(): Expected a long tensor for index, but got {}",
        legacy_name(index.dtype()));
  check(x.dtype() == source.dtype(),
        "index_copy_(): self and source expected to have the same dtype, but got (self) {} and (source) {}",
        legacy_name(x.dtype()), legacy_name(source.dtype()));
  DimVector own = x.sizes(), other = source.sizes();
  if (!own.empty()) own.erase(dim);
  if (!other.empty()) other.erase(dim);
  const auto listed = [](const DimVector& sizes) {
    return fmt::format("{}", fmt::join(sizes.begin(), sizes.end(), " "));
  };
  check<ShapeError>(own == other,
                    "index_copy_(): Source/destination tensor must have same slice shapes. Destination slice shape: {} "
                    "at dimension {} and source slice shape: {} at dimension 0.",
                    listed(own), dim, listed(other));
  const Tensor at = index.reshape({-1}).contiguous();
  const int64_t size = x.dim() == 0 ? 1 : x.size(dim);
  for (const int64_t i : at.to_vector<int64_t>())
    check<IndexError>(i >= 0 && i < size, "index_copy_(): index {} is out of bounds for dimension {} with size {}", i,
                      dim, size);
  return at;
}

void check_masked_scatter(const Tensor& x, const Tensor& mask, const Tensor& source) {
  check(x.dtype() == source.dtype(), "masked_scatter: expected self and source to have same dtypes but got{} and {}",
        legacy_name(x.dtype()), legacy_name(source.dtype()));
  check(mask.dtype() == kBool, "masked_scatter_ only supports boolean masks, but got mask with dtype {}",
        legacy_name(mask.dtype()));
}

}  // namespace

Tensor index_fill(const Tensor& x, int64_t dim, const Tensor& index, Scalar value) {
  return by_rule(kIndexFill, x, checked_index_fill(index), {.ints = {normalize_dim(dim, x.dim())}, .number = value});
}
Tensor index_fill(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& value) {
  check(value.dim() == 0,
        "index_fill_ only supports a 0-dimensional value tensor, but got tensor with {} dimension(s).", value.dim());
  return by_rule(kIndexFillTensor, x, checked_index_fill(index), value.to(x.dtype()),
                 {.ints = {normalize_dim(dim, x.dim())}});
}
Tensor index_copy(const Tensor& x, int64_t given, const Tensor& index, const Tensor& source) {
  const int64_t dim = normalize_dim(given, x.dim());
  return by_rule(kIndexCopy, x, source, checked_index_copy(x, dim, index, source), {.ints = {dim}});
}
Tensor masked_scatter(const Tensor& x, const Tensor& mask, const Tensor& source) {
  check_masked_scatter(x, mask, source);
  const DimVector shape = broadcast_shapes(x.sizes(), mask.sizes());
  return by_rule(kMaskedScatter, x.sizes() == IntArrayRef(shape) ? x : x.expand(shape), source, mask,
                 {.ints = source.sizes()});
}

Tensor& Tensor::index_fill_(int64_t which, const Tensor& index, Scalar value) {
  ByRule::apply_in_place(*this, checked_index_fill(index), Tensor(), &kIndexFill,
                         ByRule::Params{.ints = {normalize_dim(which, dim())}, .number = value});
  return *this;
}
Tensor& Tensor::index_copy_(int64_t which, const Tensor& index, const Tensor& source) {
  const int64_t d = normalize_dim(which, dim());
  ByRule::apply_in_place(*this, source, checked_index_copy(*this, d, index, source), &kIndexCopy,
                         ByRule::Params{.ints = {d}});
  return *this;
}
Tensor& Tensor::masked_scatter_(const Tensor& mask, const Tensor& source) {
  check_masked_scatter(*this, mask, source);
  ByRule::apply_in_place(*this, source, mask, &kMaskedScatter, ByRule::Params{.ints = source.sizes()});
  return *this;
}

}  // namespace convgrad
