#include "convgrad/ops/pad.h"

#include "core/check.h"
#include "core/dispatch.h"
#include "core/shape.h"
#include "kernels/remap.h"
#include "ops/pad_adjoint.h"
#include "ops/view_layout.h"

namespace convgrad {
namespace {

enum class PadMode { constant, reflect, replicate, circular };

PadMode mode_of(const std::string& text) {
  if (text == "constant") return PadMode::constant;
  if (text == "reflect") return PadMode::reflect;
  if (text == "replicate") return PadMode::replicate;
  if (text == "circular") return PadMode::circular;
  throw NotImplementedError(ErrorDetails{.op = "pad",
                                         .argument = "mode",
                                         .what = "Unrecognised padding mode " + text,
                                         .hint = "constant, reflect, replicate and circular exist"});
}

/// One dimension that is padded. Sizes are checked before any of the others is called.
struct PadAxis {
  int64_t input = 0, low = 0, high = 0;

  /// Empty where the sum overflows.
  std::optional<int64_t> output() const {
    int64_t sum = 0;
    if (__builtin_add_overflow(input, low, &sum) || __builtin_add_overflow(sum, high, &sum)) return {};
    return sum;
  }
  /// What negative numbers leave of the input.
  int64_t cropped() const { return input + std::min<int64_t>(low, 0) + std::min<int64_t>(high, 0); }

  /// The position of the input that the output's position j shows; −1 for none.
  int64_t source(int64_t j, PadMode mode) const {
    const int64_t i = j - low;
    switch (mode) {
      case PadMode::reflect:
        return i < 0 ? -i : i >= input ? 2 * (input - 1) - i : i;
      case PadMode::replicate:
        return std::clamp<int64_t>(i, 0, input - 1);
      case PadMode::circular: {
        const int64_t first = std::max<int64_t>(-low, 0), length = cropped();
        return first + ((i - first) % length + length) % length;
      }
      default:
        return i < 0 || i >= input ? -1 : i;
    }
  }
};

/// A padding of the last dimensions; axes from the last one on, as the caller's list has them.
struct PadProblem {
  PadMode mode = PadMode::constant;
  DimVector input;
  std::vector<PadAxis> axes;

  PadProblem(IntArrayRef sizes, IntArrayRef padding, PadMode m) : mode(m), input(sizes) {
    for (size_t i = 0; i + 1 < padding.size(); i += 2)
      axes.push_back({.input = dim_size(i / 2), .low = padding[i], .high = padding[i + 1]});
  }
  size_t dim(size_t axis) const { return input.size() - 1 - axis; }
  int64_t dim_size(size_t axis) const { return input[dim(axis)]; }

  DimVector output_sizes() const {
    DimVector sizes = input;
    for (size_t a = 0; a < axes.size(); ++a) sizes[dim(a)] = axes[a].output().value_or(-1);
    return sizes;
  }
  kernels::AxisMaps maps() const {
    kernels::AxisMaps out{.input = input, .output = output_sizes(), .sources = {}};
    out.sources.resize(input.size());
    for (size_t a = 0; a < axes.size(); ++a) {
      if (axes[a].low == 0 && axes[a].high == 0) continue;
      auto& sources = out.sources[dim(a)];
      for (int64_t j = 0; j < out.output[dim(a)]; ++j) sources.push_back(axes[a].source(j, mode));
    }
    return out;
  }
};

void check_constant(const PadProblem& p) {
  for (size_t a = 0; a < p.axes.size(); ++a) {
    const PadAxis& axis = p.axes[a];
    const bool low_fits = axis.low >= -axis.input;
    const bool fits = low_fits && axis.high >= -(axis.input + std::min<int64_t>(axis.low, 0));
    check<ShapeError>(fits, "narrow(): length must be non-negative.");
    check<ShapeError>(axis.output().value_or(-1) >= 0,
                      "The input size {}, plus negative padding {} and {} resulted in a negative output size, which is "
                      "invalid. Check dimension {} of your input.",
                      axis.input, axis.low, axis.high, p.dim(a));
  }
}

void check_circular(const PadProblem& p) {
  for (const PadAxis& axis : p.axes) {
    check<ShapeError>(axis.low <= axis.input && axis.high <= axis.input,
                      "Padding value causes wrapping around more than once.");
    check<ShapeError>(axis.low >= -axis.input && axis.high >= -axis.input && axis.cropped() >= 0 && *axis.output() >= 0,
                      "Negative padding value is resulting in an empty dimension");
    check<ShapeError>(axis.low <= axis.cropped() && axis.high <= axis.cropped(),
                      "Padding value causes wrapping around more than once.");
  }
}

/// "(H: 4, W: 5)" in PyTorch's ways: its messages differ in a comma between two and three dimensions.
std::string named_sizes(const std::vector<int64_t>& sizes, bool input) {
  const char* names[] = {"W", "H", "D"};
  std::string text;
  for (size_t a = sizes.size(); a-- > 0;)
    text += fmt::format("{}: {}{}", names[a], sizes[a], a == 0 ? "" : a == 1 && input ? ", " : " ");
  return text;
}

/// What reflect and replicate have in common.
void check_mirrored(const PadProblem& p) {
  const size_t spatial = p.axes.size();
  bool full = true;
  const bool batched = p.input.size() == spatial + 2;
  for (size_t d = batched ? 1 : 0; d < p.input.size(); ++d) full = full && p.input[d] != 0;
  check<ShapeError>(full,
                    "Expected {}D or {}D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions "
                    "for input, but got: {}",
                    spatial + 1, spatial + 2, p.input);
  for (size_t a = 0; p.mode == PadMode::reflect && a < spatial; ++a)
    check<ShapeError>(p.axes[a].low < p.axes[a].input && p.axes[a].high < p.axes[a].input,
                      "Argument #{}: Padding size should be less than the corresponding input dimension, but got: "
                      "padding ({}, {}) at dimension {} of input {}",
                      4 + 2 * a, p.axes[a].low, p.axes[a].high, p.dim(a), p.input);
  std::vector<int64_t> in, out;
  for (const PadAxis& axis : p.axes) {
    check<ShapeError>(axis.output().has_value(), "pad: the size {} with padding ({}, {}) overflows", axis.input,
                      axis.low, axis.high);
    in.push_back(axis.input), out.push_back(*axis.output());
  }
  check<ShapeError>(std::any_of(out.begin(), out.end(), [](int64_t n) { return n >= 1; }),
                    "input ({}) is too small. Calculated output {}", named_sizes(in, true), named_sizes(out, false));
  for (const int64_t n : out)
    check<ShapeError>(n >= 0, "Trying to create tensor with negative dimension {}: {}", n, p.output_sizes());
}

void check_repeating(const PadProblem& p) {
  if (p.mode == PadMode::circular)
    check_circular(p);
  else
    check_mirrored(p);
}

Tensor padded(const Tensor& x, const PadProblem& p, const Tensor& value) {
  Tensor out = make_tensor(p.output_sizes(), x.dtype());
  if (out.numel() == 0) return out;
  if (x.dim() == 0) {
    make_alias(out).copy_(x);
    return out;
  }
  kernels::remap(out.data_ptr(), x.data_ptr(), x.strides(), p.maps(), value.data_ptr(), x.element_size());
  return out;
}

struct ConstantPad : Function<ConstantPad> {
  static constexpr auto name = "ConstantPadNdBackward0";

  static Tensor forward(AutogradContext& ctx, const Tensor& x, const PadProblem& p, double value) {
    ctx.keep(p);
    Tensor number = make_tensor({}, x.dtype());
    number.fill_(value);
    return padded(x, p, number);
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {  // what was added is taken away, and the reverse
    const auto& p = ctx.kept<PadProblem>();
    DimVector undone;
    for (const PadAxis& axis : p.axes) undone.push_back(-axis.low), undone.push_back(-axis.high);
    return ConstantPad::apply(dy, PadProblem(dy.sizes(), undone, PadMode::constant), 0.0);
  }
};

/// "ReflectionPad2DBackward0"; of circular padding, whose pieces PyTorch writes into an empty tensor, as there.
std::string node_name(const autograd::FunctionNode& node, bool of_gradient) {
  const PadProblem& p = *std::any_cast<PadProblem>(&node.kept);
  if (p.mode == PadMode::circular) return of_gradient ? "CircularPadBackward0" : "CopySlices";
  return fmt::format("{}Pad{}D{}", p.mode == PadMode::reflect ? "Reflection" : "Replication", p.axes.size(),
                     of_gradient ? "BackwardBackward0" : "Backward0");
}

/// The paddings that repeat elements.
struct RepeatingPad : Function<RepeatingPad> {
  static std::string name_of(const autograd::FunctionNode& node) { return node_name(node, false); }

  static Tensor forward(AutogradContext& ctx, const Tensor& x, const PadProblem& p) {
    ctx.keep(p);
    return padded(x, p, make_tensor({}, x.dtype()));  // no element lacks a source
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy);
};

struct PadBackward : Function<PadBackward> {
  static std::string name_of(const autograd::FunctionNode& node) { return node_name(node, true); }

  static Tensor forward(AutogradContext& ctx, const Tensor& dy, const PadProblem& p) {
    ctx.keep(p);
    check<ShapeError>(dy.sizes() == IntArrayRef(p.output_sizes()),
                      "pad: the gradient has sizes {}, the output of the forward call had {}", dy.sizes(),
                      p.output_sizes());
    Tensor dx = zeros_of(p.input, dy.dtype());
    if (dy.numel() == 0 || dx.numel() == 0) return dx;
    const Tensor packed = dy.contiguous();
    visit_floating(dy.dtype(), [&]<class T>(std::type_identity<T>) {
      kernels::remap_backward(dx.data_ptr<T>(), packed.data_ptr<T>(), p.maps());
    });
    return dx;
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& ddx) {
    return RepeatingPad::apply(ddx, ctx.kept<PadProblem>());
  }
};

Tensor RepeatingPad::backward(AutogradContext& ctx, const Tensor& dy) {
  return PadBackward::apply(dy, ctx.kept<PadProblem>());
}

}  // namespace

Tensor pad(const Tensor& x, IntArrayRef padding, const std::string& mode_text, std::optional<double> value) {
  const PadMode mode = mode_of(mode_text);
  check<ShapeError>(padding.size() % 2 == 0, "Padding length must be divisible by 2");
  check<ShapeError>(static_cast<int64_t>(padding.size()) <= 2 * x.dim(),
                    "Padding length should be less than or equal to two times the input dimension but got padding "
                    "length {} and input of dimension {}",
                    padding.size(), x.dim());
  const PadProblem p(x.sizes(), padding, mode);
  if (mode == PadMode::constant) {
    check_constant(p);
    return ConstantPad::apply(x, p, value.value_or(0));
  }
  check(value.value_or(0) == 0, "Padding mode \"{}\" doesn't take in value argument", mode_text);
  const auto spatial = static_cast<int64_t>(p.axes.size());
  check<NotImplementedError>(spatial >= 1 && spatial <= 3 && (x.dim() == spatial + 1 || x.dim() == spatial + 2),
                             "Padding size {} is not supported for {}D input tensor.\n"
                             "Supported combinations for non-constant padding:\n"
                             "  - 2D or 3D input: padding size = 2 (pads last dimension)\n"
                             "  - 3D or 4D input: padding size = 4 (pads last 2 dimensions)\n"
                             "  - 4D or 5D input: padding size = 6 (pads last 3 dimensions)",
                             padding.size(), x.dim());
  check_repeating(p);
  check<NotImplementedError>(mode == PadMode::circular || x.dtype() != kBool,
                             "\"{}_pad{}d\" not implemented for 'Bool'",
                             mode == PadMode::reflect ? "reflection" : "replication", spatial);
  return RepeatingPad::apply(x, p);
}

Tensor pad_adjoint(const Tensor& y, IntArrayRef sizes, IntArrayRef padding, const std::string& mode_text) {
  check<NotImplementedError>(y.is_floating_point(), "the adjoint of padding is not implemented for '{}'",
                             legacy_name(y.dtype()));
  const PadProblem p(sizes, padding, mode_of(mode_text));
  check_repeating(p);
  return PadBackward::apply(y, p);
}

}  // namespace convgrad
