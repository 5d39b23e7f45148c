#pragma once
#include <convgrad/nn/module_holder.h>
#include <convgrad/ops/fold.h>
#include <convgrad/required.h>

namespace convgrad::nn {

struct CONVGRAD_API FoldLayerOptions {
  Required<AxisValues, struct output_size> output_size;
  Required<AxisValues, struct kernel_size> kernel_size;
  AxisValues dilation = 1;
  AxisValues padding = 0;
  AxisValues stride = 1;
};
/// fold. Like torch.nn.Fold.
class CONVGRAD_API FoldImpl : public Module {
 public:
  using Options = FoldLayerOptions;
  explicit FoldImpl(FoldLayerOptions options) : options(std::move(options)) {}
  FoldImpl(AxisValues output_size, AxisValues kernel_size)
      : FoldImpl(Options{.output_size = std::move(output_size), .kernel_size = std::move(kernel_size)}) {}
  Tensor forward(const Tensor& x);
  std::string name() const override { return "Fold"; }
  std::string extra_repr() const override;

  FoldLayerOptions options;
};
using Fold = ModuleHolder<FoldImpl>;

struct CONVGRAD_API UnfoldLayerOptions {
  Required<AxisValues, struct kernel_size> kernel_size;
  AxisValues dilation = 1;
  AxisValues padding = 0;
  AxisValues stride = 1;
};
/// unfold. Like torch.nn.Unfold.
class CONVGRAD_API UnfoldImpl : public Module {
 public:
  using Options = UnfoldLayerOptions;
  explicit UnfoldImpl(UnfoldLayerOptions options) : options(std::move(options)) {}
  explicit UnfoldImpl(AxisValues kernel_size) : UnfoldImpl(Options{.kernel_size = std::move(kernel_size)}) {}
  Tensor forward(const Tensor& x);
  std::string name() const override { return "Unfold"; }
  std::string extra_repr() const override;

  UnfoldLayerOptions options;
};
using Unfold = ModuleHolder<UnfoldImpl>;

}  // namespace convgrad::nn
