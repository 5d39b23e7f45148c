// What is picked out of sorted lines: the k-th value, the most frequent one, quantiles.
#include <cmath>

#include "convgrad/autograd/function.h"
#include "convgrad/ops/compare.h"
#include "convgrad/ops/creation.h"
#include "convgrad/ops/index.h"
#include "convgrad/ops/pointwise.h"
#include "convgrad/ops/sort.h"
#include "core/check.h"
#include "core/python_text.h"
#include "core/shape.h"
#include "ops/pick_gradient.h"

namespace convgrad {
namespace {

/// An argument that takes no part in differentiation.
struct Positions {
  Tensor t;
};

/// One element of each line, at a position that a search gave.
struct Picked {
  PickedAlong along;
  const char* node;
};
struct PickOne : Function<PickOne> {
  static std::string name_of(const autograd::FunctionNode& node) { return std::any_cast<Picked>(&node.kept)->node; }

  static std::tuple<Tensor, Tensor> forward(AutogradContext& ctx, const Tensor& x, const Positions& at,
                                            const Picked& p) {
    ctx.keep(p);
    const bool flat = p.along.keepdim || x.dim() == 0;
    const Tensor values = x.gather(p.along.dim, at.t);
    Tensor indices = flat ? at.t.contiguous() : at.t.squeeze(p.along.dim).clone();
    ctx.save(indices);
    return {flat ? values : values.squeeze(p.along.dim).clone(), indices};
  }
  static Tensor backward(AutogradContext& ctx, const variable_list& dy) {
    return picked_gradient(ctx.kept<Picked>().along, ctx.saved(0), dy[0]);
  }
};

std::tuple<Tensor, Tensor> pick_one(const Tensor& x, const Tensor& at, int64_t dim, bool keepdim, const char* node) {
  return PickOne::apply(x, Positions{at}, Picked{{x.sizes(), dim, keepdim}, node});
}

int64_t checked_dim(const Tensor& x, int64_t given, const char* op) {
  const int64_t dim = normalize_dim(given, x.dim());
  check<IndexError>(x.dim() == 0 || x.size(dim) > 0, "{}(): Expected reduction dim {} to have non-zero size.", op, dim);
  return dim;
}

/// The position in its line of the last of the most frequent elements, the least of them where several are.
Tensor positions_of_modes(const Tensor& x, int64_t dim) {
  const auto [values, indices] = x.detach().movedim(dim, -1).sort(-1);
  const int64_t n = x.size(dim);
  const Tensor same = (values.narrow(-1, 1, n - 1) == values.narrow(-1, 0, n - 1)).contiguous();
  DimVector sizes = values.sizes();
  sizes[sizes.size() - 1] = 1;
  const Tensor at = make_tensor(sizes, kInt64), order = indices.contiguous();
  const bool* equal = same.const_data_ptr<bool>();
  const int64_t* from = order.const_data_ptr<int64_t>();
  for (int64_t line = 0; line < at.numel(); ++line, equal += n - 1, from += n) {
    int64_t longest = 1, run = 1, end = 0;
    for (int64_t i = 1; i < n; ++i) {
      run = equal[i - 1] ? run + 1 : 1;
      if (run > longest) longest = run, end = i;
    }
    at.data_ptr<int64_t>()[line] = from[end];
  }
  return at.movedim(-1, dim);
}

/// Where among n sorted elements the quantiles stand, between 0 and n − 1.
Tensor between(const Tensor& sorted, const Tensor& places, const std::string& interpolation) {
  const Tensor ranks = places.detach();
  if (interpolation == "lower" || interpolation == "higher" || interpolation == "nearest") {
    const Tensor whole = interpolation == "lower"    ? ranks.floor()
                         : interpolation == "higher" ? ranks.ceil()
                                                     : ranks.round();
    return sorted.gather(-1, whole.to(kInt64));
  }
  const Tensor below = ranks.floor();
  const Tensor weight = interpolation == "midpoint" ? full_like(ranks, 0.5) : places - below;
  return lerp(sorted.gather(-1, below.to(kInt64)), sorted.gather(-1, ranks.ceil().to(kInt64)), weight);
}

void check_quantile(const Tensor& x, const Tensor& q, const std::string& interpolation) {
  check(x.numel() > 0, "quantile() input tensor must be non-empty");
  check(q.dim() <= 1, "quantile() q must be a scalar or 1D tensor");
  check(x.is_floating_point(), "quantile() input tensor must be either float or double dtype");
  check(x.dtype() == q.dtype(), "quantile() q tensor must be same dtype as the input tensor");
  bool known = false;
  for (const char* word : {"linear", "lower", "higher", "midpoint", "nearest"}) known = known || interpolation == word;
  check(known, "quantile() interpolation must be one of linear, lower, higher, midpoint or nearest, but got {}",
        interpolation);
  check((q >= 0).logical_and(q <= 1).all().item<bool>(), "quantile() q values must be in the range [0, 1]");
}

/// The dimension that the quantiles are taken along, last, and q's, where it has one, first in the result.
Tensor quantiles(const Tensor& x, const Tensor& q, std::optional<int64_t> given, bool keepdim,
                 const std::string& interpolation, bool ignore_nan) {
  check_quantile(x, q, interpolation);
  const int64_t dim = given ? normalize_dim(*given, x.dim()) : 0;
  const Tensor lines = given && x.dim() > 0 ? x.movedim(dim, -1) : x.reshape({-1});
  const Tensor sorted = std::get<0>(lines.sort(-1));
  const Tensor points = q.reshape({-1});
  DimVector wide = sorted.sizes();
  wide[wide.size() - 1] = points.size(0);
  const Tensor nan = isnan(sorted.detach());
  Tensor ranks;
  if (ignore_nan) {
    ranks = (nan.logical_not().sum({-1}, true).to(x.dtype()) - 1).clamp_min(0) * points;
  } else {
    const Tensor last = full({}, sorted.size(-1) - 1, {.dtype = x.dtype()});
    ranks = where(nan.any(-1, true), last, points * last);  // a NaN, sorted to the end, is every quantile
  }
  Tensor y = between(sorted, ranks.expand(wide), interpolation);
  if (keepdim && given && x.dim() > 0) {
    y = y.unsqueeze(dim);
  } else if (keepdim) {
    DimVector ones(x.sizes().size(), 1);
    ones.push_back(points.size(0));
    y = y.reshape(ones);
  }
  return q.dim() == 0 ? y.squeeze(-1) : y.movedim(-1, 0);
}

Tensor of_type(double q, const Tensor& x) {
  check(q >= 0 && q <= 1, "quantile() q must be in the range [0, 1] but got {}", q);
  return full({}, q, {.dtype = x.is_floating_point() ? x.dtype() : get_default_dtype()});
}

}  // namespace

std::tuple<Tensor, Tensor> kthvalue(const Tensor& x, int64_t k, int64_t given, bool keepdim) {
  const int64_t dim = checked_dim(x, given, "kthvalue"), n = x.dim() == 0 ? 1 : x.size(dim);
  check(k >= 1 && k <= n, "kthvalue(): selected number k out of range for dimension {}", dim);
  const Tensor order = std::get<1>(x.detach().sort(dim));
  return pick_one(x, x.dim() == 0 ? order : order.narrow(dim, k - 1, 1), dim, keepdim, "KthvalueBackward0");
}

std::tuple<Tensor, Tensor> mode(const Tensor& x, int64_t given, bool keepdim) {
  const int64_t dim = checked_dim(x, given, "mode");
  const Tensor at = x.dim() == 0 ? zeros({}, kInt64) : positions_of_modes(x, dim);
  return pick_one(x, at, dim, keepdim, "ModeBackward0");
}

Tensor quantile(const Tensor& x, const Tensor& q, std::optional<int64_t> dim, bool keepdim,
                const std::string& interpolation) {
  return quantiles(x, q, dim, keepdim, interpolation, false);
}
Tensor quantile(const Tensor& x, double q, std::optional<int64_t> dim, bool keepdim, const std::string& interpolation) {
  return quantile(x, of_type(q, x), dim, keepdim, interpolation);
}
Tensor nanquantile(const Tensor& x, const Tensor& q, std::optional<int64_t> dim, bool keepdim,
                   const std::string& interpolation) {
  return quantiles(x, q, dim, keepdim, interpolation, true);
}
Tensor nanquantile(const Tensor& x, double q, std::optional<int64_t> dim, bool keepdim,
                   const std::string& interpolation) {
  return nanquantile(x, of_type(q, x), dim, keepdim, interpolation);
}

}  // namespace convgrad
