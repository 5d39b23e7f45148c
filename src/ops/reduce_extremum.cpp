#include "convgrad/autograd/function.h"
#include "convgrad/ops/reduce.h"
#include "core/check.h"
#include "core/make.h"
#include "core/shape.h"
#include "kernels/folds.h"
#include "ops/pick_gradient.h"
#include "ops/reduced_shape.h"

namespace convgrad {
namespace {

struct Max {
  static constexpr auto word = "max", all_name = "MaxBackward1", dim_name = "MaxBackward0", many_name = "AmaxBackward0";
  static kernels::Fold fold(ScalarType t) { return kernels::max_fold(t); }
  static kernels::Fold index_fold(ScalarType t) { return kernels::max_index_fold(t); }
};
struct Min {
  static constexpr auto word = "min", all_name = "MinBackward1", dim_name = "MinBackward0", many_name = "AminBackward0";
  static kernels::Fold fold(ScalarType t) { return kernels::min_fold(t); }
  static kernels::Fold index_fold(ScalarType t) { return kernels::min_index_fold(t); }
};

/// Without dimensions, or over several: equals share the gradient.
template <class Which>
struct Extremes : Function<Extremes<Which>> {
  static constexpr auto name = Which::many_name;

  static Tensor forward(AutogradContext& ctx, const Tensor& x, const ReducedShape& shape) {
    Tensor y = fold(x, shape, Which::fold(x.dtype()), x.dtype());
    ctx.save(x, y);
    ctx.keep(shape);
    return y;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const auto [x, y] = ctx.saved<2>();
    const auto& shape = ctx.kept<ReducedShape>();
    const Tensor hit = x.eq(shape.restored(y)).to(dy.dtype());
    return shape.restored(dy).div(hit.sum(shape.dims(), true)).mul(hit);
  }
};
template <class Which>
struct Extreme : Function<Extreme<Which>> {
  static constexpr auto name = Which::all_name;

  static Tensor forward(AutogradContext& ctx, const Tensor& x) {
    Tensor y = fold(x, ReducedShape(x.sizes(), {}, false), Which::fold(x.dtype()), x.dtype());
    ctx.save(x, y);
    return y;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const auto [x, y] = ctx.saved<2>();
    return shared_gradient(x, y, dy);
  }
};

/// Values and positions along one dimension: the position gets the gradient.
template <class Which>
struct ExtremesAt : Function<ExtremesAt<Which>> {
  static constexpr auto name = Which::dim_name;

  static std::tuple<Tensor, Tensor> forward(AutogradContext& ctx, const Tensor& x, int64_t dim, bool keepdim) {
    const ReducedShape shape(x.sizes(), dim, keepdim);
    Tensor values = make_tensor(shape.output_sizes(), x.dtype());
    Tensor indices = make_tensor(shape.output_sizes(), kInt64);
    kernels::reduce(reduce_problem(x, shape), Which::index_fold(x.dtype()), x.data_ptr(),
                    {values.data_ptr(), indices.data_ptr()});
    ctx.save(indices);
    ctx.keep(PickedAlong{x.sizes(), dim, keepdim});
    return {values, indices};
  }
  static Tensor backward(AutogradContext& ctx, const variable_list& dy) {
    return picked_gradient(ctx.kept<PickedAlong>(), ctx.saved(0), dy[0]);
  }
};

template <class Which>
std::tuple<Tensor, Tensor> extreme_at(const Tensor& x, int64_t given, bool keepdim) {
  const int64_t dim = normalize_dim(given, x.dim());
  check<IndexError>(x.dim() == 0 || x.size(dim) > 0, "{}(): Expected reduction dim {} to have non-zero size.",
                    Which::word, dim);
  return ExtremesAt<Which>::apply(x, dim, keepdim);
}

template <class Which>
Tensor extreme(const Tensor& x) {
  check(x.numel() > 0,
        "{}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' "
        "argument.",
        Which::word);
  return Extreme<Which>::apply(x);
}

template <class Which>
Tensor extremes(const Tensor& x, IntArrayRef dims, bool keepdim) {
  const ReducedShape shape(x.sizes(), dims, keepdim);
  check(x.numel() > 0 || !dims.empty(),
        "a{}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the "
        "'dim' argument.",
        Which::word);
  for (const int64_t dim : dims)
    check<IndexError>(x.dim() == 0 || x.size(dim) > 0, "a{}(): Expected reduction dim {} to have non-zero size.",
                      Which::word, dim);
  return Extremes<Which>::apply(x, shape);
}

template <class Which>
Tensor position(const Tensor& x, std::optional<int64_t> given, bool keepdim) {
  check(x.dtype() != kBool, "arg{}(): does not support bool input", Which::word);
  if (given) {
    const int64_t dim = normalize_dim(*given, x.dim());
    check<IndexError>(x.dim() == 0 || x.size(dim) > 0, "arg{}(): Expected reduction dim {} to have non-zero size.",
                      Which::word, dim);
  } else {
    check<IndexError>(x.numel() > 0, "arg{}(): Expected reduction dim to be specified for input.numel() == 0.",
                      Which::word);
  }
  const ReducedShape shape(x.sizes(), given ? IntArrayRef(*given) : IntArrayRef(), keepdim);
  kernels::ReduceProblem problem = reduce_problem(x, shape);
  problem.ordered = true;
  const Tensor values = make_tensor(shape.output_sizes(), x.dtype());
  Tensor indices = make_tensor(shape.output_sizes(), kInt64);
  kernels::reduce(problem, Which::index_fold(x.dtype()), x.data_ptr(), {values.data_ptr(), indices.data_ptr()});
  return indices;
}

}  // namespace

Tensor max(const Tensor& x) { return extreme<Max>(x); }
Tensor min(const Tensor& x) { return extreme<Min>(x); }
std::tuple<Tensor, Tensor> max(const Tensor& x, int64_t dim, bool keepdim) { return extreme_at<Max>(x, dim, keepdim); }
std::tuple<Tensor, Tensor> min(const Tensor& x, int64_t dim, bool keepdim) { return extreme_at<Min>(x, dim, keepdim); }
Tensor amax(const Tensor& x, IntArrayRef dims, bool keepdim) { return extremes<Max>(x, dims, keepdim); }
Tensor amin(const Tensor& x, IntArrayRef dims, bool keepdim) { return extremes<Min>(x, dims, keepdim); }
Tensor argmax(const Tensor& x, std::optional<int64_t> dim, bool keepdim) { return position<Max>(x, dim, keepdim); }
Tensor argmin(const Tensor& x, std::optional<int64_t> dim, bool keepdim) { return position<Min>(x, dim, keepdim); }

Tensor Tensor::max() const { return convgrad::max(*this); }
Tensor Tensor::min() const { return convgrad::min(*this); }
std::tuple<Tensor, Tensor> Tensor::max(int64_t dim, bool keepdim) const { return convgrad::max(*this, dim, keepdim); }
std::tuple<Tensor, Tensor> Tensor::min(int64_t dim, bool keepdim) const { return convgrad::min(*this, dim, keepdim); }
Tensor Tensor::amax(IntArrayRef dims, bool keepdim) const { return convgrad::amax(*this, dims, keepdim); }
Tensor Tensor::amin(IntArrayRef dims, bool keepdim) const { return convgrad::amin(*this, dims, keepdim); }
Tensor Tensor::argmax(std::optional<int64_t> dim, bool keepdim) const { return convgrad::argmax(*this, dim, keepdim); }
Tensor Tensor::argmin(std::optional<int64_t> dim, bool keepdim) const { return convgrad::argmin(*this, dim, keepdim); }

}  // namespace convgrad
