#include "convgrad/nn/norm.h"

#include "convgrad/nn/init.h"
#include "convgrad/ops/norm.h"
#include "core/check.h"
#include "core/make.h"
#include "core/python_text.h"

namespace convgrad::nn {
namespace {

Tensor parameter(bool wanted, IntArrayRef sizes, std::optional<ScalarType> dtype) {
  return wanted ? make_tensor(sizes, dtype.value_or(get_default_dtype())) : Tensor();
}

void reset_affine(const Tensor& weight, const Tensor& bias) {
  if (weight.defined()) init::ones_(weight);
  if (bias.defined()) init::zeros_(bias);
}

/// "2D or 3D", where both are given.
void check_dims(const Tensor& x, size_t least, size_t most) {
  const auto dims = static_cast<size_t>(x.dim());
  if (dims >= least && dims <= most) return;
  throw ValueError(least == most ? fmt::format("expected {}D input (got {}D input)", most, dims)
                                 : fmt::format("expected {}D or {}D input (got {}D input)", least, most, dims));
}

}  // namespace

// ---- batch norm and instance norm

RunningNormImpl::RunningNormImpl(BatchNormOptions o)
    : options(o),
      weight(register_parameter("weight", parameter(o.affine, {o.num_features}, o.dtype))),
      bias(register_parameter("bias", parameter(o.affine && o.bias, {o.num_features}, o.dtype))),
      running_mean(register_buffer("running_mean", parameter(o.track_running_stats, {o.num_features}, o.dtype))),
      running_var(register_buffer("running_var", parameter(o.track_running_stats, {o.num_features}, o.dtype))),
      num_batches_tracked(register_buffer("num_batches_tracked", parameter(o.track_running_stats, {}, kInt64))) {
  reset_parameters();
}

void RunningNormImpl::reset_running_stats() {
  if (!options.track_running_stats) return;
  running_mean.zero_();
  running_var.fill_(1);
  num_batches_tracked.zero_();
}

void RunningNormImpl::reset_parameters() {
  reset_running_stats();
  reset_affine(weight, bias);
}

std::string RunningNormImpl::extra_repr() const {
  return fmt::format("{}, eps={}, momentum={}, affine={}, bias={}, track_running_stats={}",
                     int64_t{options.num_features}, float_repr(options.eps),
                     options.momentum ? float_repr(*options.momentum) : "None", bool_repr(options.affine),
                     bool_repr(bias.defined()), bool_repr(options.track_running_stats));
}

template <size_t D>
std::string BatchNormImpl<D>::name() const {
  return fmt::format("BatchNorm{}d", D);
}

template <size_t D>
Tensor BatchNormImpl<D>::forward(const Tensor& x) {
  check_dims(x, D == 1 ? 2 : D + 2, D + 2);
  double momentum = options.momentum.value_or(0);
  const bool moves = is_training() && options.track_running_stats;
  if (moves) {
    num_batches_tracked.add_(1);
    if (!options.momentum) momentum = 1 / static_cast<double>(num_batches_tracked.item<int64_t>());
  }
  const bool own = is_training() || !running_mean.defined();
  const bool shown = !is_training() || moves;
  return batch_norm(x, shown ? running_mean : Tensor(), shown ? running_var : Tensor(), weight, bias, own, momentum,
                    options.eps);
}

template <size_t D>
std::string InstanceNormImpl<D>::name() const {
  return fmt::format("InstanceNorm{}d", D);
}

template <size_t D>
Tensor InstanceNormImpl<D>::forward(const Tensor& x) {
  check_dims(x, D + 1, D + 2);
  const bool single = x.dim() == D + 1;  // no batch
  const int64_t dim = single ? 0 : 1;
  check<ValueError>(!options.affine || x.size(dim) == options.num_features,
                    "expected input's size at dim={} to match num_features ({}), but got: {}.", dim,
                    int64_t{options.num_features}, x.size(dim));
  const Tensor y =
      instance_norm(single ? x.unsqueeze(0) : x, running_mean, running_var, weight, bias,
                    is_training() || !options.track_running_stats, options.momentum.value_or(0), options.eps);
  return single ? y.squeeze(0) : y;
}

template class BatchNormImpl<1>;
template class BatchNormImpl<2>;
template class BatchNormImpl<3>;
template class InstanceNormImpl<1>;
template class InstanceNormImpl<2>;
template class InstanceNormImpl<3>;

// ---- layer norm

LayerNormImpl::LayerNormImpl(LayerNormOptions o)
    : options(std::move(o)),
      weight(
          register_parameter("weight", parameter(options.elementwise_affine, options.normalized_shape, options.dtype))),
      bias(register_parameter(
          "bias", parameter(options.elementwise_affine && options.bias, options.normalized_shape, options.dtype))) {
  reset_parameters();
}

void LayerNormImpl::reset_parameters() { reset_affine(weight, bias); }

Tensor LayerNormImpl::forward(const Tensor& x) {
  return layer_norm(x, options.normalized_shape, weight, bias, options.eps);
}

std::string LayerNormImpl::extra_repr() const {
  return fmt::format("{}, eps={}, elementwise_affine={}, bias={}", tuple_repr(options.normalized_shape),
                     float_repr(options.eps), bool_repr(options.elementwise_affine), bool_repr(bias.defined()));
}

// ---- group norm

GroupNormImpl::GroupNormImpl(GroupNormOptions o)
    : options(o),
      weight(register_parameter("weight", parameter(o.affine, {o.num_channels}, o.dtype))),
      bias(register_parameter("bias", parameter(o.affine && o.bias, {o.num_channels}, o.dtype))) {
  const int64_t groups = options.num_groups, channels = options.num_channels;
  check<ValueError>(groups != 0 && channels % groups == 0, "num_channels ({}) must be divisible by num_groups ({})",
                    channels, groups);
  reset_parameters();
}

void GroupNormImpl::reset_parameters() { reset_affine(weight, bias); }

Tensor GroupNormImpl::forward(const Tensor& x) { return group_norm(x, options.num_groups, weight, bias, options.eps); }

std::string GroupNormImpl::extra_repr() const {
  return fmt::format("{}, {}, eps={}, affine={}, bias={}", int64_t{options.num_groups}, int64_t{options.num_channels},
                     float_repr(options.eps), bool_repr(options.affine), bool_repr(bias.defined()));
}

// ---- local response norm

Tensor LocalResponseNormImpl::forward(const Tensor& x) {
  return local_response_norm(x, options.size, options.alpha, options.beta, options.k);
}

std::string LocalResponseNormImpl::extra_repr() const {
  return fmt::format("{}, alpha={}, beta={}, k={}", int64_t{options.size}, float_repr(options.alpha),
                     float_repr(options.beta), float_repr(options.k));
}

}  // namespace convgrad::nn
