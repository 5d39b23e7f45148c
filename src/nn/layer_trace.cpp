#include "nn/layer_trace.h"

#include <convgrad/nn/module_holder.h>

#include <iterator>

#include "core/shape.h"

namespace convgrad::nn {
namespace {

std::string sizes_of(const Tensor* tensor) { return tensor && tensor->defined() ? to_string(tensor->sizes()) : ""; }

/// One line: what it prints, or its name where that takes several.
std::string one_line(const Module& module) {
  const std::string text = module.str();
  return text.find('\n') == std::string::npos ? text : module.name();
}

/// The name under which `owner` holds the module; empty where it is not its own.
std::string name_of(const Module& owner, const void* module) {
  for (const auto& [name, child] : owner.named_children())
    if (child.get() == module) return name;
  return "";
}

}  // namespace

void leave_child(Error& error, const Module& owner, const std::string& child, std::vector<LayerTrace::Step> before) {
  if (!error.layer()) return;
  LayerTrace trace = *error.layer();
  if (!child.empty()) {
    trace.path = trace.path.empty() ? child : child + "." + trace.path;
    for (auto& step : trace.before) step.layer = child + "." + step.layer;
  }
  before.insert(before.end(), std::make_move_iterator(trace.before.begin()),
                std::make_move_iterator(trace.before.end()));
  trace.before = std::move(before);
  trace.passed = &owner;
  error.set_layer(std::move(trace));
}

namespace detail {

void note_layer(Error& error, const Module& module, const Tensor* input) noexcept {
  try {
    if (!error.layer())
      return error.set_layer(
          {.layer = one_line(module), .input = sizes_of(input), .start = sizes_of(input), .passed = &module});
    if (error.layer()->passed != &module) leave_child(error, module, name_of(module, error.layer()->passed), {});
    LayerTrace trace = *error.layer();
    trace.start = sizes_of(input);
    error.set_layer(std::move(trace));
  } catch (...) {  // no memory for the words: the error itself counts
  }
}

}  // namespace detail
}  // namespace convgrad::nn
