// Products that fewer programs call.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "convgrad/ops/creation.h"
#include "convgrad/ops/join.h"
#include "convgrad/ops/linalg.h"
#include "convgrad/ops/pointwise.h"
#include "convgrad/ops/reduce.h"
#include "core/check.h"
#include "core/dispatch.h"
#include "core/make.h"
#include "core/shape.h"
#include "ops/rule.h"

namespace convgrad {
namespace {

using Call = ByRule::Call;
using Rule = ByRule::Rule;

Tensor scaled(const Tensor& t, Scalar factor) { return factor.toDouble() == 1 ? t : t.mul(factor); }

/// beta·a + alpha·product; a is not read where beta is zero. number: beta, other: alpha.
Tensor sum_with(const Call& c, const Tensor& product) {
  const Tensor right = scaled(product, c.p.other);
  return c.p.number.toDouble() == 0 ? right : scaled(c.a.expand(product.sizes()), c.p.number).add(right);
}
Tensor first_gradient(const Call& c, const Tensor& dy) {
  return c.ctx.needs(0, [&] { return scaled(dy, c.p.number); });  // the engine sums it to a's shape
}

const Rule kBaddbmm{"BaddbmmBackward0", [](const Call& c) { return sum_with(c, c.b.bmm(c.c)); },
                    [](const Call& c, const Tensor& dy) {
                      const Tensor g = scaled(dy, c.p.other);
                      return Grads<3>{first_gradient(c, dy), c.ctx.needs(1, [&] { return g.bmm(c.c.transpose(1, 2)); }),
                                      c.ctx.needs(2, [&] { return c.b.transpose(1, 2).bmm(g); })};
                    },
                    6};
const Rule kAddbmm{"AddbmmBackward0", [](const Call& c) { return sum_with(c, c.b.bmm(c.c).sum({0})); },
                   [](const Call& c, const Tensor& dy) {
                     const Tensor g = scaled(dy, c.p.other).expand({c.b.size(0), c.b.size(1), c.c.size(2)});
                     return Grads<3>{first_gradient(c, dy), c.ctx.needs(1, [&] { return g.bmm(c.c.transpose(1, 2)); }),
                                     c.ctx.needs(2, [&] { return c.b.transpose(1, 2).bmm(g); })};
                   },
                   6};
const Rule kAddmv{"AddmvBackward0", [](const Call& c) { return sum_with(c, c.b.mv(c.c)); },
                  [](const Call& c, const Tensor& dy) {
                    const Tensor g = scaled(dy, c.p.other);
                    return Grads<3>{first_gradient(c, dy), c.ctx.needs(1, [&] { return g.outer(c.c); }),
                                    c.ctx.needs(2, [&] { return c.b.t().mv(g); })};
                  },
                  6};
const Rule kAddr{"AddrBackward0", [](const Call& c) { return sum_with(c, c.b.outer(c.c)); },
                 [](const Call& c, const Tensor& dy) {
                   const Tensor g = scaled(dy, c.p.other);
                   return Grads<3>{first_gradient(c, dy), c.ctx.needs(1, [&] { return g.mv(c.c); }),
                                   c.ctx.needs(2, [&] { return g.t().mv(c.b); })};
                 },
                 6};

/// ints: the dimension.
const Rule kCross{"LinalgCrossBackward0",
                  [](const Call& c) {
                    const int64_t d = c.p.ints[0];
                    return c.a.roll(-1, d) * c.b.roll(-2, d) - c.a.roll(-2, d) * c.b.roll(-1, d);
                  },
                  [](const Call& c, const Tensor& dy) {
                    const int64_t d = c.p.ints[0];
                    return Grads<3>{c.ctx.needs(0, [&] { return cross(c.b, dy, d); }),
                                    c.ctx.needs(1, [&] { return cross(dy, c.a, d); })};
                  },
                  3};

/// The inverse of one matrix, column by column in `to`: Gauss and Jordan's elimination, the largest of a column its
/// pivot. The number, from one, of the diagonal element that is zero, or 0.
template <class T>
int64_t invert(const T* from, int64_t n, T* to) {
  const size_t width = static_cast<size_t>(2 * n);
  std::vector<double> rows(static_cast<size_t>(n) * width);  // the matrix, and beside it the unit matrix
  const auto row = [&](int64_t i) { return rows.begin() + i * 2 * n; };
  for (int64_t i = 0; i < n; ++i) {
    std::copy_n(from + i * n, n, row(i));
    row(i)[n + i] = 1;
  }
  for (int64_t i = 0; i < n; ++i) {
    int64_t pivot = i;
    for (int64_t k = i + 1; k < n; ++k)
      if (std::abs(row(k)[i]) > std::abs(row(pivot)[i])) pivot = k;
    if (row(pivot)[i] == 0) return i + 1;
    std::swap_ranges(row(i), row(i) + 2 * n, row(pivot));
    const double scale = 1 / row(i)[i];
    for (int64_t j = 0; j < 2 * n; ++j) row(i)[j] *= scale;
    for (int64_t k = 0; k < n; ++k) {
      if (k == i) continue;
      const double factor = row(k)[i];
      for (int64_t j = 0; j < 2 * n; ++j) row(k)[j] -= factor * row(i)[j];
    }
  }
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < n; ++j) to[j * n + i] = static_cast<T>(row(i)[n + j]);
  return 0;
}

const Rule kInverse{"LinalgInvExBackward0",
                    [](const Call& c) {
                      const Tensor x = c.a.contiguous();
                      DimVector strides = x.strides();  // columns lie side by side, as LAPACK leaves them
                      std::swap(strides[strides.size() - 1], strides[strides.size() - 2]);
                      const Tensor y = make_strided(x.sizes(), strides, x.dtype());
                      const int64_t n = x.size(-1), matrices = n == 0 ? 0 : x.numel() / (n * n);
                      visit_floating(x.dtype(), [&]<class T>(std::type_identity<T>) {
                        for (int64_t m = 0; m < matrices; ++m) {
                          const int64_t at = invert(x.data_ptr<T>() + m * n * n, n, y.data_ptr<T>() + m * n * n);
                          check(at == 0,
                                "linalg.inv: {}The diagonal element {} is zero, the inversion could not be completed "
                                "because the input matrix is singular.",
                                x.dim() > 2 ? fmt::format("(Batch element {}): ", m) : "", at);
                        }
                      });
                      return y;
                    },
                    [](const Call& c, const Tensor& dy) {
                      return Grads<3>{c.ctx.needs(0, [&] {
                        const Tensor turned = by_rule(kInverse, c.a).transpose(-1, -2);
                        return turned.matmul(dy).matmul(turned).neg();
                      })};
                    },
                    1};

void check_batches(const Tensor& a, const Tensor& b) {
  check<ShapeError>(a.dim() == 3, "batch1 must be a 3D tensor");
  check<ShapeError>(b.dim() == 3, "batch2 must be a 3D tensor");
  check<ShapeError>(a.size(0) == b.size(0) && a.size(2) == b.size(1),
                    "Expected size for first two dimensions of batch2 tensor to be: [{}, {}] but got: [{}, {}].",
                    a.size(0), a.size(2), b.size(0), b.size(1));
}

}  // namespace

Tensor baddbmm(const Tensor& self, const Tensor& a, const Tensor& b, Scalar beta, Scalar alpha) {
  check_batches(a, b);
  (void)self.expand({a.size(0), a.size(1), b.size(2)});  // its error
  return by_rule(kBaddbmm, self, a, b, {.number = beta, .other = alpha});
}
Tensor addbmm(const Tensor& self, const Tensor& a, const Tensor& b, Scalar beta, Scalar alpha) {
  check_batches(a, b);
  (void)self.expand({a.size(1), b.size(2)});
  return by_rule(kAddbmm, self, a, b, {.number = beta, .other = alpha});
}
Tensor addmv(const Tensor& self, const Tensor& a, const Tensor& x, Scalar beta, Scalar alpha) {
  check<ShapeError>(a.dim() == 2 && x.dim() == 1 && self.dim() <= 1,
                    "vector + matrix @ vector expected, got {}, {}, {}", self.dim(), a.dim(), x.dim());
  check<ShapeError>(a.size(1) == x.size(0) && (self.numel() == a.size(0) || self.numel() == 1),
                    "size mismatch, got input ({}), mat ({}x{}), vec ({})", self.dim() == 0 ? 1 : self.size(0),
                    a.size(0), a.size(1), x.size(0));
  return by_rule(kAddmv, self, a, x, {.number = beta, .other = alpha});
}
Tensor addr(const Tensor& self, const Tensor& a, const Tensor& b, Scalar beta, Scalar alpha) {
  check<ShapeError>(a.dim() == 1 && b.dim() == 1, "addr: Expected 1-D argument vec1 and vec2, but got {}-D and {}-D",
                    a.dim(), b.dim());
  (void)self.expand({a.size(0), b.size(0)});
  return by_rule(kAddr, self, a, b, {.number = beta, .other = alpha});
}

Tensor inner(const Tensor& a, const Tensor& b) {
  if (a.dim() == 0 || b.dim() == 0) return a * b;
  check<ShapeError>(a.size(-1) == b.size(-1),
                    "inner() the last dimension must match on both input tensors but got shapes {} and {}", a.sizes(),
                    b.sizes());
  return tensordot(a, b, {-1}, {-1});
}

Tensor cross(const Tensor& a, const Tensor& b, std::optional<int64_t> given) {
  check<ShapeError>(a.dim() == b.dim(), "linalg.cross: inputs must have the same number of dimensions.");
  int64_t dim = -1;
  for (int64_t d = 0; !given && dim < 0 && d < a.dim(); ++d)
    if (a.size(d) == 3) dim = d;
  check<ShapeError>(given || dim >= 0, "no dimension of size 3 in input");
  if (given) dim = normalize_dim(*given, a.dim());
  check<ShapeError>(a.size(dim) == 3 && b.size(dim) == 3,
                    "linalg.cross: inputs dimension {} must have length 3. Got {} and {}", given.value_or(dim),
                    a.size(dim), b.size(dim));
  const DimVector sizes = broadcast_shapes(a.sizes(), b.sizes());
  return by_rule(kCross, a.expand(sizes), b.expand(sizes), {.ints = {dim}});
}

Tensor matrix_power(const Tensor& x, int64_t n) {
  check<ShapeError>(x.dim() >= 2 && x.size(-1) == x.size(-2),
                    "linalg.matrix_power: A must be batches of square matrices, but they are {} by {} matrices",
                    x.dim() >= 2 ? x.size(-2) : 0, x.dim() >= 1 ? x.size(-1) : 0);
  check(n >= 0 || x.is_floating_point(), "linalg.inv: Expected a floating point or complex tensor as input. Got {}",
        legacy_name(x.dtype()));
  if (n == 0) return x.clone().copy_(eye(x.size(-1), {.dtype = x.dtype()}).expand(x.sizes()));
  if (n == 1) return x.clone();
  Tensor result, square = n < 0 ? by_rule(kInverse, x) : x;
  for (; n != 0; n /= 2) {  // by squaring
    if (n % 2 != 0) result = result.defined() ? result.matmul(square) : square;
    if (n / 2 != 0) square = square.matmul(square);
  }
  return result;
}

}  // namespace convgrad
