// Tensors put together.
#include "convgrad/ops/join.h"

#include <cstring>

#include "convgrad/ops/view.h"
#include "core/check.h"
#include "core/threads.h"
#include "ops/view_layout.h"

namespace convgrad {
namespace {

/// The whole's sizes; `skip` tells which tensors are passed over.
bool passed_over(const Tensor& t) { return t.dim() == 1 && t.sizes()[0] == 0; }

/// Copies piece after piece into `out`: rows of `out` along dim hold a run of each piece.
void fill_pieces(const Tensor& out, TensorList tensors, int64_t dim) {
  int64_t outer = 1, inner = out.element_size(), start = 0;
  for (int64_t d = 0; d < dim; ++d) outer *= out.sizes()[d];
  for (int64_t d = dim + 1; d < out.dim(); ++d) inner *= out.sizes()[d];
  const int64_t row = inner * out.sizes()[dim];
  for (const Tensor& t : tensors) {
    if (passed_over(t) && out.dim() != 1) continue;
    const int64_t length = t.sizes()[dim];
    if (t.is_contiguous() && t.dtype() == out.dtype()) {
      const int64_t run = inner * length;
      char* to = static_cast<char*>(out.data_ptr()) + start * inner;
      const char* from = static_cast<const char*>(t.data_ptr());
      if (run > 0)
        parallel_for(0, outer, std::max<int64_t>(1, (1 << 18) / run), [&](int64_t first, int64_t last) {
          for (int64_t i = first; i < last; ++i) std::memcpy(to + i * row, from + i * run, static_cast<size_t>(run));
        });
    } else if (t.numel() > 0) {
      out.narrow(dim, start, length).copy_(t);
    }
    start += length;
  }
  out.impl().version().value = 0;
}

ScalarType common_type(TensorList tensors) {
  ScalarType type = tensors[0].dtype();
  for (const Tensor& t : tensors) type = promote_types(type, t.dtype());
  return type;
}

struct Cat : Function<Cat> {
  static constexpr auto name = "CatBackward0";
  struct Kept {
    int64_t dim;
    std::vector<int64_t> lengths;  // −1: passed over
  };

  static Tensor forward(AutogradContext& ctx, TensorList tensors, int64_t dim, const DimVector& sizes) {
    if (ctx.recording()) {
      Kept kept{.dim = dim, .lengths = {}};
      for (const Tensor& t : tensors) kept.lengths.push_back(passed_over(t) ? -1 : t.sizes()[dim]);
      ctx.keep(std::move(kept));
    }
    Tensor out = make_tensor(sizes, common_type(tensors));
    if (!sizes.empty()) fill_pieces(out, tensors, dim);
    return out;
  }
  static variable_list backward(AutogradContext& ctx, const Tensor& dy) {
    const auto& [dim, lengths] = ctx.kept<Kept>();
    variable_list gradients;
    int64_t start = 0;
    for (size_t i = 0; i < lengths.size(); ++i) {
      if (lengths[i] < 0) {
        gradients.push_back(zeros_of({0}, dy.dtype()));
        continue;
      }
      gradients.push_back(ctx.needs(i, [&, dim = dim, length = lengths[i]] { return dy.narrow(dim, start, length); }));
      start += lengths[i];
    }
    return gradients;
  }
};

/// Sizes of the tensors joined along dim, which is normalised on the way.
DimVector joined_sizes(TensorList tensors, int64_t& dim) {
  const Tensor* first = nullptr;
  for (size_t i = 0; i < tensors.size(); ++i) {
    check(tensors[i].dim() > 0, "zero-dimensional tensor (at position {}) cannot be concatenated", i);
    if (!first && !passed_over(tensors[i])) first = &tensors[i];
  }
  if (!first) {  // nothing to join, along whatever dimension
    dim = 0;
    return {0};
  }
  dim = normalize_dim(dim, first->dim());
  DimVector sizes = first->sizes();
  sizes[dim] = 0;
  for (size_t i = 0; i < tensors.size(); ++i) {
    const Tensor& t = tensors[i];
    if (passed_over(t)) continue;
    check<ShapeError>(t.dim() == first->dim(), "Tensors must have same number of dimensions: got {} and {}",
                      first->dim(), t.dim());
    for (int64_t d = 0; d < t.dim(); ++d)
      check<ShapeError>(d == dim || t.sizes()[d] == sizes[d],
                        "Sizes of tensors must match except in dimension {}. Expected size {} but got size {} for "
                        "tensor number {} in the list.",
                        dim, sizes[d], t.sizes()[d], i);
    sizes[dim] = checked_add(sizes[dim], t.sizes()[dim], "cat");
  }
  return sizes;
}

struct Stack : Function<Stack> {
  static constexpr auto name = "StackBackward0";

  static Tensor forward(AutogradContext& ctx, TensorList tensors, int64_t dim) {
    ctx.keep(dim);
    DimVector sizes = tensors[0].sizes();
    sizes.insert(dim, static_cast<int64_t>(tensors.size()));
    Tensor out = make_tensor(sizes, common_type(tensors));
    // With the new dimension merged into the next one, stacking is joining.
    std::vector<Tensor> pieces;
    pieces.reserve(tensors.size());
    for (const Tensor& t : tensors) pieces.push_back(t.unsqueeze(dim));
    fill_pieces(out, pieces, dim);
    return out;
  }
  static variable_list backward(AutogradContext& ctx, const Tensor& dy) { return dy.unbind(ctx.kept<int64_t>()); }
};

}  // namespace

Tensor cat(TensorList tensors, int64_t dim) {
  check<ValueError>(!tensors.empty(), "torch.cat(): expected a non-empty list of Tensors");
  const DimVector sizes = joined_sizes(tensors, dim);
  return Cat::apply(tensors, dim, sizes);
}
Tensor concat(TensorList tensors, int64_t dim) { return cat(tensors, dim); }

Tensor stack(TensorList tensors, int64_t dim) {
  check(!tensors.empty(), "stack expects a non-empty TensorList");
  dim = normalize_dim(dim, tensors[0].dim() + 1);
  for (size_t i = 1; i < tensors.size(); ++i)
    check<ShapeError>(tensors[i].sizes() == tensors[0].sizes(),
                      "stack expects each tensor to be equal size, but got {} at entry 0 and {} at entry {}",
                      tensors[0].sizes(), tensors[i].sizes(), i);
  return Stack::apply(tensors, dim);
}

Tensor hstack(TensorList tensors) {
  check(!tensors.empty(), "hstack expects a non-empty TensorList");
  std::vector<Tensor> rows;
  for (const Tensor& t : tensors) rows.push_back(t.dim() == 0 ? t.reshape({1}) : t);
  return cat(rows, rows[0].dim() == 1 ? 0 : 1);
}

Tensor vstack(TensorList tensors) {
  check(!tensors.empty(), "vstack expects a non-empty TensorList");
  std::vector<Tensor> rows;
  for (const Tensor& t : tensors) rows.push_back(t.dim() == 0 ? t.reshape({1, 1}) : t.dim() == 1 ? t.unsqueeze(0) : t);
  return cat(rows, 0);
}

}  // namespace convgrad
