#include <limits>

#include "convgrad/ops/sort.h"
#include "core/check.h"
#include "core/dispatch.h"
#include "core/shape.h"
#include "kernels/sort.h"
#include "ops/lines_of.h"
#include "ops/pick_gradient.h"
#include "ops/reduced_shape.h"

namespace convgrad {
namespace {

struct Plain {
  static constexpr auto all_name = "MedianBackward0", dim_name = "MedianBackward1";
  static constexpr bool ignores_nan = false;
};
struct NotNaN {
  static constexpr auto all_name = "NanmedianBackward0", dim_name = "NanmedianBackward1";
  static constexpr bool ignores_nan = true;
};

template <class Which>
void find(const Tensor& x, const kernels::Lines& lines, const Tensor& values, const Tensor& indices) {
  const Tensor dense = x.contiguous();
  visit_dtype(x.dtype(), [&]<class T>(std::type_identity<T>) {
    kernels::median<T>(lines, Which::ignores_nan, dense.const_data_ptr<T>(), values.data_ptr<T>(),
                       indices.data_ptr<int64_t>());
  });
}

/// Of all elements: equals share the gradient.
template <class Which>
struct MedianOfAll : Function<MedianOfAll<Which>> {
  static constexpr auto name = Which::all_name;

  static Tensor forward(AutogradContext& ctx, const Tensor& x) {
    Tensor y = make_tensor({}, x.dtype());
    const kernels::Lines all{.n = x.numel()};
    if (x.numel() == 0)
      y.fill_(is_floating_point(x.dtype()) ? Scalar(std::numeric_limits<double>::quiet_NaN()) : Scalar(0));
    else
      find<Which>(x, all, y, make_tensor({}, kInt64));
    ctx.save(x, y);
    return y;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const auto [x, y] = ctx.saved<2>();
    return shared_gradient(x, y, dy);
  }
};

/// Along a dimension: the position that is found gets the gradient.
template <class Which>
struct MedianAlong : Function<MedianAlong<Which>> {
  static constexpr auto name = Which::dim_name;

  static std::tuple<Tensor, Tensor> forward(AutogradContext& ctx, const Tensor& x, int64_t dim, bool keepdim) {
    const ReducedShape shape(x.sizes(), dim, keepdim);
    Tensor values = make_tensor(shape.output_sizes(), x.dtype()), indices = make_tensor(shape.output_sizes(), kInt64);
    find<Which>(x, lines_of(x.sizes(), dim), values, indices);
    ctx.save(indices);
    ctx.keep(PickedAlong{x.sizes(), dim, keepdim});
    return {values, indices};
  }
  static Tensor backward(AutogradContext& ctx, const variable_list& dy) {
    return picked_gradient(ctx.kept<PickedAlong>(), ctx.saved(0), dy[0]);
  }
};

template <class Which>
Tensor median_of_all(const Tensor& x) {
  check<NotImplementedError>(x.dtype() != kBool, "\"median_cpu\" not implemented for 'Bool'");
  return MedianOfAll<Which>::apply(x);
}

template <class Which>
std::tuple<Tensor, Tensor> median_along(const Tensor& x, int64_t given, bool keepdim) {
  const int64_t dim = normalize_dim(given, x.dim());
  check<IndexError>(x.dim() == 0 || x.size(dim) > 0, "median(): Expected reduction dim {} to have non-zero size.", dim);
  check<NotImplementedError>(x.dtype() != kBool, "\"median_out\" not implemented for 'Bool'");
  return MedianAlong<Which>::apply(x, dim, keepdim);
}

}  // namespace

Tensor median(const Tensor& x) { return median_of_all<Plain>(x); }
Tensor nanmedian(const Tensor& x) { return median_of_all<NotNaN>(x); }
std::tuple<Tensor, Tensor> median(const Tensor& x, int64_t dim, bool keepdim) {
  return median_along<Plain>(x, dim, keepdim);
}
std::tuple<Tensor, Tensor> nanmedian(const Tensor& x, int64_t dim, bool keepdim) {
  return median_along<NotNaN>(x, dim, keepdim);
}

Tensor Tensor::median() const { return convgrad::median(*this); }
Tensor Tensor::nanmedian() const { return convgrad::nanmedian(*this); }
std::tuple<Tensor, Tensor> Tensor::median(int64_t dim, bool keepdim) const {
  return convgrad::median(*this, dim, keepdim);
}
std::tuple<Tensor, Tensor> Tensor::nanmedian(int64_t dim, bool keepdim) const {
  return convgrad::nanmedian(*this, dim, keepdim);
}

}  // namespace convgrad
