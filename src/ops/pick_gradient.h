#pragma once
#include "convgrad/autograd/function.h"
#include "core/make.h"

namespace convgrad {

/// Where values were picked along a dimension, one each.
struct PickedAlong {
  DimVector sizes;
  int64_t dim;
  bool keepdim;
};

/// The gradient by what the values were picked from: dy at `indices`, zero elsewhere.
inline Tensor picked_gradient(const PickedAlong& along, const Tensor& indices, const Tensor& dy) {
  const bool flat = along.keepdim || along.sizes.empty();
  const Tensor zeros = make_tensor(along.sizes, dy.dtype()).zero_();
  return zeros.scatter(along.dim, flat ? indices : indices.unsqueeze(along.dim), flat ? dy : dy.unsqueeze(along.dim));
}

/// The gradient by x of a value y that stands in x: shared by all that equal it.
inline Tensor shared_gradient(const Tensor& x, const Tensor& y, const Tensor& dy) {
  const Tensor hit = (y.isnan().item<bool>() ? x.isnan() : x.eq(y)).to(dy.dtype());
  return dy.div(hit.sum()).mul(hit);
}

}  // namespace convgrad
