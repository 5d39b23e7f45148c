#include "convgrad/nn/init.h"

#include <algorithm>
#include <cmath>

#include "convgrad/autograd/grad_mode.h"
#include "core/check.h"
#include "core/shape.h"

// The arithmetic is in double and in the order of PyTorch's init.py: the bounds are the same to the last bit.
namespace convgrad::nn::init {
namespace {

double correct_fan(const Tensor& tensor, const std::string& mode) {
  check<ValueError>(mode == "fan_in" || mode == "fan_out",
                    "Mode {} not supported, please use one of ['fan_in', 'fan_out']", mode);
  const auto [fan_in, fan_out] = _calculate_fan_in_and_fan_out(tensor);
  return static_cast<double>(mode == "fan_in" ? fan_in : fan_out);
}

double xavier_std(const Tensor& tensor, double gain) {
  const auto [fan_in, fan_out] = _calculate_fan_in_and_fan_out(tensor);
  return gain * std::sqrt(2.0 / static_cast<double>(checked_add(fan_in, fan_out, "xavier")));
}

}  // namespace

double calculate_gain(const std::string& nonlinearity, std::optional<double> param) {
  static constexpr const char* linear[] = {"linear",  "conv1d",           "conv2d",           "conv3d",
                                           "sigmoid", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d"};
  if (std::find(std::begin(linear), std::end(linear), nonlinearity) != std::end(linear)) return 1;
  if (nonlinearity == "tanh") return 5.0 / 3;
  if (nonlinearity == "relu") return std::sqrt(2.0);
  if (nonlinearity == "leaky_relu") {
    const double slope = param.value_or(0.01);
    return std::sqrt(2.0 / (1 + slope * slope));
  }
  if (nonlinearity == "selu") return 3.0 / 4;
  throw ValueError("Unsupported nonlinearity " + nonlinearity);
}

std::pair<int64_t, int64_t> _calculate_fan_in_and_fan_out(const Tensor& tensor) {
  check<ValueError>(tensor.dim() >= 2,
                    "Fan in and fan out can not be computed for tensor with fewer than 2 dimensions");
  int64_t cells = 1;
  for (int64_t d = 2; d < tensor.dim(); ++d) cells = checked_mul(cells, tensor.size(d), "init");
  return {checked_mul(tensor.size(1), cells, "init"), checked_mul(tensor.size(0), cells, "init")};
}

Tensor uniform_(Tensor tensor, double low, double high, Generator* generator) {
  NoGradGuard guard;
  return tensor.uniform_(low, high, generator);
}

Tensor normal_(Tensor tensor, double mean, double std, Generator* generator) {
  NoGradGuard guard;
  return tensor.normal_(mean, std, generator);
}

Tensor constant_(Tensor tensor, Scalar value) {
  NoGradGuard guard;
  return tensor.fill_(value);
}

Tensor ones_(Tensor tensor) { return constant_(std::move(tensor), 1.0); }
Tensor zeros_(Tensor tensor) { return constant_(std::move(tensor), 0.0); }

Tensor eye_(Tensor tensor) {
  check<ValueError>(tensor.dim() == 2, "Only tensors with 2 dimensions are supported");
  NoGradGuard guard;
  tensor.zero_();
  tensor.diagonal().fill_(1);
  return tensor;
}

Tensor dirac_(Tensor tensor, int64_t groups) {
  check<ValueError>(tensor.dim() >= 3 && tensor.dim() <= 5, "Only tensors with 3, 4, or 5 dimensions are supported");
  check<ValueError>(groups > 0 && tensor.size(0) % groups == 0, "dim 0 must be divisible by groups");
  NoGradGuard guard;
  tensor.zero_();
  if (tensor.numel() == 0) return tensor;
  Tensor centre = tensor;
  while (centre.dim() > 2) centre = centre.select(2, centre.size(2) / 2);
  const int64_t per_group = tensor.size(0) / groups;
  for (int64_t g = 0; g < groups; ++g) centre.narrow(0, g * per_group, per_group).diagonal().fill_(1);
  return tensor;
}

Tensor xavier_uniform_(Tensor tensor, double gain, Generator* generator) {
  if (tensor.numel() == 0) return tensor;
  const double bound = std::sqrt(3.0) * xavier_std(tensor, gain);
  return uniform_(std::move(tensor), -bound, bound, generator);
}

Tensor xavier_normal_(Tensor tensor, double gain, Generator* generator) {
  if (tensor.numel() == 0) return tensor;
  const double std = xavier_std(tensor, gain);
  return normal_(std::move(tensor), 0, std, generator);
}

Tensor kaiming_uniform_(Tensor tensor, double a, const std::string& mode, const std::string& nonlinearity,
                        Generator* generator) {
  if (tensor.numel() == 0) return tensor;
  const double fan = correct_fan(tensor, mode);
  const double std = calculate_gain(nonlinearity, a) / std::sqrt(fan);
  const double bound = std::sqrt(3.0) * std;
  return uniform_(std::move(tensor), -bound, bound, generator);
}

Tensor kaiming_normal_(Tensor tensor, double a, const std::string& mode, const std::string& nonlinearity,
                       Generator* generator) {
  if (tensor.numel() == 0) return tensor;
  const double fan = correct_fan(tensor, mode);
  return normal_(std::move(tensor), 0, calculate_gain(nonlinearity, a) / std::sqrt(fan), generator);
}

}  // namespace convgrad::nn::init
