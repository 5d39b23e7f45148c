#include "ops/conv_padding.h"

#include <convgrad/ops/pad.h>

#include "core/check.h"
#include "ops/pad_adjoint.h"

namespace convgrad::ops {
namespace {

const char* name_of(PaddingMode mode) {
  switch (mode) {
    case PaddingMode::reflect:
      return "reflect";
    case PaddingMode::replicate:
      return "replicate";
    case PaddingMode::circular:
      return "circular";
    default:
      return "constant";
  }
}

/// As pad() wants it: low and high of the last axis, then of the one before it.
DimVector reversed_padding(const ConvAxes& axes) {
  DimVector list;
  for (size_t i = axes.rank; i-- > 0;) list.push_back(axes[i].pad_low), list.push_back(axes[i].pad_high);
  return list;
}

}  // namespace

Tensor pad_edges(const Tensor& x, const ConvAxes& axes, PaddingMode mode, double value) {
  if (mode == PaddingMode::zeros) return pad(x, reversed_padding(axes), "constant", value);
  return pad(x, reversed_padding(axes), name_of(mode));
}

Tensor fold_edges(const Tensor& full, const ConvAxes& axes, PaddingMode mode) {
  DimVector sizes = full.sizes();
  for (size_t i = 0; i < axes.rank; ++i) sizes[2 + i] = axes.output(i);
  return pad_adjoint(full, sizes, reversed_padding(axes), name_of(mode));
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
