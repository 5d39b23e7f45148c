#include "convgrad/autograd/function.h"
#include "convgrad/ops/reduce.h"
#include "core/check.h"
#include "kernels/folds.h"
#include "ops/reduced_shape.h"

namespace convgrad {
namespace {

ScalarType sum_type(ScalarType t) { return is_floating_point(t) ? t : kInt64; }

/// x as the type that is summed, and what that gives.
Tensor summed(const Tensor& x, const ReducedShape& shape, std::optional<ScalarType> dtype, double factor) {
  const Tensor input = dtype ? x.to(*dtype) : x;
  const Tensor total = fold(input, shape, kernels::sum_fold(input.dtype(), factor), sum_type(input.dtype()));
  return dtype ? total.to(*dtype) : total;
}

struct SumDims : Function<SumDims> {
  static constexpr auto name = "SumBackward1";

  static Tensor forward(AutogradContext& ctx, const Tensor& x, const ReducedShape& shape,
                        std::optional<ScalarType> dtype) {
    ctx.keep(shape);
    return summed(x, shape, dtype, 1);
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    return ctx.kept<ReducedShape>().spread(dy);  // the engine converts it to x's type
  }
};
struct SumAll : Function<SumAll> {
  static constexpr auto name = "SumBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& x, const ReducedShape& shape,
                        std::optional<ScalarType> dtype) {
    return SumDims::forward(ctx, x, shape, dtype);
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) { return SumDims::backward(ctx, dy); }
};

struct MeanDims : Function<MeanDims> {
  static constexpr auto name = "MeanBackward1";

  static Tensor forward(AutogradContext& ctx, const Tensor& x, const ReducedShape& shape,
                        std::optional<ScalarType> dtype) {
    ctx.keep(shape);
    return summed(x, shape, dtype, 1.0 / static_cast<double>(shape.count()));
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const auto& shape = ctx.kept<ReducedShape>();
    return shape.spread(dy).div(shape.count());
  }
};
struct MeanAll : Function<MeanAll> {
  static constexpr auto name = "MeanBackward0";
  static Tensor forward(AutogradContext& ctx, const Tensor& x, const ReducedShape& shape,
                        std::optional<ScalarType> dtype) {
    return MeanDims::forward(ctx, x, shape, dtype);
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) { return MeanDims::backward(ctx, dy); }
};

void check_mean_type(const Tensor& x, std::optional<ScalarType> dtype) {
  check(is_floating_point(dtype.value_or(x.dtype())),
        "mean(): could not infer output dtype. {} dtype must be either a floating point or complex dtype. Got: {}",
        dtype ? "Optional" : "Input", legacy_name(dtype.value_or(x.dtype())));
}

}  // namespace

Tensor sum(const Tensor& x, MaybeType dtype) { return SumAll::apply(x, ReducedShape(x.sizes(), {}, false), dtype); }
Tensor sum(const Tensor& x, IntArrayRef dims, bool keepdim, std::optional<ScalarType> dtype) {
  return SumDims::apply(x, ReducedShape(x.sizes(), dims, keepdim), dtype);
}
Tensor mean(const Tensor& x, MaybeType dtype) {
  check_mean_type(x, dtype);
  return MeanAll::apply(x, ReducedShape(x.sizes(), {}, false), dtype);
}
Tensor mean(const Tensor& x, IntArrayRef dims, bool keepdim, std::optional<ScalarType> dtype) {
  check_mean_type(x, dtype);
  return MeanDims::apply(x, ReducedShape(x.sizes(), dims, keepdim), dtype);
}

Tensor Tensor::sum(MaybeType dtype) const { return convgrad::sum(*this, dtype); }
Tensor Tensor::sum(IntArrayRef dims, bool keepdim, std::optional<ScalarType> dtype) const {
  return convgrad::sum(*this, dims, keepdim, dtype);
}
Tensor Tensor::mean(MaybeType dtype) const { return convgrad::mean(*this, dtype); }
Tensor Tensor::mean(IntArrayRef dims, bool keepdim, std::optional<ScalarType> dtype) const {
  return convgrad::mean(*this, dims, keepdim, dtype);
}

}  // namespace convgrad
