#include "convgrad/ops/norm.h"

#include "convgrad/autograd/function.h"
#include "convgrad/ops/creation.h"
#include "core/check.h"
#include "core/dispatch.h"
#include "core/make.h"
#include "core/shape.h"
#include "kernels/norm.h"
#include "ops/norm_check.h"

namespace convgrad {
namespace {

/// A normalisation of x as the kernel sees it. mean, variance: float64, one for each group, filled unless `given`.
struct Call {
  kernels::NormShape shape;
  double eps;
  Tensor mean, variance;
  bool given = false;
};

Call call_of(const kernels::NormShape& shape, double eps) {
  return {shape, eps, make_tensor({shape.groups}, kFloat64), make_tensor({shape.groups}, kFloat64)};
}

/// The gradients as formulas of public operations, for the second order.
Grads<3> formula(const Call& call, const Tensor& dy, const Tensor& x, const Tensor& weight) {
  const auto& s = call.shape;
  const DimVector elements{s.outer, s.groups, s.per, s.inner}, one_for_group{1, s.groups, 1, 1};
  const DimVector over{0, 2, 3}, rounds{s.channels() / s.weights, s.weights};
  const auto for_weights = [&](const Tensor& t) { return t.sum({0, 3}).reshape(rounds).sum({0}); };
  const Tensor in = x.reshape(elements), g = dy.reshape(elements);
  const Tensor mean = call.given ? call.mean.to(x.dtype()).view(one_for_group) : in.mean(over, true);
  const Tensor centred = in - mean;
  const Tensor variance =
      call.given ? call.variance.to(x.dtype()).view(one_for_group) : (centred * centred).mean(over, true);
  const Tensor rstd = (variance + call.eps).rsqrt(), normal = centred * rstd;
  Tensor h = g;
  if (weight.defined()) h = g * weight.reshape({1, s.weights}).expand(rounds).reshape({1, s.groups, s.per, 1});
  Tensor dx = h * rstd;
  if (!call.given) dx = (h - h.mean(over, true) - normal * (h * normal).mean(over, true)) * rstd;
  Tensor dweight;
  if (weight.defined()) dweight = for_weights(g * normal).reshape(weight.sizes());
  return {dx.reshape(x.sizes()), dweight, for_weights(g)};
}

Tensor packed(const Tensor& t) { return t.defined() ? t.contiguous() : t; }
template <class T>
T* data_or_null(const Tensor& t) {
  return t.defined() ? t.data_ptr<T>() : nullptr;
}

Tensor forward_of(AutogradContext& ctx, const Tensor& x, const Tensor& weight, const Tensor& bias, const Call& call) {
  ctx.save(x, weight, bias);
  ctx.keep(call);
  Tensor y = make_tensor(x.sizes(), x.dtype());
  if (y.numel() == 0) return y;
  const Tensor in = x.contiguous(), w = packed(weight), b = packed(bias);
  visit_floating(x.dtype(), [&]<class T>(std::type_identity<T>) {
    kernels::norm_forward<T>({.shape = call.shape,
                              .x = in.data_ptr<T>(),
                              .weight = data_or_null<T>(w),
                              .bias = data_or_null<T>(b),
                              .y = y.data_ptr<T>(),
                              .mean = call.mean.data_ptr<double>(),
                              .variance = call.variance.data_ptr<double>(),
                              .eps = call.eps,
                              .given = call.given});
  });
  return y;
}

/// dx, dweight and dbias are filled where defined.
void run_backward(const Call& call, const Tensor& dy, const Tensor& x, const Tensor& weight, const Grads<3>& out) {
  const Tensor in = x.contiguous(), g = dy.contiguous(), w = packed(weight);
  visit_floating(x.dtype(), [&]<class T>(std::type_identity<T>) {
    kernels::norm_backward<T>({.shape = call.shape,
                               .dy = g.data_ptr<T>(),
                               .x = in.data_ptr<T>(),
                               .weight = data_or_null<T>(w),
                               .dx = data_or_null<T>(out[0]),
                               .dweight = data_or_null<double>(out[1]),
                               .dbias = data_or_null<double>(out[2]),
                               .mean = call.mean.data_ptr<double>(),
                               .variance = call.variance.data_ptr<double>(),
                               .eps = call.eps,
                               .given = call.given});
  });
}

Grads<3> backward_of(AutogradContext& ctx, const Tensor& dy) {
  const auto [x, weight, bias] = ctx.saved<3>();
  const Call& call = ctx.kept<Call>();
  Grads<3> out;
  if (GradMode::is_enabled()) {
    out = formula(call, dy, x, weight);
    out[2] = bias.defined() ? out[2].reshape(bias.sizes()) : Tensor();
    return out;
  }
  if (ctx.needs_input_grad(0)) out[0] = make_tensor(x.sizes(), x.dtype());
  if (ctx.needs_input_grad(1)) out[1] = zeros({weight.numel()}, {.dtype = kFloat64});
  if (ctx.needs_input_grad(2)) out[2] = zeros({bias.numel()}, {.dtype = kFloat64});
  if (x.numel() > 0) run_backward(call, dy, x, weight, out);
  if (out[1].defined()) out[1] = out[1].to(weight.dtype()).view(weight.sizes());
  if (out[2].defined()) out[2] = out[2].to(bias.dtype()).view(bias.sizes());
  return out;
}

/// Derived for the name.
template <class F>
struct Norm : Function<F> {
  static Tensor forward(AutogradContext& ctx, const Tensor& x, const Tensor& weight, const Tensor& bias,
                        const Call& call) {
    return forward_of(ctx, x, weight, bias, call);
  }
  static Grads<3> backward(AutogradContext& ctx, const Tensor& dy) { return backward_of(ctx, dy); }
};
struct BatchNorm : Norm<BatchNorm> {
  static constexpr auto name = "NativeBatchNormBackward0";
};
struct LayerNorm : Norm<LayerNorm> {
  static constexpr auto name = "NativeLayerNormBackward0";
};
struct GroupNorm : Norm<GroupNorm> {
  static constexpr auto name = "NativeGroupNormBackward0";
};

/// running = (1 − momentum) · running + momentum · batch, where `batch` has a row for each sample, or one for all.
void move_running(const Tensor& running, const Tensor& batch, double momentum) {
  NoGradGuard guard;
  const Tensor mean = batch.view({-1, running.numel()}).mean({0}).view(running.sizes());
  Tensor(running).copy_(running.to(kFloat64) * (1 - momentum) + mean * momentum);
}

/// batch_norm of `x` as the shape says, with its checks done.
Tensor normalise(const Tensor& x, const kernels::NormShape& shape, const NormStatistics& running, const Tensor& weight,
                 const Tensor& bias, bool training, double momentum, double eps) {
  Call call = call_of(shape, eps);
  if (!training) {
    const auto repeated = [&](const Tensor& t) {
      return t.detach().reshape({1, -1}).expand({shape.groups / t.numel(), -1}).reshape({-1}).to(kFloat64).contiguous();
    };
    call.given = true;
    if (x.numel() > 0) call.mean = repeated(running.mean), call.variance = repeated(running.variance);
  }
  const Tensor y = BatchNorm::apply(x, weight, bias, call);
  if (training && running.mean.defined() && x.numel() > 0) {
    const double n = static_cast<double>(shape.count());
    move_running(running.mean, call.mean, momentum);
    move_running(running.variance, call.variance * (n / (n - 1)), momentum);
  }
  return y;
}

}  // namespace

Tensor batch_norm(const Tensor& x, const Tensor& running_mean, const Tensor& running_var, const Tensor& weight,
                  const Tensor& bias, bool training, double momentum, double eps) {
  const NormStatistics running{running_mean, running_var};
  check_batch_norm(x, running, weight, bias, training, eps);
  const int64_t batch = x.size(0), channels = x.dim() < 2 ? 0 : x.size(1);
  const kernels::NormShape shape{.outer = batch,
                                 .groups = channels,
                                 .inner = x.numel() > 0 ? x.numel() / (batch * channels) : 0,
                                 .weights = channels};
  return normalise(x, shape, running, weight, bias, training, momentum, eps);
}

Tensor instance_norm(const Tensor& x, const Tensor& running_mean, const Tensor& running_var, const Tensor& weight,
                     const Tensor& bias, bool use_input_stats, double momentum, double eps) {
  const NormStatistics running{running_mean, running_var};
  check_instance_norm(x, running, weight, bias, use_input_stats, eps);
  const int64_t batch = x.size(0), channels = x.size(1), instances = batch * channels;
  const kernels::NormShape shape{
      .groups = instances, .inner = x.numel() > 0 ? x.numel() / instances : 0, .weights = channels};
  DimVector as_one(x.sizes());
  as_one[0] = 1, as_one[1] = instances;
  return normalise(x.contiguous().view(as_one), shape, running, weight, bias, use_input_stats, momentum, eps)
      .view(x.sizes());
}

Tensor layer_norm(const Tensor& x, IntArrayRef normalized_shape, const Tensor& weight, const Tensor& bias, double eps) {
  check_layer_norm(x, normalized_shape, weight, bias);
  int64_t n = 1;
  for (const int64_t size : normalized_shape) n *= size;
  const int64_t rows = x.numel() > 0 ? x.numel() / n : 0;
  return LayerNorm::apply(x, weight, bias, call_of({.groups = rows, .per = n, .weights = n}, eps));
}

Tensor group_norm(const Tensor& x, int64_t num_groups, const Tensor& weight, const Tensor& bias, double eps) {
  check_group_norm(x, num_groups, weight, bias);
  const int64_t batch = x.size(0), channels = x.size(1);
  return GroupNorm::apply(x, weight, bias,
                          call_of({.groups = batch * num_groups,
                                   .per = channels / num_groups,
                                   .inner = x.numel() > 0 ? x.numel() / (batch * channels) : 0,
                                   .weights = channels},
                                  eps));
}

}  // namespace convgrad
