#include "ops/conv_padding.h"

#include <convgrad/error.h>

#include "core/make.h"
#include "core/shape.h"

namespace convgrad::ops {
namespace {

/// The cell that fills position i of an axis of n cells, where i < 0 and i >= n are the padding.
int64_t source_cell(int64_t i, int64_t n, PaddingMode mode) {
  switch (mode) {
    case PaddingMode::reflect:
      return i < 0 ? -i : i >= n ? 2 * (n - 1) - i : i;
    case PaddingMode::circular:
      return i < 0 ? i + n : i >= n ? i - n : i;
    default:
      return std::clamp<int64_t>(i, 0, n - 1);
  }
}

void check_reach(const ConvAxes& axes, size_t i, IntArrayRef sizes, int64_t n, PaddingMode mode) {
  const ConvSpan& a = axes[i];
  const int64_t most = std::max(a.pad_low, a.pad_high);
  if (mode == PaddingMode::reflect && most >= n)
    throw ShapeError(
        {.op = axes.op,
         .argument = "padding",
         .what = fmt::format("Argument #{}: Padding size should be less than the corresponding input dimension, but "
                             "got: padding ({}, {}) at dimension {} of input {}",
                             4 + 2 * (axes.rank - 1 - i), a.pad_low, a.pad_high, 2 + i, to_string(sizes)),
         .hint = fmt::format("a mirror shows at most {} of {} cells", std::max<int64_t>(n - 1, 0), n)});
  if (mode == PaddingMode::circular && most > n)
    throw ShapeError({.op = axes.op,
                      .argument = "padding",
                      .what = "Padding value causes wrapping around more than once.",
                      .expected = fmt::format("at most {}", n),
                      .got = std::to_string(most)});
  if (n == 0 && most > 0)
    throw ShapeError({.op = axes.op,
                      .argument = "input",
                      .what = fmt::format("Expected a tensor with non-zero spatial dimensions for padding, but got: {}",
                                          to_string(sizes))});
}

/// For every cell of the padded axis, the cell of the plain one that fills it.
Tensor source_cells(const ConvSpan& a, int64_t n, PaddingMode mode) {
  const int64_t count = checked_add(checked_add(n, a.pad_low, "padding"), a.pad_high, "padding");
  Tensor cells = make_tensor({count}, kInt64);
  int64_t* p = cells.data_ptr<int64_t>();
  for (int64_t i = 0; i < count; ++i) p[i] = source_cell(i - a.pad_low, n, mode);
  return cells;
}

bool padded(const ConvSpan& a) { return a.pad_low > 0 || a.pad_high > 0; }

}  // namespace

Tensor pad_edges(const Tensor& x, const ConvAxes& axes, PaddingMode mode) {
  Tensor out = x;
  for (size_t i = 0; i < axes.rank; ++i) {
    const int64_t dim = static_cast<int64_t>(2 + i), n = x.size(dim);
    if (!padded(axes[i])) continue;
    check_reach(axes, i, x.sizes(), n, mode);
    out = out.index_select(dim, source_cells(axes[i], n, mode));
  }
  return out;
}

Tensor fold_edges(const Tensor& full, const ConvAxes& axes, PaddingMode mode) {
  DimVector plain = full.sizes();
  for (size_t i = 0; i < axes.rank; ++i) plain[2 + i] = axes.output(i);
  Tensor out = full;
  for (size_t i = 0; i < axes.rank; ++i) {
    const int64_t dim = static_cast<int64_t>(2 + i), n = plain[2 + i];
    if (!padded(axes[i])) continue;
    check_reach(axes, i, plain, n, mode);
    DimVector sizes = out.sizes();
    sizes[2 + i] = n;
    Tensor folded = make_tensor(sizes, out.dtype()).zero_();
    out = folded.index_add_(dim, source_cells(axes[i], n, mode), out);
  }
  return out;
}

ConvAxes without_padding(const ConvAxes& axes) {
  ConvAxes bare = axes;
  for (ConvSpan& a : bare.spans) {
    if (!axes.transposed) a.input += a.pad_low + a.pad_high;  // fits: the shape rule has looked at the sum
    a.pad_low = a.pad_high = 0;
  }
  return bare;
}

}  // namespace convgrad::ops
