#pragma once
#include <convgrad/nn/module_holder.h>
#include <convgrad/ops/conv_options.h>
#include <convgrad/required.h>

#include <optional>

namespace convgrad::nn {

struct BatchNormOptions {
  Required<int64_t, struct num_features> num_features;
  double eps = 1e-5;
  std::optional<double> momentum = 0.1;  // the weight of a new batch; none: the mean over all batches so far
  bool affine = true;                    // weight and bias are learned
  bool track_running_stats = true;
  bool bias = true;  // where not: no bias, whatever `affine`
  std::optional<ScalarType> dtype{};
};

/// What BatchNorm and InstanceNorm share: weight (ones) and bias (zeros) of [num_features], the buffers running_mean,
/// running_var and num_batches_tracked; undefined where the options leave them out.
class CONVGRAD_API RunningNormImpl : public Module {
 public:
  void reset_running_stats();
  /// Ones, zeros, and no batch seen.
  void reset_parameters();
  std::string extra_repr() const override;

  BatchNormOptions options;
  Tensor& weight;
  Tensor& bias;
  Tensor& running_mean;
  Tensor& running_var;
  Tensor& num_batches_tracked;

 protected:
  explicit RunningNormImpl(BatchNormOptions options);
};

/// batch_norm with the batch's statistics while training, which move the running ones; in evaluation with the running
/// ones, or, where none are tracked, the batch's. x: (N, C) or (N, C, L) in 1-D, (N, C, H, W), (N, C, D, H, W).
/// Like torch.nn.BatchNorm1d, BatchNorm2d and BatchNorm3d.
template <size_t D>
class CONVGRAD_API BatchNormImpl : public RunningNormImpl {
 public:
  using Options = BatchNormOptions;
  explicit BatchNormImpl(BatchNormOptions options) : RunningNormImpl(options) {}
  explicit BatchNormImpl(int64_t num_features) : RunningNormImpl({.num_features = num_features}) {}
  Tensor forward(const Tensor& x);
  std::string name() const override;
};
extern template class BatchNormImpl<1>;
extern template class BatchNormImpl<2>;
extern template class BatchNormImpl<3>;
using BatchNorm1d = ModuleHolder<BatchNormImpl<1>>;
using BatchNorm2d = ModuleHolder<BatchNormImpl<2>>;
using BatchNorm3d = ModuleHolder<BatchNormImpl<3>>;

struct InstanceNormOptions {
  Required<int64_t, struct num_features> num_features;
  double eps = 1e-5;
  std::optional<double> momentum = 0.1;
  bool affine = false;
  bool track_running_stats = false;
  bool bias = true;
  std::optional<ScalarType> dtype{};

  operator BatchNormOptions() const {  // NOLINT
    return {num_features, eps, momentum, affine, track_running_stats, bias, dtype};
  }
};
/// instance_norm of (N, C, …) or (C, …). Like torch.nn.InstanceNorm1d, InstanceNorm2d and InstanceNorm3d.
template <size_t D>
class CONVGRAD_API InstanceNormImpl : public RunningNormImpl {
 public:
  using Options = InstanceNormOptions;
  explicit InstanceNormImpl(InstanceNormOptions options) : RunningNormImpl(options) {}
  explicit InstanceNormImpl(int64_t num_features) : InstanceNormImpl(Options{.num_features = num_features}) {}
  Tensor forward(const Tensor& x);
  std::string name() const override;
};
extern template class InstanceNormImpl<1>;
extern template class InstanceNormImpl<2>;
extern template class InstanceNormImpl<3>;
using InstanceNorm1d = ModuleHolder<InstanceNormImpl<1>>;
using InstanceNorm2d = ModuleHolder<InstanceNormImpl<2>>;
using InstanceNorm3d = ModuleHolder<InstanceNormImpl<3>>;

struct CONVGRAD_API LayerNormOptions {
  Required<AxisValues, struct normalized_shape> normalized_shape;  // the sizes of the last dimensions
  double eps = 1e-5;
  bool elementwise_affine = true;
  bool bias = true;
  std::optional<ScalarType> dtype{};
};
/// layer_norm with weight (ones) and bias (zeros) of normalized_shape. Like torch.nn.LayerNorm.
class CONVGRAD_API LayerNormImpl : public Module {
 public:
  using Options = LayerNormOptions;
  explicit LayerNormImpl(LayerNormOptions options);
  explicit LayerNormImpl(AxisValues shape) : LayerNormImpl(Options{.normalized_shape = std::move(shape)}) {}
  Tensor forward(const Tensor& x);
  void reset_parameters();
  std::string name() const override { return "LayerNorm"; }
  std::string extra_repr() const override;

  LayerNormOptions options;
  Tensor& weight;
  Tensor& bias;
};
using LayerNorm = ModuleHolder<LayerNormImpl>;

struct GroupNormOptions {
  Required<int64_t, struct num_groups> num_groups;
  Required<int64_t, struct num_channels> num_channels;
  double eps = 1e-5;
  bool affine = true;
  bool bias = true;
  std::optional<ScalarType> dtype{};
};
/// group_norm with weight (ones) and bias (zeros) of [num_channels]. ValueError where the groups do not divide the
/// channels. Like torch.nn.GroupNorm.
class CONVGRAD_API GroupNormImpl : public Module {
 public:
  using Options = GroupNormOptions;
  explicit GroupNormImpl(GroupNormOptions options);
  GroupNormImpl(int64_t num_groups, int64_t num_channels)
      : GroupNormImpl(Options{.num_groups = num_groups, .num_channels = num_channels}) {}
  Tensor forward(const Tensor& x);
  void reset_parameters();
  std::string name() const override { return "GroupNorm"; }
  std::string extra_repr() const override;

  GroupNormOptions options;
  Tensor& weight;
  Tensor& bias;
};
using GroupNorm = ModuleHolder<GroupNormImpl>;

struct LocalResponseNormOptions {
  Required<int64_t, struct size> size;
  double alpha = 1e-4;
  double beta = 0.75;
  double k = 1;
};
/// local_response_norm. Like torch.nn.LocalResponseNorm.
class CONVGRAD_API LocalResponseNormImpl : public Module {
 public:
  using Options = LocalResponseNormOptions;
  explicit LocalResponseNormImpl(LocalResponseNormOptions options) : options(options) {}
  explicit LocalResponseNormImpl(int64_t size) : options{.size = size} {}
  Tensor forward(const Tensor& x);
  std::string name() const override { return "LocalResponseNorm"; }
  std::string extra_repr() const override;

  LocalResponseNormOptions options;
};
using LocalResponseNorm = ModuleHolder<LocalResponseNormImpl>;

}  // namespace convgrad::nn
