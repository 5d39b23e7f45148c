#include "convgrad/ops/sort.h"

#include "convgrad/autograd/function.h"
#include "core/check.h"
#include "core/dispatch.h"
#include "core/make.h"
#include "core/shape.h"
#include "kernels/sort.h"
#include "ops/lines_of.h"

namespace convgrad {
namespace {

struct Origin {
  DimVector sizes;
  int64_t dim;
};

/// The gradient of elements that were picked along a dimension: back where they came from, zero elsewhere.
Tensor put_back(AutogradContext& ctx, const Tensor& dy) {
  const auto& [sizes, dim] = ctx.kept<Origin>();
  return make_tensor(sizes, dy.dtype()).zero_().scatter(dim, ctx.saved(0), dy);
}

template <bool with_stable>
struct Sort : Function<Sort<with_stable>> {
  static constexpr auto name = with_stable ? "SortBackward1" : "SortBackward0";

  static std::tuple<Tensor, Tensor> forward(AutogradContext& ctx, const Tensor& x, int64_t dim, bool descending) {
    const Tensor dense = x.contiguous();
    Tensor values = make_tensor(x.sizes(), x.dtype()), indices = make_tensor(x.sizes(), kInt64);
    visit_dtype(x.dtype(), [&]<class T>(std::type_identity<T>) {
      kernels::sort<T>(lines_of(x.sizes(), dim), descending, dense.const_data_ptr<T>(), values.data_ptr<T>(),
                       indices.data_ptr<int64_t>());
    });
    ctx.save(indices);
    ctx.keep(Origin{x.sizes(), dim});
    return {values, indices};
  }
  static Tensor backward(AutogradContext& ctx, const variable_list& dy) { return put_back(ctx, dy[0]); }
};

struct Topk : Function<Topk> {
  static constexpr auto name = "TopkBackward0";

  static std::tuple<Tensor, Tensor> forward(AutogradContext& ctx, const Tensor& x, int64_t k, int64_t dim, bool largest,
                                            bool sorted) {
    const Tensor dense = x.contiguous();
    DimVector sizes = x.sizes();
    if (x.dim() > 0) sizes[static_cast<size_t>(dim)] = k;
    Tensor values = make_tensor(sizes, x.dtype()), indices = make_tensor(sizes, kInt64);
    visit_dtype(x.dtype(), [&]<class T>(std::type_identity<T>) {
      kernels::top_k<T>(lines_of(x.sizes(), dim), k, largest, sorted, dense.const_data_ptr<T>(), values.data_ptr<T>(),
                        indices.data_ptr<int64_t>());
    });
    ctx.save(indices);
    ctx.keep(Origin{x.sizes(), dim});
    return {values, indices};
  }
  static Tensor backward(AutogradContext& ctx, const variable_list& dy) { return put_back(ctx, dy[0]); }
};

}  // namespace

std::tuple<Tensor, Tensor> sort(const Tensor& x, int64_t dim, bool descending) {
  return Sort<false>::apply(x, normalize_dim(dim, x.dim()), descending);
}
std::tuple<Tensor, Tensor> sort(const Tensor& x, std::optional<bool>, int64_t dim, bool descending) {
  return Sort<true>::apply(x, normalize_dim(dim, x.dim()), descending);
}
Tensor argsort(const Tensor& x, int64_t dim, bool descending) { return std::get<1>(sort(x.detach(), dim, descending)); }

std::tuple<Tensor, Tensor> topk(const Tensor& x, int64_t k, int64_t given, bool largest, bool sorted) {
  const int64_t dim = normalize_dim(given, x.dim());
  check(k >= 0 && k <= (x.dim() > 0 ? x.size(dim) : 1), "selected index k out of range");
  check(x.dtype() != kBool, "topk does not support bool dtypes on CPU");
  return Topk::apply(x, x.dim() > 0 ? k : 1, dim, largest, sorted);
}

std::tuple<Tensor, Tensor> Tensor::sort(int64_t dim, bool descending) const {
  return convgrad::sort(*this, dim, descending);
}
Tensor Tensor::argsort(int64_t dim, bool descending) const { return convgrad::argsort(*this, dim, descending); }
std::tuple<Tensor, Tensor> Tensor::topk(int64_t k, int64_t dim, bool largest, bool sorted) const {
  return convgrad::topk(*this, k, dim, largest, sorted);
}

}  // namespace convgrad
