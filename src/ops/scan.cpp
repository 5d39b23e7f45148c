#include "kernels/scan.h"

#include <limits>

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

/// Logarithms of the sums of exponentials of each element and all behind it.
Tensor logsumexp_from(const Tensor& x, int64_t dim) {
  return x.dim() == 0 ? x : logcumsumexp(x.flip(dim), dim).flip(dim);
}

struct LogCumsumExp : Function<LogCumsumExp> {
  static constexpr auto name = "LogcumsumexpBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& x, int64_t dim) {
    check<NotImplementedError>(x.is_floating_point(), "\"logcumsumexp_out_cpu\" not implemented for '{}'",
                               legacy_name(x.dtype()));
    Tensor y = scanned(x, dim, {}, kernels::Scan::LogSumExp, "logcumsumexp");
    ctx.save(x, y);
    ctx.keep(dim);
    return y;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {  // in logarithms, positive and negative parts apart
    const auto [x, y] = ctx.saved<2>();
    const int64_t dim = ctx.kept<int64_t>();
    // the least number instead of −∞, whose gradient would be NaN
    const double least =
        x.dtype() == kFloat64 ? std::numeric_limits<double>::lowest() : std::numeric_limits<float>::lowest();
    const auto part = [&, &x = x, &y = y](const Tensor& size) {
      const Tensor logs = size.log().masked_fill(size.le(0), least);
      return logsumexp_from(logs.sub(y), dim).add(x).exp();
    };
    return part(dy).sub(part(dy.neg()));
  }
};

struct Running {
  DimVector sizes;
  int64_t dim;
  bool largest;
};
struct RunningExtremum : Function<RunningExtremum> {
  static std::string name_of(const autograd::FunctionNode& node) {
    return std::any_cast<Running>(&node.kept)->largest ? "CummaxBackward0" : "CumminBackward0";
  }
  static std::tuple<Tensor, Tensor> forward(AutogradContext& ctx, const Tensor& x, int64_t dim, bool largest) {
    ctx.keep(Running{x.sizes(), dim, largest});
    const Tensor wide = x.to(x.is_floating_point() ? kFloat64 : kInt64).contiguous();
    const Tensor values = make_tensor(x.sizes(), wide.dtype());
    Tensor indices = make_tensor(x.sizes(), kInt64);
    const auto run = [&]<class T>(std::type_identity<T>) {
      kernels::running_extremum<T>(lines_of(x.sizes(), dim), largest, wide.const_data_ptr<T>(), values.data_ptr<T>(),
                                   indices.data_ptr<int64_t>());
    };
    if (x.is_floating_point())
      run(std::type_identity<double>());
    else
      run(std::type_identity<int64_t>());
    ctx.save(indices);
    return {values.to(x.dtype()), indices};
  }
  static Tensor backward(AutogradContext& ctx, const variable_list& dy) {
    const auto& r = ctx.kept<Running>();
    return make_tensor(r.sizes, dy[0].dtype()).zero_().scatter_add(r.dim, ctx.saved(0), dy[0]);
  }
};

}  // namespace

Tensor cumsum(const Tensor& x, int64_t dim, std::optional<ScalarType> dtype) {
  return Cumsum::apply(x, normalize_dim(dim, x.dim()), dtype);
}
Tensor cumprod(const Tensor& x, int64_t dim, std::optional<ScalarType> dtype) {
  return Cumprod::apply(x, normalize_dim(dim, x.dim()), dtype);
}

Tensor logcumsumexp(const Tensor& x, int64_t dim) { return LogCumsumExp::apply(x, normalize_dim(dim, x.dim())); }
std::tuple<Tensor, Tensor> cummax(const Tensor& x, int64_t dim) {
  return RunningExtremum::apply(x, normalize_dim(dim, x.dim()), true);
}
std::tuple<Tensor, Tensor> cummin(const Tensor& x, int64_t dim) {
  return RunningExtremum::apply(x, normalize_dim(dim, x.dim()), false);
}

Tensor Tensor::cumsum(int64_t dim, std::optional<ScalarType> dtype) const {
  return convgrad::cumsum(*this, dim, dtype);
}
Tensor Tensor::cumprod(int64_t dim, std::optional<ScalarType> dtype) const {
  return convgrad::cumprod(*this, dim, dtype);
}

}  // namespace convgrad
