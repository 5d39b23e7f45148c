#pragma once
#include <convgrad/tensor.h>

#include "kernels/index.h"

namespace convgrad {

/// Positions for some dimensions of a tensor, one entry a dimension: int64, of any shapes that broadcast with each
/// other; undefined where a dimension is taken whole.
struct Picks {
  std::vector<Tensor> at{};
};

/// A list of indices taken apart: numbers, slices and new dimensions are applied to give `source`, a view; picks are
/// what tensors (and bools) ask of its dimensions, none if there were none.
struct TakenApart {
  Tensor source;
  Picks picks;
  bool one_mask = false;  // a mask was the only tensor
};
TakenApart take_apart(const Tensor& x, ArrayRef<indexing::TensorIndex> indices);

/// Which elements of an array a set of picks means, and the shape of what they give.
class PickPlan {
 public:
  /// Throws IndexError for positions outside and shapes that do not broadcast.
  PickPlan(IntArrayRef sizes, IntArrayRef strides, const Picks& picks);
  const DimVector& sizes() const { return sizes_; }
  kernels::Blocks blocks() const;

 private:
  DimVector sizes_;
  std::vector<int64_t> outer_, picked_, inner_;
  int64_t inner_count_ = 1;
};

/// x[picks]: differentiable. Like x.index with tensors alone.
Tensor pick(const Tensor& x, const Picks& picks);
/// Zeros of `sizes` with values added at the picks: the gradient of pick.
Tensor sum_picked(const Tensor& values, const Picks& picks, IntArrayRef sizes);

/// index as int64; refuses other types than int64 and int32.
Tensor as_positions(const Tensor& index, const char* message);
/// Throws E ("index 5 is out of bounds for dimension 0 with size 3") unless 0 <= index < size everywhere.
template <class E>
void check_positions(const Tensor& index, int64_t dim, int64_t size);

}  // namespace convgrad
