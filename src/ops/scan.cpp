#include "kernels/scan.h"
#include "convgrad/autograd/function.h"
#include "convgrad/ops/join.h"
#include "convgrad/ops/reduce.h"
#include "core/check.h"
#include "core/dispatch.h"
#include "core/make.h"
#include "core/shape.h"
#include "ops/lines_of.h"

namespace convgrad {
namespace {

Tensor scanned(const Tensor& x, int64_t dim, std::optional<ScalarType> dtype, kernels::Scan what, const char* word) {
  const ScalarType type = dtype.value_or(x.is_floating_point() ? x.dtype() : kInt64);
  check<NotImplementedError>(type != kBool, "\"{}_out_cpu\" not implemented for 'Bool'", word);
  const Tensor dense = x.to(type).contiguous();
  Tensor y = make_tensor(x.sizes(), type);
  visit_dtype(type, [&]<class T>(std::type_identity<T>) {
    if constexpr (!std::is_same_v<T, bool>)
      kernels::scan<T>(lines_of(x.sizes(), dim), what, dense.const_data_ptr<T>(), y.data_ptr<T>());
  });
  return y;
}

/// Sums of each element and all behind it.
Tensor sums_from(const Tensor& x, int64_t dim) { return x.dim() == 0 ? x : x.flip(dim).cumsum(dim).flip(dim); }

struct Cumsum : Function<Cumsum> {
  static constexpr auto name = "CumsumBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& x, int64_t dim, std::optional<ScalarType> dtype) {
    ctx.keep(dim);
    return scanned(x, dim, dtype, kernels::Scan::Sum, "cumsum");
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) { return sums_from(dy, ctx.kept<int64_t>()); }
};

/// The gradient of a running product with zeros among the factors: for each factor, the products that it stands in,
/// without it. Quadratic, and rare.
Tensor gradient_with_zeros(const Tensor& dy, const Tensor& x, int64_t dim) {
  const int64_t n = x.size(dim);
  std::vector<Tensor> gradients;
  for (int64_t i = 0; i < n; ++i) {
    const Tensor before = x.narrow(dim, 0, i).prod(dim, true);
    Tensor without = before;
    if (i + 1 < n) without = cat({before, x.narrow(dim, i + 1, n - i - 1).cumprod(dim).mul(before)}, dim);
    gradients.push_back(dy.narrow(dim, i, n - i).mul(without).sum(dim, true));
  }
  return cat(gradients, dim);
}

struct Cumprod : Function<Cumprod> {
  static constexpr auto name = "CumprodBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& x, int64_t dim, std::optional<ScalarType> dtype) {
    Tensor y = scanned(x, dim, dtype, kernels::Scan::Product, "cumprod");
    ctx.save(x, y);
    ctx.keep(dim);
    return y;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const auto [x, y] = ctx.saved<2>();
    const int64_t dim = ctx.kept<int64_t>();
    if (x.dim() == 0 || x.numel() == 0) return dy;
    if (x.eq(0).any().item<bool>()) return gradient_with_zeros(dy, x.to(dy.dtype()), dim);
    return sums_from(dy.mul(y), dim).div(x);
  }
};

}  // namespace

Tensor cumsum(const Tensor& x, int64_t dim, std::optional<ScalarType> dtype) {
  return Cumsum::apply(x, normalize_dim(dim, x.dim()), dtype);
}
Tensor cumprod(const Tensor& x, int64_t dim, std::optional<ScalarType> dtype) {
  return Cumprod::apply(x, normalize_dim(dim, x.dim()), dtype);
}

Tensor Tensor::cumsum(int64_t dim, std::optional<ScalarType> dtype) const {
  return convgrad::cumsum(*this, dim, dtype);
}
Tensor Tensor::cumprod(int64_t dim, std::optional<ScalarType> dtype) const {
  return convgrad::cumprod(*this, dim, dtype);
}

}  // namespace convgrad
