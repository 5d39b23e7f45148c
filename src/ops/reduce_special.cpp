// Reductions that fewer programs call; most are compositions, as PyTorch's are.
#include "convgrad/ops/compare.h"
#include "convgrad/ops/creation.h"
#include "convgrad/ops/index.h"
#include "convgrad/ops/join.h"
#include "convgrad/ops/reduce.h"
#include "convgrad/ops/view.h"
#include "core/check.h"
#include "core/shape.h"
#include "ops/distance.h"
#include "ops/elementwise.h"
#include "ops/reduced_shape.h"
#include "ops/rule.h"

namespace convgrad {
namespace {

using Call = ByRule::Call;
using Rule = ByRule::Rule;

/// ints: keepdim, then the dimensions.
ByRule::Params over(IntArrayRef dims, bool keepdim) {
  DimVector ints{keepdim ? 1 : 0};
  for (const int64_t d : dims) ints.push_back(d);
  return {.ints = ints};
}
IntArrayRef dims_of(const Call& c) { return IntArrayRef(c.p.ints).slice(1, c.p.ints.size() - 1); }

const Rule kNansum{"NansumBackward0",
                   [](const Call& c) { return zero_where(isnan(c.a), c.a).sum(dims_of(c), c.p.ints[0] != 0); },
                   [](const Call& c, const Tensor& dy) {
                     const ReducedShape shape(c.a.sizes(), dims_of(c), c.p.ints[0] != 0);
                     return Grads<3>{zero_where(isnan(c.a), shape.spread(dy))};
                   },
                   1};

const Rule kTrace{"TraceBackward0", [](const Call& c) { return c.a.diagonal().sum(); },
                  [](const Call& c, const Tensor& dy) {
                    const int64_t rows = c.p.ints[0], columns = c.p.ints[1];
                    return Grads<3>{dy * eye(rows, columns, {.dtype = dy.dtype()})};
                  }};

/// The least and the largest element; equals share the gradient.
struct AminMax : Function<AminMax> {
  static constexpr auto name = "AminmaxBackward0";

  static std::tuple<Tensor, Tensor> forward(AutogradContext& ctx, const Tensor& x, const ReducedShape& shape) {
    const DimVector dims = shape.dims();
    Tensor least = x.amin(dims, true), largest = x.amax(dims, true);
    ctx.save(x, least, largest);
    ctx.keep(shape);
    return {least.view(shape.output_sizes()), largest.view(shape.output_sizes())};
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& least_dy, const Tensor& largest_dy) {
    const auto [x, least, largest] = ctx.saved<3>();
    const auto& shape = ctx.kept<ReducedShape>();
    const auto shared = [&, &x = x](const Tensor& y, const Tensor& dy) {
      const Tensor hit = (x == y).to(dy.dtype());
      return shape.restored(dy) / hit.sum(shape.dims(), true) * hit;
    };
    return shared(least, least_dy) + shared(largest, largest_dy);
  }
};

void check_edge(const Tensor& x, const Tensor& edge, int64_t dim) {
  check<ShapeError>(edge.dim() == x.dim(), "diff expects prepend or append to be the same dimension as input");
  for (int64_t d = 0; d < x.dim(); ++d)
    check<ShapeError>(d == dim || edge.size(d) == x.size(d),
                      "diff expects the shape of tensor to prepend or append to match that of input except along the "
                      "differencing dimension; input.size({}) = {}, but got tensor.size({}) = {}",
                      d, x.size(d), d, edge.size(d));
}

}  // namespace

Tensor nansum(const Tensor& x, IntArrayRef dims, bool keepdim, std::optional<ScalarType> dtype) {
  if (!x.is_floating_point()) return x.sum(dims, keepdim, dtype);
  return by_rule(kNansum, dtype ? x.to(*dtype) : x, over(dims, keepdim));
}

Tensor nanmean(const Tensor& x, IntArrayRef dims, bool keepdim, std::optional<ScalarType> dtype) {
  check(x.is_floating_point(), "nanmean(): expected input to have floating point or complex dtype but got {}",
        legacy_name(x.dtype()));
  return nansum(x, dims, keepdim, dtype) / isnan(x).logical_not().sum(dims, keepdim);
}

Tensor count_nonzero(const Tensor& x, IntArrayRef dims) { return (x != 0).sum(dims); }

std::tuple<Tensor, Tensor> aminmax(const Tensor& x, std::optional<int64_t> given, bool keepdim) {
  if (given) {
    const int64_t dim = normalize_dim(*given, x.dim());
    check<IndexError>(x.dim() == 0 || x.size(dim) > 0, "aminmax: Expected reduction dim {} to have non-zero size.",
                      dim);
  } else {
    check(x.numel() > 0, "aminmax(): cannot compute aminmax over an empty dimension as the operation has no identity.");
  }
  return AminMax::apply(x, ReducedShape(x.sizes(), given ? IntArrayRef(*given) : IntArrayRef(), keepdim));
}

Tensor trace(const Tensor& x) {
  check<ShapeError>(x.dim() == 2, "trace: expected a matrix, but got tensor with dim {}", x.dim());
  check<NotImplementedError>(x.dtype() != kBool, "\"trace\" not implemented for 'Bool'");
  return by_rule(kTrace, x, {.ints = {x.size(0), x.size(1)}});
}

Tensor dist(const Tensor& a, const Tensor& b, Scalar p) {
  return norm_of_difference(a - b, p.toDouble(), {}, false, "DistBackward0");
}

Tensor diff(const Tensor& x, int64_t n, int64_t given, const Tensor& prepend, const Tensor& append) {
  check<ShapeError>(x.dim() >= 1, "diff expects input to be at least one-dimensional");
  check(n >= 0, "order must be non-negative but got {}", n);
  const int64_t dim = normalize_dim(given, x.dim());
  std::vector<Tensor> parts{x};
  if (prepend.defined()) check_edge(x, prepend, dim), parts.insert(parts.begin(), prepend);
  if (append.defined()) check_edge(x, append, dim), parts.push_back(append);
  if (n == 0) return x.clone();
  Tensor y = parts.size() == 1 ? x : cat(parts, dim);
  for (int64_t i = 0, order = std::min(n, y.size(dim)); i < order; ++i) {
    const int64_t rest = y.size(dim) - 1;
    const Tensor later = y.narrow(dim, 1, rest), earlier = y.narrow(dim, 0, rest);
    y = x.dtype() == kBool ? later.logical_xor(earlier) : later - earlier;
  }
  return y;
}

Tensor trapezoid(const Tensor& y, Scalar dx, int64_t dim) {
  const Tensor ends = y.select(dim, 0) + y.select(dim, -1);
  return (y.sum({dim}) - ends * 0.5) * dx;
}
Tensor trapezoid(const Tensor& y, const Tensor& x, int64_t given) {
  const int64_t dim = normalize_dim(given, y.dim()), n = y.size(dim);
  const Tensor steps = diff(x, 1, x.dim() == 1 ? 0 : dim);
  DimVector shape(y.sizes().size(), 1);
  shape[dim] = steps.numel();
  const Tensor widths = x.dim() == 1 ? steps.view(shape) : steps;
  return ((y.narrow(dim, 1, n - 1) + y.narrow(dim, 0, n - 1)) * widths).sum({dim}) / 2.0;
}

}  // namespace convgrad
