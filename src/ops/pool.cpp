#include "convgrad/ops/pool.h"

#include "core/check.h"
#include "core/shape.h"
#include "ops/index_plan.h"
#include "ops/pool_params.h"
#include "ops/view_layout.h"

namespace convgrad {
namespace {

using kernels::PoolProblem;

/// A pooling as its gradient needs it.
struct Kept {
  PoolProblem problem;
  DimVector input, output;
  const char* node;  // what grad_fn prints
};

Kept kept(const Tensor& x, int dims, const PoolProblem& p, const char* node) {
  return {.problem = p, .input = x.sizes(), .output = pooled_sizes(x, dims, p), .node = node};
}

void check_gradient(const Tensor& dy, const Kept& k) {
  check<ShapeError>(dy.sizes() == IntArrayRef(k.output),
                    "pool: the gradient has sizes {}, the output of the forward call had {}", dy.sizes(), k.output);
}

// ---- maximum

/// dy added where the maxima were. Linear: its gradient looks the same places up.
struct MaxScatter : Function<MaxScatter> {
  static constexpr auto name = "MaxPoolBackwardBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& dy, const Picks& indices, const Kept& k) {
    ctx.save(indices.at[0]);
    ctx.keep(k);
    check_gradient(dy, k);
    const Tensor at = indices.at[0].contiguous(), packed = dy.contiguous();
    check<ShapeError>(at.sizes() == dy.sizes(), "pool: the indices have sizes {}, the gradient {}", at.sizes(),
                      dy.sizes());
    if (dy.numel() == 0) return zeros_of(k.input, dy.dtype());
    Tensor dx = make_tensor(k.input, dy.dtype());
    if (!kernels::max_pool_backward(k.problem, dy.dtype(), packed.data_ptr(), at.data_ptr<int64_t>(), dx.data_ptr()))
      check_positions<Error>(at, 0, k.problem.input_plane());  // which throws
    return dx;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& ddx) {
    const auto& k = ctx.kept<Kept>();
    const auto& p = k.problem;
    if (ddx.numel() == 0) return zeros_of(k.output, ddx.dtype());
    const Tensor at = ctx.saved(0).reshape({p.planes, p.output_plane()});
    return ddx.reshape({p.planes, p.input_plane()}).gather(1, at).reshape(k.output);
  }
};

struct MaxPool : Function<MaxPool> {
  static std::string name_of(const autograd::FunctionNode& node) { return std::any_cast<Kept>(&node.kept)->node; }

  static std::tuple<Tensor, Tensor> forward(AutogradContext& ctx, const Tensor& x, const Kept& k, bool wants_indices) {
    ctx.keep(k);
    ctx.set_materialize_grads(false);
    const ScalarType type = x.is_floating_point() ? x.dtype() : kInt64;  // which holds every integer
    const Tensor packed = x.to(type).contiguous();
    Tensor y = make_tensor(k.output, type), indices;
    if (wants_indices || ctx.recording()) indices = make_tensor(k.output, kInt64);
    if (y.numel() > 0)
      kernels::max_pool(k.problem, type, packed.data_ptr(), y.data_ptr(),
                        indices.defined() ? indices.data_ptr<int64_t>() : nullptr);
    ctx.save(indices);
    return {y.to(x.dtype()), indices};
  }
  static Tensor backward(AutogradContext& ctx, const variable_list& dy) {
    if (dy.empty() || !dy[0].defined()) return {};
    return MaxScatter::apply(dy[0], Picks{{ctx.saved(0)}}, ctx.kept<Kept>());
  }
};

using MaxResult = std::tuple<Tensor, Tensor>;

MaxResult max_pool(const Tensor& x, int dims, const PoolParams& params, bool wants_indices) {
  const PoolProblem p = max_pool_problem(x, dims, params);
  check<NotImplementedError>(x.dtype() != kBool, "\"max_pool{}d\" not implemented for 'Bool'", dims);
  const char* node = dims == 2 ? "MaxPool2DWithIndicesBackward0" : "MaxPool3DWithIndicesBackward0";
  return MaxPool::apply(x, kept(x, dims, p, node), wants_indices);
}

/// [C, L] and [N, C, L] as pictures of height one, and back.
MaxResult max_pool_line(const Tensor& x, const PoolParams& params, bool wants_indices) {
  if (wants_indices)
    check_pool1d(x, params);
  else
    check_max_pool1d(x, params);
  check<NotImplementedError>(x.is_floating_point(), "\"max_pool1d_impl\" not implemented for '{}'",
                             legacy_name(x.dtype()));
  const DimVector kernel{1, params.kernel_size[0]}, padding{0, params.padding[0]}, dilation{1, params.dilation[0]};
  const DimVector stride{1, params.stride.empty() ? params.kernel_size[0] : params.stride[0]};
  auto pooled = max_pool(x.unsqueeze(-2), 2,
                         {.op = "max_pool2d",
                          .kernel_size = kernel,
                          .stride = stride,
                          .padding = padding,
                          .dilation = dilation,
                          .ceil_mode = params.ceil_mode},
                         wants_indices);
  auto& [y, indices] = pooled;
  y = y.squeeze(-2);
  if (indices.defined()) indices = indices.squeeze(-2);
  return pooled;
}

// ---- average

struct AverageRule : Kept {
  kernels::AverageRule rule;
  const char* gradient_node;
};

/// The gradient is linear, and its gradient is the average again.
struct AveragePool : Function<AveragePool> {
  static std::string name_of(const autograd::FunctionNode& node) {
    return std::any_cast<AverageRule>(&node.kept)->node;
  }

  static Tensor forward(AutogradContext& ctx, const Tensor& x, const AverageRule& r) {
    ctx.keep(r);
    const Tensor packed = x.contiguous();
    Tensor y = make_tensor(r.output, x.dtype());
    if (y.numel() > 0) kernels::average_pool(r.problem, r.rule, x.dtype(), packed.data_ptr(), y.data_ptr());
    return y;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy);
};

struct AverageBackward : Function<AverageBackward> {
  static std::string name_of(const autograd::FunctionNode& node) {
    return std::any_cast<AverageRule>(&node.kept)->gradient_node;
  }
  static Tensor forward(AutogradContext& ctx, const Tensor& dy, const AverageRule& r) {
    ctx.keep(r);
    check_gradient(dy, r);
    const Tensor packed = dy.contiguous();
    Tensor dx = zeros_of(r.input, dy.dtype());
    if (dy.numel() > 0) kernels::average_pool_backward(r.problem, r.rule, dy.dtype(), packed.data_ptr(), dx.data_ptr());
    return dx;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& ddx) {
    return AveragePool::apply(ddx, ctx.kept<AverageRule>());
  }
};

Tensor AveragePool::backward(AutogradContext& ctx, const Tensor& dy) {
  return AverageBackward::apply(dy, ctx.kept<AverageRule>());
}

Tensor average(const Tensor& x, int dims, const PoolProblem& p, const kernels::AverageRule& rule, const char* node,
               const char* gradient_node) {
  return AveragePool::apply(x, AverageRule{kept(x, dims, p, node), rule, gradient_node});
}

Tensor average_pool(const Tensor& x, int dims, const PoolParams& params, bool count_include_pad,
                    std::optional<int64_t> divisor) {
  check(divisor.value_or(1) != 0, "divisor must be not zero");
  const PoolProblem p = average_pool_problem(x, dims, params);
  check<NotImplementedError>(x.is_floating_point() || x.dtype() == kInt64, "\"avg_pool{}d\" not implemented for '{}'",
                             dims, legacy_name(x.dtype()));
  const kernels::AverageRule rule{.count_padding = count_include_pad, .divisor = divisor.value_or(0)};
  return dims == 2 ? average(x, dims, p, rule, "AvgPool2DBackward0", "AvgPool2DBackwardBackward0")
                   : average(x, dims, p, rule, "AvgPool3DBackward0", "AvgPool3DBackwardBackward0");
}

Tensor adaptive_average(const Tensor& x, int dims, IntArrayRef output) {
  const PoolProblem p = adaptive_pool_problem(x, dims, output, false);
  if (std::all_of(output.begin(), output.end(), [](int64_t n) { return n == 1; }))  // as PyTorch does
    return dims == 2 ? x.mean({-1, -2}, true) : x.mean({-1, -2, -3}, true);
  check<NotImplementedError>(x.is_floating_point(), "\"adaptive_avg_pool{}d\" not implemented for '{}'", dims,
                             legacy_name(x.dtype()));
  return dims == 2 ? average(x, dims, p, {}, "AdaptiveAvgPool2DBackward0", "AdaptiveAvgPool2DBackwardBackward0")
                   : average(x, dims, p, {}, "AdaptiveAvgPool3DBackward0", "AdaptiveAvgPool3DBackwardBackward0");
}

MaxResult adaptive_max(const Tensor& x, int dims, IntArrayRef output) {
  const PoolProblem p = adaptive_pool_problem(x, dims, output, true);
  check<NotImplementedError>(x.is_floating_point(), "\"adaptive_max_pool{}d\" not implemented for '{}'", dims,
                             legacy_name(x.dtype()));
  return MaxPool::apply(x, kept(x, dims, p, dims == 2 ? "AdaptiveMaxPool2DBackward0" : "AdaptiveMaxPool3DBackward0"),
                        true);
}

}  // namespace

Tensor max_pool1d(const Tensor& x, IntArrayRef kernel_size, IntArrayRef stride, IntArrayRef padding,
                  IntArrayRef dilation, bool ceil_mode) {
  return std::get<0>(max_pool_line(x, {"max_pool1d", kernel_size, stride, padding, dilation, ceil_mode}, false));
}
Tensor max_pool2d(const Tensor& x, IntArrayRef kernel_size, IntArrayRef stride, IntArrayRef padding,
                  IntArrayRef dilation, bool ceil_mode) {
  return std::get<0>(max_pool(x, 2, {"max_pool2d", kernel_size, stride, padding, dilation, ceil_mode}, false));
}
Tensor max_pool3d(const Tensor& x, IntArrayRef kernel_size, IntArrayRef stride, IntArrayRef padding,
                  IntArrayRef dilation, bool ceil_mode) {
  return std::get<0>(max_pool(x, 3, {"max_pool3d", kernel_size, stride, padding, dilation, ceil_mode}, false));
}
MaxResult max_pool1d_with_indices(const Tensor& x, IntArrayRef kernel_size, IntArrayRef stride, IntArrayRef padding,
                                  IntArrayRef dilation, bool ceil_mode) {
  return max_pool_line(x, {"max_pool1d", kernel_size, stride, padding, dilation, ceil_mode}, true);
}
MaxResult max_pool2d_with_indices(const Tensor& x, IntArrayRef kernel_size, IntArrayRef stride, IntArrayRef padding,
                                  IntArrayRef dilation, bool ceil_mode) {
  return max_pool(x, 2, {"max_pool2d", kernel_size, stride, padding, dilation, ceil_mode}, true);
}
MaxResult max_pool3d_with_indices(const Tensor& x, IntArrayRef kernel_size, IntArrayRef stride, IntArrayRef padding,
                                  IntArrayRef dilation, bool ceil_mode) {
  return max_pool(x, 3, {"max_pool3d", kernel_size, stride, padding, dilation, ceil_mode}, true);
}

Tensor avg_pool1d(const Tensor& x, IntArrayRef kernel_size, IntArrayRef stride, IntArrayRef padding, bool ceil_mode,
                  bool count_include_pad) {
  check_pool1d(x, {"avg_pool1d", kernel_size, stride, padding, 1, ceil_mode});
  const DimVector kernel{1, kernel_size[0]}, steps{1, stride.empty() ? kernel_size[0] : stride[0]}, pads{0, padding[0]};
  return avg_pool2d(x.unsqueeze(-2), kernel, steps, pads, ceil_mode, count_include_pad).squeeze(-2);
}
Tensor avg_pool2d(const Tensor& x, IntArrayRef kernel_size, IntArrayRef stride, IntArrayRef padding, bool ceil_mode,
                  bool count_include_pad, std::optional<int64_t> divisor_override) {
  return average_pool(x, 2, {"avg_pool2d", kernel_size, stride, padding, 1, ceil_mode}, count_include_pad,
                      divisor_override);
}
Tensor avg_pool3d(const Tensor& x, IntArrayRef kernel_size, IntArrayRef stride, IntArrayRef padding, bool ceil_mode,
                  bool count_include_pad, std::optional<int64_t> divisor_override) {
  return average_pool(x, 3, {"avg_pool3d", kernel_size, stride, padding, 1, ceil_mode}, count_include_pad,
                      divisor_override);
}

Tensor adaptive_avg_pool1d(const Tensor& x, IntArrayRef output_size) {
  check_adaptive_pool1d(x, output_size, false);
  return adaptive_average(x.unsqueeze(-2), 2, {1, output_size[0]}).squeeze(-2);
}
Tensor adaptive_avg_pool2d(const Tensor& x, IntArrayRef output_size) { return adaptive_average(x, 2, output_size); }
Tensor adaptive_avg_pool3d(const Tensor& x, IntArrayRef output_size) { return adaptive_average(x, 3, output_size); }
MaxResult adaptive_max_pool1d(const Tensor& x, IntArrayRef output_size) {
  check_adaptive_pool1d(x, output_size, true);
  const auto [y, indices] = adaptive_max(x.unsqueeze(-2), 2, {1, output_size[0]});
  return {y.squeeze(-2), indices.squeeze(-2)};
}
MaxResult adaptive_max_pool2d(const Tensor& x, IntArrayRef output_size) { return adaptive_max(x, 2, output_size); }
MaxResult adaptive_max_pool3d(const Tensor& x, IntArrayRef output_size) { return adaptive_max(x, 3, output_size); }

}  // namespace convgrad
