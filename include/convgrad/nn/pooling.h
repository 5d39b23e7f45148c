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
  /// The maxima and their positions, as MaxUnpool takes them.
  std::tuple<Tensor, Tensor> forward_with_indices(const Tensor& x);
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

struct CONVGRAD_API MaxUnpoolLayerOptions {
  Required<AxisValues, struct kernel_size> kernel_size;
  AxisValues stride = {};  // empty: the kernel's size
  AxisValues padding = 0;
};
/// What MaxUnpool1d to MaxUnpool3d share.
class CONVGRAD_API MaxUnpoolBaseImpl : public Module {
 public:
  using Options = MaxUnpoolLayerOptions;
  /// max_unpool of x by the indices that a MaxPool gave with it; output_size as there.
  Tensor forward(const Tensor& x, const Tensor& indices, const std::vector<int64_t>& output_size = {});
  std::string name() const override;
  std::string extra_repr() const override;

  MaxUnpoolLayerOptions options;

 protected:
  MaxUnpoolBaseImpl(size_t axes, MaxUnpoolLayerOptions options);
  size_t axes_;
};
/// Like torch.nn.MaxUnpool1d, MaxUnpool2d and MaxUnpool3d.
template <size_t D>
class MaxUnpoolImpl : public MaxUnpoolBaseImpl {
 public:
  explicit MaxUnpoolImpl(MaxUnpoolLayerOptions options) : MaxUnpoolBaseImpl(D, std::move(options)) {}
  explicit MaxUnpoolImpl(AxisValues kernel_size) : MaxUnpoolImpl(Options{.kernel_size = std::move(kernel_size)}) {}
};
using MaxUnpool1d = ModuleHolder<MaxUnpoolImpl<1>>;
using MaxUnpool2d = ModuleHolder<MaxUnpoolImpl<2>>;
using MaxUnpool3d = ModuleHolder<MaxUnpoolImpl<3>>;

struct CONVGRAD_API LPPoolLayerOptions {
  Required<Scalar, struct norm_type> norm_type;
  Required<AxisValues, struct kernel_size> kernel_size;
  AxisValues stride = {};  // empty: the kernel's size
  bool ceil_mode = false;
};
/// What LPPool1d to LPPool3d share: lp_pool.
class CONVGRAD_API LPPoolBaseImpl : public Module {
 public:
  using Options = LPPoolLayerOptions;
  Tensor forward(const Tensor& x);
  std::string name() const override;
  std::string extra_repr() const override;

  LPPoolLayerOptions options;

 protected:
  LPPoolBaseImpl(size_t axes, LPPoolLayerOptions options) : options(std::move(options)), axes_(axes) {}
  size_t axes_;
};
/// Like torch.nn.LPPool1d, LPPool2d and LPPool3d.
template <size_t D>
class LPPoolImpl : public LPPoolBaseImpl {
 public:
  explicit LPPoolImpl(LPPoolLayerOptions options) : LPPoolBaseImpl(D, std::move(options)) {}
  LPPoolImpl(Scalar norm_type, AxisValues kernel_size)
      : LPPoolImpl(Options{.norm_type = norm_type, .kernel_size = std::move(kernel_size)}) {}
};
using LPPool1d = ModuleHolder<LPPoolImpl<1>>;
using LPPool2d = ModuleHolder<LPPoolImpl<2>>;
using LPPool3d = ModuleHolder<LPPoolImpl<3>>;

/// Sizes of an output's spatial axes: one for all or one for each; none (std::nullopt) where an axis keeps the input's.
class CONVGRAD_API OutputSizes {
 public:
  OutputSizes(std::integral auto all) : sizes_{all} {}                               // NOLINT: numbers convert
  OutputSizes(std::nullopt_t all) : sizes_{all} {}                                   // NOLINT
  OutputSizes(std::initializer_list<std::optional<int64_t>> list) : sizes_(list) {}  // NOLINT

  /// For this input. ValueError where it has too few dimensions.
  DimVector of(const Tensor& x, size_t axes) const;
  std::string repr() const;  // as Python prints it: "3", "(3, None)"

 private:
  std::vector<std::optional<int64_t>> sizes_;
};
struct CONVGRAD_API AdaptivePoolOptions {
  Required<OutputSizes, struct output_size> output_size;
};
/// What the adaptive pools share.
class CONVGRAD_API AdaptivePoolImpl : public Module {
 public:
  using Options = AdaptivePoolOptions;
  Tensor forward(const Tensor& x);
  std::string name() const override;
  std::string extra_repr() const override;

  AdaptivePoolOptions options;

 protected:
  AdaptivePoolImpl(size_t axes, bool max, AdaptivePoolOptions options)
      : options(std::move(options)), axes_(axes), max_(max) {}
  std::tuple<Tensor, Tensor> maxima(const Tensor& x) const;

 private:
  size_t axes_;
  bool max_;
};
/// adaptive_avg_pool. Like torch.nn.AdaptiveAvgPool1d, AdaptiveAvgPool2d and AdaptiveAvgPool3d.
template <size_t D>
class AdaptiveAvgPoolImpl : public AdaptivePoolImpl {
 public:
  explicit AdaptiveAvgPoolImpl(AdaptivePoolOptions options) : AdaptivePoolImpl(D, false, std::move(options)) {}
  explicit AdaptiveAvgPoolImpl(OutputSizes sizes) : AdaptiveAvgPoolImpl(Options{.output_size = std::move(sizes)}) {}
};
using AdaptiveAvgPool1d = ModuleHolder<AdaptiveAvgPoolImpl<1>>;
using AdaptiveAvgPool2d = ModuleHolder<AdaptiveAvgPoolImpl<2>>;
using AdaptiveAvgPool3d = ModuleHolder<AdaptiveAvgPoolImpl<3>>;
/// adaptive_max_pool. Like torch.nn.AdaptiveMaxPool1d, AdaptiveMaxPool2d and AdaptiveMaxPool3d.
template <size_t D>
class AdaptiveMaxPoolImpl : public AdaptivePoolImpl {
 public:
  explicit AdaptiveMaxPoolImpl(AdaptivePoolOptions options) : AdaptivePoolImpl(D, true, std::move(options)) {}
  explicit AdaptiveMaxPoolImpl(OutputSizes sizes) : AdaptiveMaxPoolImpl(Options{.output_size = std::move(sizes)}) {}
  std::tuple<Tensor, Tensor> forward_with_indices(const Tensor& x) const { return maxima(x); }
};
using AdaptiveMaxPool1d = ModuleHolder<AdaptiveMaxPoolImpl<1>>;
using AdaptiveMaxPool2d = ModuleHolder<AdaptiveMaxPoolImpl<2>>;
using AdaptiveMaxPool3d = ModuleHolder<AdaptiveMaxPoolImpl<3>>;

}  // namespace convgrad::nn
