#include "convgrad/nn/linear.h"
#include "nn/models_blocks.h"

namespace convgrad::nn {
namespace {

/// Each channel's own 3×3 convolution, then a mixture of the channels at each position.
void append_separable(Sequential& net, int64_t in_channels, int64_t out_channels, int64_t stride) {
  append_conv3x3(net, in_channels, in_channels, stride, in_channels);
  net->push_back(Conv2d({.in_channels = in_channels, .out_channels = out_channels, .kernel_size = 1, .bias = false}));
  net->push_back(BatchNorm2d(out_channels));
  net->push_back(ReLU());
}

}  // namespace

Sequential mobilenet(const ModelOptions& o) {
  check_options("mobilenet", o, 8);
  Sequential net;
  append_conv3x3(net, o.in_channels, 16);
  append_separable(net, 16, 32, 1);
  append_separable(net, 32, 64, 2);
  append_separable(net, 64, 64, 1);
  append_separable(net, 64, 128, 2);
  append_separable(net, 128, 128, 1);
  append_separable(net, 128, 256, 2);
  net->push_back(PositionMean());
  net->push_back(Linear({.in_features = 256, .out_features = o.classes}));
  return net;
}

}  // namespace convgrad::nn
