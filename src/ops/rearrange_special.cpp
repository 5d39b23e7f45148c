// Rotations, diagonals, and repetitions of elements.
#include "convgrad/ops/creation.h"
#include "convgrad/ops/index.h"
#include "convgrad/ops/join.h"
#include "convgrad/ops/pointwise.h"
#include "convgrad/ops/reduce.h"
#include "convgrad/ops/view.h"
#include "core/check.h"
#include "core/shape.h"
#include "ops/rule.h"
#include "ops/view_layout.h"

namespace convgrad {
namespace {

using Call = ByRule::Call;
using Rule = ByRule::Rule;

/// ints: quarter turns and the two dimensions.
const Rule kRot90{"Rot90Backward0",
                  [](const Call& c) {
                    const int64_t k = c.p.ints[0], a = c.p.ints[1], b = c.p.ints[2];
                    if (k == 1) return c.a.flip(b).transpose(a, b).clone();
                    if (k == 2) return c.a.flip({a, b});
                    return k == 3 ? c.a.flip(a).transpose(a, b).clone() : c.a.clone();
                  },
                  [](const Call& c, const Tensor& dy) {
                    return Grads<3>{rot90(dy, -c.p.ints[0], {c.p.ints[1], c.p.ints[2]})};
                  }};

/// ints: offset and the two dimensions.
const Rule kDiagEmbed{
    "DiagEmbedBackward0",
    [](const Call& c) {
      const int64_t offset = c.p.ints[0], d1 = c.p.ints[1], d2 = c.p.ints[2];
      const int64_t n = c.a.size(-1) + std::abs(offset);
      DimVector sizes = c.a.sizes();
      sizes.erase(sizes.size() - 1);
      sizes.insert(std::min(d1, d2), n), sizes.insert(std::max(d1, d2), n);
      const Tensor y = zeros_of(sizes, c.a.dtype());
      make_alias(y).diagonal(offset, d1, d2).copy_(c.a);
      return y;
    },
    [](const Call& c, const Tensor& dy) { return Grads<3>{dy.diagonal(c.p.ints[0], c.p.ints[1], c.p.ints[2])}; }};

/// A copy of a matrix's diagonal. ints: offset, rows, columns.
const Rule kDiagonalCopy{"DiagonalBackward0_copy", [](const Call& c) { return c.a.diagonal(c.p.ints[0]).clone(); },
                         [](const Call& c, const Tensor& dy) {
                           const Tensor dx = zeros_of({c.p.ints[1], c.p.ints[2]}, dy.dtype());
                           const Tensor rows = arange(dy.numel()) + std::max<int64_t>(-c.p.ints[0], 0);
                           return Grads<3>{index_put(dx, {rows, rows + c.p.ints[0]}, dy)};
                         }};

/// Positions of which each comes as often as its number says.
Tensor repeated_positions(const Tensor& repeats) {
  check<NotImplementedError>(repeats.dtype() == kInt64 || repeats.dtype() == kInt32,
                             "\"repeat_interleave_cpu\" not implemented for '{}'", legacy_name(repeats.dtype()));
  const Tensor counts = repeats.to(kInt64).contiguous();
  const int64_t* count = counts.const_data_ptr<int64_t>();
  int64_t total = 0;
  for (int64_t i = 0; i < counts.numel(); ++i) {
    check(count[i] >= 0, "repeats can not be negative");
    total = checked_add(total, count[i], "repeat_interleave");
  }
  const Tensor positions = make_tensor({total}, kInt64);
  int64_t* to = positions.data_ptr<int64_t>();
  for (int64_t i = 0; i < counts.numel(); ++i) to = std::fill_n(to, count[i], i);
  return positions;
}

}  // namespace

Tensor rot90(const Tensor& x, int64_t k, IntArrayRef dims) {
  check(dims.size() == 2, "expected total rotation dims == 2, but got dims = {}", dims.size());
  check<ShapeError>(x.dim() >= 2, "expected total dims >= 2, but got total dims = {}", x.dim());
  check(dims[0] != dims[1], "expected rotation dims to be different, but got dim0 = {} and dim1 = {}", dims[0],
        dims[1]);
  const int64_t a = normalize_dim(dims[0], x.dim()), b = normalize_dim(dims[1], x.dim());
  return by_rule(kRot90, x, {.ints = {(k % 4 + 4) % 4, a, b}});
}
Tensor fliplr(const Tensor& x) {
  check<ShapeError>(x.dim() >= 2, "Input must be >= 2-d.");
  return x.flip({1});
}
Tensor flipud(const Tensor& x) {
  check<ShapeError>(x.dim() >= 1, "Input must be >= 1-d.");
  return x.flip({0});
}

Tensor diag_embed(const Tensor& x, int64_t offset, int64_t dim1, int64_t dim2) {
  const int64_t a = normalize_dim(dim1, x.dim() + 1), b = normalize_dim(dim2, x.dim() + 1);
  check(a != b, "diagonal dimensions cannot be identical {}, {}", dim1, dim2);
  return by_rule(kDiagEmbed, x, {.ints = {offset, a, b}});
}
Tensor diag(const Tensor& x, int64_t offset) {
  check<ShapeError>(x.dim() == 1 || x.dim() == 2, "diag(): Supports 1D or 2D tensors. Got {}D", x.dim());
  if (x.dim() == 1) return diag_embed(x, offset);
  return by_rule(kDiagonalCopy, x, {.ints = {offset, x.size(0), x.size(1)}});
}
Tensor diagflat(const Tensor& x, int64_t offset) { return diag_embed(x.reshape({-1}), offset); }

Tensor repeat_interleave(const Tensor& x, int64_t repeats, std::optional<int64_t> given) {
  check(repeats >= 0, "Repeats must be non-negative");
  const Tensor lines = given ? x : x.flatten();
  const int64_t dim = given ? normalize_dim(*given, lines.dim()) : 0;
  if (lines.dim() == 0) return repeat_interleave(lines.reshape({1}), repeats, 0);
  DimVector sizes = lines.sizes();
  sizes.insert(dim + 1, repeats);
  return lines.unsqueeze(dim + 1).expand(sizes).clone().flatten(dim, dim + 1);
}
Tensor repeat_interleave(const Tensor& x, const Tensor& repeats, std::optional<int64_t> given) {
  const Tensor lines = given ? x : x.flatten();
  const int64_t dim = given ? normalize_dim(*given, lines.dim()) : 0, n = lines.dim() == 0 ? 1 : lines.size(dim);
  check<ShapeError>(repeats.dim() <= 1, "repeats must be 0-dim or 1-dim tensor");
  const bool one = repeats.numel() == 1;
  check<ShapeError>(one || repeats.size(0) == n,
                    "repeats must have the same size as input along dim, but got repeats.size(0) = {} and "
                    "input.size({}) = {}",
                    repeats.dim() == 0 ? 1 : repeats.size(0), dim, n);
  return lines.index_select(dim, repeated_positions(one ? repeats.reshape({1}).expand({n}) : repeats));
}
Tensor repeat_interleave(const Tensor& repeats) {
  check<ShapeError>(repeats.dim() == 1, "repeat_interleave only accept 1D vector as repeat");
  return repeated_positions(repeats);
}

}  // namespace convgrad
