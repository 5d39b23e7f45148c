#pragma once
#include <convgrad/autograd/function.h>

#include "core/make.h"
#include "core/shape.h"

namespace convgrad {

/// How a tensor lies in memory, in elements.
struct Layout {
  DimVector sizes, strides;
  int64_t offset = 0;
};

inline Layout layout_of(const Tensor& x) {
  return {.sizes = x.sizes(), .strides = x.strides(), .offset = x.storage_offset()};
}
inline Layout contiguous_layout(IntArrayRef sizes) { return {.sizes = sizes, .strides = contiguous_strides(sizes)}; }
inline Tensor view_of(const Tensor& x, const Layout& l) { return make_view(x, l.sizes, l.strides, l.offset); }

/// False where surely no two positions share memory.
bool maybe_overlapping(const Layout& layout);
/// to += from, where positions of `to` may share memory. Floating types.
void add_overlapping(const Tensor& to, const Tensor& from);
Tensor zeros_of(IntArrayRef sizes, ScalarType dtype);

/// The gradient of a view that picks elements: zeros, and dy where the view looks.
template <class V, class Params>
struct Embed : Function<Embed<V, Params>> {
  static constexpr auto name = V::gradient_name;

  static Tensor forward(AutogradContext& ctx, const Tensor& dy, const DimVector& sizes, const Params& params) {
    ctx.keep(params);
    Tensor dx = zeros_of(sizes, dy.dtype());
    const Layout seen = V::layout(contiguous_layout(sizes), params);
    if (maybe_overlapping(seen))
      add_overlapping(view_of(dx, seen), dy);
    else
      view_of(dx, seen).copy_(dy);
    dx.impl().version().value = 0;  // it was born so
    return dx;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& ddx) { return V::apply(ddx, ctx.kept<Params>()); }
};

/// A view V that picks elements of its argument. V gives name, gradient_name and `layout(layout of x, params)`.
template <class V, class Params>
struct PickingView : Function<V> {
  static constexpr bool is_view = true;

  static Tensor forward(AutogradContext& ctx, const Tensor& x, const Params& params) {
    ctx.keep(std::pair<DimVector, Params>(x.sizes(), params));
    return view_of(x, V::layout(layout_of(x), params));
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const auto& [sizes, params] = ctx.template kept<std::pair<DimVector, Params>>();
    return Embed<V, Params>::apply(dy, sizes, params);
  }
};

}  // namespace convgrad
