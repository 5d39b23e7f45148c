// How a list of indices becomes a view and positions, and those become addresses.
#include "ops/index_plan.h"

#include <algorithm>

#include "convgrad/ops/index.h"
#include "core/check.h"
#include "core/make.h"
#include "core/shape.h"
#include "core/threads.h"
#include "kernels/strided_loop.h"
#include "ops/view_layout.h"

namespace convgrad {
namespace {

using indexing::TensorIndex;
using Kind = TensorIndex::Kind;

bool is_mask(const Tensor& t) { return t.dtype() == kBool || t.dtype() == kUInt8; }

/// Dimensions of x that an entry uses up.
int64_t used_dims(const TensorIndex& i) {
  switch (i.kind()) {
    case Kind::integer:
    case Kind::slice:
      return 1;
    case Kind::tensor:
      return is_mask(i.tensor()) ? i.tensor().dim() : 1;
    default:
      return 0;
  }
}

/// The message names the entry's place in the list, as PyTorch's does.
Tensor select_checked(const Tensor& x, int64_t dim, int64_t index, size_t entry) {
  check<IndexError>(x.dim() > 0,
                    "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to "
                    "convert a 0-dim tensor to a number");
  const int64_t size = x.sizes()[dim];
  check<IndexError>(index >= -size && index < size, "index {} is out of bounds for dimension {} with size {}", index,
                    entry, size);
  return x.select(dim, index);
}

Tensor slice_checked(const Tensor& x, int64_t dim, const indexing::Slice& s, bool alone) {
  const int64_t step = s.step.value_or(1);
  check<ValueError>(step != 0, "slice step cannot be zero");
  check<ValueError>(step > 0, "step must be greater than zero");
  const bool whole = !s.start.value_or(0) && step == 1 && x.dim() > 0 && s.stop.value_or(INT64_MAX) >= x.sizes()[dim];
  return whole && !alone ? x : x.slice(dim, s.start, s.stop, step);
}

/// Reads a list of indices from left to right. Masks wait until the end: PyTorch compares them with what is left then.
class Taking {
 public:
  Taking(const Tensor& x, ArrayRef<TensorIndex> indices) : rest_(x.dim()) {
    source_ = x;
    for (const TensorIndex& i : indices) rest_ -= used_dims(i);
    if (x.dim() == 0 && indices.size() == 1 && indices[0].kind() == Kind::integer) select_checked(x, 0, 0, 0);
    check<IndexError>(rest_ >= 0, "too many indices for tensor of dimension {}", x.dim());
    for (; entry_ < indices.size(); ++entry_) take(indices[entry_], indices.size() == 1);
  }

  TakenApart result() const {
    TakenApart out{.source = source_, .picks = {}, .one_mask = tensors_.size() == 1 && is_mask(tensors_[0].second)};
    if (tensors_.empty()) return out;
    out.picks.at.resize(source_.sizes().size());
    for (const auto& [dim, t] : tensors_) {
      if (!is_mask(t)) {
        out.picks.at[dim] = t.to(kInt64);
        continue;
      }
      for (int64_t d = 0; d < t.dim(); ++d)
        check<IndexError>(t.sizes()[d] == source_.sizes()[dim + d],
                          "The shape of the mask {} at index {} does not match the shape of the indexed tensor {} at "
                          "index {}",
                          t.sizes(), d, source_.sizes(), dim + d);
      std::vector<Tensor> positions = where(t);
      std::move(positions.begin(), positions.end(), out.picks.at.begin() + dim);
    }
    return out;
  }

 private:
  void take(const TensorIndex& i, bool alone) {
    switch (i.kind()) {
      case Kind::none:
        source_ = source_.unsqueeze(dim_++);
        return;
      case Kind::ellipsis:
        dim_ += std::exchange(rest_, 0);
        return;
      case Kind::integer:
        source_ = select_checked(source_, dim_, i.integer(), entry_);
        return;
      case Kind::boolean:
        return add_new(i.boolean());
      case Kind::slice:
        source_ = slice_checked(source_, dim_++, i.slice(), alone);
        return;
      case Kind::tensor:
        return take_tensor(i.tensor());
    }
  }

  void take_tensor(const Tensor& t) {
    check<IndexError>(is_mask(t) || t.dtype() == kInt64 || t.dtype() == kInt32,
                      "tensors used as indices must be long, int, byte or bool tensors");
    if (t.dim() == 0) {
      if (is_mask(t)) return add_new(t.item<bool>());
      source_ = select_checked(source_, dim_, t.item<int64_t>(), entry_);
      return;
    }
    tensors_.emplace_back(dim_, t);
    dim_ += is_mask(t) ? t.dim() : 1;
  }

  /// True and False take all or nothing of a new dimension.
  void add_new(bool value) {
    source_ = source_.unsqueeze(dim_);
    Tensor positions = make_tensor({value ? 1 : 0}, kInt64);
    if (value) *positions.data_ptr<int64_t>() = 0;
    tensors_.emplace_back(dim_++, positions);
  }

  Tensor source_;
  std::vector<std::pair<int64_t, Tensor>> tensors_;  // and the dimension of the source where each begins
  int64_t rest_;                                     // dimensions that no entry uses: an ellipsis takes them
  int64_t dim_ = 0;                                  // the next dimension of the source
  size_t entry_ = 0;
};

/// Addresses of all positions of these dimensions, in C order.
std::vector<int64_t> addresses(IntArrayRef sizes, IntArrayRef strides) {
  const kernels::StridedLoop<1> loop(sizes, {strides});
  std::vector<int64_t> out;
  out.reserve(static_cast<size_t>(loop.count()));
  loop.run(0, loop.count(), [&](const auto& at, int64_t n, const auto& steps) {
    for (int64_t i = 0; i < n; ++i) out.push_back(at[0] + i * steps[0]);
  });
  return out;
}

DimVector common_shape(const Picks& picks) {
  DimVector shape;
  bool fits = true;
  for (const Tensor& p : picks.at) {
    if (!p.defined()) continue;
    const size_t n = std::max(shape.size(), p.sizes().size());
    DimVector next(n, 1);
    for (size_t i = 0; i < n; ++i) {
      const int64_t a = i < shape.size() ? shape[shape.size() - 1 - i] : 1;
      const int64_t b = i < p.sizes().size() ? p.sizes()[p.sizes().size() - 1 - i] : 1;
      fits = fits && (a == b || a == 1 || b == 1);
      next[n - 1 - i] = a == 1 ? b : a;
    }
    shape = next;
  }
  if (fits) return shape;
  std::string shapes;
  for (const Tensor& p : picks.at)
    if (p.defined()) shapes += (shapes.empty() ? "" : ", ") + to_string(p.sizes());
  throw IndexError(ErrorDetails{
      .op = "index", .what = "shape mismatch: indexing tensors could not be broadcast together with shapes " + shapes});
}

}  // namespace

TakenApart take_apart(const Tensor& x, ArrayRef<TensorIndex> indices) { return Taking(x, indices).result(); }

PickPlan::PickPlan(IntArrayRef sizes, IntArrayRef strides, const Picks& picks) {
  const DimVector shape = common_shape(picks);
  size_t first = picks.at.size(), last = 0, count = 0;
  for (size_t d = 0; d < picks.at.size(); ++d)
    if (picks.at[d].defined()) first = std::min(first, d), last = d + 1, ++count;
  const bool adjacent = last - first == count;  // else what is picked comes first
  DimVector before, before_steps, after, after_steps;
  for (size_t d = 0; d < sizes.size(); ++d) {
    if (d < picks.at.size() && picks.at[d].defined()) continue;
    const bool leads = adjacent && d < first;
    (leads ? before : after).push_back(sizes[d]);
    (leads ? before_steps : after_steps).push_back(strides[d]);
  }
  sizes_ = before;
  for (const int64_t s : shape) sizes_.push_back(s);
  for (const int64_t s : after) sizes_.push_back(s);
  const int64_t total = checked_numel(sizes_, 1);
  int64_t named = 1;
  for (const int64_t s : shape) named *= s;
  for (size_t d = first; d < last; ++d)
    check<IndexError>(!picks.at[d].defined() || sizes[d] > 0 || named == 0,
                      "index is out of bounds for dimension with size 0");
  for (const int64_t s : after) inner_count_ *= s;
  if (total == 0) return;

  picked_.assign(static_cast<size_t>(named), 0);
  int64_t which = 0;  // the number of the index tensor, which PyTorch's message names
  for (size_t d = first; d < last; ++d) {
    if (!picks.at[d].defined()) continue;
    const Tensor positions = picks.at[d].expand(shape).contiguous();
    const int64_t* p = positions.data_ptr<int64_t>();
    parallel_for(0, named, 1 << 14, [&, size = sizes[d], stride = strides[d]](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        check<IndexError>(p[i] >= -size && p[i] < size, "index {} is out of bounds for dimension {} with size {}", p[i],
                          which, size);
        picked_[static_cast<size_t>(i)] += (p[i] < 0 ? p[i] + size : p[i]) * stride;
      }
    });
    ++which;
  }
  outer_ = addresses(before, before_steps);
  if (!is_contiguous(after, after_steps)) inner_ = addresses(after, after_steps);
}

kernels::Blocks PickPlan::blocks() const {
  return {.outer = outer_.data(),
          .outer_count = static_cast<int64_t>(outer_.size()),
          .picked = picked_.data(),
          .picked_count = static_cast<int64_t>(picked_.size()),
          .inner = inner_.empty() ? nullptr : inner_.data(),
          .inner_count = inner_count_};
}

Tensor as_positions(const Tensor& index, const char* message) {
  check(index.dtype() == kInt64 || index.dtype() == kInt32, "{}", message);
  return index.to(kInt64);
}

template <class E>
void check_positions(const Tensor& index, int64_t dim, int64_t size) {
  const kernels::StridedLoop<1> loop(index.sizes(), {index.strides()});
  const int64_t* p = index.data_ptr<int64_t>();
  parallel_for(0, loop.count(), 1 << 15, [&](int64_t begin, int64_t end) {
    loop.run(begin, end, [&](const auto& at, int64_t n, const auto& steps) {
      for (int64_t i = 0; i < n; ++i) {
        const int64_t v = p[at[0] + i * steps[0]];
        check<E>(v >= 0 && v < size, "index {} is out of bounds for dimension {} with size {}", v, dim, size);
      }
    });
  });
}
template void check_positions<Error>(const Tensor&, int64_t, int64_t);
template void check_positions<IndexError>(const Tensor&, int64_t, int64_t);

}  // namespace convgrad
