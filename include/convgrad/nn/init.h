#pragma once
#include <convgrad/tensor.h>

#include <optional>
#include <string>
#include <utility>

/// Initial values. Each function fills the tensor in place, unseen by autograd, and returns it; the same seed gives
/// PyTorch's numbers. Without a generator: the default one. A tensor without elements is left as it is.
namespace convgrad::nn::init {

/// √ of how much a nonlinearity shrinks the variance: linear, conv1d … conv_transpose3d, sigmoid: 1; tanh: 5/3;
/// relu: √2; leaky_relu: √(2 / (1 + param²)), param 0.01 by default; selu: 3/4. ValueError for others.
/// Like torch.nn.init.calculate_gain.
CONVGRAD_API double calculate_gain(const std::string& nonlinearity, std::optional<double> param = {});
/// (inputs, outputs) of one unit of a weight: its size(1) and size(0), times the cells of a kernel. ValueError for
/// fewer than two dimensions.
CONVGRAD_API std::pair<int64_t, int64_t> _calculate_fan_in_and_fan_out(const Tensor& tensor);

CONVGRAD_API Tensor uniform_(Tensor tensor, double low = 0, double high = 1, Generator* generator = nullptr);
CONVGRAD_API Tensor normal_(Tensor tensor, double mean = 0, double std = 1, Generator* generator = nullptr);
CONVGRAD_API Tensor constant_(Tensor tensor, Scalar value);
CONVGRAD_API Tensor ones_(Tensor tensor);
CONVGRAD_API Tensor zeros_(Tensor tensor);
/// The identity matrix; ValueError unless the tensor has two dimensions.
CONVGRAD_API Tensor eye_(Tensor tensor);
/// The kernel of a convolution (3 to 5 dimensions) that hands as many channels on as there are, in each group;
/// ValueError for other tensors.
CONVGRAD_API Tensor dirac_(Tensor tensor, int64_t groups = 1);
/// U(−a, a), a = gain·√(6 / (fan_in + fan_out)) (Glorot and Bengio, 2010).
CONVGRAD_API Tensor xavier_uniform_(Tensor tensor, double gain = 1, Generator* generator = nullptr);
/// N(0, std²), std = gain·√(2 / (fan_in + fan_out)).
CONVGRAD_API Tensor xavier_normal_(Tensor tensor, double gain = 1, Generator* generator = nullptr);
/// U(−b, b), b = gain·√(3 / fan) (He et al., 2015). a: slope of a leaky_relu on its negative side. mode: "fan_in" or
/// "fan_out", ValueError otherwise.
CONVGRAD_API Tensor kaiming_uniform_(Tensor tensor, double a = 0, const std::string& mode = "fan_in",
                                     const std::string& nonlinearity = "leaky_relu", Generator* generator = nullptr);
/// N(0, std²), std = gain / √fan.
CONVGRAD_API Tensor kaiming_normal_(Tensor tensor, double a = 0, const std::string& mode = "fan_in",
                                    const std::string& nonlinearity = "leaky_relu", Generator* generator = nullptr);

}  // namespace convgrad::nn::init
