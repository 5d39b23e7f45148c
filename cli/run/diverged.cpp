#include "run/diverged.h"

#include <fmt/format.h>

namespace convgrad::cli {
namespace {

/// A sum of numbers that are all finite and fit into a double is finite; one that is not makes it so, too.
bool finite(const Tensor& x) {
  const NoGradGuard guard;
  return (x.detach() * 0).sum().item<double>() == 0;
}

}  // namespace

std::string Origin::str() const {
  return layer.empty() ? "all layers' outputs are finite"
                       : fmt::format("first in the {} of layer {}", operation, layer);
}

Origin find_origin(const nn::Sequential& net, const Tensor& input) {
  const NoGradGuard guard;
  if (!finite(input)) return {.layer = "input", .operation = "pictures"};
  Tensor x = input;
  size_t i = 0;
  for (const auto& module : *net) {
    const std::string layer = fmt::format("{} ({})", net->name_of(i), net->ptr(static_cast<int64_t>(i))->name());
    ++i;
    for (const auto& [name, parameter] : module.ptr()->named_parameters())
      if (!finite(parameter)) return {.layer = layer, .operation = name};
    x = module(x);
    if (!finite(x)) return {.layer = layer, .operation = "output"};
  }
  return {};
}

}  // namespace convgrad::cli
