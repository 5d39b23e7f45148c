#include "convgrad/nn/receptive_field.h"

#include <ostream>

#include "convgrad/nn/activation.h"
#include "convgrad/nn/conv.h"
#include "convgrad/nn/dropout.h"
#include "convgrad/nn/linear.h"
#include "convgrad/nn/pooling.h"
#include "convgrad/nn/shape.h"
#include "core/check.h"
#include "core/shape.h"

namespace convgrad::nn {
namespace {

// A window of a layer along one axis.
struct Window {
  int64_t kernel, stride, pad_low, dilation;
};

int64_t value(const AxisValues& values, size_t axis) { return values[values.size() == 1 ? 0 : axis]; }

[[noreturn]] void refuse(const Module& layer, const char* why) {
  throw NotImplementedError(
      ErrorDetails{.op = "receptive_field", .what = fmt::format("receptive_field: {}: {}", layer.str(), why)});
}

std::vector<Window> windows_of(const ConvLayer<ConvLayerOptions>& conv) {
  const auto& o = conv.options;
  std::vector<Window> windows;
  for (size_t i = 0; i < o.kernel_size.size(); ++i) {
    Window w{o.kernel_size[i], o.stride[i], 0, o.dilation[i]};
    if (o.padding.kind() == ConvPadding::Kind::cells) w.pad_low = o.padding.cells()[i];
    if (o.padding.kind() == ConvPadding::Kind::same) {
      if (w.stride != 1) refuse(conv, "the padding \"same\" with a stride depends on the input's size");
      w.pad_low = w.dilation * (w.kernel - 1) / 2;
    }
    windows.push_back(w);
  }
  return windows;
}

// With stride 1 the transposed convolution is a convolution with what is left of the full padding.
std::vector<Window> windows_of(const ConvLayer<ConvTransposeLayerOptions>& conv) {
  const auto& o = conv.options;
  std::vector<Window> windows;
  for (size_t i = 0; i < o.kernel_size.size(); ++i) {
    if (o.stride[i] != 1) refuse(conv, "with a stride its windows differ from cell to cell");
    windows.push_back({o.kernel_size[i], 1, o.dilation[i] * (o.kernel_size[i] - 1) - o.padding[i], o.dilation[i]});
  }
  return windows;
}

template <class Pool>
std::vector<Window> windows_of_pool(const Pool& pool, size_t axes) {
  const auto& o = pool.options;
  std::vector<Window> windows;
  for (size_t i = 0; i < axes; ++i) {
    Window w{value(o.kernel_size, i), value(o.stride, i), value(o.padding, i), 1};
    if constexpr (requires { o.dilation; }) w.dilation = value(o.dilation, i);
    windows.push_back(w);
  }
  return windows;
}

void see(ReceptiveField& field, const Module& layer, const std::vector<Window>& windows) {
  if (field.axes.empty()) field.axes.resize(windows.size());
  if (field.axes.size() != windows.size()) refuse(layer, "the layers before it have another number of axes");
  for (size_t i = 0; i < windows.size(); ++i) {
    ReceptiveFieldAxis& axis = field.axes[i];
    const Window& w = windows[i];
    axis.start -= checked_mul(w.pad_low, axis.jump, "receptive_field");
    const int64_t span = checked_mul(w.kernel - 1, w.dilation, "receptive_field");
    axis.size = checked_add(axis.size, checked_mul(span, axis.jump, "receptive_field"), "receptive_field");
    axis.jump = checked_mul(axis.jump, w.stride, "receptive_field");
  }
}

// Does what f says with the first of these types that the layer is; false where it is none.
template <class... Types, class F>
bool visit(const Module& layer, F&& f) {
  return ((layer.as<Types>() ? (f(*layer.as<Types>()), true) : false) || ...);
}

void walk(const SequentialImpl& net, const std::string& prefix, ReceptiveField& field) {
  for (size_t i = 0; i < net.size(); ++i) {
    const Module& m = *net[static_cast<int64_t>(i)];
    const std::string name = prefix + net.name_of(i);
    if (const auto* inside = m.as<SequentialImpl>()) {
      walk(*inside, name + '.', field);
      continue;
    }
    if (!visit<ConvLayer<ConvLayerOptions>, ConvLayer<ConvTransposeLayerOptions>>(
            m, [&](auto& conv) { see(field, m, windows_of(conv)); }) &&
        !visit<MaxPoolImpl<1>, AvgPoolImpl<1>>(m, [&](auto& pool) { see(field, m, windows_of_pool(pool, 1)); }) &&
        !visit<MaxPoolImpl<2>, AvgPoolImpl<2>>(m, [&](auto& pool) { see(field, m, windows_of_pool(pool, 2)); }) &&
        !visit<MaxPoolImpl<3>, AvgPoolImpl<3>>(m, [&](auto& pool) { see(field, m, windows_of_pool(pool, 3)); }) &&
        !visit<FlattenImpl, LinearImpl>(m, [&](auto&) { field.whole = true; }) &&
        !visit<TanhImpl, ReLUImpl, SigmoidImpl, DropoutImpl, IdentityImpl>(m, [](auto&) {}) && !field.whole)
      refuse(m, "how its outputs depend on its inputs is not known");
    field.steps.push_back({.name = name, .layer = m.str(), .axes = field.axes, .whole = field.whole});
  }
}

std::string per_axis(const std::vector<ReceptiveFieldAxis>& axes, int64_t ReceptiveFieldAxis::*member) {
  std::string out;
  for (const ReceptiveFieldAxis& axis : axes) out += (out.empty() ? "" : "×") + std::to_string(axis.*member);
  return out;
}

std::string seen(const std::vector<ReceptiveFieldAxis>& axes, bool whole) {
  if (whole) return "the whole input";
  if (axes.empty()) return "one cell";
  return fmt::format("{} cells, step {}, the first from cell {}", per_axis(axes, &ReceptiveFieldAxis::size),
                     per_axis(axes, &ReceptiveFieldAxis::jump), per_axis(axes, &ReceptiveFieldAxis::start));
}

}  // namespace

ReceptiveField receptive_field(const Sequential& net) {
  ReceptiveField field;
  walk(*net, "", field);
  return field;
}

std::string ReceptiveField::str() const {
  std::string out = "one output sees, after";
  for (const Step& step : steps)
    out += fmt::format("\n  {} {}: {}", step.name, step.layer, seen(step.axes, step.whole));
  return out + fmt::format("\nreceptive field: {}", seen(axes, whole));
}

std::ostream& operator<<(std::ostream& out, const ReceptiveField& field) { return out << field.str(); }

}  // namespace convgrad::nn
