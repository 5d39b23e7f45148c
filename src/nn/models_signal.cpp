#include "convgrad/nn/linear.h"
#include "convgrad/nn/shape.h"
#include "nn/models_blocks.h"

namespace convgrad::nn {
namespace {

constexpr int64_t kChannels = 32;

/// Three samples, `dilation` apart.
Residual dilated(int64_t dilation) {
  return Residual(Sequential{Conv1d({.in_channels = kChannels,
                                     .out_channels = kChannels,
                                     .kernel_size = 3,
                                     .padding = dilation,
                                     .dilation = dilation,
                                     .bias = false}),
                             BatchNorm1d(kChannels)});
}

}  // namespace

Sequential signal1d(const ModelOptions& o) {
  check_options("signal1d", o, 1);
  Sequential net{
      Flatten({.start_dim = 2}),
      Conv1d({.in_channels = o.in_channels, .out_channels = kChannels, .kernel_size = 7, .padding = 3, .bias = false}),
      BatchNorm1d(kChannels), ReLU()};
  for (int64_t dilation = 1; dilation <= 16; dilation *= 2) net->push_back(dilated(dilation));
  net->push_back(PositionMean());
  net->push_back(Linear({.in_features = kChannels, .out_features = o.classes}));
  return net;
}

}  // namespace convgrad::nn
