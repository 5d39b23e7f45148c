#include "convgrad/ops/activation.h"

#include <array>
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

/// What backward reads of x: in an in-place call a copy, since its memory becomes the result's; the copy is recorded,
/// so that the second order reaches x.
void save_input(AutogradContext& ctx, const Tensor& x) {
  if (!ctx.in_place()) return ctx.save(x);
  if (!ctx.recording()) return;
  EnableGradGuard guard;
  ctx.save(x.clone());
}

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
/// In place: the result has x's signs.
struct LeakyReluInPlace : Function<LeakyReluInPlace> {
  static constexpr auto name = "LeakyReluBackward1";
  static Tensor forward(AutogradContext& ctx, const Tensor& x, double slope) {
    check_floating(x, "leaky_relu_cpu");
    Tensor y = elementwise(ctx, Op::leaky_relu, Operand(x), Types::common, Scalar(slope));
    ctx.save(y);
    ctx.keep(slope);
    return y;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const double slope = ctx.kept<double>();
    check(slope >= 0,
          "In-place leakyReLu backward calculation is triggered with a negative slope which is not supported. This is "
          "caused by calling in-place forward function with a negative slope, please call out-of-place version "
          "instead. File an issue at https://github.com/pytorch/pytorch if you do require supporting in-place "
          "leakRelu backward calculation with negative slope");
    return masked_gradient(dy, ctx.saved(0), Op::leaky_relu_backward, Scalar(slope));
  }
};

/// x > 0 ? right · x : left · (exp(bend · x) − 1), what ELU, SELU and CELU are.
struct EluShape {
  double left, right, bend;
  std::array<Scalar, 3> numbers() const { return {left, right, bend}; }
};

template <bool celu>
struct Elu : Function<Elu<celu>> {
  static constexpr auto name = celu ? "CeluBackward0" : "EluBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& x, const EluShape& shape) {
    check_floating(x, "elu_cpu");
    ctx.save(x);
    ctx.keep(shape);
    return elementwise(ctx, Op::elu, Operand(x), Types::common, shape.numbers());
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const Tensor x = ctx.saved(0);
    const auto& shape = ctx.kept<EluShape>();
    if (!recorded(dy, x)) return elementwise(Op::elu_backward, {dy, x}, Types::common, shape.numbers());
    const Tensor left = dy * exp(x * shape.bend) * (shape.left * shape.bend);
    return zero_where(x <= 0, dy * shape.right) + zero_where(x > 0, left);
  }
};
/// In place: the gradient is computed from the result.
template <bool celu>
struct EluInPlace : Function<EluInPlace<celu>> {
  static constexpr auto name = celu ? "CeluBackward1" : "EluBackward1";
  static Tensor forward(AutogradContext& ctx, const Tensor& x, const EluShape& shape) {
    check_floating(x, "elu_cpu");
    Tensor y = elementwise(ctx, Op::elu, Operand(x), Types::common, shape.numbers());
    ctx.save(y);
    ctx.keep(shape);
    return y;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const Tensor y = ctx.saved(0);
    const auto& shape = ctx.kept<EluShape>();
    check(shape.left >= 0,
          "In-place elu backward calculation is triggered with a negative slope which is not supported. This is caused "
          "by calling in-place forward function with a negative slope, please call out-of-place version instead.");
    if (!recorded(dy, y)) return elementwise(Op::elu_backward_of_result, {dy, y}, Types::common, shape.numbers());
    return zero_where(y <= 0, dy * shape.right) + zero_where(y > 0, dy * (y + shape.left) * shape.bend);
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
    save_input(ctx, x);
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
    save_input(ctx, x);
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
Tensor& leaky_relu_(Tensor& x, double negative_slope) { return LeakyReluInPlace::apply_in_place(x, negative_slope), x; }

namespace {
constexpr EluShape selu_shape{.left = 1.6732632423543772848170429916717 * 1.0507009873554804934193349852946,
                              .right = 1.0507009873554804934193349852946,
                              .bend = 1};
EluShape celu_shape(double alpha) {
  check(alpha != 0, "ZeroDivisionError: alpha cannot be 0 for CELU");
  return {.left = alpha, .right = 1, .bend = 1 / alpha};
}
}  // namespace

Tensor elu(const Tensor& x, double alpha) { return Elu<false>::apply(x, EluShape{alpha, 1, 1}); }
Tensor selu(const Tensor& x) { return Elu<false>::apply(x, selu_shape); }
Tensor celu(const Tensor& x, double alpha) { return Elu<true>::apply(x, celu_shape(alpha)); }
Tensor& elu_(Tensor& x, double alpha) { return EluInPlace<false>::apply_in_place(x, EluShape{alpha, 1, 1}), x; }
Tensor& selu_(Tensor& x) { return EluInPlace<false>::apply_in_place(x, selu_shape), x; }
Tensor& celu_(Tensor& x, double alpha) { return EluInPlace<true>::apply_in_place(x, celu_shape(alpha)), x; }

Tensor gelu(const Tensor& x, const std::string& approximate) {
  check(approximate == "none" || approximate == "tanh", "approximate argument must be either none or tanh.");
  return Gelu::apply(x, approximate == "tanh");
}
Tensor silu(const Tensor& x) { return Silu::apply(x); }
Tensor& silu_(Tensor& x) { return Silu::apply_in_place(x), x; }
Tensor softplus(const Tensor& x, double beta, double threshold) { return Softplus::apply(x, beta, threshold); }
Tensor hardtanh(const Tensor& x, Scalar min_val, Scalar max_val) { return Hardtanh::apply(x, min_val, max_val); }
Tensor relu6(const Tensor& x) { return Hardtanh::apply(x, Scalar(0), Scalar(6)); }
Tensor& hardtanh_(Tensor& x, Scalar min_val, Scalar max_val) {
  return Hardtanh::apply_in_place(x, min_val, max_val), x;
}
Tensor& relu6_(Tensor& x) { return Hardtanh::apply_in_place(x, Scalar(0), Scalar(6)), x; }

Tensor Tensor::relu() const { return convgrad::relu(*this); }
Tensor& Tensor::relu_() { return Relu::apply_in_place(*this), *this; }

}  // namespace convgrad
