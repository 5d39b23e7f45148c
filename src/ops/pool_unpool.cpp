// Maxima put back where they were.
#include "convgrad/ops/pool.h"
#include "convgrad/autograd/function.h"
#include "core/check.h"
#include "core/python_text.h"
#include "core/shape.h"
#include "ops/view_layout.h"

namespace convgrad {
namespace {

/// An argument that takes no part in differentiation.
struct Indices {
  Tensor t;
};

struct Unpooling {
  DimVector input, output;  // sizes
  int64_t dims;

  int64_t planes() const { return count(input, 0, input.size() - static_cast<size_t>(dims)); }
  int64_t cells() const { return count(output, output.size() - static_cast<size_t>(dims), output.size()); }
  static int64_t count(const DimVector& sizes, size_t first, size_t end) {
    int64_t n = 1;
    for (size_t d = first; d < end; ++d) n *= sizes[d];
    return n;
  }
};

void check_indices(const Tensor& indices, const Unpooling& u) {
  const int64_t cells = u.cells();
  const int64_t* at = indices.const_data_ptr<int64_t>();
  for (int64_t i = indices.numel() - 1; i >= 0; --i) {  // the last one is told, as PyTorch does
    if (at[i] >= 0 && at[i] < cells) continue;
    const IntArrayRef volume =
        IntArrayRef(u.output).slice(u.output.size() - static_cast<size_t>(u.dims), static_cast<size_t>(u.dims));
    throw Error(fmt::format("Found an invalid max index: {} (output volumes are of size {})", at[i],
                            fmt::join(volume.begin(), volume.end(), "x")));
  }
}

struct MaxUnpool : Function<MaxUnpool> {
  static std::string name_of(const autograd::FunctionNode& node) {
    return fmt::format("MaxUnpool{}DBackward0", std::any_cast<Unpooling>(&node.kept)->dims);
  }
  static Tensor forward(AutogradContext& ctx, const Tensor& x, const Indices& given, const Unpooling& u) {
    ctx.keep(u);
    const Tensor indices = given.t.contiguous();
    check_indices(indices, u);
    ctx.save(indices);
    if (x.numel() == 0) return zeros_of(u.output, x.dtype());
    const int64_t planes = u.planes();
    const Tensor y = zeros_of({planes, u.cells()}, x.dtype());
    return y.scatter(1, indices.view({planes, -1}), x.reshape({planes, -1})).view(u.output);
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    const auto& u = ctx.kept<Unpooling>();
    if (dy.numel() == 0) return zeros_of(u.input, dy.dtype());
    const int64_t planes = u.planes();
    return dy.reshape({planes, -1}).gather(1, ctx.saved(0).view({planes, -1})).view(u.input);
  }
};

/// One number for all axes or one for each, as one for each.
DimVector spread(IntArrayRef list, int64_t dims) {
  check<IndexError>(list.size() == 1 || list.size() == static_cast<size_t>(dims), "tuple index out of range");
  return list.size() == 1 ? DimVector(static_cast<size_t>(dims), list[0]) : DimVector(list);
}

/// The spatial sizes of the output: PyTorch's _unpool_output_size.
DimVector output_sizes(const Tensor& x, IntArrayRef kernel, IntArrayRef stride, IntArrayRef padding,
                       IntArrayRef wanted) {
  const size_t dims = kernel.size();
  check<IndexError>(x.sizes().size() >= dims, "tuple index out of range");
  DimVector sizes;
  for (size_t d = 0; d < dims; ++d) {
    const int64_t steps = checked_mul(x.sizes()[x.sizes().size() - dims + d] - 1, stride[d], "max_unpool");
    sizes.push_back(checked_add(checked_add(steps, kernel[d], "max_unpool"), checked_mul(-2, padding[d], "max_unpool"),
                                "max_unpool"));
  }
  if (!wanted.empty()) {
    const IntArrayRef spatial = wanted.size() == dims + 2 ? wanted.slice(2, dims) : wanted;
    check<ValueError>(spatial.size() == dims,
                      "output_size should be a sequence containing {} or {} elements, but it has a length of '{}'",
                      dims, dims + 2, spatial.size());
    for (size_t d = 0; d < dims; ++d) {
      const int64_t least = sizes[d] - stride[d], most = sizes[d] + stride[d];
      check<ValueError>(least < spatial[d] && spatial[d] < most,
                        "invalid output_size \"{}\" (dim {} must be between {} and {})", tuple_repr(spatial), d, least,
                        most);
    }
    sizes = spatial;
  }
  for (size_t d = 0; d < dims; ++d)
    check<ValueError>(sizes[d] >= 0,
                      "max_unpooling: output_size must contain non-negative spatial dimensions, but got "
                      "output_size[{}]={}",
                      d, sizes[d]);
  return sizes;
}

/// Of two or three axes.
Tensor unpooled(const Tensor& x, const Tensor& indices, const DimVector& spatial, IntArrayRef stride) {
  const auto dims = static_cast<int64_t>(spatial.size());
  if (dims == 2)
    check(indices.dtype() == kInt64, "elements in indices should be type int64 but got: {}",
          legacy_name(indices.dtype()));
  else
    check(indices.dtype() == kInt64, "elements in indices should be type int64");
  check<ShapeError>(x.dim() == dims + 1 || x.dim() == dims + 2,
                    "Input to max_unpooling{}d should be a {}d or {}d Tensor, but got a tensor with {} dimensions.",
                    dims, dims + 1, dims + 2, x.dim());
  check<ShapeError>(x.sizes() == indices.sizes(),
                    "Expected shape of indices to be same as that of the input tensor ({}) but got indices tensor with "
                    "shape: {}",
                    x.sizes(), indices.sizes());
  for (int64_t d = 1; d < x.dim(); ++d)
    check<ShapeError>(x.size(d) > 0,
                      "max_unpooling{}d_forward_out_cpu(): Expected input to have non-zero size for non-batch "
                      "dimensions, but got {} with dimension {} being empty.",
                      dims, x.sizes(), d);
  for (const int64_t s : stride)
    check(dims == 2 || s > 0, "strides should be greater than zero, but got stride: {}", stride);
  check<NotImplementedError>(x.is_floating_point(), "\"max_unpool{}d\" not implemented for '{}'", dims,
                             legacy_name(x.dtype()));
  Unpooling u{.input = x.sizes(), .output = x.sizes(), .dims = dims};
  for (size_t a = 0; a < spatial.size(); ++a) u.output[u.output.size() - spatial.size() + a] = spatial[a];
  checked_numel(u.output, x.element_size());
  return MaxUnpool::apply(x, Indices{indices}, u);
}

Tensor unpool(const Tensor& x, const Tensor& indices, int64_t dims, IntArrayRef kernel_size, IntArrayRef stride,
              IntArrayRef padding, IntArrayRef output_size) {
  const DimVector kernel = spread(kernel_size, dims), steps = stride.empty() ? kernel : spread(stride, dims);
  DimVector sizes = output_sizes(x, kernel, steps, spread(padding, dims), output_size);
  if (dims > 1) return unpooled(x, indices, sizes, steps);
  sizes.push_back(1);
  return unpooled(x.unsqueeze(-1), indices.unsqueeze(-1), sizes, steps).squeeze(-1);
}

}  // namespace

Tensor max_unpool1d(const Tensor& x, const Tensor& indices, IntArrayRef kernel_size, IntArrayRef stride,
                    IntArrayRef padding, IntArrayRef output_size) {
  return unpool(x, indices, 1, kernel_size, stride, padding, output_size);
}
Tensor max_unpool2d(const Tensor& x, const Tensor& indices, IntArrayRef kernel_size, IntArrayRef stride,
                    IntArrayRef padding, IntArrayRef output_size) {
  return unpool(x, indices, 2, kernel_size, stride, padding, output_size);
}
Tensor max_unpool3d(const Tensor& x, const Tensor& indices, IntArrayRef kernel_size, IntArrayRef stride,
                    IntArrayRef padding, IntArrayRef output_size) {
  return unpool(x, indices, 3, kernel_size, stride, padding, output_size);
}

}  // namespace convgrad
