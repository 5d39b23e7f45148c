// Views in place: the tensor becomes its own view.
#include "autograd/meta.h"
#include "convgrad/autograd/function.h"
#include "convgrad/ops/view.h"
#include "core/check.h"

namespace convgrad {
namespace {

/// x with the sizes, strides and history of a view of it.
Tensor& become(Tensor& x, const Tensor& view) {
  autograd::detail_function::check_in_place(x, GradMode::is_enabled() && x.requires_grad(), true);
  const auto node = view.grad_fn();  // before the change counts
  detail::TensorImpl& impl = x.impl();
  const detail::TensorImpl& seen = view.impl();
  impl.sizes = seen.sizes;
  impl.strides = seen.strides;
  impl.contiguous = seen.contiguous;
  impl.version().value++;
  if (impl.base) impl.view_version = x._version();
  if (node) {
    autograd::AutogradMeta& meta = autograd::materialize_meta(x);
    meta.grad_fn = node;
    meta.output_nr = static_cast<uint32_t>(view.output_nr());
  }
  return x;
}

}  // namespace

Tensor& Tensor::transpose_(int64_t dim0, int64_t dim1) { return become(*this, transpose(dim0, dim1)); }
Tensor& Tensor::swapaxes_(int64_t dim0, int64_t dim1) { return become(*this, swapaxes(dim0, dim1)); }
Tensor& Tensor::swapdims_(int64_t dim0, int64_t dim1) { return become(*this, swapdims(dim0, dim1)); }
Tensor& Tensor::t_() {
  check<ShapeError>(dim() <= 2, "t_() expects a tensor with <= 2 dimensions, but self is {}D", dim());
  return become(*this, t());
}
Tensor& Tensor::squeeze_() { return become(*this, squeeze()); }
Tensor& Tensor::squeeze_(int64_t dim) { return become(*this, squeeze(dim)); }
Tensor& Tensor::squeeze_(IntArrayRef dims) { return become(*this, squeeze(dims)); }
Tensor& Tensor::unsqueeze_(int64_t dim) { return become(*this, unsqueeze(dim)); }

}  // namespace convgrad
