// x.index({…}), x.index_put_({…}, …) and what is made of the same parts: index_select, index_add, take, masked_select.
#include "convgrad/ops/index.h"

#include <optional>

#include "convgrad/ops/view.h"
#include "core/check.h"
#include "core/make.h"
#include "core/shape.h"
#include "core/threads.h"
#include "ops/index_plan.h"
#include "ops/view_layout.h"

namespace convgrad {
namespace {

using indexing::TensorIndex;

/// Values added at picks of zeros: the gradient of Index, as Index is the gradient of this.
struct SumPicked : Function<SumPicked> {
  static constexpr auto name = "IndexBackwardBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& values, const Picks& picks, const DimVector& sizes) {
    ctx.save_for_backward(picks.at);
    Tensor out = zeros_of(sizes, values.dtype());
    const PickPlan plan(out.sizes(), out.strides(), picks);
    const Tensor packed = values.expand(plan.sizes()).contiguous();
    if (packed.numel() > 0) kernels::add_blocks(out.data_ptr(), packed.data_ptr(), plan.blocks(), out.dtype());
    return out;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& ddx) { return pick(ddx, {ctx.get_saved_variables()}); }
};

/// Derived: operations that differ in name alone.
template <class F>
struct Picking : Function<F> {
  static Tensor forward(AutogradContext& ctx, const Tensor& x, const Picks& picks) {
    ctx.save_for_backward(picks.at);
    ctx.keep(DimVector(x.sizes()));
    const PickPlan plan(x.sizes(), x.strides(), picks);
    Tensor out = make_tensor(plan.sizes(), x.dtype());
    if (out.numel() > 0) kernels::gather_blocks(out.data_ptr(), x.data_ptr(), plan.blocks(), x.element_size());
    return out;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    return SumPicked::apply(dy, Picks{ctx.get_saved_variables()}, ctx.template kept<DimVector>());
  }
};
struct Index : Picking<Index> {
  static constexpr auto name = "IndexBackward0";
};
struct IndexSelect : Picking<IndexSelect> {
  static constexpr auto name = "IndexSelectBackward0";
};
struct MaskedSelect : Picking<MaskedSelect> {
  static constexpr auto name = "MaskedSelectBackward0";
};

/// Writes or adds values at the picks of `self`, which stays untouched when anything is wrong.
Tensor put(AutogradContext& ctx, const Tensor& self, const Tensor& values, const Picks& picks, bool accumulate) {
  const PickPlan check_first(self.sizes(), self.strides(), picks);
  check<ShapeError>(is_expandable_to(values.sizes(), check_first.sizes()),
                    "shape mismatch: value tensor of shape {} cannot be broadcast to indexing result of shape {}",
                    values.sizes(), check_first.sizes());
  Tensor packed = values.expand(check_first.sizes()).contiguous();
  if (packed.is_alias_of(self)) packed = packed.clone();
  Tensor out = ctx.output(self.sizes(), self.dtype());
  if (!ctx.in_place()) make_alias(out).copy_(self);
  if (packed.numel() == 0) return out;
  const PickPlan plan(out.sizes(), out.strides(), picks);
  std::optional<SerialScope> alone;  // elements that share memory are written by one thread
  if (may_overlap(out.sizes(), out.strides())) alone.emplace();
  if (accumulate)
    kernels::add_blocks(out.data_ptr(), packed.data_ptr(), plan.blocks(), out.dtype());
  else
    kernels::put_blocks(out.data_ptr(), packed.data_ptr(), plan.blocks(), out.element_size());
  return out;
}

struct IndexPut : Function<IndexPut> {
  static constexpr auto name = "IndexPutBackward0";
  static constexpr bool writes_shared_elements = true;

  static Tensor forward(AutogradContext& ctx, const Tensor& self, const Tensor& values, const Picks& picks,
                        bool accumulate) {
    ctx.save_for_backward(picks.at);
    ctx.keep(accumulate);
    return put(ctx, self, values, picks, accumulate);
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) {
    const Picks picks{ctx.get_saved_variables()};
    return {ctx.needs(0,
                      [&] {
                        const bool accumulate = ctx.kept<bool>();
                        return accumulate ? dy : IndexPut::apply(dy, zeros_of({}, dy.dtype()), picks, false);
                      }),
            ctx.needs(1, [&] { return pick(dy, picks); })};
  }
};

struct IndexAdd : Function<IndexAdd> {
  static constexpr auto name = "IndexAddBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& self, const Tensor& source, const Picks& picks) {
    ctx.save_for_backward(picks.at);
    return put(ctx, self, source, picks, true);
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) {
    return {dy, ctx.needs(1, [&] { return pick(dy, {ctx.get_saved_variables()}); })};
  }
};

struct Take : Function<Take> {
  static constexpr auto name = "TakeBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& x, const Tensor& index) {
    ctx.save(index);
    ctx.keep(DimVector(x.sizes()));
    return pick(x.reshape({-1}), {{index}});
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) {
    const auto& sizes = ctx.kept<DimVector>();
    int64_t numel = 1;
    for (const int64_t s : sizes) numel *= s;
    return {sum_picked(dy, {{ctx.saved(0)}}, IntArrayRef(numel)).reshape(sizes)};
  }
};

/// Without leading sizes of one, which an assignment forgives.
Tensor without_leading_ones(const Tensor& value) {
  size_t ones = 0;
  while (ones < value.sizes().size() && value.sizes()[ones] == 1) ++ones;
  return ones == 0 ? value : value.reshape(value.sizes().slice(ones, value.sizes().size() - ones));
}

/// Picks for one dimension: the positions `index`.
Picks picks_along(const Tensor& x, int64_t dim, const Tensor& index) {
  Picks picks;
  picks.at.resize(x.sizes().size());
  picks.at[dim] = index;
  return picks;
}

Tensor checked_along(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source) {
  check(index.dtype() == kInt64 || index.dtype() == kInt32,
        "index_add_(): Expected dtype int32/int64 for index but got: {}", legacy_name(index.dtype()));
  check<IndexError>(index.dim() <= 1,
                    "index_add_(): Index is supposed to be a vector, but got dim: {} with type: {} and size: {}",
                    index.dim(), legacy_name(index.dtype()), index.sizes());
  check(x.dtype() == source.dtype(), "index_add_(): self ({}) and source ({}) must have the same scalar type",
        legacy_name(x.dtype()), legacy_name(source.dtype()));
  bool fits = x.dim() == source.dim();
  for (int64_t d = 0; fits && d < x.dim(); ++d) fits = d == dim || x.sizes()[d] == source.sizes()[d];
  check<ShapeError>(
      fits,
      "source tensor shape must match self tensor shape, excluding the specified dimension. Got self.shape "
      "= {} source.shape = {}",
      x.sizes(), source.sizes());
  const int64_t length = source.dim() == 0 ? 1 : source.sizes()[dim];
  check<ShapeError>(index.numel() == length,
                    "index_add_(): Number of indices ({}) should be equal to source.size(dim): ({}), for dim: {}",
                    index.numel(), length, dim);
  const Tensor positions = index.to(kInt64).reshape({-1});
  check_positions<Error>(positions, dim, x.dim() == 0 ? 1 : x.sizes()[dim]);
  return positions;
}

}  // namespace

Tensor pick(const Tensor& x, const Picks& picks) { return Index::apply(x, picks); }
Tensor sum_picked(const Tensor& values, const Picks& picks, IntArrayRef sizes) {
  return SumPicked::apply(values, picks, DimVector(sizes));
}

Tensor Tensor::index(ArrayRef<TensorIndex> indices) const {
  const TakenApart taken = take_apart(*this, indices);
  if (!taken.picks.at.empty()) return pick(taken.source, taken.picks);
  return taken.source.is_same(*this) ? alias(*this) : taken.source;
}
Tensor Tensor::index(std::initializer_list<TensorIndex> indices) const { return index(ArrayRef<TensorIndex>(indices)); }

Tensor& Tensor::index_put_(ArrayRef<TensorIndex> indices, const Tensor& value, bool accumulate) {
  TakenApart taken = take_apart(*this, indices);
  Tensor values = without_leading_ones(value);
  if (taken.picks.at.empty()) {
    if (accumulate)
      taken.source.add_(values);
    else
      taken.source.copy_(values.expand(taken.source.sizes()));
    return *this;
  }
  // one number for the places of a mask may have another type, as masked_fill_ has it
  if (taken.one_mask && !accumulate && value.numel() == 1) values = values.to(dtype());
  check(values.dtype() == dtype(),
        "Index put requires the source and destination dtypes match, got {} for the destination and {} for the source.",
        legacy_name(dtype()), legacy_name(values.dtype()));
  IndexPut::apply_in_place(taken.source, values, taken.picks, accumulate);
  return *this;
}
Tensor& Tensor::index_put_(std::initializer_list<TensorIndex> indices, const Tensor& value) {
  return index_put_(ArrayRef<TensorIndex>(indices), value);
}
Tensor& Tensor::index_put_(std::initializer_list<TensorIndex> indices, Scalar value) {
  Tensor number = make_tensor({}, dtype());
  number.fill_(value);
  return index_put_(ArrayRef<TensorIndex>(indices), number);
}
Tensor index_put(const Tensor& x, ArrayRef<TensorIndex> indices, const Tensor& values, bool accumulate) {
  return x.clone().index_put_(indices, values, accumulate);
}

Tensor Tensor::operator[](int64_t i) const { return index({TensorIndex(i)}); }
Tensor Tensor::operator[](const Tensor& i) const { return index({TensorIndex(i)}); }

Tensor Tensor::index_select(int64_t which, const Tensor& index) const {
  const int64_t d = normalize_dim(which, dim());
  check<IndexError>(index.dim() <= 1, "index_select(): Index is supposed to be a vector");
  const Tensor positions = as_positions(index, "index_select(): Expected dtype int32 or int64 for index").reshape({-1});
  const int64_t size = dim() == 0 ? 1 : sizes()[d];
  try {
    check_positions<IndexError>(positions, d, size);
  } catch (const IndexError& e) {  // PyTorch's words say less
    throw IndexError(ErrorDetails{
        .op = "index_select", .argument = "index", .what = "index out of range in self", .hint = e.what()});
  }
  if (dim() == 0) {
    check(index.numel() == 1, "index_select(): Index to scalar can have only 1 value, got {} value(s)", index.numel());
    return IndexSelect::apply(*this, Picks{});
  }
  return IndexSelect::apply(*this, picks_along(*this, d, positions));
}

Tensor& Tensor::index_add_(int64_t which, const Tensor& index, const Tensor& source) {
  const int64_t d = normalize_dim(which, dim());
  const Tensor positions = checked_along(*this, d, index, source);
  if (dim() == 0) return add_(source);
  IndexAdd::apply_in_place(*this, source, picks_along(*this, d, positions));
  return *this;
}

Tensor Tensor::masked_select(const Tensor& mask) const {
  check(mask.dtype() == kBool, "masked_select: expected BoolTensor for mask");
  const DimVector shape = broadcast_shapes(mask.sizes(), sizes());
  const Tensor all = expand(shape.empty() ? DimVector{1} : shape);
  return MaskedSelect::apply(all, Picks{convgrad::where(mask.expand(all.sizes()))});
}

Tensor take(const Tensor& x, const Tensor& index) {
  check(index.dtype() == kInt64, "take(): Expected a long tensor for index, but got {}", legacy_name(index.dtype()));
  check<IndexError>(x.numel() > 0 || index.numel() == 0, "take(): tried to take from an empty tensor");
  try {
    return Take::apply(x, index);
  } catch (const IndexError&) {
    const Tensor flat = index.contiguous();
    const int64_t n = x.numel(), *p = flat.data_ptr<int64_t>();
    while (*p >= -n && *p < n) ++p;
    throw IndexError(
        ErrorDetails{.op = "take",
                     .argument = "index",
                     .what = fmt::format("out of range: tried to access index {} on a tensor of {} elements.", *p, n)});
  }
}

Tensor index_select(const Tensor& x, int64_t dim, const Tensor& index) { return x.index_select(dim, index); }
Tensor index_add(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source) {
  return x.clone().index_add_(dim, index, source);
}
Tensor masked_select(const Tensor& x, const Tensor& mask) { return x.masked_select(mask); }

}  // namespace convgrad
