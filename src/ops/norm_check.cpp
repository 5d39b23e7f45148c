#include "ops/norm_check.h"

#include "convgrad/print.h"
#include "core/check.h"
#include "core/python_text.h"
#include "core/shape.h"

namespace convgrad {
namespace {

void check_elements(const Tensor& t, const char* name, int64_t count) {
  if (t.defined())
    check<ShapeError>(t.numel() == count, "{} should contain {} elements not {}", name, count, t.numel());
}

void check_floating(const Tensor& x, const char* kernel) {
  check<NotImplementedError>(x.is_floating_point(), "\"{}\" not implemented for '{}'", kernel, legacy_name(x.dtype()));
}

/// x and its parameters have one type.
void check_type(const Tensor& x, const Tensor& parameter) {
  if (!parameter.defined() || parameter.dtype() == x.dtype()) return;
  throw Error(x.dtype() == kFloat64 ? "mixed dtype (CPU): all inputs must share same datatype."
                                    : "mixed dtype (CPU): expect parameter to have scalar type of Float");
}

void check_no_gradient(const Tensor& t, const char* name) {
  check(!t.defined() || !t.requires_grad(),
        "The function 'native_batch_norm' is not differentiable with respect to argument '{}'. This input cannot have "
        "requires_grad True.",
        name);
}

void check_statistics(const NormStatistics& running, bool needed) {
  check<ValueError>(needed || running.mean.defined() == running.variance.defined(),
                    "running_mean and running_var must either both be None or neither be None");
  check_no_gradient(running.mean, "running_mean");
  check_no_gradient(running.variance, "running_var");
}

void check_normalized(const Tensor& t, const char* name, IntArrayRef shape) {
  check<ShapeError>(!t.defined() || t.sizes() == shape,
                    "Expected {0} to be of same shape as normalized_shape, but got {0} of shape {1} and "
                    "normalized_shape = {2}",
                    name, t.defined() ? t.sizes() : IntArrayRef(), shape);
}

void check_channels(const Tensor& t, const char* name, const Tensor& x) {
  check<ShapeError>(!t.defined() || (t.dim() == 1 && t.numel() == x.size(1)),
                    "Expected {0} to be a vector of size equal to the number of channels in input, but got {0} of "
                    "shape {1} and input of shape {2}",
                    name, t.defined() ? t.sizes() : IntArrayRef(), x.sizes());
}

void check_eps(double eps, bool training) {
  check<ValueError>(!training || eps > 0, "batch_norm eps must be positive during training, but got {}",
                    float_repr(eps));
  check<ValueError>(eps >= 0, "batch_norm eps must be non-negative, but got {}", float_repr(eps));
}

}  // namespace

void check_batch_norm(const Tensor& x, const NormStatistics& running, const Tensor& weight, const Tensor& bias,
                      bool training, double eps) {
  if (training) {
    check<IndexError>(x.dim() >= 1, "Dimension specified as 0 but tensor has no dimensions");
    const int64_t channels = x.dim() == 1 && x.numel() == 0 ? 0 : x.size(1);  // IndexError where there are none
    check<ValueError>(x.numel() != channels || channels == 0,
                      "Expected more than 1 value per channel when training, got input size {}", size_repr(x.sizes()));
  }
  check_eps(eps, training);
  if (!training) {
    check(running.mean.defined(), "running_mean must be defined in evaluation mode");
    check(running.variance.defined(), "running_var must be defined in evaluation mode");
  }
  check_statistics(running, !training);
  const int64_t channels = x.dim() < 2 ? 0 : x.size(1);
  check_elements(running.mean, "running_mean", channels);
  check_elements(running.variance, "running_var", channels);
  check_elements(weight, "weight", channels);
  check_elements(bias, "bias", channels);
  check_floating(x, "batch_norm");
  check_type(x, weight);
  check_type(x, bias);
  check_type(x, running.mean);
  check_type(x, running.variance);
}

void check_instance_norm(const Tensor& x, const NormStatistics& running, const Tensor& weight, const Tensor& bias,
                         bool use_input_stats, double eps) {
  int64_t positions = 1;
  for (int64_t d = 2; d < x.dim(); ++d) positions *= x.size(d);
  check<ValueError>(!use_input_stats || positions != 1,
                    "Expected more than 1 spatial element when training, got input size {}", size_repr(x.sizes()));
  check(use_input_stats || (running.mean.defined() && running.variance.defined()),
        "Expected running_mean and running_var to be defined when use_input_stats is false");
  check_statistics(running, false);
  check<ValueError>(eps >= 0, "batch_norm eps must be non-negative, but got {}", float_repr(eps));
  const int64_t batch = x.size(0), channels = x.size(1);
  const auto check_repeated = [&](const Tensor& t, const char* name) {
    if (t.defined())
      check<ShapeError>(t.numel() == channels, "{} should contain {} elements not {}", name, batch * channels,
                        batch * t.numel());
  };
  check_repeated(running.mean, "running_mean");
  check_repeated(running.variance, "running_var");
  check_repeated(weight, "weight");
  check_repeated(bias, "bias");
  check_floating(x, "batch_norm");
  check_type(x, weight);
  check_type(x, bias);
  check_type(x, running.mean);
  check_type(x, running.variance);
}

void check_layer_norm(const Tensor& x, IntArrayRef shape, const Tensor& weight, const Tensor& bias) {
  check(!shape.empty(),
        "Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got "
        "normalized_shape = []");
  check_normalized(weight, "weight", shape);
  check_normalized(bias, "bias", shape);
  const size_t n = shape.size(), dims = x.sizes().size();
  check<ShapeError>(dims >= n && IntArrayRef(x.sizes().data() + (dims - n), n) == shape,
                    "Given normalized_shape={}, expected input with shape [*, {}], but got input of size{}", shape,
                    fmt::join(shape.begin(), shape.end(), ", "), x.sizes());
  check_floating(x, "LayerNormKernelImpl");
  check_type(x, weight);
  check_type(x, bias);
}

void check_group_norm(const Tensor& x, int64_t groups, const Tensor& weight, const Tensor& bias) {
  check(x.dim() >= 2, "Expected at least 2 dimensions for input tensor but received {}", x.dim());
  check(groups > 0, "Expected num groups to be greater than 0, got {}", groups);
  const int64_t batch = x.size(0), channels = x.size(1);
  int64_t values = batch * channels / groups;
  DimVector grouped{values, groups};
  for (int64_t d = 2; d < x.dim(); ++d) values *= x.size(d), grouped.push_back(x.size(d));
  check<ValueError>(values != 1, "Expected more than 1 value per channel when training, got input size {}",
                    IntArrayRef(grouped));
  check<ShapeError>(channels % groups == 0,
                    "Expected number of channels in input to be divisible by num_groups, but got input of shape {} and "
                    "num_groups={}",
                    x.sizes(), groups);
  check_channels(weight, "weight", x);
  check_channels(bias, "bias", x);
  check_floating(x, "GroupNormKernelImpl");
  check_type(x, weight);
  check_type(x, bias);
}

}  // namespace convgrad
