// Activations with hard edges, gates, and those that learn or draw their slope.
#include <algorithm>
#include <array>
#include <limits>

#include "convgrad/ops/activation.h"
#include "convgrad/ops/creation.h"
#include "convgrad/ops/join.h"
#include "convgrad/ops/pointwise.h"
#include "convgrad/ops/softmax.h"
#include "core/check.h"
#include "core/dispatch.h"
#include "core/shape.h"
#include "ops/elementwise.h"

namespace convgrad {
namespace {

using kernels::Op;

void check_floating(const Tensor& x, const char* kernel) {
  check<NotImplementedError>(x.is_floating_point(), "\"{}\" not implemented for '{}'", kernel, legacy_name(x.dtype()));
}

/// Whether a backward pass is itself recorded: then it is made of differentiable operations, else of one pass.
bool recorded(const Tensor& dy, const Tensor& x) {
  return GradMode::is_enabled() && (dy.requires_grad() || x.requires_grad());
}

/// What backward reads of x: in an in-place call a copy, since its memory becomes the result's; the copy is recorded,
/// so that the second order reaches x.
void save_input(AutogradContext& ctx, const Tensor& x) {
  if (!ctx.in_place()) return ctx.save(x);
  if (!ctx.recording()) return;
  EnableGradGuard guard;
  ctx.save(x.clone());
}

struct Mish : Function<Mish> {
  static constexpr auto name = "MishBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& x) {
    check_floating(x, "mish_cpu");
    save_input(ctx, x);
    return elementwise(ctx, Op::mish, Operand(x));
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const Tensor x = ctx.saved(0);
    if (!recorded(dy, x)) return elementwise(Op::mish_backward, {dy, x});
    const Tensor t = tanh(softplus(x));
    return dy * (t + x * sigmoid(x) * (1 - t * t));
  }
};

struct Hardswish : Function<Hardswish> {
  static constexpr auto name = "HardswishBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& x) {
    check_floating(x, "hardswish_cpu");
    save_input(ctx, x);
    return elementwise(ctx, Op::hardswish, Operand(x));
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const Tensor x = ctx.saved(0);
    if (!recorded(dy, x)) return elementwise(Op::hardswish_backward, {dy, x});
    const Tensor right = x >= 3, outside = (x <= -3).logical_or(right);
    return zero_where(outside, dy * (x / 3 + 0.5)) + zero_where(right.logical_not(), dy);
  }
};

struct Hardsigmoid : Function<Hardsigmoid> {
  static constexpr auto name = "HardsigmoidBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& x) {
    check_floating(x, "hardsigmoid_cpu");
    save_input(ctx, x);
    return elementwise(ctx, Op::hardsigmoid, Operand(x));
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    return masked_gradient(dy, ctx.saved(0), Op::hardsigmoid_backward, {});
  }
};

template <bool soft>
struct Shrink : Function<Shrink<soft>> {
  static constexpr auto name = soft ? "SoftshrinkBackward0" : "HardshrinkBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& x, double lambda) {
    ctx.save(x);
    ctx.keep(lambda);
    return elementwise(ctx, soft ? Op::softshrink : Op::hardshrink, Operand(x), Types::common, Scalar(lambda));
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    return masked_gradient(dy, ctx.saved(0), Op::shrink_backward, Scalar(ctx.kept<double>()));
  }
};

/// The gradient passes above the threshold; in place it is judged by the result, as PyTorch does it.
template <bool in_place>
struct Threshold : Function<Threshold<in_place>> {
  static constexpr auto name = in_place ? "ThresholdBackward1" : "ThresholdBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& x, Scalar threshold, Scalar value) {
    check<NotImplementedError>(x.dtype() != kBool, "\"threshold_cpu\" not implemented for 'Bool'");
    check_fits(threshold, x.dtype());
    check_fits(value, x.dtype());
    if (!in_place) ctx.save(x);
    ctx.keep(threshold);
    Tensor y;
    if (x.is_floating_point())
      y = elementwise(ctx, Op::threshold, Operand(x), Types::common, {threshold, value});
    else
      y = in_place ? Tensor(x).masked_fill_(x <= threshold, value) : x.masked_fill(x <= threshold, value);
    if (in_place) ctx.save(y);
    return y;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    return masked_gradient(dy, ctx.saved(0), Op::threshold_backward, ctx.kept<Scalar>());
  }
};

struct LogSigmoid : Function<LogSigmoid> {
  static constexpr auto name = "LogSigmoidBackward0";
  // softplus of β = −1; from −40 on the result is x itself in both types
  static constexpr double kBeta = -1, kLinear = 40;

  static Tensor forward(AutogradContext& ctx, const Tensor& x) {
    check_floating(x, "log_sigmoid_cpu");
    ctx.save(x);
    return elementwise(ctx, Op::softplus, Operand(x), Types::common, {Scalar(kBeta), Scalar(kLinear)});
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const Tensor x = ctx.saved(0);
    if (recorded(dy, x)) return dy * sigmoid(-x);
    return elementwise(Op::softplus_backward, {dy, x}, Types::common, {Scalar(kBeta), Scalar(kLinear)});
  }
};

std::array<Tensor, 2> halves_of(const Tensor& x, int64_t dim) {
  const int64_t half = x.size(dim) / 2;
  return {x.narrow(dim, 0, half), x.narrow(dim, half, half)};
}

struct Glu : Function<Glu> {
  static constexpr auto name = "GluBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& x, int64_t dim) {
    ctx.save(x);
    ctx.keep(dim);
    const auto [a, b] = halves_of(x, dim);
    return elementwise(ctx, Op::glu, {a, b});
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const Tensor x = ctx.saved(0);
    const auto dim = ctx.kept<int64_t>();
    const auto [a, b] = halves_of(x, dim);
    const Tensor s = sigmoid(b);
    if (recorded(dy, x)) return cat({dy * s, dy * a * s * (1 - s)}, dim);
    const Tensor dx = empty_like(x);
    const auto parts = halves_of(dx, dim);
    AutogradContext first(nullptr, &parts[0]), second(nullptr, &parts[1]);
    elementwise(first, Op::mul, {dy, s});
    elementwise(second, Op::sigmoid_backward, {dy * a, s});
    return dx;
  }
};

/// The slopes in a shape that broadcasts with x: one for all, or one for each channel.
Tensor slopes_for(const Tensor& weight, const Tensor& x) {
  if (weight.numel() == 1) return weight.reshape(DimVector(x.sizes().size(), 1));
  DimVector sizes(x.sizes().size(), 1);
  sizes[1] = weight.numel();
  return weight.reshape(sizes);
}

struct Prelu : Function<Prelu> {
  static constexpr auto name = "PreluKernelBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& x, const Tensor& slope) {
    ctx.save(x, slope);
    return elementwise(ctx, Op::leaky_relu, {x, slope});
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dy) {
    const auto [x, slope] = ctx.saved<2>();
    const bool again = GradMode::is_enabled() && (dy.requires_grad() || slope.requires_grad());
    const auto dx = [&, x = x, slope = slope] {
      if (!again) return elementwise(Op::leaky_relu_backward, {dy, x, slope});
      return zero_where(x <= 0, dy) + zero_where(x > 0, dy * slope);
    };
    const auto dw = [&, x = x, slope = slope] {
      DimVector reduced;
      for (int64_t d = 0; d < x.dim(); ++d)
        if (slope.size(d) == 1) reduced.push_back(d);
      const Tensor terms = zero_where(x > 0, x * dy);
      return reduced.empty() ? terms : terms.sum(reduced, true);
    };
    return {ctx.needs(0, dx), ctx.needs(1, dw)};
  }
};

/// Slopes drawn for x <= 0 (1 elsewhere), in the order of x's elements.
Tensor drawn_slopes(const Tensor& x, double lower, double upper, Generator* generator) {
  Tensor slopes = empty(x.sizes(), {.dtype = x.dtype()});
  visit_floating(x.dtype(), [&]<class T>(std::type_identity<T>) {
    const T* from = x.const_data_ptr<T>();
    T* to = slopes.data_ptr<T>();
    const int64_t n = x.numel(), count = std::count_if(from, from + n, [](T v) { return v <= 0; });
    const Tensor drawn = empty({count}, {.dtype = kFloat64}).uniform_(lower, upper, generator);
    const double* next = drawn.const_data_ptr<double>();
    for (int64_t i = 0; i < n; ++i) to[i] = from[i] <= 0 ? static_cast<T>(*next++) : T(1);
  });
  return slopes;
}

template <bool in_place>
struct Rrelu : Function<Rrelu<in_place>> {
  static constexpr auto name = in_place ? "RreluWithNoiseBackward1" : "RreluWithNoiseBackward0";
  struct Slope {
    bool drawn;
    double mean;
  };
  static Tensor forward(AutogradContext& ctx, const Tensor& given, double lower, double upper, bool training,
                        Generator* generator) {
    check(lower <= upper, "Lower bound should be less than or equal to the upper bound");
    check_floating(given, training ? "rrelu_with_noise_out_cpu" : "leaky_relu_cpu");
    const double mean = (lower + upper) / 2;
    ctx.keep(Slope{training, mean});
    if (training) {
      const Tensor slopes = drawn_slopes(given.contiguous(), lower, upper, generator);
      ctx.save(slopes);
      return elementwise(ctx, Op::mul, {in_place ? given : given.contiguous(), slopes});
    }
    if (!in_place) ctx.save(given);
    Tensor y = elementwise(ctx, Op::leaky_relu, Operand(given), Types::common, Scalar(mean));
    if (in_place) ctx.save(y);  // has the signs of x
    return y;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const auto& [drawn, mean] = ctx.template kept<Slope>();
    if (drawn) return dy * ctx.saved(0);
    return masked_gradient(dy, ctx.saved(0), Op::leaky_relu_backward, Scalar(mean));
  }
};

}  // namespace

Tensor mish(const Tensor& x) { return Mish::apply(x); }
Tensor& mish_(Tensor& x) { return Mish::apply_in_place(x), x; }
Tensor hardswish(const Tensor& x) { return Hardswish::apply(x); }
Tensor& hardswish_(Tensor& x) { return Hardswish::apply_in_place(x), x; }
Tensor hardsigmoid(const Tensor& x) { return Hardsigmoid::apply(x); }
Tensor& hardsigmoid_(Tensor& x) { return Hardsigmoid::apply_in_place(x), x; }
Tensor logsigmoid(const Tensor& x) { return LogSigmoid::apply(x); }
Tensor softsign(const Tensor& x) { return x / (x.abs() + 1); }
Tensor tanhshrink(const Tensor& x) { return x - x.tanh(); }

Tensor softshrink(const Tensor& x, double lambda) {
  check_floating(x, "softshrink_check");
  const double largest = x.dtype() == kFloat32 ? std::numeric_limits<float>::max() : std::numeric_limits<double>::max();
  check(lambda >= 0 && lambda <= largest, "lambda must be in range [0, {:g}] for input dtype {}, but found {:g}",
        largest, legacy_name(x.dtype()), lambda);
  return Shrink<true>::apply(x, lambda);
}
Tensor hardshrink(const Tensor& x, double lambda) {
  check_floating(x, "hardshrink_cpu");
  return Shrink<false>::apply(x, lambda);
}

Tensor threshold(const Tensor& x, Scalar threshold, Scalar value) {
  return Threshold<false>::apply(x, threshold, value);
}
Tensor& threshold_(Tensor& x, Scalar threshold, Scalar value) {
  return Threshold<true>::apply_in_place(x, threshold, value), x;
}

Tensor glu(const Tensor& x, int64_t dim) {
  check(x.dim() > 0, "glu does not support scalars because halving size must be even");
  dim = normalize_dim(dim, x.dim());
  check(x.size(dim) % 2 == 0, "Halving dimension must be even, but dimension {} is size {}", dim, x.size(dim));
  check_floating(x, "glu_cpu");
  return Glu::apply(x, dim);
}

Tensor prelu(const Tensor& x, const Tensor& weight) {
  check(x.dtype() == weight.dtype(), "prelu: Type promoting not supported. Got {} and {}", legacy_name(x.dtype()),
        legacy_name(weight.dtype()));
  if (weight.numel() != 1) {
    check(x.dim() > 0, "Not allow zero-dim input tensor.");
    const int64_t channels = x.dim() > 1 ? x.size(1) : 1;
    check(channels == weight.numel(),
          "Mismatch of parameter numbers and input channel size. Found parameter numbers = {} and channel size = {}.",
          weight.numel(), channels);
  }
  check(weight.dim() <= 1, "prelu: Expected `weight` to be a scalar or 1D tensor, but got: ndim = {}", weight.dim());
  check_floating(x, "prelu_cpu");
  return Prelu::apply(x, slopes_for(weight, x));
}

Tensor rrelu(const Tensor& x, double lower, double upper, bool training, Generator* generator) {
  return Rrelu<false>::apply(x, lower, upper, training, generator);
}
Tensor& rrelu_(Tensor& x, double lower, double upper, bool training, Generator* generator) {
  return Rrelu<true>::apply_in_place(x, lower, upper, training, generator), x;
}

Tensor softmin(const Tensor& x, int64_t dim) { return softmax(-x, dim); }

}  // namespace convgrad
