#include "convgrad/nn/pooling.h"

#include <fmt/format.h>

#include "convgrad/ops/pool.h"
#include "core/check.h"
#include "core/python_text.h"

namespace convgrad::nn {
namespace {

AxisValues stride_or_kernel(const AxisValues& stride, const AxisValues& kernel_size) {
  return stride.size() == 0 ? kernel_size : stride;
}

}  // namespace

template <size_t D>
MaxPoolImpl<D>::MaxPoolImpl(MaxPoolLayerOptions o) : options(std::move(o)) {
  options.stride = stride_or_kernel(options.stride, options.kernel_size);
}

template <size_t D>
std::string MaxPoolImpl<D>::name() const {
  return fmt::format("MaxPool{}d", D);
}

template <size_t D>
std::string MaxPoolImpl<D>::extra_repr() const {
  return fmt::format("kernel_size={}, stride={}, padding={}, dilation={}, ceil_mode={}",
                     number_or_tuple_repr(options.kernel_size), number_or_tuple_repr(options.stride),
                     number_or_tuple_repr(options.padding), number_or_tuple_repr(options.dilation),
                     bool_repr(options.ceil_mode));
}

template <size_t D>
Tensor MaxPoolImpl<D>::forward(const Tensor& x) {
  constexpr auto function = D == 1 ? max_pool1d : D == 2 ? max_pool2d : max_pool3d;
  return function(x, options.kernel_size, options.stride, options.padding, options.dilation, options.ceil_mode);
}

template <size_t D>
std::tuple<Tensor, Tensor> MaxPoolImpl<D>::forward_with_indices(const Tensor& x) {
  constexpr auto function = D == 1   ? max_pool1d_with_indices
                            : D == 2 ? max_pool2d_with_indices
                                     : max_pool3d_with_indices;
  return function(x, options.kernel_size, options.stride, options.padding, options.dilation, options.ceil_mode);
}

template <size_t D>
AvgPoolImpl<D>::AvgPoolImpl(AvgPoolLayerOptions o) : options(std::move(o)) {
  check<ValueError>(D > 1 || !options.divisor_override, "AvgPool1d has no divisor_override");
  options.stride = stride_or_kernel(options.stride, options.kernel_size);
}

template <size_t D>
std::string AvgPoolImpl<D>::name() const {
  return fmt::format("AvgPool{}d", D);
}

template <size_t D>
std::string AvgPoolImpl<D>::extra_repr() const {
  const auto text = [](const AxisValues& values) { return D == 1 ? tuple_repr(values) : number_or_tuple_repr(values); };
  return fmt::format("kernel_size={}, stride={}, padding={}", text(options.kernel_size), text(options.stride),
                     text(options.padding));
}

template <size_t D>
Tensor AvgPoolImpl<D>::forward(const Tensor& x) {
  const auto& o = options;
  if constexpr (D == 1) {
    return avg_pool1d(x, o.kernel_size, o.stride, o.padding, o.ceil_mode, o.count_include_pad);
  } else {
    constexpr auto function = D == 2 ? avg_pool2d : avg_pool3d;
    return function(x, o.kernel_size, o.stride, o.padding, o.ceil_mode, o.count_include_pad, o.divisor_override);
  }
}

template class MaxPoolImpl<1>;
template class MaxPoolImpl<2>;
template class MaxPoolImpl<3>;
template class AvgPoolImpl<1>;
template class AvgPoolImpl<2>;
template class AvgPoolImpl<3>;

// ---- maxima put back

MaxUnpoolBaseImpl::MaxUnpoolBaseImpl(size_t axes, MaxUnpoolLayerOptions o) : options(std::move(o)), axes_(axes) {
  const auto spread = [axes](const AxisValues& v) { return v.size() == 1 ? AxisValues(DimVector(axes, v[0])) : v; };
  options.stride = spread(stride_or_kernel(options.stride, options.kernel_size));
  options.kernel_size = spread(options.kernel_size);
  options.padding = spread(options.padding);
}

std::string MaxUnpoolBaseImpl::name() const { return fmt::format("MaxUnpool{}d", axes_); }

std::string MaxUnpoolBaseImpl::extra_repr() const {
  return fmt::format("kernel_size={}, stride={}, padding={}", tuple_repr(options.kernel_size),
                     tuple_repr(options.stride), tuple_repr(options.padding));
}

Tensor MaxUnpoolBaseImpl::forward(const Tensor& x, const Tensor& indices, const std::vector<int64_t>& output_size) {
  const auto function = axes_ == 1 ? max_unpool1d : axes_ == 2 ? max_unpool2d : max_unpool3d;
  return function(x, indices, options.kernel_size, options.stride, options.padding, output_size);
}

// ---- power means

std::string LPPoolBaseImpl::name() const { return fmt::format("LPPool{}d", axes_); }

std::string LPPoolBaseImpl::extra_repr() const {
  return fmt::format("norm_type={}, kernel_size={}, stride={}, ceil_mode={}", number_repr(options.norm_type),
                     number_or_tuple_repr(options.kernel_size),
                     options.stride.size() == 0 ? "None" : number_or_tuple_repr(options.stride),
                     bool_repr(options.ceil_mode));
}

Tensor LPPoolBaseImpl::forward(const Tensor& x) {
  const auto function = axes_ == 1 ? lp_pool1d : axes_ == 2 ? lp_pool2d : lp_pool3d;
  return function(x, options.norm_type.toDouble(), options.kernel_size, options.stride, options.ceil_mode);
}

// ---- to given sizes

DimVector OutputSizes::of(const Tensor& x, size_t axes) const {
  check<ValueError>(sizes_.size() == 1 || x.sizes().size() > sizes_.size(), "Input dimension should be at least {}",
                    sizes_.size() + 1);
  DimVector sizes;
  for (size_t a = 0; a < (sizes_.size() == 1 ? axes : sizes_.size()); ++a) {
    const std::optional<int64_t>& size = sizes_[sizes_.size() == 1 ? 0 : a];
    const size_t behind = (sizes_.size() == 1 ? axes : sizes_.size()) - a;
    check<ValueError>(size || x.sizes().size() >= behind, "Input dimension should be at least {}", axes + 1);
    sizes.push_back(size ? *size : x.sizes()[x.sizes().size() - behind]);
  }
  return sizes;
}

std::string OutputSizes::repr() const {
  std::string text;
  for (const auto& size : sizes_) text += (text.empty() ? "" : ", ") + (size ? std::to_string(*size) : "None");
  return sizes_.size() == 1 ? text : "(" + text + ")";
}

std::string AdaptivePoolImpl::name() const { return fmt::format("Adaptive{}Pool{}d", max_ ? "Max" : "Avg", axes_); }

std::string AdaptivePoolImpl::extra_repr() const { return "output_size=" + options.output_size.repr(); }

std::tuple<Tensor, Tensor> AdaptivePoolImpl::maxima(const Tensor& x) const {
  const auto function = axes_ == 1 ? adaptive_max_pool1d : axes_ == 2 ? adaptive_max_pool2d : adaptive_max_pool3d;
  return function(x, options.output_size.of(x, axes_));
}

Tensor AdaptivePoolImpl::forward(const Tensor& x) {
  if (max_) return std::get<0>(maxima(x));
  const auto function = axes_ == 1 ? adaptive_avg_pool1d : axes_ == 2 ? adaptive_avg_pool2d : adaptive_avg_pool3d;
  return function(x, options.output_size.of(x, axes_));
}

}  // namespace convgrad::nn
