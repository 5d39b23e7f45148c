// Views that pick elements: slices, selections, diagonals, windows, pieces, and as_strided.
#include <algorithm>
#include <cstring>
#include <numeric>

#include "convgrad/ops/join.h"
#include "convgrad/ops/view.h"
#include "core/check.h"
#include "core/dispatch.h"
#include "kernels/index.h"
#include "ops/view_layout.h"

namespace convgrad {

bool maybe_overlapping(const Layout& l) {
  std::vector<size_t> order(l.sizes.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return l.strides[a] < l.strides[b]; });
  if (std::find(l.sizes.begin(), l.sizes.end(), 0) != l.sizes.end()) return false;
  int64_t reach = 0;  // the farthest element of the dimensions so far
  for (const size_t d : order) {
    if (l.sizes[d] == 1) continue;
    if (l.strides[d] <= reach) return true;
    reach += l.strides[d] * (l.sizes[d] - 1);
  }
  return false;
}

void add_overlapping(const Tensor& to, const Tensor& from) {
  visit_floating(to.dtype(), [&]<class T>(std::type_identity<T>) {
    kernels::add_strided(static_cast<T*>(to.data_ptr()), to.strides(), from.data_ptr<T>(), from.strides(), to.sizes());
  });
}

Tensor zeros_of(IntArrayRef sizes, ScalarType dtype) {
  Tensor t = make_tensor(sizes, dtype);
  if (t.nbytes() > 0) std::memset(t.data_ptr(), 0, static_cast<size_t>(t.nbytes()));
  return t;
}

namespace {

/// stride · step; where there is one position at most any stride does, so one that overflows is left as it was.
int64_t stepped(int64_t stride, int64_t step, int64_t length, const char* op) {
  int64_t product = 0;
  if (length <= 1 && __builtin_mul_overflow(stride, step, &product)) return stride;
  return checked_mul(stride, step, op);
}

struct SliceParams {
  int64_t dim, start, length, step;
};
struct SliceView : PickingView<SliceView, SliceParams> {
  static constexpr auto name = "SliceBackward0", gradient_name = "SliceBackwardBackward0";
  static Layout layout(Layout l, const SliceParams& p) {
    l.offset += p.start * l.strides[p.dim];
    l.sizes[p.dim] = p.length;
    l.strides[p.dim] = stepped(l.strides[p.dim], p.step, p.length, "slice");
    return l;
  }
};

struct SelectParams {
  int64_t dim, index;
};
struct SelectView : PickingView<SelectView, SelectParams> {
  static constexpr auto name = "SelectBackward0", gradient_name = "SelectBackwardBackward0";
  static Layout layout(Layout l, const SelectParams& p) {
    l.offset += p.index * l.strides[p.dim];
    l.sizes.erase(p.dim), l.strides.erase(p.dim);
    return l;
  }
};

struct DiagonalParams {
  int64_t offset, dim1, dim2;
};
struct DiagonalView : PickingView<DiagonalView, DiagonalParams> {
  static constexpr auto name = "DiagonalBackward0", gradient_name = "DiagonalBackwardBackward0";
  static Layout layout(Layout l, const DiagonalParams& p) {
    const int64_t rows = l.sizes[p.dim1], columns = l.sizes[p.dim2];
    // the first element's position; a diagonal beside the matrix is empty
    const int64_t down = p.offset < 0 ? (p.offset < -rows ? rows : -p.offset) : 0;
    const int64_t right = p.offset > 0 ? std::min(p.offset, columns) : 0;
    const int64_t length = std::max<int64_t>(std::min(rows - down, columns - right), 0);
    const int64_t stride = checked_add(l.strides[p.dim1], l.strides[p.dim2], "diagonal");
    if (length > 0) l.offset += down * l.strides[p.dim1] + right * l.strides[p.dim2];
    for (const int64_t d : {std::max(p.dim1, p.dim2), std::min(p.dim1, p.dim2)}) l.sizes.erase(d), l.strides.erase(d);
    l.sizes.push_back(length), l.strides.push_back(stride);
    return l;
  }
};

struct UnfoldParams {
  int64_t dim, size, step;
};
struct UnfoldView : PickingView<UnfoldView, UnfoldParams> {
  static constexpr auto name = "UnfoldBackward0", gradient_name = "UnfoldBackwardBackward0";
  static Layout layout(Layout l, const UnfoldParams& p) {
    const bool scalar = l.sizes.empty();
    const int64_t length = scalar ? 1 : l.sizes[p.dim], stride = scalar ? 1 : l.strides[p.dim];
    const int64_t count = (length - p.size) / p.step + 1;
    l.sizes.push_back(p.size), l.strides.push_back(stride);
    if (!scalar) l.sizes[p.dim] = count, l.strides[p.dim] = stepped(stride, p.step, count, "unfold");
    return l;
  }
};

/// dy, whose elements belong to the places `from` names, summed place by place and read as `to` names them. Where
/// `shared` names a place several times, each of them gets its part.
struct Restride : Function<Restride> {
  static constexpr auto name = "AsStridedBackwardBackward0";
  struct Params {
    Layout from, to, shared;
  };

  static Tensor forward(AutogradContext& ctx, const Tensor& dy, const Params& p) {
    ctx.keep(p);
    Tensor out;
    const int64_t first = std::min(p.from.offset, p.to.offset);
    const int64_t end = std::max(end_of(p.from), end_of(p.to));
    const auto part = [&](const Tensor& memory, const Layout& l) {
      return make_view(memory, l.sizes, l.strides, l.offset - first);
    };
    const auto gather = [&](const Tensor& source) {
      Tensor memory = zeros_of({std::max<int64_t>(end - first, 0)}, source.dtype());
      if (maybe_overlapping(p.from))
        add_overlapping(part(memory, p.from), source);
      else if (source.numel() > 0)
        part(memory, p.from).copy_(source);
      return memory;
    };
    if (dy.numel() == 0) return zeros_of(p.to.sizes, dy.dtype());
    Tensor memory = gather(dy);
    if (maybe_overlapping(p.shared)) divide(memory, p.shared, first);
    out = make_tensor(p.to.sizes, dy.dtype());
    if (out.numel() > 0) out.copy_(part(memory, p.to));
    out.impl().version().value = 0;
    return out;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& ddx) {
    const auto& p = ctx.kept<Params>();
    return Restride::apply(ddx, Params{.from = p.to, .to = p.from, .shared = p.shared});
  }

  static int64_t end_of(const Layout& l) {
    int64_t last = l.offset;
    for (size_t d = 0; d < l.sizes.size(); ++d) {
      if (l.sizes[d] == 0) return l.offset;
      last += (l.sizes[d] - 1) * l.strides[d];
    }
    return last + 1;
  }
  /// Divides each place of memory, which begins at `first`, by the number of times the layout names it.
  static void divide(const Tensor& memory, const Layout& l, int64_t first) {
    visit_floating(memory.dtype(), [&]<class T>(std::type_identity<T>) {
      Tensor counts = zeros_of(memory.sizes(), memory.dtype());
      Tensor one = make_tensor({}, memory.dtype());
      *one.data_ptr<T>() = 1;
      const DimVector still(l.sizes.size());
      add_overlapping(make_view(counts, l.sizes, l.strides, l.offset - first), make_view(one, l.sizes, still, 0));
      T* m = memory.data_ptr<T>();
      const T* c = counts.data_ptr<T>();
      for (int64_t i = 0; i < memory.numel(); ++i)
        if (c[i] > 1) m[i] /= c[i];
    });
  }
};

struct AsStrided : Function<AsStrided> {
  static constexpr auto name = "AsStridedBackward0";
  static constexpr bool is_view = true;

  static Tensor forward(AutogradContext& ctx, const Tensor& x, const Layout& l) {
    ctx.keep(std::pair(layout_of(x), l));
    return view_of(x, l);
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const auto& [input, output] = ctx.kept<std::pair<Layout, Layout>>();
    return Restride::apply(dy, Restride::Params{.from = output, .to = input, .shared = input});
  }
};

void check_layout(const Tensor& x, const Layout& l) {
  check(l.sizes.size() == l.strides.size(), "mismatch in length of strides and shape");
  for (const int64_t s : l.strides)
    check(s >= 0, "as_strided: Negative strides are not supported at the moment, got strides: {}", l.strides);
  check(l.offset >= 0, "Tensor: invalid storage offset {}", l.offset);
  int64_t end = l.offset, bytes = 0;
  bool overflow = false, empty = false;
  for (size_t d = 0; d < l.sizes.size(); ++d) {
    overflow |= l.sizes[d] < 0;
    empty |= l.sizes[d] == 0;
  }
  for (size_t d = 0; d < l.sizes.size() && !empty && !overflow; ++d) {
    int64_t reach = 0;
    overflow |=
        __builtin_mul_overflow(l.sizes[d] - 1, l.strides[d], &reach) || __builtin_add_overflow(end, reach, &end);
  }
  if (!empty) overflow |= __builtin_add_overflow(end, 1, &end);
  overflow |= __builtin_mul_overflow(end, 2 * x.element_size(), &bytes);
  check(!overflow, "Storage size calculation overflowed with sizes={} and strides={}", l.sizes, l.strides);
  bytes = end * x.element_size();
  const auto held = static_cast<int64_t>(x.impl().storage->bytes);
  check(
      empty || bytes <= held,
      "setStorage: sizes {}, strides {}, storage offset {}, and itemsize {} requiring a storage size of {} are out of "
      "bounds for storage of size {}",
      l.sizes, l.strides, l.offset, x.element_size(), bytes, held);
}

/// The pieces' gradients, joined, are the whole's. Derived: the names that PyTorch tells apart.
template <class F>
struct Pieces : Function<F> {
  static constexpr bool is_view = true;
  static std::vector<Tensor> forward(AutogradContext& ctx, const Tensor& x, int64_t dim, const DimVector& lengths) {
    ctx.keep(dim);
    std::vector<Tensor> pieces;
    int64_t start = 0;
    for (const int64_t length : lengths) {
      pieces.push_back(
          view_of(x, SliceView::layout(layout_of(x), {.dim = dim, .start = start, .length = length, .step = 1})));
      start += length;
    }
    return pieces;
  }
  static Tensor backward(AutogradContext& ctx, const variable_list& gradients) {
    return cat(gradients, ctx.template kept<int64_t>());
  }
};
struct Split : Pieces<Split> {
  static constexpr auto name = "SplitBackward0";
};
struct SplitWithSizes : Pieces<SplitWithSizes> {
  static constexpr auto name = "SplitWithSizesBackward0";
};

struct Unbind : Function<Unbind> {
  static constexpr auto name = "UnbindBackward0";
  static constexpr bool is_view = true;
  static std::vector<Tensor> forward(AutogradContext& ctx, const Tensor& x, int64_t dim) {
    ctx.keep(dim);
    std::vector<Tensor> parts;
    for (int64_t i = 0; i < x.sizes()[dim]; ++i)
      parts.push_back(view_of(x, SelectView::layout(layout_of(x), {.dim = dim, .index = i})));
    return parts;
  }
  static Tensor backward(AutogradContext& ctx, const variable_list& gradients) {
    return stack(gradients, ctx.kept<int64_t>());
  }
};

}  // namespace

Tensor Tensor::slice(int64_t which, std::optional<int64_t> start, std::optional<int64_t> end, int64_t step) const {
  check<IndexError>(dim() > 0, "slice() cannot be applied to a 0-dim tensor.");
  const int64_t d = normalize_dim(which, dim()), length = sizes()[d];
  check(step > 0, "slice step must be positive");
  const auto clamped = [&](int64_t at) { return std::clamp<int64_t>(at < 0 ? at + length : at, 0, length); };
  const int64_t first = clamped(start.value_or(0)), last = std::max(clamped(end.value_or(length)), first);
  const int64_t count = last == first ? 0 : (last - first - 1) / step + 1;
  return SliceView::apply(*this, SliceParams{.dim = d, .start = first, .length = count, .step = step});
}

Tensor Tensor::narrow(int64_t which, int64_t start, int64_t length) const {
  check(dim() > 0, "narrow() cannot be applied to a 0-dim tensor.");
  check(length >= 0, "narrow(): length must be non-negative.");
  const int64_t d = normalize_dim(which, dim()), size = sizes()[d];
  check<IndexError>(start >= -size && start <= size,
                    "start out of range (expected to be in range of [{}, {}], but got {})", -size, size, start);
  if (start < 0) start += size;
  check(start <= size - length, "start ({}) + length ({}) exceeds dimension size ({}).", start, length, size);
  return SliceView::apply(*this, SliceParams{.dim = d, .start = start, .length = length, .step = 1});
}

Tensor Tensor::select(int64_t which, int64_t index) const {
  check<IndexError>(dim() > 0, "select() cannot be applied to a 0-dim tensor.");
  const int64_t d = normalize_dim(which, dim()), size = sizes()[d];
  check<IndexError>(index >= -size && index < size,
                    "select(): index {} out of range for tensor of size {} at dimension {}", index, sizes(), d);
  return SelectView::apply(*this, SelectParams{.dim = d, .index = index < 0 ? index + size : index});
}

Tensor Tensor::diagonal(int64_t offset, int64_t dim1, int64_t dim2) const {
  const int64_t a = normalize_dim(dim1, dim()), b = normalize_dim(dim2, dim());
  check(a != b, "diagonal dimensions cannot be identical {}, {}", dim1, dim2);
  return DiagonalView::apply(*this, DiagonalParams{.offset = offset, .dim1 = a, .dim2 = b});
}

Tensor Tensor::unfold(int64_t which, int64_t size, int64_t step) const {
  const int64_t d = normalize_dim(which, dim()), length = dim() == 0 ? 1 : sizes()[d];
  check(size >= 0, "size is {} but must be >= 0", size);
  check(size <= length, "maximum size for tensor at dimension {} is {} but size is {}", d, length, size);
  check(step > 0, "step is {} but must be > 0", step);
  return UnfoldView::apply(*this, UnfoldParams{.dim = d, .size = size, .step = step});
}

Tensor Tensor::as_strided(IntArrayRef sizes, IntArrayRef strides, std::optional<int64_t> offset) const {
  const Layout l{.sizes = sizes, .strides = strides, .offset = offset.value_or(storage_offset())};
  check_layout(*this, l);
  return AsStrided::apply(*this, l);
}

namespace {

/// Lengths of the pieces of `size` that a dimension of `length` falls into; at least one.
DimVector piece_lengths(int64_t length, int64_t size) {
  DimVector lengths;
  for (int64_t rest = length; rest > 0; rest -= std::min(size, rest)) lengths.push_back(std::min(size, rest));
  if (lengths.empty()) lengths.push_back(0);
  return lengths;
}

}  // namespace

std::vector<Tensor> Tensor::split(int64_t split_size, int64_t which) const {
  check(dim() > 0, "split expects at least a 1-dimensional tensor");
  check(split_size >= 0, "split expects split_size be non-negative, but got split_size={}", split_size);
  const int64_t d = normalize_dim(which, dim()), length = sizes()[d];
  check(split_size > 0 || length == 0, "split_size can only be 0 if dimension size is 0, but got dimension size of {}",
        length);
  return Split::apply(*this, d, piece_lengths(length, split_size));
}

std::vector<Tensor> Tensor::split(IntArrayRef lengths, int64_t which) const {
  check(dim() > 0, "split expects at least a 1-dimensional tensor");
  const int64_t d = normalize_dim(which, dim()), length = sizes()[d];
  int64_t sum = 0;
  bool overflow = false;
  for (const int64_t l : lengths) {
    check(l >= 0, "split_with_sizes expects split_sizes have only non-negative entries, but got split_sizes={}",
          lengths);
    overflow |= __builtin_add_overflow(sum, l, &sum);
  }
  check(!overflow && sum == length,
        "split_with_sizes expects split_sizes to sum exactly to {} (input tensor's size at dimension {}), but got "
        "split_sizes={}",
        length, which, lengths);
  return SplitWithSizes::apply(*this, d, DimVector(lengths));
}

std::vector<Tensor> Tensor::chunk(int64_t chunks, int64_t which) const {
  check(dim() > 0, "chunk expects at least a 1-dimensional tensor");
  check(chunks > 0, "chunk expects `chunks` to be greater than 0, got: {}", chunks);
  const int64_t d = normalize_dim(which, dim()), length = sizes()[d];
  if (length == 0) return split(DimVector(static_cast<size_t>(chunks)), d);  // as many empty pieces
  return split((length - 1) / chunks + 1, d);
}

std::vector<Tensor> Tensor::unbind(int64_t which) const {
  return Unbind::apply(*this, normalize_dim(which, dim(), false));
}

Tensor narrow(const Tensor& x, int64_t dim, int64_t start, int64_t length) { return x.narrow(dim, start, length); }
Tensor select(const Tensor& x, int64_t dim, int64_t index) { return x.select(dim, index); }
Tensor slice(const Tensor& x, int64_t dim, std::optional<int64_t> start, std::optional<int64_t> end, int64_t step) {
  return x.slice(dim, start, end, step);
}
Tensor diagonal(const Tensor& x, int64_t offset, int64_t dim1, int64_t dim2) { return x.diagonal(offset, dim1, dim2); }
Tensor as_strided(const Tensor& x, IntArrayRef sizes, IntArrayRef strides, std::optional<int64_t> storage_offset) {
  return x.as_strided(sizes, strides, storage_offset);
}
std::vector<Tensor> chunk(const Tensor& x, int64_t chunks, int64_t dim) { return x.chunk(chunks, dim); }
std::vector<Tensor> split(const Tensor& x, int64_t split_size, int64_t dim) { return x.split(split_size, dim); }
std::vector<Tensor> split(const Tensor& x, IntArrayRef split_sizes, int64_t dim) { return x.split(split_sizes, dim); }
std::vector<Tensor> unbind(const Tensor& x, int64_t dim) { return x.unbind(dim); }

}  // namespace convgrad
