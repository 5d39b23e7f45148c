// Operations that look up or choose element by element: gather, scatter, where, masked_fill, nonzero.
#include <cstring>

#include "convgrad/ops/index.h"
#include "convgrad/ops/view.h"
#include "core/check.h"
#include "core/make.h"
#include "core/promote.h"
#include "core/shape.h"
#include "ops/index_plan.h"
#include "ops/view_layout.h"

namespace convgrad {
namespace {

/// An argument that takes no part in differentiation: a mask or positions.
struct Guide {
  Tensor t;
};

/// As the kernels walk: self, whose dimension `dim` is looked up, index, and a third array `other`.
struct LookupStrides {
  DimVector self, index, other;
  kernels::Lookup lookup;

  LookupStrides(const Tensor& s, const Tensor& i, const Tensor& o, int64_t dim)
      : self(s.strides()), index(i.strides()), other(o.strides()) {
    // a 0-d self is looked up as if it had one dimension
    self.resize(index.size());
    const int64_t step = self.empty() ? 0 : std::exchange(self[dim], 0);
    lookup = {
        .sizes = i.sizes(), .self_strides = self, .index_strides = index, .strides = other, .step = step, .dim = dim};
  }
  LookupStrides(const LookupStrides&) = delete;
  LookupStrides& operator=(const LookupStrides&) = delete;
};

int64_t length_along(const Tensor& x, int64_t dim) { return x.dim() == 0 ? 1 : x.sizes()[dim]; }

struct Gather : Function<Gather> {
  static constexpr auto name = "GatherBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& x, int64_t dim, const Guide& index) {
    ctx.save(index.t);
    ctx.keep(std::pair(dim, DimVector(x.sizes())));
    Tensor out = make_tensor(index.t.sizes(), x.dtype());
    if (out.numel() == 0) return out;
    check_positions<Error>(index.t, dim, length_along(x, dim));
    const LookupStrides s(x, index.t, out, dim);
    kernels::gather_elements(out.data_ptr(), x.data_ptr(), index.t.data_ptr<int64_t>(), s.lookup, x.element_size());
    return out;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const auto& [dim, sizes] = ctx.kept<std::pair<int64_t, DimVector>>();
    return zeros_of(sizes, dy.dtype()).scatter_add(dim, ctx.saved(0), dy);
  }
};

/// What the scatters share: the memory of the result, and a source that overlaps it copied first.
template <class Kernel>
Tensor scattered(AutogradContext& ctx, const Tensor& self, int64_t dim, const Tensor& index, const Tensor& source,
                 Kernel&& kernel) {
  if (index.numel() > 0) check_positions<Error>(index, dim, length_along(self, dim));
  Tensor out = ctx.output(self.sizes(), self.dtype());
  if (!ctx.in_place()) make_alias(out).copy_(self);
  if (index.numel() == 0) return out;
  const Tensor from = source.is_alias_of(out) ? source.clone() : source;
  const Tensor at = index.is_alias_of(out) ? index.clone() : index;
  const LookupStrides s(out, at, from, dim);
  kernel(out.data_ptr(), from.data_ptr(), at.data_ptr<int64_t>(), s.lookup);
  return out;
}

Tensor put_elements(AutogradContext& ctx, const Tensor& self, int64_t dim, const Tensor& index, const Tensor& source) {
  return scattered(ctx, self, dim, index, source, [&](void* to, const void* from, const int64_t* at, const auto& l) {
    kernels::scatter_elements(to, from, at, l, self.element_size());
  });
}

/// The gradient of a scatter's source: what index does not reach has none.
Tensor source_gradient(const Tensor& dy, int64_t dim, const Tensor& index, IntArrayRef sizes) {
  const Tensor reached = dy.gather(dim, index);
  if (reached.sizes() == sizes) return reached;
  Tensor whole = zeros_of(sizes, dy.dtype()), part = whole;
  for (int64_t d = 0; d < reached.dim(); ++d) part = part.narrow(d, 0, reached.sizes()[d]);
  if (reached.numel() > 0) part.copy_(reached);
  return whole;
}

struct Scatter : Function<Scatter> {
  static constexpr auto name = "ScatterBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& self, const Tensor& source, int64_t dim,
                        const Guide& index) {
    ctx.save(index.t);
    ctx.keep(std::pair(dim, DimVector(source.sizes())));
    return put_elements(ctx, self, dim, index.t, source);
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) {
    const auto& [dim, sizes] = ctx.kept<std::pair<int64_t, DimVector>>();
    const Tensor index = ctx.saved(0);
    return {ctx.needs(0, [&, d = dim] { return scatter(dy, d, index, Scalar(0)); }),
            ctx.needs(1, [&, d = dim, &s = sizes] { return source_gradient(dy, d, index, s); })};
  }
};

struct ScatterNumber : Function<ScatterNumber> {
  static constexpr auto name = "ScatterBackward1";

  static Tensor forward(AutogradContext& ctx, const Tensor& self, int64_t dim, const Guide& index,
                        const Scalar& value) {
    ctx.save(index.t);
    ctx.keep(dim);
    Tensor number = make_tensor({}, self.dtype());
    number.fill_(value);
    return put_elements(ctx, self, dim, index.t, number.expand(index.t.sizes()));
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    return scatter(dy, ctx.kept<int64_t>(), ctx.saved(0), Scalar(0));
  }
};

struct ScatterAdd : Function<ScatterAdd> {
  static constexpr auto name = "ScatterAddBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& self, const Tensor& source, int64_t dim,
                        const Guide& index) {
    ctx.save(index.t);
    ctx.keep(std::pair(dim, DimVector(source.sizes())));
    return scattered(ctx, self, dim, index.t, source,
                     [&](void* to, const void* from, const int64_t* at, const auto& lookup) {
                       kernels::scatter_add_elements(to, from, at, lookup, self.dtype());
                     });
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) {
    const auto& [dim, sizes] = ctx.kept<std::pair<int64_t, DimVector>>();
    const Tensor index = ctx.saved(0);
    return {dy, ctx.needs(1, [&, d = dim, &s = sizes] { return source_gradient(dy, d, index, s); })};
  }
};

/// index as int64 positions, after the checks that all scatters make.
Guide checked_for_scatter(const Tensor& self, int64_t dim, const Tensor& index, const Tensor* source) {
  const Tensor at = as_positions(index, "scatter(): Expected dtype int32/int64 for index");
  check(!source || source->dtype() == self.dtype(), "scatter(): Expected self.dtype to be equal to src.dtype");
  if (index.numel() == 0) return {at};
  const auto dims = [](const Tensor& t) { return std::max<int64_t>(t.dim(), 1); };
  check<ShapeError>(dims(index) == dims(self), "Index tensor must have the same number of dimensions as self tensor");
  check<ShapeError>(!source || dims(index) == dims(*source),
                    "Index tensor must have the same number of dimensions as src tensor");
  bool fits = true;
  for (int64_t d = 0; d < index.dim(); ++d) {
    fits = fits && (d == dim || index.sizes()[d] <= length_along(self, d));
    fits = fits && (!source || index.sizes()[d] <= length_along(*source, d));
  }
  const std::string beside = source ? " and to be no larger size than src " + to_string(source->sizes()) : "";
  check<ShapeError>(fits, "Expected index {} to be no larger than self {} apart from dimension {}{}", index.sizes(),
                    self.sizes(), dim, beside);
  return {at};
}

/// out[i] = mask[i] ? a[i] : b[i] after broadcasting to out's shape.
void choose_into(const Tensor& out, const Tensor& mask, const Tensor& a, const Tensor& b) {
  if (out.numel() == 0) return;
  const auto strides = [&](const Tensor& t) { return broadcast_strides(t.sizes(), t.strides(), out.sizes()); };
  const DimVector m = strides(mask), x = strides(a), y = strides(b);
  kernels::choose(
      out.data_ptr(), mask.data_ptr<bool>(), a.data_ptr(), b.data_ptr(),
      {.sizes = out.sizes(), .out_strides = out.strides(), .condition_strides = m, .a_strides = x, .b_strides = y},
      out.element_size());
}

/// The same for elements that share memory, one after another.
void fill_shared(const Tensor& self, const Tensor& mask, const Tensor& value) {
  const Tensor positions = mask.expand(self.sizes()).nonzero().contiguous();
  const int64_t *position = positions.data_ptr<int64_t>(), size = self.element_size();
  for (int64_t i = 0; i < positions.size(0); ++i) {
    int64_t offset = 0;
    for (const int64_t stride : self.strides()) offset += *position++ * stride;
    std::memcpy(static_cast<char*>(self.data_ptr()) + offset * size, value.data_ptr(), static_cast<size_t>(size));
  }
}

Tensor filled(AutogradContext& ctx, const Tensor& self, const Tensor& mask, const Tensor& value) {
  check(mask.dtype() == kBool, "masked_fill_ only supports boolean masks, but got mask with dtype {}",
        mask.dtype() == kUInt8     ? "unsigned char"
        : mask.dtype() == kInt32   ? "int"
        : mask.dtype() == kInt64   ? "long int"
        : mask.dtype() == kFloat64 ? "double"
                                   : "float");
  Tensor out = ctx.output(broadcast_shapes(mask.sizes(), self.sizes()), self.dtype());
  if (ctx.in_place() && may_overlap(self.sizes(), self.strides())) {
    fill_shared(out, mask, value);
    return out;
  }
  const bool overlaps = ctx.in_place() && mask.is_alias_of(self);
  choose_into(out, overlaps ? mask.clone() : mask, value, self);
  return out;
}

struct MaskedFillNumber : Function<MaskedFillNumber> {
  static constexpr auto name = "MaskedFillBackward0";
  static constexpr bool writes_shared_elements = true;

  static Tensor forward(AutogradContext& ctx, const Tensor& self, const Guide& mask, const Scalar& value) {
    ctx.save(mask.t);
    Tensor number = make_tensor({}, self.dtype());
    number.fill_(value);
    return filled(ctx, self, mask.t, number);
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) { return dy.masked_fill(ctx.saved(0), Scalar(0)); }
};

struct MaskedFill : Function<MaskedFill> {
  static constexpr auto name = "MaskedFillBackward1";
  static constexpr bool writes_shared_elements = true;

  static Tensor forward(AutogradContext& ctx, const Tensor& self, const Tensor& value, const Guide& mask) {
    ctx.save(mask.t);
    check(value.dim() == 0,
          "masked_fill_ only supports a 0-dimensional value tensor, but got tensor with {} dimension(s).", value.dim());
    return filled(ctx, self, mask.t, value.to(self.dtype(), value.is_alias_of(self)));
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) {
    const Tensor mask = ctx.saved(0);
    return {ctx.needs(0, [&] { return dy.masked_fill(mask, Scalar(0)); }),
            ctx.needs(1, [&] { return where(mask, dy, Scalar(0)); })};
  }
};

struct Where : Function<Where> {
  static constexpr auto name = "WhereBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& a, const Tensor& b, const Guide& condition) {
    ctx.save(condition.t);
    const ScalarType type = result_type({a, b});
    Tensor out = make_tensor(broadcast_shapes(broadcast_shapes(condition.t.sizes(), a.sizes()), b.sizes()), type);
    choose_into(out, condition.t, a.to(type), b.to(type));
    return out;
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) {  // the engine sums to the operands' shapes
    const Tensor condition = ctx.saved(0);
    return {ctx.needs(0, [&] { return where(condition, dy, Scalar(0)); }),
            ctx.needs(1, [&] { return where(condition, Scalar(0), dy); })};
  }
};

Tensor wrapped(Scalar value) {
  Tensor t = Tensor::of(value);
  t.impl().wrapped_number = true;
  return t;
}

}  // namespace

Tensor Tensor::gather(int64_t which, const Tensor& index) const {
  const int64_t d = normalize_dim(which, dim());
  const Tensor at =
      index.numel() == 0 ? index.to(kInt64) : as_positions(index, "gather(): Expected dtype int32/int64 for index");
  if (at.numel() > 0) {
    check<ShapeError>(std::max<int64_t>(at.dim(), 1) == std::max<int64_t>(dim(), 1),
                      "Index tensor must have the same number of dimensions as input tensor");
    for (int64_t i = 0; i < at.dim(); ++i)
      check<ShapeError>(i == d || at.sizes()[i] <= length_along(*this, i),
                        "Size does not match at dimension {} expected index {} to be no larger than self {} apart from "
                        "dimension {}",
                        i, at.sizes(), sizes(), d);
  }
  return Gather::apply(*this, d, Guide{at});
}

Tensor Tensor::scatter(int64_t which, const Tensor& index, const Tensor& source) const {
  const int64_t d = normalize_dim(which, dim());
  return Scatter::apply(*this, source, d, checked_for_scatter(*this, d, index, &source));
}
Tensor& Tensor::scatter_(int64_t which, const Tensor& index, const Tensor& source) {
  const int64_t d = normalize_dim(which, dim());
  Scatter::apply_in_place(*this, source, d, checked_for_scatter(*this, d, index, &source));
  return *this;
}
Tensor& Tensor::scatter_(int64_t which, const Tensor& index, Scalar value) {
  const int64_t d = normalize_dim(which, dim());
  ScatterNumber::apply_in_place(*this, d, checked_for_scatter(*this, d, index, nullptr), value);
  return *this;
}
Tensor Tensor::scatter_add(int64_t which, const Tensor& index, const Tensor& source) const {
  const int64_t d = normalize_dim(which, dim());
  return ScatterAdd::apply(*this, source, d, checked_for_scatter(*this, d, index, &source));
}
Tensor& Tensor::scatter_add_(int64_t which, const Tensor& index, const Tensor& source) {
  const int64_t d = normalize_dim(which, dim());
  ScatterAdd::apply_in_place(*this, source, d, checked_for_scatter(*this, d, index, &source));
  return *this;
}

Tensor Tensor::masked_fill(const Tensor& mask, Scalar value) const {
  broadcast_shapes(mask.sizes(), sizes());  // before types are looked at
  return MaskedFillNumber::apply(*this, Guide{mask}, value);
}
Tensor Tensor::masked_fill(const Tensor& mask, const Tensor& value) const {
  broadcast_shapes(mask.sizes(), sizes());
  return MaskedFill::apply(*this, value, Guide{mask});
}
Tensor& Tensor::masked_fill_(const Tensor& mask, Scalar value) {
  MaskedFillNumber::apply_in_place(*this, Guide{mask}, value);
  return *this;
}
Tensor& Tensor::masked_fill_(const Tensor& mask, const Tensor& value) {
  MaskedFill::apply_in_place(*this, value, Guide{mask});
  return *this;
}
Tensor Tensor::where(const Tensor& condition, const Tensor& other) const {
  return convgrad::where(condition, *this, other);
}

Tensor Tensor::nonzero() const {
  const int64_t count = kernels::nonzero(nullptr, data_ptr(), sizes(), strides(), dtype());
  Tensor numbers = make_tensor({count + 1}, kInt64);  // the kernel's room for one more
  int64_t* number = numbers.data_ptr<int64_t>();
  kernels::nonzero(number, data_ptr(), sizes(), strides(), dtype());
  // One column a dimension; each is contiguous, as in PyTorch.
  Tensor out = make_strided({count, dim()}, {1, std::max<int64_t>(count, 1)}, kInt64);
  for (int64_t d = dim(); d-- > 0;) {
    const int64_t size = sizes()[d];
    int64_t* column = out.data_ptr<int64_t>() + d * count;
    int64_t row = 0;  // the numbers ascend: a division for each row will do
    for (int64_t i = 0; i < count; ++i) {
      if (number[i] >= (row + 1) * size) row = number[i] / size;
      column[i] = number[i] - row * size;
      number[i] = row;
    }
  }
  return out;
}

Tensor gather(const Tensor& x, int64_t dim, const Tensor& index) { return x.gather(dim, index); }
Tensor scatter(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source) {
  return x.scatter(dim, index, source);
}
Tensor scatter(const Tensor& x, int64_t dim, const Tensor& index, Scalar value) {
  const int64_t d = normalize_dim(dim, x.dim());
  return ScatterNumber::apply(x, d, checked_for_scatter(x, d, index, nullptr), value);
}
Tensor scatter_add(const Tensor& x, int64_t dim, const Tensor& index, const Tensor& source) {
  return x.scatter_add(dim, index, source);
}
Tensor masked_fill(const Tensor& x, const Tensor& mask, Scalar value) { return x.masked_fill(mask, value); }
Tensor masked_fill(const Tensor& x, const Tensor& mask, const Tensor& value) { return x.masked_fill(mask, value); }

Tensor take_along_dim(const Tensor& x, const Tensor& given, std::optional<int64_t> dim) {
  const int64_t size = dim ? x.size(*dim) : x.numel();
  const Tensor index =
      given.numel() > 0 && given.min().item<int64_t>() < 0 ? where(given.lt(0), given.add(size), given) : given;
  if (!dim) return x.reshape({-1}).gather(0, index.reshape({-1}));
  const int64_t d = normalize_dim(*dim, x.dim());
  check<ShapeError>(x.dim() == index.dim(),
                    "torch.take_along_dim(): input and indices should have the same number of dimensions, but got {} "
                    "dimensions for input, and {} dimensions for indices",
                    x.dim(), index.dim());
  DimVector of_x = x.sizes(), of_index = index.sizes();
  of_x[d] = of_index[d] = 1;
  DimVector shape = broadcast_shapes(of_x, of_index), wide = shape;
  shape[d] = x.sizes()[d], wide[d] = index.sizes()[d];
  return x.expand(shape).gather(d, index.expand(wide));
}

Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b) {
  check(condition.dtype() == kBool || condition.dtype() == kUInt8,
        "where expected condition to be a boolean tensor, but got a tensor with dtype {}",
        legacy_name(condition.dtype()));
  return Where::apply(a, b, Guide{condition.to(kBool)});
}
Tensor where(const Tensor& condition, const Tensor& a, Scalar b) { return where(condition, a, wrapped(b)); }
Tensor where(const Tensor& condition, Scalar a, const Tensor& b) { return where(condition, wrapped(a), b); }
Tensor where(const Tensor& condition, Scalar a, Scalar b) { return where(condition, wrapped(a), wrapped(b)); }
std::vector<Tensor> where(const Tensor& x) { return (x.dim() == 0 ? x.reshape({1}) : x).nonzero().unbind(1); }
Tensor nonzero(const Tensor& x) { return x.nonzero(); }
Tensor argwhere(const Tensor& x) { return x.nonzero(); }

}  // namespace convgrad
