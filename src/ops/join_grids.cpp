// Grids, products and stacks of tensors: compositions, as PyTorch's are.
#include "convgrad/ops/creation.h"
#include "convgrad/ops/index.h"
#include "convgrad/ops/join.h"
#include "convgrad/ops/view.h"
#include "core/check.h"
#include "core/shape.h"
#include "ops/view_layout.h"

namespace convgrad {
namespace {

void check_list(TensorList tensors, const char* op) {
  check(!tensors.empty(), "{} expects a non-empty TensorList", op);
}

/// Each tensor after f, joined along a dimension.
template <class F>
Tensor joined(TensorList tensors, int64_t dim, F f) {
  std::vector<Tensor> parts;
  for (const Tensor& t : tensors) parts.push_back(f(t));
  return cat(parts, dim);
}

}  // namespace

Tensor dstack(TensorList tensors) {
  check_list(tensors, "dstack");
  return joined(tensors, 2, atleast_3d);
}

Tensor column_stack(TensorList tensors) {
  check_list(tensors, "column_stack");
  return joined(tensors, 1, [](const Tensor& t) { return t.dim() <= 1 ? t.reshape({t.numel(), 1}) : t; });
}

std::vector<Tensor> broadcast_tensors(TensorList tensors) {
  DimVector shape;
  for (const Tensor& t : tensors) shape = broadcast_shapes(shape, t.sizes());
  std::vector<Tensor> out;
  for (const Tensor& t : tensors) out.push_back(t.sizes() == IntArrayRef(shape) ? t : t.expand(shape));
  return out;
}

std::vector<Tensor> meshgrid(TensorList tensors, const std::string& indexing) {
  check_list(tensors, "meshgrid");
  for (const Tensor& t : tensors) {
    check(t.dtype() == tensors[0].dtype(), "meshgrid expects all tensors to have the same dtype");
    check<ShapeError>(t.dim() <= 1, "torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: {}",
                      t.sizes());
  }
  check(indexing == "ij" || indexing == "xy",
        "torch.meshgrid: indexing must be one of \"xy\" or \"ij\", but received: {}", indexing);
  const size_t n = tensors.size();
  DimVector shape;
  for (const Tensor& t : tensors) shape.push_back(t.numel());
  const bool swapped = indexing == "xy" && n >= 2;
  std::vector<Tensor> grids;
  if (swapped) std::swap(shape[0], shape[1]);
  for (size_t i = 0; i < n; ++i) {
    DimVector line(n, 1);
    line[swapped && i < 2 ? 1 - i : i] = tensors[i].numel();
    grids.push_back(tensors[i].view(line).expand(shape));
  }
  return grids;
}

Tensor cartesian_prod(TensorList tensors) {
  for (const Tensor& t : tensors) check<ShapeError>(t.dim() == 1, "Expect a 1D vector, but got shape {}", t.sizes());
  if (tensors.size() == 1) return tensors[0];
  std::vector<Tensor> grids = meshgrid(tensors);
  for (Tensor& t : grids) t = t.flatten();
  return stack(grids, 1);
}

Tensor combinations(const Tensor& x, int64_t r, bool with_replacement) {
  check<ShapeError>(x.dim() == 1, "Expect a 1D vector, but got shape {}", x.sizes());
  check(r >= 0, "Expect a non-negative number, but got {}", r);
  if (r == 0) return empty({0}, {.dtype = x.dtype()});
  const std::vector<Tensor> grids = meshgrid(std::vector<Tensor>(static_cast<size_t>(r), arange(x.numel())));
  Tensor rising = full_like(grids[0], true, kBool);
  for (size_t i = 0; i + 1 < grids.size(); ++i)
    rising = rising & (with_replacement ? grids[i] <= grids[i + 1] : grids[i] < grids[i + 1]);
  const std::vector<Tensor> values = meshgrid(std::vector<Tensor>(static_cast<size_t>(r), x));
  std::vector<Tensor> columns;
  for (const Tensor& t : values) columns.push_back(t.masked_select(rising));
  return stack(columns, 1);
}

Tensor block_diag(TensorList tensors) {
  if (tensors.empty()) return empty({1, 0});
  std::vector<Tensor> rows;
  int64_t columns = 0, before = 0;
  for (size_t i = 0; i < tensors.size(); ++i) {
    check<ShapeError>(tensors[i].dim() <= 2,
                      "torch.block_diag: Input tensors must have 2 or fewer dimensions. Input {} has {} dimensions", i,
                      tensors[i].dim());
    columns += atleast_2d(tensors[i]).size(1);
  }
  for (const Tensor& t : tensors) {
    const Tensor m = atleast_2d(t);
    const int64_t behind = columns - before - m.size(1);
    rows.push_back(cat({zeros_of({m.size(0), before}, m.dtype()), m, zeros_of({m.size(0), behind}, m.dtype())}, 1));
    before += m.size(1);
  }
  return cat(rows, 0);
}

Tensor atleast_1d(const Tensor& x) { return x.dim() == 0 ? x.reshape({1}) : x; }
Tensor atleast_2d(const Tensor& x) { return x.dim() == 0 ? x.reshape({1, 1}) : x.dim() == 1 ? x.unsqueeze(0) : x; }
Tensor atleast_3d(const Tensor& x) {
  if (x.dim() == 0) return x.reshape({1, 1, 1});
  if (x.dim() == 1) return x.unsqueeze(0).unsqueeze(-1);
  return x.dim() == 2 ? x.unsqueeze(-1) : x;
}

namespace {

/// The ends of the pieces given, as views.
std::vector<Tensor> pieces(const Tensor& x, int64_t dim, IntArrayRef ends) {
  std::vector<Tensor> out;
  int64_t start = 0;
  for (const int64_t end : ends) out.push_back(x.slice(dim, start, end)), start = end;
  out.push_back(x.slice(dim, start));
  return out;
}

}  // namespace

std::vector<Tensor> tensor_split(const Tensor& x, IntArrayRef indices, int64_t given) {
  check<ShapeError>(x.dim() > 0, "tensor_split expected at least a 1-dimensional tensor, but got a tensor with {} dims",
                    x.dim());
  return pieces(x, normalize_dim(given, x.dim()), indices);
}
std::vector<Tensor> tensor_split(const Tensor& x, int64_t sections, int64_t given) {
  check<ShapeError>(x.dim() > 0, "tensor_split expected at least a 1-dimensional tensor, but got a tensor with {} dims",
                    x.dim());
  check(sections > 0, "number of sections must be larger than 0, got {}", sections);
  const int64_t dim = normalize_dim(given, x.dim()), n = x.size(dim);
  DimVector ends;
  for (int64_t i = 1; i < sections; ++i) ends.push_back(n / sections * i + std::min(i, n % sections));
  return pieces(x, dim, ends);
}

namespace {

/// tensor_split along a dimension that the name tells, into equal pieces.
std::vector<Tensor> equal_split(const Tensor& x, int64_t sections, int64_t dim, int64_t least, const char* op) {
  check<ShapeError>(x.dim() >= least,
                    "torch.{} requires a tensor with at least {} dimension, but got a tensor with {} dimensions!", op,
                    least, x.dim());
  check<ShapeError>(sections != 0 && x.size(dim) % sections == 0,
                    "torch.{} attempted to split along dimension {}, but the size of the dimension {} is not divisible "
                    "by the split_size {}!",
                    op, dim, x.size(dim), sections);
  return tensor_split(x, sections, dim);
}

}  // namespace

std::vector<Tensor> hsplit(const Tensor& x, int64_t sections) {
  return equal_split(x, sections, x.dim() <= 1 ? 0 : 1, 1, "hsplit");
}
std::vector<Tensor> vsplit(const Tensor& x, int64_t sections) { return equal_split(x, sections, 0, 2, "vsplit"); }
std::vector<Tensor> dsplit(const Tensor& x, int64_t sections) { return equal_split(x, sections, 2, 3, "dsplit"); }

}  // namespace convgrad
