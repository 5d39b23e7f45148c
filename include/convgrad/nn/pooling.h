#pragma once
#include <convgrad/nn/module_holder.h>
#include <convgrad/ops/conv_options.h>
#include <convgrad/required.h>

#include <optional>

namespace convgrad::nn {

struct CONVGRAD_API MaxPoolLayerOptions {
  Required<AxisValues, struct kernel_size> kernel_size;
  AxisValues stride = {};  // empty: the kernel's size
  AxisValues padding = 0;  // cells of −∞ at both ends
  AxisValues dilation = 1;
  bool ceil_mode = false;  // windows may hang over the end
};
/// The largest value of each window. Like torch.nn.MaxPool1d, MaxPool2d and MaxPool3d.
template <size_t D>
class CONVGRAD_API MaxPoolImpl : public Module {
 public:
  using Options = MaxPoolLayerOptions;
  explicit MaxPoolImpl(MaxPoolLayerOptions options);
  explicit MaxPoolImpl(AxisValues kernel_size) : MaxPoolImpl(Options{.kernel_size = std::move(kernel_size)}) {}
  Tensor forward(const Tensor& x);
  std::string name() const override;
  std::string extra_repr() const override;

  MaxPoolLayerOptions options;
};
extern template class MaxPoolImpl<1>;
extern template class MaxPoolImpl<2>;
extern template class MaxPoolImpl<3>;
using MaxPool1d = ModuleHolder<MaxPoolImpl<1>>;
using MaxPool2d = ModuleHolder<MaxPoolImpl<2>>;
using MaxPool3d = ModuleHolder<MaxPoolImpl<3>>;

struct CONVGRAD_API AvgPoolLayerOptions {
  Required<AxisValues, struct kernel_size> kernel_size;
  AxisValues stride = {};                     // empty: the kernel's size
  AxisValues padding = 0;                     // cells of zeros at both ends
  bool ceil_mode = false;                     // windows may hang over the end
  bool count_include_pad = true;              // the padding's zeros count in the mean
  std::optional<int64_t> divisor_override{};  // instead of the number of cells; not in 1-D
};
/// The mean of each window. Like torch.nn.AvgPool1d, AvgPool2d and AvgPool3d.
template <size_t D>
class CONVGRAD_API AvgPoolImpl : public Module {
 public:
  using Options = AvgPoolLayerOptions;
  explicit AvgPoolImpl(AvgPoolLayerOptions options);
  explicit AvgPoolImpl(AxisValues kernel_size) : AvgPoolImpl(Options{.kernel_size = std::move(kernel_size)}) {}
  Tensor forward(const Tensor& x);
  std::string name() const override;
  std::string extra_repr() const override;

  AvgPoolLayerOptions options;
};
extern template class AvgPoolImpl<1>;
extern template class AvgPoolImpl<2>;
extern template class AvgPoolImpl<3>;
using AvgPool1d = ModuleHolder<AvgPoolImpl<1>>;
using AvgPool2d = ModuleHolder<AvgPoolImpl<2>>;
using AvgPool3d = ModuleHolder<AvgPoolImpl<3>>;

}  // namespace convgrad::nn
