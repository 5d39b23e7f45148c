// Every dimension rearranged on its own: flip, roll, repeat.
#include "convgrad/ops/join.h"
#include "core/check.h"
#include "core/dispatch.h"
#include "core/shape.h"
#include "kernels/remap.h"
#include "ops/view_layout.h"

namespace convgrad {
namespace {

/// Maps that leave x as it is.
kernels::AxisMaps maps_of(IntArrayRef sizes) {
  kernels::AxisMaps maps{.input = sizes, .output = sizes, .sources = {}};
  maps.sources.resize(sizes.size());
  return maps;
}

Tensor remapped(const Tensor& x, const kernels::AxisMaps& maps) {
  if (maps.output.empty()) return x.clone();
  Tensor out = make_tensor(maps.output, x.dtype());
  const int64_t never = 0;  // every position has a source
  if (out.numel() > 0) kernels::remap(out.data_ptr(), x.data_ptr(), x.strides(), maps, &never, x.element_size());
  return out;
}

struct Flip : Function<Flip> {
  static constexpr auto name = "FlipBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& x, const DimVector& dims) {
    ctx.keep(dims);
    kernels::AxisMaps maps = maps_of(x.sizes());
    for (const int64_t d : dims)
      for (int64_t i = maps.input.empty() ? 0 : maps.input[d]; i-- > 0;) maps.sources[d].push_back(i);
    return remapped(x, maps);
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) { return Flip::apply(dy, ctx.kept<DimVector>()); }
};

/// Distances in [0, size), one a dimension; of a `flat` roll the one is for the elements in C order.
struct Roll : Function<Roll> {
  static constexpr auto name = "RollBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& x, const DimVector& distances, bool flat) {
    ctx.keep(std::pair(distances, flat));
    if (flat) return Roll::apply(x.reshape({-1}), distances, false).reshape(x.sizes());
    kernels::AxisMaps maps = maps_of(x.sizes());
    for (size_t d = 0; d < distances.size(); ++d)
      for (int64_t i = 0; distances[d] != 0 && i < maps.input[d]; ++i)
        maps.sources[d].push_back(i < distances[d] ? i + maps.input[d] - distances[d] : i - distances[d]);
    return remapped(x, maps);
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    auto [back, flat] = ctx.kept<std::pair<DimVector, bool>>();
    for (size_t d = 0; d < back.size(); ++d)
      if (back[d] != 0) back[d] = (flat ? dy.numel() : dy.sizes()[d]) - back[d];
    return Roll::apply(dy, back, flat);
  }
};

/// Of an x with as many dimensions as numbers.
kernels::AxisMaps repeat_maps(IntArrayRef sizes, const DimVector& repeats) {
  kernels::AxisMaps maps = maps_of(sizes);
  for (size_t d = 0; d < sizes.size(); ++d) {
    if (repeats[d] == 1) continue;
    maps.output[d] = sizes[d] * repeats[d];
    for (int64_t i = 0; i < maps.output[d]; ++i) maps.sources[d].push_back(i % sizes[d]);
  }
  return maps;
}

struct Repeat : Function<Repeat> {
  static constexpr auto name = "RepeatBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& x, const DimVector& repeats) {
    ctx.keep(std::pair(DimVector(x.sizes()), repeats));
    return remapped(x, repeat_maps(x.sizes(), repeats));
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy);
};

struct RepeatSum : Function<RepeatSum> {
  static constexpr auto name = "RepeatBackwardBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& dy, const DimVector& sizes, const DimVector& repeats) {
    ctx.keep(repeats);
    if (sizes.empty()) return dy.clone();
    Tensor dx = zeros_of(sizes, dy.dtype());
    if (dy.numel() == 0) return dx;
    const Tensor packed = dy.contiguous();
    visit_floating(dy.dtype(), [&]<class T>(std::type_identity<T>) {
      kernels::remap_backward(dx.data_ptr<T>(), packed.data_ptr<T>(), repeat_maps(sizes, repeats));
    });
    return dx;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& ddx) { return Repeat::apply(ddx, ctx.kept<DimVector>()); }
};

Tensor Repeat::backward(AutogradContext& ctx, const Tensor& dy) {
  const auto& [sizes, repeats] = ctx.kept<std::pair<DimVector, DimVector>>();
  return RepeatSum::apply(dy, sizes, repeats);
}

}  // namespace

Tensor Tensor::flip(IntArrayRef dims) const {
  DimVector order, seen(static_cast<size_t>(std::max<int64_t>(dim(), 1)));
  for (const int64_t d : dims) {
    order.push_back(normalize_dim(d, dim()));
    check(seen[order.back()]++ == 0, "dim {} appears multiple times in the list of dims", order.back());
  }
  if (dim() == 0) order.clear();
  return Flip::apply(*this, order);
}

Tensor Tensor::roll(IntArrayRef shifts, IntArrayRef dims) const {
  check(!shifts.empty(), "`shifts` required");
  const auto distance = [](int64_t shift, int64_t n) { return n == 0 ? 0 : (shift % n + n) % n; };
  if (dims.empty() && shifts.size() == 1) return Roll::apply(*this, DimVector{distance(shifts[0], numel())}, true);
  check(shifts.size() == dims.size(), "shifts and dimensions must align. shifts: {}, dims:{}", shifts.size(),
        dims.size());
  DimVector distances(sizes().size());
  for (size_t i = 0; i < dims.size(); ++i) {
    const int64_t d = normalize_dim(dims[i], dim(), false), n = sizes()[d];
    distances[d] = distance(distances[d] + distance(shifts[i], n), n);
  }
  return Roll::apply(*this, distances, false);
}

Tensor Tensor::repeat(IntArrayRef repeats) const {
  check(static_cast<int64_t>(repeats.size()) >= dim(),
        "Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor");
  DimVector wide = sizes(), target;
  while (wide.size() < repeats.size()) wide.insert(0, 1);
  for (size_t d = 0; d < wide.size(); ++d) target.push_back(checked_mul(wide[d], repeats[d], "repeat"));
  checked_numel(target, element_size());
  return Repeat::apply(wide.size() == sizes().size() ? *this : reshape(wide), DimVector(repeats));
}

Tensor flip(const Tensor& x, IntArrayRef dims) { return x.flip(dims); }
Tensor roll(const Tensor& x, IntArrayRef shifts, IntArrayRef dims) { return x.roll(shifts, dims); }
Tensor tile(const Tensor& x, IntArrayRef repeats) {
  DimVector all = repeats;
  while (static_cast<int64_t>(all.size()) < x.dim()) all.insert(0, 1);
  return x.repeat(all);
}

}  // namespace convgrad
