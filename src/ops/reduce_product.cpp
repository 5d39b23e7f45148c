// prod, any, all.
#include "convgrad/autograd/function.h"
#include "convgrad/ops/join.h"
#include "convgrad/ops/reduce.h"
#include "core/make.h"
#include "core/shape.h"
#include "kernels/folds.h"
#include "ops/reduced_shape.h"

namespace convgrad {
namespace {

Tensor product(const Tensor& x, const ReducedShape& shape, std::optional<ScalarType> dtype) {
  const Tensor input = dtype ? x.to(*dtype) : x;
  const ScalarType type = input.is_floating_point() ? input.dtype() : kInt64;
  const Tensor result = fold(input, shape, kernels::product_fold(input.dtype()), type);
  return dtype ? result.to(*dtype) : result;
}

/// For each element the product of the others along `dim`.
Tensor products_of_others(const Tensor& x, int64_t dim) {
  const int64_t n = x.size(dim);
  DimVector one = x.sizes();
  one[static_cast<size_t>(dim)] = 1;
  const Tensor ones = make_tensor(one, x.dtype()).fill_(1);
  const Tensor before = cat({ones, x.narrow(dim, 0, n - 1)}, dim).cumprod(dim);
  const Tensor after = cat({ones, x.narrow(dim, 1, n - 1).flip(dim)}, dim).cumprod(dim).flip(dim);
  return before.mul(after);
}

/// dx from dy and y, which broadcast with x.
Tensor product_gradient(const Tensor& dy, const Tensor& x, const Tensor& y, int64_t dim) {
  if (x.dim() == 0 || x.numel() == 0) return dy.expand(x.sizes());
  if (x.eq(0).any().item<bool>()) return dy.mul(products_of_others(x, dim));
  return dy.mul(y).div(x);
}

struct ProdAll : Function<ProdAll> {
  static constexpr auto name = "ProdBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& x, std::optional<ScalarType> dtype) {
    Tensor y = product(x, ReducedShape(x.sizes(), {}, false), dtype);
    ctx.save(x, y);
    return y;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const auto [x, y] = ctx.saved<2>();
    return product_gradient(dy, x.to(dy.dtype()).reshape(x.numel()), y, 0).reshape(x.sizes());
  }
};

struct Along {
  ReducedShape shape;
  int64_t dim;
};

struct ProdDim : Function<ProdDim> {
  static constexpr auto name = "ProdBackward1";

  static Tensor forward(AutogradContext& ctx, const Tensor& x, int64_t dim, bool keepdim,
                        std::optional<ScalarType> dtype) {
    const ReducedShape shape(x.sizes(), dim, keepdim);
    Tensor y = product(x, shape, dtype);
    ctx.save(x, y);
    ctx.keep(Along{shape, dim});
    return y;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const auto [x, y] = ctx.saved<2>();
    const auto& [shape, dim] = ctx.kept<Along>();
    return product_gradient(shape.restored(dy), x.to(dy.dtype()), shape.restored(y), dim);
  }
};

Tensor truth(const Tensor& x, IntArrayRef dims, bool keepdim, const kernels::Fold& how) {
  const Tensor result = fold(x, ReducedShape(x.sizes(), dims, keepdim), how, kBool);
  return x.dtype() == kUInt8 ? result.to(kUInt8) : result;
}

/// Over a list of dimensions; over none of them: each element by itself.
Tensor truths(const Tensor& x, IntArrayRef dims, bool keepdim, const kernels::Fold& how) {
  if (!dims.empty()) return truth(x, dims, keepdim, how);
  const Tensor result = x.to(kBool, true);
  return x.dtype() == kUInt8 ? result.to(kUInt8) : result;
}

}  // namespace

Tensor prod(const Tensor& x, std::optional<ScalarType> dtype) { return ProdAll::apply(x, dtype); }
Tensor prod(const Tensor& x, int64_t dim, bool keepdim, std::optional<ScalarType> dtype) {
  return ProdDim::apply(x, normalize_dim(dim, x.dim()), keepdim, dtype);
}
Tensor any(const Tensor& x) { return truth(x, {}, false, kernels::any_fold(x.dtype())); }
Tensor any(const Tensor& x, int64_t dim, bool keepdim) { return truth(x, dim, keepdim, kernels::any_fold(x.dtype())); }
Tensor any(const Tensor& x, IntArrayRef dims, bool keepdim) {
  return truths(x, dims, keepdim, kernels::any_fold(x.dtype()));
}
Tensor all(const Tensor& x) { return truth(x, {}, false, kernels::all_fold(x.dtype())); }
Tensor all(const Tensor& x, int64_t dim, bool keepdim) { return truth(x, dim, keepdim, kernels::all_fold(x.dtype())); }
Tensor all(const Tensor& x, IntArrayRef dims, bool keepdim) {
  return truths(x, dims, keepdim, kernels::all_fold(x.dtype()));
}

Tensor Tensor::prod(std::optional<ScalarType> dtype) const { return convgrad::prod(*this, dtype); }
Tensor Tensor::prod(int64_t dim, bool keepdim, std::optional<ScalarType> dtype) const {
  return convgrad::prod(*this, dim, keepdim, dtype);
}
Tensor Tensor::any() const { return convgrad::any(*this); }
Tensor Tensor::any(int64_t dim, bool keepdim) const { return convgrad::any(*this, dim, keepdim); }
Tensor Tensor::any(IntArrayRef dims, bool keepdim) const { return convgrad::any(*this, dims, keepdim); }
Tensor Tensor::all() const { return convgrad::all(*this); }
Tensor Tensor::all(int64_t dim, bool keepdim) const { return convgrad::all(*this, dim, keepdim); }
Tensor Tensor::all(IntArrayRef dims, bool keepdim) const { return convgrad::all(*this, dims, keepdim); }

}  // namespace convgrad
