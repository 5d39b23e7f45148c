#include "convgrad/ops/softmax.h"

#include "convgrad/autograd/function.h"
#include "core/check.h"
#include "core/dispatch.h"
#include "core/make.h"
#include "core/shape.h"
#include "kernels/softmax.h"

namespace convgrad {
namespace {

kernels::SoftmaxProblem problem(IntArrayRef sizes, int64_t dim, bool log) {
  kernels::SoftmaxProblem p{.log = log};
  for (size_t d = 0; d < sizes.size(); ++d)
    (static_cast<int64_t>(d) < dim ? p.outer : static_cast<int64_t>(d) > dim ? p.inner : p.n) *= sizes[d];
  return p;
}

/// The gradient, itself differentiable.
template <bool log>
struct Gradient : Function<Gradient<log>> {
  static constexpr auto name = log ? "LogSoftmaxBackwardDataBackward0" : "SoftmaxBackwardDataBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& dy, const Tensor& y, int64_t dim) {
    Tensor dx = make_tensor(y.sizes(), y.dtype());
    const Tensor g = dy.contiguous(), p = y.contiguous();
    visit_floating(y.dtype(), [&]<class T>(std::type_identity<T>) {
      kernels::softmax_gradient<T>(problem(y.sizes(), dim, log), g.const_data_ptr<T>(), p.const_data_ptr<T>(),
                                   dx.data_ptr<T>());
    });
    ctx.save(dy, y);
    ctx.keep(dim);
    return dx;
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& g) {
    const auto [dy, y] = ctx.saved<2>();
    const int64_t dim = ctx.kept<int64_t>();
    const auto along = [dim](const Tensor& t) { return t.sum(dim, true); };
    Tensor d_dy, d_y;
    if constexpr (log) {
      const Tensor gp = g.mul(y.exp());
      if (ctx.needs_input_grad(0)) d_dy = g.sub(along(gp));
      if (ctx.needs_input_grad(1)) d_y = gp.mul(along(dy)).neg();
    } else {
      const Tensor gy = along(g.mul(y));
      if (ctx.needs_input_grad(0)) d_dy = g.mul(y).sub(y.mul(gy));
      if (ctx.needs_input_grad(1)) d_y = g.mul(dy.sub(along(dy.mul(y)))).sub(dy.mul(gy));
    }
    return {d_dy, d_y};
  }
};

template <bool log>
struct Softmax : Function<Softmax<log>> {
  static constexpr auto name = log ? "LogSoftmaxBackward0" : "SoftmaxBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& x, int64_t dim) {
    Tensor y = make_tensor(x.sizes(), x.dtype());
    const Tensor dense = x.contiguous();
    visit_floating(x.dtype(), [&]<class T>(std::type_identity<T>) {
      kernels::softmax<T>(problem(x.sizes(), dim, log), dense.const_data_ptr<T>(), y.data_ptr<T>());
    });
    ctx.save(y);
    ctx.keep(dim);
    return y;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    return Gradient<log>::apply(dy, ctx.saved(0), ctx.kept<int64_t>());
  }
};

template <bool log>
Tensor run(const Tensor& given, int64_t given_dim, std::optional<ScalarType> dtype) {
  const Tensor x = dtype ? given.to(*dtype) : given;
  const int64_t dim = normalize_dim(given_dim, x.dim());
  check<NotImplementedError>(x.is_floating_point(), "\"{}softmax_{}kernel_impl\" not implemented for '{}'",
                             log ? "log_" : "", dim + 1 >= x.dim() ? "lastdim_" : "", legacy_name(x.dtype()));
  return Softmax<log>::apply(x, dim);
}

}  // namespace

Tensor softmax(const Tensor& x, int64_t dim, std::optional<ScalarType> dtype) { return run<false>(x, dim, dtype); }
Tensor log_softmax(const Tensor& x, int64_t dim, std::optional<ScalarType> dtype) { return run<true>(x, dim, dtype); }

Tensor Tensor::softmax(int64_t dim, std::optional<ScalarType> dtype) const {
  return convgrad::softmax(*this, dim, dtype);
}
Tensor Tensor::log_softmax(int64_t dim, std::optional<ScalarType> dtype) const {
  return convgrad::log_softmax(*this, dim, dtype);
}

}  // namespace convgrad
