#include <convgrad/autograd/function.h>
#include <convgrad/error.h>
#include <convgrad/ops/fold.h>
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/dispatch.h"
#include "core/make.h"
#include "core/shape.h"
#include "kernels/blocks.h"
#include "ops/conv_axes.h"

namespace convgrad {
namespace {

using kernels::BlockProblem;
using ops::ConvSpan;
using ops::Wide;

constexpr int64_t max_size = std::numeric_limits<int64_t>::max();

[[noreturn]] void refuse(const char* op, const char* argument, std::string what, std::string hint = {}) {
  throw ShapeError({.op = op, .argument = argument, .what = std::move(what), .hint = std::move(hint)});
}

/// The two axes as the user gave them, `input` the picture's size.
struct Blocks {
  const char* op;
  ConvSpan h, w;

  Blocks(const char* name, const AxisValues* output_size, const AxisValues& kernel_size, const FoldOptions& options)
      : op(name) {
    if (output_size) read("output_size", *output_size, &ConvSpan::input);
    read("kernel_size", kernel_size, &ConvSpan::kernel);
    read("dilation", options.dilation, &ConvSpan::dilation);
    read("padding", options.padding, &ConvSpan::pad_low);
    read("stride", options.stride, &ConvSpan::stride);
    h.pad_high = h.pad_low;
    w.pad_high = w.pad_low;
  }
  void read(const char* name, const AxisValues& values, int64_t ConvSpan::*to) {
    if (values.size() != 1 && values.size() != 2)
      refuse(op, name, fmt::format("It is expected {} equals to 2, but got size {}", name, values.size()));
    h.*to = values[0];
    w.*to = values[values.size() - 1];
  }
  void positive(const char* name, const char* spoken, int64_t ConvSpan::*value) const {
    if (h.*value <= 0 || w.*value <= 0)
      throw Error(
          {.op = op,
           .argument = name,
           .what = fmt::format("{0} should be greater than zero, but got {1}_height: {2} {1}_width: {3}", spoken,
                               name == std::string("kernel_size") ? "kernel" : name, h.*value, w.*value)});
  }
  void check_padding() const {
    if (h.pad_low < 0 || w.pad_low < 0)
      throw Error({.op = op,
                   .argument = "padding",
                   .what = fmt::format("padding should be non-negative, but got pad_height: {} pad_width: {}",
                                       h.pad_low, w.pad_low)});
  }
  std::string pair(int64_t ConvSpan::*value) const { return fmt::format("({}, {})", h.*value, w.*value); }
};

/// How many blocks an axis has, less than one where none fits; rounded down as Python does.
Wide block_count(const ConvSpan& a) {
  const Wide room = a.padded() - a.span(), cells = room / a.stride;
  return cells - (room % a.stride < 0) + 1;
}

/// Sizes past 2⁶³, whatever PyTorch makes of them.
void check_bounds(const Blocks& b, Wide channels) {
  for (const ConvSpan& a : {b.h, b.w})
    if (a.padded() > max_size)
      refuse(b.op, "padding", fmt::format("padding={} is too large", b.pair(&ConvSpan::pad_low)),
             "an axis with its padding must have fewer than 2^63 cells");
  const Wide taps = Wide{b.h.kernel} * b.w.kernel;
  if (taps > max_size || (channels > 0 && taps > max_size / channels))
    refuse(b.op, "kernel_size",
           fmt::format("Given kernel_width = {} and kernel_height = {} the product of kernel_width and kernel_height "
                       "overflowed.",
                       b.w.kernel, b.h.kernel));
}

BlockProblem make_problem(const Blocks& b, int64_t batch, int64_t channels) {
  const auto axis = [](const ConvSpan& a) {
    return kernels::ConvAxis{.input = a.input,
                             .kernel = a.kernel,
                             .stride = a.stride,
                             .pad_low = a.pad_low,
                             .pad_high = a.pad_high,
                             .dilation = a.dilation,
                             .output = static_cast<int64_t>(block_count(a))};
  };
  return {.batch = batch, .channels = channels, .axes = {axis(b.h), axis(b.w)}};
}

/// What a node keeps: the problem, and whether there is a batch dimension.
struct FoldLayout {
  BlockProblem problem;
  bool batched;

  DimVector image() const {
    DimVector sizes{problem.batch, problem.channels, problem.axes[0].input, problem.axes[1].input};
    if (!batched) sizes.erase(0);
    return sizes;
  }
  DimVector columns() const {
    const auto& [h, w] = problem.axes;
    const int64_t rows = checked_mul(problem.channels, checked_mul(h.kernel, w.kernel, "unfold"), "unfold");
    DimVector sizes{problem.batch, rows, checked_mul(h.output, w.output, "unfold")};
    if (!batched) sizes.erase(0);
    return sizes;
  }
  BlockProblem with_strides(const Tensor& image, const Tensor& columns) const {
    BlockProblem p = problem;
    std::copy(image.strides().begin(), image.strides().end(), p.image_strides.begin() + !batched);
    std::copy(columns.strides().begin(), columns.strides().end(), p.column_strides.begin() + !batched);
    return p;
  }
};

/// float32, float64 and bool; the caller has refused the others.
template <class F>
void visit_type(ScalarType t, F f) {
  if (t == kBool)
    f(std::type_identity<bool>{});
  else
    visit_floating(t, f);
}

Tensor columns_of(const Tensor& image, const FoldLayout& layout);
Tensor image_of(const Tensor& columns, const FoldLayout& layout);

struct Im2Col : Function<Im2Col> {
  static constexpr auto name = "Im2ColBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& image, const FoldLayout& layout) {
    ctx.keep(layout);
    Tensor columns = make_tensor(layout.columns(), image.dtype());
    visit_type(image.dtype(), [&]<class T>(std::type_identity<T>) {
      kernels::unfold_blocks(layout.with_strides(image, columns), image.data_ptr<T>(), columns.data_ptr<T>());
    });
    return columns;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& d) { return image_of(d, ctx.kept<FoldLayout>()); }
};

struct Col2Im : Function<Col2Im> {
  static constexpr auto name = "Col2ImBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& columns, const FoldLayout& layout) {
    ctx.keep(layout);
    Tensor image = make_tensor(layout.image(), columns.dtype());
    visit_type(columns.dtype(), [&]<class T>(std::type_identity<T>) {
      kernels::fold_blocks(layout.with_strides(image, columns), columns.data_ptr<T>(), image.data_ptr<T>());
    });
    return image;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& d) { return columns_of(d, ctx.kept<FoldLayout>()); }
};

Tensor columns_of(const Tensor& image, const FoldLayout& layout) { return Im2Col::apply(image, layout); }
Tensor image_of(const Tensor& columns, const FoldLayout& layout) { return Col2Im::apply(columns, layout); }

void check_type(const char* op, const char* kernel, const Tensor& x) {
  if (is_integral(x.dtype()))
    throw NotImplementedError({.op = op,
                               .argument = "input",
                               .what = fmt::format("\"{}\" not implemented for '{}'", kernel, legacy_name(x.dtype())),
                               .hint = "x.to(kFloat32) converts it"});
}

void check_defined(const char* op, const Tensor& x) {
  if (!x.defined())
    throw TypeError(
        {.op = op, .argument = "input", .what = fmt::format("{}(): argument 'input' must be Tensor, not None", op)});
}

/// `dims` dimensions and one more for the batch, none of size zero but the batch.
bool has_sizes(const Tensor& x, int64_t dims) {
  if (x.dim() != dims && x.dim() != dims + 1) return false;
  return std::count(x.sizes().begin() + (x.dim() == dims + 1), x.sizes().end(), 0) == 0;
}

}  // namespace

Tensor unfold(const Tensor& x, const AxisValues& kernel_size, const FoldOptions& options) {
  check_defined("unfold", x);
  Blocks b("unfold", nullptr, kernel_size, options);
  b.positive("kernel_size", "kernel size", &ConvSpan::kernel);
  b.positive("dilation", "dilation", &ConvSpan::dilation);
  b.check_padding();
  b.positive("stride", "stride", &ConvSpan::stride);
  if (!has_sizes(x, 3))
    refuse("unfold", "input",
           fmt::format("Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions "
                       "for input, but got: {}",
                       to_string(x.sizes())),
           x.dim() == 2 ? "the dimension of the channels is missing: x.unsqueeze(0)" : "");
  const bool batched = x.dim() == 4;
  b.h.input = x.size(-2);
  b.w.input = x.size(-1);
  if (block_count(b.h) < 1 || block_count(b.w) < 1)
    refuse("unfold", "kernel_size",
           fmt::format("Given input with spatial size {}, kernel_size={}, dilation={}, padding={}, calculated shape of "
                       "the array of sliding blocks as ({}, {}), but its components must be at least one.",
                       b.pair(&ConvSpan::input), b.pair(&ConvSpan::kernel), b.pair(&ConvSpan::dilation),
                       b.pair(&ConvSpan::pad_low), block_count(b.h), block_count(b.w)),
           fmt::format("a block covers {} x {} cells; the input with its padding has {} x {}", b.h.span(), b.w.span(),
                       b.h.padded(), b.w.padded()));
  check_bounds(b, x.size(-3));
  check_type("unfold", "im2col_out_cpu", x);
  return columns_of(x, {make_problem(b, batched ? x.size(0) : 1, x.size(-3)), batched});
}

Tensor fold(const Tensor& x, const AxisValues& output_size, const AxisValues& kernel_size, const FoldOptions& options) {
  check_defined("fold", x);
  Blocks b("fold", &output_size, kernel_size, options);

  b.positive("kernel_size", "kernel size", &ConvSpan::kernel);
  b.positive("stride", "stride", &ConvSpan::stride);
  b.positive("dilation", "dilation", &ConvSpan::dilation);
  b.check_padding();
  check_bounds(b, 1);
  if (!has_sizes(x, 2))
    refuse("fold", "input",
           fmt::format("Expected 2D or 3D (batch mode) tensor for input with possibly 0 batch size and non-zero "
                       "dimensions for input, but got: {}",
                       to_string(x.sizes())));
  const bool batched = x.dim() == 3;
  const int64_t rows = x.size(-2), taps = b.h.kernel * b.w.kernel;
  if (rows % taps != 0)
    refuse("fold", "input",
           fmt::format("Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got "
                       "input.size(1)={} and kernel_size={}.",
                       rows, b.pair(&ConvSpan::kernel)));
  const Wide across = block_count(b.h), along = block_count(b.w);
  const auto given = [&] {
    return fmt::format("Given output_size={}, kernel_size={}, dilation={}, padding={}, stride={}, ",
                       b.pair(&ConvSpan::input), b.pair(&ConvSpan::kernel), b.pair(&ConvSpan::dilation),
                       b.pair(&ConvSpan::pad_low), b.pair(&ConvSpan::stride));
  };
  const auto fits = [](Wide v) { return v <= max_size && v >= -max_size; };
  if (!fits(across) || !fits(along) || across * along != x.size(-1))
    refuse("fold", "input",
           fmt::format("{}expected size of input's dimension 2 to match the calculated number of sliding blocks {} * "
                       "{} = {}, but got input.size(2)={}.",
                       given(), across, along,
                       fits(across) && fits(along) ? ops::text(across * along) : "(more than 2^63)", x.size(-1)));
  if (across < 1 || along < 1)
    refuse("fold", "kernel_size",
           fmt::format("{}calculated shape of the array of sliding blocks as ({}, {}), which is too small "
                       "(non-positive)",
                       given(), across, along));
  if (b.h.input < 1 || b.w.input < 1)
    refuse(
        "fold", "output_size",
        fmt::format("Expected output spatial size to be positive, but got: output_size={}.", b.pair(&ConvSpan::input)));
  check_type("fold", "col2im_out_cpu", x);
  return image_of(x, {make_problem(b, batched ? x.size(0) : 1, rows / taps), batched});
}

}  // namespace convgrad
