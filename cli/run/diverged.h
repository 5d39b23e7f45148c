#pragma once
#include <convgrad/convgrad.h>

#include <string>

namespace convgrad::cli {

/// Where numbers that are not finite come from first.
struct Origin {
  std::string layer{}, operation{};  // "3 (Conv2d)", "weights" or "output"; empty: the loss alone
  std::string str() const;
};

/// Runs the batch through the net, layer by layer, as long as all is finite.
Origin find_origin(const nn::Sequential& net, const Tensor& input);

}  // namespace convgrad::cli
