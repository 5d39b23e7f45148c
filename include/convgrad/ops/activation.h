#pragma once
#include <convgrad/tensor.h>

namespace convgrad {

// Activations; tanh and sigmoid are in ops/pointwise.h. Floating-point tensors, except in relu and hardtanh.

/// max(x, 0); NaN and −0 stay. Errors: bool. Like torch.relu.
CONVGRAD_API Tensor relu(const Tensor& x);
/// x where x > 0, else negative_slope · x. Like torch.nn.functional.leaky_relu.
CONVGRAD_API Tensor leaky_relu(const Tensor& x, double negative_slope = 0.01);
/// x where x > 0, else alpha · (eˣ − 1). Like torch.nn.functional.elu.
CONVGRAD_API Tensor elu(const Tensor& x, double alpha = 1);
/// x · Φ(x), Φ the normal distribution: approximate "none" by erf, "tanh" by
/// ½ · x · (1 + tanh(√(2/π) · (x + 0.044715 · x³))). Errors: another word. Like torch.nn.functional.gelu.
CONVGRAD_API Tensor gelu(const Tensor& x, const std::string& approximate = "none");
/// x · sigmoid(x). Like torch.nn.functional.silu.
CONVGRAD_API Tensor silu(const Tensor& x);
/// log(1 + exp(beta · x)) / beta, and x itself where beta · x > threshold. Like torch.nn.functional.softplus.
CONVGRAD_API Tensor softplus(const Tensor& x, double beta = 1, double threshold = 20);
/// x between min_val and max_val; the gradient passes strictly inside. Errors: min_val > max_val, bool.
/// Like torch.nn.functional.hardtanh.
CONVGRAD_API Tensor hardtanh(const Tensor& x, Scalar min_val = -1, Scalar max_val = 1);
/// hardtanh(x, 0, 6). Like torch.nn.functional.relu6.
CONVGRAD_API Tensor relu6(const Tensor& x);

}  // namespace convgrad
