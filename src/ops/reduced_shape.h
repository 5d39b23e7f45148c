#pragma once
#include <convgrad/tensor.h>

#include "kernels/reduce.h"

namespace convgrad {

/// Which dimensions of a tensor a reduction takes away, and what that does to its shape.
class ReducedShape {
 public:
  /// dims: any order, negative ones count from the end; none means all. Throws PyTorch's errors for dimensions that do
  /// not exist or come twice.
  ReducedShape(IntArrayRef sizes, IntArrayRef dims, bool keepdim);

  bool reduces(size_t dim) const { return mask_ >> dim & 1; }
  /// Elements that go into one.
  int64_t count() const { return count_; }
  /// The reduced dimensions in order.
  DimVector dims() const;
  /// With the reduced dimensions as ones, or without them.
  DimVector kept_sizes(bool keepdim) const;
  DimVector output_sizes() const { return kept_sizes(keepdim_); }

  /// A tensor of output_sizes() as one that broadcasts with the input. Differentiable.
  Tensor restored(const Tensor& reduced) const;
  /// restored, and expanded to the input's sizes. Differentiable.
  Tensor spread(const Tensor& reduced) const { return restored(reduced).expand(sizes_); }

 private:
  DimVector sizes_;
  uint64_t mask_ = 0;
  int64_t count_ = 1;
  bool keepdim_ = false;
};

/// The reduction of x's elements into cells laid out like a contiguous tensor of the output sizes.
kernels::ReduceProblem reduce_problem(const Tensor& x, const ReducedShape& shape);

/// Runs a fold over x; the result has type `dtype`.
Tensor fold(const Tensor& x, const ReducedShape& shape, const kernels::Fold& how, ScalarType dtype);

}  // namespace convgrad
