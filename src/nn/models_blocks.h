#pragma once
#include "convgrad/nn/activation.h"
#include "convgrad/nn/conv.h"
#include "convgrad/nn/models.h"
#include "convgrad/nn/norm.h"

/// What several models are built of.
namespace convgrad::nn {

/// ValueError for channels or classes under 1, pictures under `smallest` cells a side, and sides that `multiple` does
/// not divide.
void check_options(const char* model, const ModelOptions& options, int64_t smallest, int64_t multiple = 1);

/// relu(body(x) + shortcut(x)); an empty shortcut is x itself.
class Residual : public Module {
 public:
  explicit Residual(Sequential body, Sequential shortcut = nullptr);
  Tensor forward(const Tensor& x);
  std::string name() const override { return "Residual"; }

 private:
  Sequential body_, shortcut_ = nullptr;
};

/// The mean over all positions: (N, C, …) → (N, C).
class PositionMean : public Module {
 public:
  Tensor forward(const Tensor& x) { return x.flatten(2).mean(-1); }
  std::string name() const override { return "PositionMean"; }
};

/// A 3×3 convolution that keeps the size (divided by the stride), batch norm, and ReLU unless left out.
void append_conv3x3(Sequential& net, int64_t in_channels, int64_t out_channels, int64_t stride = 1, int64_t groups = 1,
                    bool relu = true);

}  // namespace convgrad::nn
