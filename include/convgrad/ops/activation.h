#pragma once
#include <convgrad/generator.h>
#include <convgrad/tensor.h>

namespace convgrad {

// Activations; tanh and sigmoid are in ops/pointwise.h. Floating-point tensors, except in relu and hardtanh.

/// max(x, 0); NaN and −0 stay. Errors: bool. Like torch.relu.
CONVGRAD_API Tensor relu(const Tensor& x);
/// x where x > 0, else negative_slope · x. Like torch.nn.functional.leaky_relu.
CONVGRAD_API Tensor leaky_relu(const Tensor& x, double negative_slope = 0.01);
/// x where x > 0, else weight · x: one weight for all, or one for each channel (dimension 1). Errors: another number of
/// weights, another type. Like torch.nn.functional.prelu.
CONVGRAD_API Tensor prelu(const Tensor& x, const Tensor& weight);
/// x where x > 0, else r · x: r drawn evenly from [lower, upper) for each such element while training, in PyTorch's
/// order, else their mean. Errors: lower > upper. Like torch.nn.functional.rrelu.
CONVGRAD_API Tensor rrelu(const Tensor& x, double lower = 1.0 / 8, double upper = 1.0 / 3, bool training = false,
                          Generator* generator = nullptr);
/// x where x > 0, else alpha · (eˣ − 1). Like torch.nn.functional.elu.
CONVGRAD_API Tensor elu(const Tensor& x, double alpha = 1);
/// 1.0507… · elu(x, 1.6732…), which keeps mean 0 and variance 1. Like torch.nn.functional.selu.
CONVGRAD_API Tensor selu(const Tensor& x);
/// x where x > 0, else alpha · (exp(x / alpha) − 1). Errors: alpha 0. Like torch.nn.functional.celu.
CONVGRAD_API Tensor celu(const Tensor& x, double alpha = 1);
/// x · Φ(x), Φ the normal distribution: approximate "none" by erf, "tanh" by
/// ½ · x · (1 + tanh(√(2/π) · (x + 0.044715 · x³))). Errors: another word. Like torch.nn.functional.gelu.
CONVGRAD_API Tensor gelu(const Tensor& x, const std::string& approximate = "none");
/// x · sigmoid(x). Like torch.nn.functional.silu.
CONVGRAD_API Tensor silu(const Tensor& x);
/// x · tanh(softplus(x)). Like torch.nn.functional.mish.
CONVGRAD_API Tensor mish(const Tensor& x);
/// log(1 + exp(beta · x)) / beta, and x itself where beta · x > threshold. Like torch.nn.functional.softplus.
CONVGRAD_API Tensor softplus(const Tensor& x, double beta = 1, double threshold = 20);
/// log(sigmoid(x)), accurate everywhere. Like torch.nn.functional.logsigmoid.
CONVGRAD_API Tensor logsigmoid(const Tensor& x);
/// x / (1 + |x|). Like torch.nn.functional.softsign.
CONVGRAD_API Tensor softsign(const Tensor& x);
/// x − tanh(x). Like torch.nn.functional.tanhshrink.
CONVGRAD_API Tensor tanhshrink(const Tensor& x);
/// x moved towards 0 by lambda, 0 where |x| <= lambda. Errors: lambda < 0. Like torch.nn.functional.softshrink.
CONVGRAD_API Tensor softshrink(const Tensor& x, double lambda = 0.5);
/// x where |x| > lambda, else 0. Like torch.nn.functional.hardshrink.
CONVGRAD_API Tensor hardshrink(const Tensor& x, double lambda = 0.5);
/// x between min_val and max_val; the gradient passes strictly inside. Errors: min_val > max_val, bool.
/// Like torch.nn.functional.hardtanh.
CONVGRAD_API Tensor hardtanh(const Tensor& x, Scalar min_val = -1, Scalar max_val = 1);
/// hardtanh(x, 0, 6). Like torch.nn.functional.relu6.
CONVGRAD_API Tensor relu6(const Tensor& x);
/// relu6(x + 3) / 6. Like torch.nn.functional.hardsigmoid.
CONVGRAD_API Tensor hardsigmoid(const Tensor& x);
/// x · relu6(x + 3) / 6. Like torch.nn.functional.hardswish.
CONVGRAD_API Tensor hardswish(const Tensor& x);
/// x where x > threshold, else value; numbers of any type but bool. Like torch.nn.functional.threshold.
CONVGRAD_API Tensor threshold(const Tensor& x, Scalar threshold, Scalar value);
/// The first half of a dimension times the sigmoid of the second. Errors: an odd size. Like torch.nn.functional.glu.
CONVGRAD_API Tensor glu(const Tensor& x, int64_t dim = -1);
/// softmax(−x, dim). Like torch.nn.functional.softmin.
CONVGRAD_API Tensor softmin(const Tensor& x, int64_t dim);

// The same in place: they write into x and return it. leaky_relu_, elu_, celu_ compute the gradient from the result and
// refuse it for slopes below 0. Like torch.nn.functional.elu_ and so on, or its argument inplace=True.
CONVGRAD_API Tensor& leaky_relu_(Tensor& x, double negative_slope = 0.01);
CONVGRAD_API Tensor& rrelu_(Tensor& x, double lower = 1.0 / 8, double upper = 1.0 / 3, bool training = false,
                            Generator* generator = nullptr);
CONVGRAD_API Tensor& elu_(Tensor& x, double alpha = 1);
CONVGRAD_API Tensor& selu_(Tensor& x);
CONVGRAD_API Tensor& celu_(Tensor& x, double alpha = 1);
CONVGRAD_API Tensor& silu_(Tensor& x);
CONVGRAD_API Tensor& mish_(Tensor& x);
CONVGRAD_API Tensor& hardtanh_(Tensor& x, Scalar min_val = -1, Scalar max_val = 1);
CONVGRAD_API Tensor& relu6_(Tensor& x);
CONVGRAD_API Tensor& hardsigmoid_(Tensor& x);
CONVGRAD_API Tensor& hardswish_(Tensor& x);
CONVGRAD_API Tensor& threshold_(Tensor& x, Scalar threshold, Scalar value);

}  // namespace convgrad
