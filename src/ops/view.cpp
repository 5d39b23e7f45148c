// Views that keep every element: other shapes, other orders of dimensions, and expansion.
#include "convgrad/ops/view.h"

#include <algorithm>

#include "core/check.h"
#include "ops/view_layout.h"

namespace convgrad {
namespace {

/// The sizes with −1 replaced by what is left.
DimVector inferred_sizes(IntArrayRef wanted, int64_t numel) {
  DimVector sizes = wanted;
  std::optional<size_t> unknown;
  int64_t known = 1;
  bool overflow = false;
  for (size_t d = 0; d < sizes.size(); ++d) {
    if (sizes[d] == -1) {
      check(!unknown, "only one dimension can be inferred");
      unknown = d;
      continue;
    }
    check(sizes[d] >= 0, "invalid shape dimension {} at index {} of shape {}", sizes[d], d, wanted);
    overflow |= __builtin_mul_overflow(known, sizes[d], &known);
  }
  const bool fits = !overflow && (known == numel || (unknown && known > 0 && numel % known == 0));
  check<ShapeError>(fits, "shape '{}' is invalid for input of size {}", wanted, numel);
  if (unknown) {
    check(
        known != 0,
        "cannot reshape tensor of 0 elements into shape {} because the unspecified dimension size -1 can be any value "
        "and is ambiguous",
        wanted);
    sizes[*unknown] = numel / known;
  }
  return sizes;
}

/// Strides that read the memory of `from` as another shape; nothing where there are none.
std::optional<DimVector> view_strides(const Layout& from, IntArrayRef sizes, int64_t numel) {
  if (numel == 0) return from.sizes == DimVector(sizes) ? from.strides : contiguous_strides(sizes);
  DimVector strides(sizes.size());
  auto d = static_cast<int64_t>(sizes.size()) - 1;
  // Old dimensions that lie one behind the other in memory form a run; each run is divided among new dimensions.
  int64_t run = 1, step = from.strides.empty() ? 1 : from.strides.back();
  for (size_t old = from.sizes.size(); old-- > 0;) {
    run *= from.sizes[old];
    const bool run_ends = old == 0 || (from.sizes[old - 1] != 1 && from.strides[old - 1] != run * step);
    if (!run_ends) continue;
    int64_t covered = 1;
    for (; d >= 0 && (covered < run || sizes[d] == 1); --d) {
      strides[d] = covered * step;
      covered *= sizes[d];
    }
    if (covered != run) return {};
    if (old > 0) run = 1, step = from.strides[old - 1];
  }
  for (; d >= 0; --d) strides[d] = 1;  // of a 0-d tensor: sizes of one
  return strides;
}

/// The gradient of every reshaping is the same elements in the old shape.
template <class F>
struct Reshaping : Function<F> {
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) { return dy.reshape(ctx.kept<DimVector>()); }
};

template <class F>
struct ReshapingView : Reshaping<F> {
  static constexpr bool is_view = true;
  static Tensor forward(AutogradContext& ctx, const Tensor& x, const DimVector& sizes, const DimVector& strides) {
    ctx.keep(DimVector(x.sizes()));
    return make_view(x, sizes, strides, x.storage_offset());
  }
};

struct View : ReshapingView<View> {
  static constexpr auto name = "ViewBackward0";
};
struct ReshapeAlias : ReshapingView<ReshapeAlias> {
  static constexpr auto name = "ReshapeAliasBackward0";
};
struct Unsqueeze : ReshapingView<Unsqueeze> {
  static constexpr auto name = "UnsqueezeBackward0";
};
struct SqueezeAll : ReshapingView<SqueezeAll> {
  static constexpr auto name = "SqueezeBackward0";
};
struct SqueezeOne : ReshapingView<SqueezeOne> {
  static constexpr auto name = "SqueezeBackward1";
};
struct SqueezeSome : ReshapingView<SqueezeSome> {
  static constexpr auto name = "SqueezeBackward2";
};

/// Of a tensor that nobody else holds: shares its memory, but is no view.
struct UnsafeView : Reshaping<UnsafeView> {
  static constexpr auto name = "UnsafeViewBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& x, const DimVector& sizes) {
    ctx.keep(DimVector(x.sizes()));
    Tensor out = make_view(x, sizes, contiguous_strides(sizes), x.storage_offset());
    out.impl().base.reset();
    return out;
  }
};

struct Alias : Function<Alias> {
  static constexpr auto name = "AliasBackward0";
  static constexpr bool is_view = true;
  static Tensor forward(AutogradContext&, const Tensor& x) { return view_of(x, layout_of(x)); }
  static Tensor backward(AutogradContext&, const Tensor& dy) { return dy; }
};

Tensor permuted(const Tensor& x, IntArrayRef dims) {
  Layout l = layout_of(x);
  for (size_t d = 0; d < dims.size(); ++d) l.sizes[d] = x.sizes()[dims[d]], l.strides[d] = x.strides()[dims[d]];
  return view_of(x, l);
}

struct Permute : Function<Permute> {
  static constexpr auto name = "PermuteBackward0";
  static constexpr bool is_view = true;
  static Tensor forward(AutogradContext& ctx, const Tensor& x, const DimVector& dims) {
    ctx.keep(dims);
    return permuted(x, dims);
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const auto& dims = ctx.kept<DimVector>();
    DimVector inverse(dims.size());
    for (size_t d = 0; d < dims.size(); ++d) inverse[dims[d]] = static_cast<int64_t>(d);
    return dy.permute(inverse);
  }
};

Tensor exchanged(const Tensor& x, int64_t a, int64_t b) {
  Layout l = layout_of(x);
  if (!l.sizes.empty()) std::swap(l.sizes[a], l.sizes[b]), std::swap(l.strides[a], l.strides[b]);
  return view_of(x, l);
}

struct Transpose : Function<Transpose> {
  static constexpr auto name = "TransposeBackward0";
  static constexpr bool is_view = true;
  static Tensor forward(AutogradContext& ctx, const Tensor& x, int64_t a, int64_t b) {
    ctx.keep(std::pair(a, b));
    return exchanged(x, a, b);
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const auto& [a, b] = ctx.kept<std::pair<int64_t, int64_t>>();
    return dy.transpose(a, b);
  }
};

struct T : Function<T> {
  static constexpr auto name = "TBackward0";
  static constexpr bool is_view = true;
  static Tensor forward(AutogradContext&, const Tensor& x) {
    return x.dim() == 2 ? exchanged(x, 0, 1) : view_of(x, layout_of(x));
  }
  static Tensor backward(AutogradContext&, const Tensor& dy) { return dy.t(); }
};

struct Expand : Function<Expand> {
  static constexpr auto name = "ExpandBackward0";
  static constexpr bool is_view = true;
  static Tensor forward(AutogradContext&, const Tensor& x, const DimVector& sizes) {
    return make_view(x, sizes, broadcast_strides(x.sizes(), x.strides(), sizes), x.storage_offset());
  }
  static Tensor backward(AutogradContext&, const Tensor& dy) { return dy; }  // the engine sums to the input's shape
};

DimVector expanded_sizes(const Tensor& x, IntArrayRef wanted) {
  const auto lead = static_cast<int64_t>(wanted.size()) - x.dim();
  if (lead < 0)
    throw ShapeError(ErrorDetails{
        .op = "expand",
        .what = fmt::format("expand(torch.{}Tensor{{{}}}, size={}): the number of sizes provided ({}) must be greater "
                            "or equal to the number of dimensions in the tensor ({})",
                            legacy_name(x.dtype()), to_string(x.sizes()), to_string(wanted), wanted.size(), x.dim())});
  DimVector sizes = wanted;
  for (size_t d = sizes.size(); d-- > 0;) {
    const int64_t old = static_cast<int64_t>(d) >= lead ? x.sizes()[d - lead] : 1;
    if (sizes[d] == -1) {
      check<ShapeError>(static_cast<int64_t>(d) >= lead,
                        "The expanded size of the tensor (-1) isn't allowed in a leading, non-existing dimension {}",
                        d);
      sizes[d] = old;
    }
    check<ShapeError>(sizes[d] >= 0, "expand: the size {} of dimension {} is negative, in {}", sizes[d], d, wanted);
    check<ShapeError>(old == 1 || sizes[d] == old,
                      "The expanded size of the tensor ({}) must match the existing size ({}) at non-singleton "
                      "dimension {}.  Target sizes: {}.  Tensor sizes: {}",
                      sizes[d], old, d, wanted, x.sizes());
  }
  return sizes;
}

}  // namespace

Tensor Tensor::view(IntArrayRef wanted) const {
  const DimVector sizes = inferred_sizes(wanted, numel());
  const auto strides = view_strides(layout_of(*this), sizes, numel());
  if (!strides)
    throw ShapeError(ErrorDetails{
        .op = "view",
        .what = "view size is not compatible with input tensor's size and stride (at least one dimension spans across "
                "two contiguous subspaces). Use .reshape(...) instead.",
        .got = fmt::format("sizes {}, strides {}, wanted {}", to_string(this->sizes()), to_string(this->strides()),
                           to_string(wanted)),
        .hint = "reshape() copies where it must"});
  return View::apply(*this, sizes, *strides);
}
Tensor Tensor::view_as(const Tensor& other) const { return view(other.sizes()); }

Tensor Tensor::reshape(IntArrayRef wanted) const {
  const DimVector sizes = inferred_sizes(wanted, numel());
  if (is_contiguous()) return View::apply(*this, sizes, *view_strides(layout_of(*this), sizes, numel()));
  if (const auto strides = view_strides(layout_of(*this), sizes, numel()))
    return ReshapeAlias::apply(*this, sizes, *strides);
  return UnsafeView::apply(contiguous(), sizes);
}
Tensor Tensor::reshape_as(const Tensor& other) const { return reshape(other.sizes()); }

Tensor Tensor::flatten(int64_t start_dim, int64_t end_dim) const {
  const int64_t first = normalize_dim(start_dim, dim()), last = normalize_dim(end_dim, dim());
  check(first <= last, "flatten() has invalid args: start_dim cannot come after end_dim");
  if (dim() == 0) return reshape({1});
  if (first == last) return *this;
  DimVector joined;
  int64_t length = 1;
  for (int64_t d = 0; d < dim(); ++d) {
    if (d >= first && d <= last) length *= sizes()[d];
    if (d < first || d > last) joined.push_back(sizes()[d]);
    if (d == last) joined.push_back(length);
  }
  return reshape(joined);
}

Tensor Tensor::unflatten(int64_t which, IntArrayRef parts) const {
  const int64_t d = normalize_dim(which, dim(), false), length = sizes()[d];
  check(!parts.empty(), "unflatten: sizes must be non-empty");
  DimVector all = sizes();
  try {
    const DimVector inferred = inferred_sizes(parts, length);
    all.erase(static_cast<size_t>(d));
    for (size_t i = 0; i < inferred.size(); ++i) all.insert(static_cast<size_t>(d) + i, inferred[i]);
  } catch (const ShapeError&) {
    throw ShapeError(ErrorDetails{
        .op = "unflatten",
        .argument = "sizes",
        .what =
            fmt::format("unflatten: Provided sizes {} don't multiply up to the size of dim {} ({}) in the input tensor",
                        to_string(parts), d, length)});
  } catch (const Error& e) {
    throw Error(ErrorDetails{.op = "unflatten",
                             .argument = "sizes",
                             .what = std::string("unflatten got an unexpected error:\n") + e.what()});
  }
  return view(all);
}

Tensor Tensor::permute(IntArrayRef dims) const {
  check(static_cast<int64_t>(dims.size()) == dim(),
        "permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired "
        "ordering of dimensions i.e. input.dim() = {} is not equal to len(dims) = {}",
        dim(), dims.size());
  DimVector order, seen(dims.size());
  for (const int64_t d : dims) {
    order.push_back(normalize_dim(d, dim()));
    check(seen[order.back()]++ == 0, "permute(): duplicate dims are not allowed.");
  }
  return Permute::apply(*this, order);
}

Tensor Tensor::transpose(int64_t dim0, int64_t dim1) const {
  return Transpose::apply(*this, normalize_dim(dim0, dim()), normalize_dim(dim1, dim()));
}

Tensor Tensor::t() const {
  check(dim() <= 2, "t() expects a tensor with <= 2 dimensions, but self is {}D", dim());
  return T::apply(*this);
}

Tensor Tensor::mT() const {
  if (dim() == 0) return *this;
  check(dim() >= 2, "tensor.mT is only supported on matrices or batches of matrices. Got {}-D tensor.", dim());
  return transpose(-2, -1);
}

Tensor Tensor::numpy_T() const {
  DimVector dims;
  for (int64_t d = dim(); d-- > 0;) dims.push_back(d);
  return permute(dims);
}

Tensor movedim(const Tensor& x, IntArrayRef source, IntArrayRef destination) {
  check(source.size() == destination.size(),
        "movedim: Invalid source or destination dims: source ({} dims) should contain the same number of dims as "
        "destination ({} dims)",
        source, destination);
  DimVector from, order(x.sizes().size(), -1), moved(x.sizes().size());
  for (size_t i = 0; i < source.size(); ++i) {
    from.push_back(normalize_dim(source[i], x.dim()));
    const int64_t to = normalize_dim(destination[i], x.dim());
    if (x.dim() == 0) continue;
    check(moved[from[i]]++ == 0, "movedim: repeated dim in `source` ({})", source);
    check(order[to] == -1, "movedim: repeated dim in `destination` ({})", destination);
    order[to] = from[i];
  }
  if (x.dim() == 0) return alias(x);
  int64_t next = 0;
  for (int64_t& d : order) {
    if (d != -1) continue;
    while (moved[next]) ++next;
    d = next++;
  }
  return x.permute(order);
}
Tensor Tensor::movedim(int64_t source, int64_t destination) const {
  return convgrad::movedim(*this, IntArrayRef(source), IntArrayRef(destination));
}

Tensor Tensor::squeeze() const {
  DimVector kept, steps;
  for (int64_t d = 0; d < dim(); ++d)
    if (sizes()[d] != 1) kept.push_back(sizes()[d]), steps.push_back(strides()[d]);
  return SqueezeAll::apply(*this, kept, steps);
}

Tensor Tensor::squeeze(int64_t which) const {
  const int64_t d = normalize_dim(which, dim());
  DimVector kept = sizes(), steps = strides();
  if (dim() > 0 && kept[d] == 1) kept.erase(d), steps.erase(d);
  return SqueezeOne::apply(*this, kept, steps);
}

Tensor Tensor::unsqueeze(int64_t which) const {
  const int64_t d = normalize_dim(which, dim() + 1);
  DimVector all = sizes(), steps = strides();
  int64_t step = 1;
  if (d < dim() && __builtin_mul_overflow(sizes()[d], strides()[d], &step)) step = 1;  // any step does for size one
  all.insert(d, 1), steps.insert(d, step);
  return Unsqueeze::apply(*this, all, steps);
}

Tensor Tensor::expand(IntArrayRef wanted) const { return Expand::apply(*this, expanded_sizes(*this, wanted)); }
Tensor Tensor::expand_as(const Tensor& other) const { return expand(other.sizes()); }

Tensor alias(const Tensor& x) { return Alias::apply(x); }
Tensor reshape(const Tensor& x, IntArrayRef sizes) { return x.reshape(sizes); }
Tensor ravel(const Tensor& x) { return x.contiguous().view({-1}); }
Tensor flatten(const Tensor& x, int64_t start_dim, int64_t end_dim) { return x.flatten(start_dim, end_dim); }
Tensor unflatten(const Tensor& x, int64_t dim, IntArrayRef sizes) { return x.unflatten(dim, sizes); }
Tensor permute(const Tensor& x, IntArrayRef dims) { return x.permute(dims); }
Tensor transpose(const Tensor& x, int64_t dim0, int64_t dim1) { return x.transpose(dim0, dim1); }
Tensor swapaxes(const Tensor& x, int64_t dim0, int64_t dim1) { return x.transpose(dim0, dim1); }
Tensor t(const Tensor& x) { return x.t(); }
Tensor movedim(const Tensor& x, int64_t source, int64_t destination) { return x.movedim(source, destination); }
Tensor squeeze(const Tensor& x) { return x.squeeze(); }
Tensor squeeze(const Tensor& x, int64_t dim) { return x.squeeze(dim); }
Tensor squeeze(const Tensor& x, IntArrayRef dims) {
  DimVector dropped(x.sizes().size()), kept, steps;
  for (const int64_t given : dims) {
    const int64_t d = normalize_dim(given, x.dim());
    if (x.dim() == 0) continue;
    check(dropped[d]++ == 0, "dim {} appears multiple times in the list of dims", d);
  }
  for (int64_t d = 0; d < x.dim(); ++d)
    if (!dropped[d] || x.sizes()[d] != 1) kept.push_back(x.sizes()[d]), steps.push_back(x.strides()[d]);
  return SqueezeSome::apply(x, kept, steps);
}
Tensor unsqueeze(const Tensor& x, int64_t dim) { return x.unsqueeze(dim); }
Tensor broadcast_to(const Tensor& x, IntArrayRef sizes) { return x.expand(sizes); }

}  // namespace convgrad
