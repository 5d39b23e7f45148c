#include "ops/reduced_shape.h"

#include "core/check.h"
#include "core/make.h"
#include "core/shape.h"

namespace convgrad {

ReducedShape::ReducedShape(IntArrayRef sizes, IntArrayRef dims, bool keepdim) : sizes_(sizes), keepdim_(keepdim) {
  check(sizes.size() <= 64, "only tensors with up to 64 dims are supported");
  const int64_t ndim = static_cast<int64_t>(sizes.size());
  for (const int64_t given : dims) {
    const int64_t dim = normalize_dim(given, ndim);
    check(!reduces(dim), "dim {} appears multiple times in the list of dims", dim);
    mask_ |= uint64_t{1} << dim;
  }
  if (dims.empty()) mask_ = ~uint64_t{0};
  for (size_t d = 0; d < sizes.size(); ++d)
    if (reduces(d)) count_ *= sizes[d];  // no overflow: a factor of the elements, or one of them is zero
}

DimVector ReducedShape::dims() const {
  DimVector result;
  for (size_t d = 0; d < sizes_.size(); ++d)
    if (reduces(d)) result.push_back(static_cast<int64_t>(d));
  return result;
}

DimVector ReducedShape::kept_sizes(bool keepdim) const {
  DimVector result;
  for (size_t d = 0; d < sizes_.size(); ++d)
    if (!reduces(d))
      result.push_back(sizes_[d]);
    else if (keepdim)
      result.push_back(1);
  return result;
}

Tensor ReducedShape::restored(const Tensor& reduced) const {
  if (keepdim_ || reduced.dim() == 0) return reduced;
  Tensor result = reduced;
  for (size_t d = 0; d < sizes_.size(); ++d)
    if (reduces(d)) result = result.unsqueeze(static_cast<int64_t>(d));
  return result;
}

kernels::ReduceProblem reduce_problem(const Tensor& x, const ReducedShape& shape) {
  kernels::ReduceProblem problem;
  int64_t step = 1;
  for (size_t d = x.sizes().size(); d-- > 0;) {
    const int64_t size = x.sizes()[d], stride = x.strides()[d];
    if (shape.reduces(d)) {
      problem.folded.insert(problem.folded.begin(), {size, stride, 0});
    } else {
      problem.kept.insert(problem.kept.begin(), {size, stride, step});
      step *= size;
    }
  }
  return problem;
}

Tensor fold(const Tensor& x, const ReducedShape& shape, const kernels::Fold& how, ScalarType dtype) {
  Tensor out = make_tensor(shape.output_sizes(), dtype);
  kernels::reduce(reduce_problem(x, shape), how, x.data_ptr(), {out.data_ptr()});
  return out;
}

}  // namespace convgrad
