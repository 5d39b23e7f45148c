// var, std, norm, logsumexp.
#include <cmath>
#include <limits>

#include "convgrad/autograd/function.h"
#include "convgrad/ops/reduce.h"
#include "core/check.h"
#include "core/shape.h"
#include "kernels/folds.h"
#include "ops/distance.h"
#include "ops/reduced_shape.h"

namespace convgrad {
namespace {

struct Moment {
  ReducedShape shape;
  bool unbiased;
};

/// dx = 2 (x − mean) / (n − correction) · dy
Tensor variance_gradient(const Tensor& dy, const Tensor& x, const Moment& m) {
  const double freedom = std::max(0.0, static_cast<double>(m.shape.count()) - m.unbiased);
  const Tensor deviation = x.sub(x.mean(m.shape.dims(), true));
  return m.shape.restored(dy).mul(2 / freedom).mul(deviation);
}

struct Var : Function<Var> {
  static constexpr auto name = "VarBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& x, const Moment& m) {
    ctx.save(x);
    ctx.keep(m);
    return fold(x, m.shape, kernels::variance_fold(x.dtype(), m.unbiased, false), x.dtype());
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    return variance_gradient(dy, ctx.saved(0), ctx.kept<Moment>());
  }
};

struct Std : Function<Std> {
  static constexpr auto name = "StdBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& x, const Moment& m) {
    Tensor y = fold(x, m.shape, kernels::variance_fold(x.dtype(), m.unbiased, true), x.dtype());
    ctx.save(x, y);
    ctx.keep(m);
    return y;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const auto [x, y] = ctx.saved<2>();
    const Tensor of_variance = dy.div(y.mul(2)).masked_fill(y.eq(0), 0);
    return variance_gradient(of_variance, x, ctx.kept<Moment>());
  }
};

/// Variance, or its square root, and mean at once.
struct MomentsOf {
  Moment moment;
  bool root;
};
struct Moments : Function<Moments> {
  static std::string name_of(const autograd::FunctionNode& node) {
    return std::any_cast<MomentsOf>(&node.kept)->root ? "StdMeanBackward0" : "VarMeanBackward0";
  }
  static std::tuple<Tensor, Tensor> forward(AutogradContext& ctx, const Tensor& x, const MomentsOf& m) {
    ctx.keep(m);
    const auto& [shape, unbiased] = m.moment;
    Tensor y = fold(x, shape, kernels::variance_fold(x.dtype(), unbiased, m.root), x.dtype());
    ctx.save(x, y);
    return {y, x.mean(shape.dims(), true).view(shape.output_sizes())};
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy, const Tensor& mean_dy) {
    const auto [x, y] = ctx.saved<2>();
    const auto& [m, root] = ctx.kept<MomentsOf>();
    const Tensor of_variance = root ? dy.div(y.mul(2)).masked_fill(y.eq(0), 0) : dy;
    return variance_gradient(of_variance, x, m).add(m.shape.spread(mean_dy).div(m.shape.count()));
  }
};

struct NormOf {
  ReducedShape shape;
  double p;
  const char* node = "LinalgVectorNormBackward0";
};

/// By PyTorch's formulas, which give 0 where the norm is 0.
Tensor norm_gradient(const Tensor& dy, const Tensor& x, const Tensor& y, const NormOf& n) {
  const double p = n.p;
  if (p == 1) return x.sign().mul(dy);
  if (p == 2) return dy.mul(x.div(y).masked_fill(y.eq(0), 0));
  if (std::isinf(p)) {
    const Tensor size = x.abs();
    const Tensor hit = size.eq(y).logical_or(size.isnan()).to(dy.dtype());
    return x.sign().mul(dy.div(hit.sum(n.shape.dims(), true)).mul(hit));
  }
  if (p < 1) return x.sign().mul(x.abs().pow(p - 1).masked_fill(x.eq(0), 0)).mul(dy).mul(y.pow(1 - p));
  const Tensor scale = dy.div(y.pow(p - 1)).masked_fill(y.eq(0), 0);
  return (p < 2 ? x.sign().mul(x.abs().pow(p - 1)) : x.mul(x.abs().pow(p - 2))).mul(scale);
}

struct Norm : Function<Norm> {
  static std::string name_of(const autograd::FunctionNode& node) { return std::any_cast<NormOf>(&node.kept)->node; }

  static Tensor forward(AutogradContext& ctx, const Tensor& x, const NormOf& n) {
    ctx.keep(n);
    Tensor y = fold(x, n.shape, kernels::norm_fold(x.dtype(), n.p), x.dtype());
    ctx.save(x, y);
    return y;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const auto [x, y] = ctx.saved<2>();
    const auto& n = ctx.kept<NormOf>();
    if (n.p == 0) return {};
    return norm_gradient(n.shape.restored(dy), x, n.shape.restored(y), n);
  }
};

struct LogSumExp : Function<LogSumExp> {
  static constexpr auto name = "LogsumexpBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& x, const ReducedShape& shape) {
    Tensor y = fold(x, shape, kernels::logsumexp_fold(x.dtype()), x.dtype());
    ctx.save(x, y);
    ctx.keep(shape);
    return y;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const auto [x, y] = ctx.saved<2>();
    const auto& shape = ctx.kept<ReducedShape>();
    return shape.restored(dy).mul(x.sub(shape.restored(y)).exp());
  }
};

Moment moment(const Tensor& x, IntArrayRef dims, bool unbiased, bool keepdim) {
  check(x.is_floating_point(), "std and var only support floating point and complex dtypes");
  return {ReducedShape(x.sizes(), dims, keepdim), unbiased};
}

}  // namespace

Tensor var(const Tensor& x, IntArrayRef dims, bool unbiased, bool keepdim) {
  return Var::apply(x, moment(x, dims, unbiased, keepdim));
}
Tensor std(const Tensor& x, IntArrayRef dims, bool unbiased, bool keepdim) {
  return Std::apply(x, moment(x, dims, unbiased, keepdim));
}

std::tuple<Tensor, Tensor> var_mean(const Tensor& x, IntArrayRef dims, bool unbiased, bool keepdim) {
  check(x.is_floating_point(), "var_mean only support floating point and complex dtypes");
  return Moments::apply(x, MomentsOf{moment(x, dims, unbiased, keepdim), false});
}
std::tuple<Tensor, Tensor> std_mean(const Tensor& x, IntArrayRef dims, bool unbiased, bool keepdim) {
  check(x.is_floating_point(), "std_mean only support floating point and complex dtypes");
  return Moments::apply(x, MomentsOf{moment(x, dims, unbiased, keepdim), true});
}

Tensor norm(const Tensor& x, Scalar p) { return norm(x, p, IntArrayRef()); }
Tensor norm(const Tensor& x, Scalar given, IntArrayRef dims, bool keepdim) {
  const double p = given.toDouble();
  check(x.is_floating_point(), "linalg.vector_norm: Expected a floating point or complex tensor as input. Got {}",
        legacy_name(x.dtype()));
  const ReducedShape shape(x.sizes(), dims, keepdim);
  if (x.numel() == 0 && (p < 0 || std::isinf(p))) {
    check(!dims.empty(),
          "linalg.vector_norm cannot compute the {} norm on an empty tensor because the operation does not have an "
          "identity",
          p);
    for (const int64_t dim : dims)
      check(x.size(dim) != 0,
            "linalg.vector_norm cannot compute the {} norm on the dimension {}because this dimension is empty and the "
            "operation does not have an identity",
            p, dim);
  }
  return Norm::apply(x, NormOf{shape, p});
}
Tensor norm_of_difference(const Tensor& x, double p, IntArrayRef dims, bool keepdim, const char* node) {
  return Norm::apply(x, NormOf{ReducedShape(x.sizes(), dims, keepdim), p, node});
}

Tensor logsumexp(const Tensor& x, IntArrayRef dims, bool keepdim) {
  const Tensor input = x.is_floating_point() ? x : x.to(get_default_dtype());
  return LogSumExp::apply(input, ReducedShape(x.sizes(), dims, keepdim));
}

Tensor Tensor::var(IntArrayRef dims, bool unbiased, bool keepdim) const {
  return convgrad::var(*this, dims, unbiased, keepdim);
}
Tensor Tensor::std(IntArrayRef dims, bool unbiased, bool keepdim) const {
  return convgrad::std(*this, dims, unbiased, keepdim);
}
Tensor Tensor::norm(Scalar p) const { return convgrad::norm(*this, p); }
Tensor Tensor::norm(Scalar p, IntArrayRef dims, bool keepdim) const { return convgrad::norm(*this, p, dims, keepdim); }
Tensor Tensor::logsumexp(IntArrayRef dims, bool keepdim) const { return convgrad::logsumexp(*this, dims, keepdim); }

}  // namespace convgrad
