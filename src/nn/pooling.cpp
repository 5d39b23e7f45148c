#include "convgrad/nn/pooling.h"

#include <fmt/format.h>

#include "convgrad/ops/pool.h"
#include "core/check.h"
#include "core/python_text.h"

namespace convgrad::nn {
namespace {

// One number prints as a number, several as a tuple: as they were given.
std::string as_given(const AxisValues& values) {
  return values.size() == 1 ? std::to_string(values[0]) : tuple_repr(values);
}

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
  return fmt::format("kernel_size={}, stride={}, padding={}, dilation={}, ceil_mode={}", as_given(options.kernel_size),
                     as_given(options.stride), as_given(options.padding), as_given(options.dilation),
                     bool_repr(options.ceil_mode));
}

template <size_t D>
Tensor MaxPoolImpl<D>::forward(const Tensor& x) {
  constexpr auto function = D == 1 ? max_pool1d : D == 2 ? max_pool2d : max_pool3d;
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
  const auto text = [](const AxisValues& values) { return D == 1 ? tuple_repr(values) : as_given(values); };
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

}  // namespace convgrad::nn
