#include "ops/conv_passes.h"

#include <convgrad/autograd/function.h>

#include "core/dispatch.h"
#include "core/make.h"
#include "kernels/conv/conv.h"
#include "kernels/conv/integer.h"

namespace convgrad::ops {
namespace {

using kernels::ConvAxis;
using kernels::ConvProblem;

/// What a node keeps beside its tensors.
struct Shape {
  ConvProblem problem;
  size_t rank;

  DimVector sizes(int64_t first, int64_t second, int64_t ConvAxis::*size) const {
    DimVector out(2 + rank);
    out[0] = first;
    out[1] = second;
    for (size_t i = 0; i < rank; ++i) out[2 + i] = problem.axes[3 - rank + i].*size;
    return out;
  }
  DimVector x_sizes() const { return sizes(problem.batch, problem.in_channels, &ConvAxis::input); }
  DimVector y_sizes() const { return sizes(problem.batch, problem.out_channels, &ConvAxis::output); }
  DimVector w_sizes() const {
    return sizes(problem.out_channels, problem.in_channels / problem.groups, &ConvAxis::kernel);
  }
};

/// The tensor's strides, the leading axes of one cell left out by the user put in.
std::array<int64_t, 5> strides_of(const Tensor& t) {
  const IntArrayRef strides = t.strides();
  const size_t rank = strides.size() - 2;
  std::array<int64_t, 5> all{strides[0], strides[1]};
  for (size_t i = 0; i < rank; ++i) all[5 - rank + i] = strides[2 + i];
  for (size_t i = 4 - rank; i >= 2; --i) all[i] = all[i + 1] * t.sizes()[2];
  return all;
}

/// The bias as the kernels want it: side by side, or null.
template <class T>
const T* elements(const Tensor& bias) {
  return bias.defined() ? static_cast<const T*>(bias.data_ptr()) : nullptr;
}

Tensor run_forward(Shape s, const Tensor& x, const Tensor& w, const Tensor& bias) {
  Tensor y = make_tensor(s.y_sizes(), x.dtype());
  const Tensor b = bias.defined() ? bias.contiguous() : bias;
  s.problem.x_strides = strides_of(x), s.problem.w_strides = strides_of(w), s.problem.y_strides = strides_of(y);
  visit_dtype(x.dtype(), [&]<class T>(std::type_identity<T>) {
    if constexpr (std::is_floating_point_v<T>)
      kernels::conv_forward(s.problem, x.data_ptr<T>(), w.data_ptr<T>(), elements<T>(b), y.data_ptr<T>());
    else if constexpr (!std::is_same_v<T, bool>)
      kernels::conv_integer::forward(s.problem, x.data_ptr<T>(), w.data_ptr<T>(), elements<T>(b), y.data_ptr<T>());
  });
  return y;
}

Tensor run_backward_data(Shape s, const Tensor& y, const Tensor& w, const Tensor& bias) {
  Tensor x = make_tensor(s.x_sizes(), y.dtype());
  const Tensor b = bias.defined() ? bias.contiguous() : bias;
  s.problem.x_strides = strides_of(x), s.problem.w_strides = strides_of(w), s.problem.y_strides = strides_of(y);
  visit_dtype(y.dtype(), [&]<class T>(std::type_identity<T>) {
    if constexpr (std::is_floating_point_v<T>)
      kernels::conv_backward_data(s.problem, y.data_ptr<T>(), w.data_ptr<T>(), elements<T>(b), x.data_ptr<T>());
    else if constexpr (!std::is_same_v<T, bool>)
      kernels::conv_integer::backward_data(s.problem, y.data_ptr<T>(), w.data_ptr<T>(), elements<T>(b),
                                           x.data_ptr<T>());
  });
  return x;
}

Tensor run_backward_weights(Shape s, const Tensor& x, const Tensor& y) {
  Tensor w = make_tensor(s.w_sizes(), x.dtype());
  s.problem.x_strides = strides_of(x), s.problem.w_strides = strides_of(w), s.problem.y_strides = strides_of(y);
  visit_floating(x.dtype(), [&]<class T>(std::type_identity<T>) {
    kernels::conv_backward_weights(s.problem, x.data_ptr<T>(), y.data_ptr<T>(), w.data_ptr<T>());
  });
  return w;
}

/// The gradient of a bias: the sum over all dimensions but the channels.
Tensor bias_gradient(const Tensor& dy) {
  DimVector dims{0};
  for (int64_t d = 2; d < dy.dim(); ++d) dims.push_back(d);
  return dy.sum(dims);
}

// `derived`: the pass serves a backward itself; grad_fn tells, as PyTorch's does.
constexpr const char* grad_fn_name(bool derived) {
  return derived ? "ConvolutionBackwardBackward0" : "ConvolutionBackward0";
}
// The passes as a backward calls them.
Tensor derived_forward(const Tensor& x, const Tensor& w, const Shape& s);
Tensor derived_backward_data(const Tensor& y, const Tensor& w, const Shape& s);
Tensor derived_backward_weights(const Tensor& x, const Tensor& y, const Shape& s);

template <bool derived>
struct Forward : Function<Forward<derived>> {
  static constexpr auto name = grad_fn_name(derived);

  static Tensor forward(AutogradContext& ctx, const Tensor& x, const Tensor& w, const Tensor& bias, const Shape& s) {
    ctx.save(x, w);
    ctx.keep(s);
    return run_forward(s, x, w, bias);
  }
  static Grads<3> backward(AutogradContext& ctx, const Tensor& dy) {
    const auto [x, w] = ctx.saved<2>();
    const Shape& s = ctx.kept<Shape>();
    return {ctx.needs(0, [&, &w = w] { return derived_backward_data(dy, w, s); }),
            ctx.needs(1, [&, &x = x] { return derived_backward_weights(x, dy, s); }),
            ctx.needs(2, [&] { return bias_gradient(dy); })};
  }
};

template <bool derived>
struct BackwardData : Function<BackwardData<derived>> {
  static constexpr auto name = grad_fn_name(derived);

  static Tensor forward(AutogradContext& ctx, const Tensor& y, const Tensor& w, const Tensor& bias, const Shape& s) {
    ctx.save(y, w);
    ctx.keep(s);
    return run_backward_data(s, y, w, bias);
  }
  static Grads<3> backward(AutogradContext& ctx, const Tensor& dx) {
    const auto [y, w] = ctx.saved<2>();
    const Shape& s = ctx.kept<Shape>();
    return {ctx.needs(0, [&, &w = w] { return derived_forward(dx, w, s); }),
            ctx.needs(1, [&, &y = y] { return derived_backward_weights(dx, y, s); }),
            ctx.needs(2, [&] { return bias_gradient(dx); })};
  }
};

struct BackwardWeights : Function<BackwardWeights> {
  static constexpr auto name = grad_fn_name(true);

  static Tensor forward(AutogradContext& ctx, const Tensor& x, const Tensor& y, const Shape& s) {
    ctx.save(x, y);
    ctx.keep(s);
    return run_backward_weights(s, x, y);
  }
  static Grads<2> backward(AutogradContext& ctx, const Tensor& dw) {
    const auto [x, y] = ctx.saved<2>();
    const Shape& s = ctx.kept<Shape>();
    return {ctx.needs(0, [&, &y = y] { return derived_backward_data(y, dw, s); }),
            ctx.needs(1, [&, &x = x] { return derived_forward(x, dw, s); })};
  }
};

Tensor derived_forward(const Tensor& x, const Tensor& w, const Shape& s) {
  return Forward<true>::apply(x, w, Tensor(), s);
}
Tensor derived_backward_data(const Tensor& y, const Tensor& w, const Shape& s) {
  return BackwardData<true>::apply(y, w, Tensor(), s);
}
Tensor derived_backward_weights(const Tensor& x, const Tensor& y, const Shape& s) {
  return BackwardWeights::apply(x, y, s);
}

}  // namespace

Tensor convolve(const Tensor& x, const Tensor& w, const Tensor& bias, const ConvProblem& problem, size_t rank) {
  return Forward<false>::apply(x, w, bias, Shape{problem, rank});
}

Tensor convolve_transposed(const Tensor& y, const Tensor& w, const Tensor& bias, const ConvProblem& problem,
                           size_t rank) {
  return BackwardData<false>::apply(y, w, bias, Shape{problem, rank});
}

Tensor input_gradient(const Tensor& dy, const Tensor& w, const ConvProblem& problem, size_t rank) {
  return derived_backward_data(dy, w, Shape{problem, rank});
}

Tensor weight_gradient(const Tensor& x, const Tensor& dy, const ConvProblem& problem, size_t rank) {
  return derived_backward_weights(x, dy, Shape{problem, rank});
}

}  // namespace convgrad::ops
