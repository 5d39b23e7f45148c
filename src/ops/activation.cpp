#include "convgrad/ops/activation.h"

#include <cmath>
#include <numbers>

#include "convgrad/ops/pointwise.h"
#include "core/check.h"
#include "ops/elementwise.h"

namespace convgrad {
namespace {

using kernels::Op;

void check_floating(const Tensor& x, const char* kernel) {
  check<NotImplementedError>(x.is_floating_point(), "\"{}\" not implemented for '{}'", kernel, legacy_name(x.dtype()));
}

/// True where a backward pass is itself recorded: then it is made of differentiable operations, else of one pass.
bool recorded(const Tensor& dy, const Tensor& x) {
  return GradMode::is_enabled() && (dy.requires_grad() || x.requires_grad());
}

struct Relu : Function<Relu> {
  static constexpr auto name = "ReluBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& x) {
    check(x.dtype() != kBool, "Boolean inputs not supported for relu");
    Tensor y = elementwise(ctx, Op::relu, Operand(x));
    ctx.save(y);
    return y;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    return masked_gradient(dy, ctx.saved(0), Op::threshold_backward, Scalar(0));
  }
};

struct LeakyRelu : Function<LeakyRelu> {
  static constexpr auto name = "LeakyReluBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& x, double slope) {
    check_floating(x, "leaky_relu_cpu");
    ctx.save(x);
    ctx.keep(slope);
    return elementwise(ctx, Op::leaky_relu, Operand(x), Types::common, Scalar(slope));
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    return masked_gradient(dy, ctx.saved(0), Op::leaky_relu_backward, Scalar(ctx.kept<double>()));
  }
};

struct Elu : Function<Elu> {
  static constexpr auto name = "EluBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& x, double alpha) {
    check_floating(x, "elu_cpu");
    ctx.save(x);
    ctx.keep(alpha);
    return elementwise(ctx, Op::elu, Operand(x), Types::common, Scalar(alpha));
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const Tensor x = ctx.saved(0);
    const double alpha = ctx.kept<double>();
    if (!recorded(dy, x)) return elementwise(Op::elu_backward, {dy, x}, Types::common, Scalar(alpha));
    return zero_where(x <= 0, dy) + zero_where(x > 0, dy * exp(x) * alpha);
  }
};

struct Gelu : Function<Gelu> {
  static constexpr auto name = "GeluBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& x, bool by_tanh) {
    check_floating(x, "GeluKernelImpl");
    ctx.save(x);
    ctx.keep(by_tanh);
    return elementwise(ctx, by_tanh ? Op::gelu_tanh : Op::gelu, Operand(x));
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const Tensor x = ctx.saved(0);
    const bool by_tanh = ctx.kept<bool>();
    if (!recorded(dy, x)) return elementwise(by_tanh ? Op::gelu_tanh_backward : Op::gelu_backward, {dy, x});
    using std::numbers::inv_sqrtpi, std::numbers::sqrt2;
    if (!by_tanh) {
      const Tensor cdf = (erf(x * (1 / sqrt2)) + 1) * 0.5;
      return dy * (cdf + x * exp(x * x * -0.5) * (inv_sqrtpi / sqrt2));
    }
    constexpr double beta = sqrt2 * inv_sqrtpi, kappa = 0.044715;
    const Tensor t = tanh((x + x * x * x * kappa) * beta);
    return dy * ((t + 1) * 0.5 + x * (1 - t * t) * (x * x * (3 * kappa) + 1) * (0.5 * beta));
  }
};

struct Silu : Function<Silu> {
  static constexpr auto name = "SiluBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& x) {
    check_floating(x, "silu_cpu");
    ctx.save(x);
    return elementwise(ctx, Op::silu, Operand(x));
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const Tensor x = ctx.saved(0);
    if (!recorded(dy, x)) return elementwise(Op::silu_backward, {dy, x});
    const Tensor s = sigmoid(x);
    return dy * s * (x * (1 - s) + 1);
  }
};

struct Softplus : Function<Softplus> {
  static constexpr auto name = "SoftplusBackward0";
  struct Shape {
    double beta, threshold;
  };
  static Tensor forward(AutogradContext& ctx, const Tensor& x, double beta, double threshold) {
    check_floating(x, "softplus_cpu");
    ctx.save(x);
    ctx.keep(Shape{beta, threshold});
    return elementwise(ctx, Op::softplus, Operand(x), Types::common, {Scalar(beta), Scalar(threshold)});
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const Tensor x = ctx.saved(0);
    const auto [beta, threshold] = ctx.kept<Shape>();
    if (!recorded(dy, x))
      return elementwise(Op::softplus_backward, {dy, x}, Types::common, {Scalar(beta), Scalar(threshold)});
    const Tensor linear = x * beta > threshold;
    return zero_where(linear, dy * sigmoid(x * beta)) + zero_where(linear.logical_not(), dy);
  }
};

struct Hardtanh : Function<Hardtanh> {
  static constexpr auto name = "HardtanhBackward0";
  struct Bounds {
    Scalar min, max;
  };
  static Tensor forward(AutogradContext& ctx, const Tensor& x, Scalar min, Scalar max) {
    check<ValueError>(min.toDouble() <= max.toDouble(), "min_val cannot be greater than max_val");
    check(x.dtype() != kBool, "Bool inputs not supported for hardtanh");
    check(x.dtype() != kUInt8 || (min.toDouble() >= 0 && max.toDouble() >= 0),
          "cannot do hardtanh on an unsigned type with negative limits");
    ctx.save(x);
    ctx.keep(Bounds{min, max});
    return elementwise(ctx, Op::clamp, Operand(x), Types::common, {min, max});
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const auto& [min, max] = ctx.kept<Bounds>();
    return masked_gradient(dy, ctx.saved(0), Op::hardtanh_backward, {min, max});
  }
};

}  // namespace

Tensor relu(const Tensor& x) { return Relu::apply(x); }
Tensor leaky_relu(const Tensor& x, double negative_slope) { return LeakyRelu::apply(x, negative_slope); }
Tensor elu(const Tensor& x, double alpha) { return Elu::apply(x, alpha); }
Tensor gelu(const Tensor& x, const std::string& approximate) {
  check(approximate == "none" || approximate == "tanh", "approximate argument must be either none or tanh.");
  return Gelu::apply(x, approximate == "tanh");
}
Tensor silu(const Tensor& x) { return Silu::apply(x); }
Tensor softplus(const Tensor& x, double beta, double threshold) { return Softplus::apply(x, beta, threshold); }
Tensor hardtanh(const Tensor& x, Scalar min_val, Scalar max_val) { return Hardtanh::apply(x, min_val, max_val); }
Tensor relu6(const Tensor& x) { return Hardtanh::apply(x, Scalar(0), Scalar(6)); }

Tensor Tensor::relu() const { return convgrad::relu(*this); }
Tensor& Tensor::relu_() { return Relu::apply_in_place(*this), *this; }

}  // namespace convgrad
