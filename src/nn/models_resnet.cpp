#include "convgrad/nn/linear.h"
#include "convgrad/nn/pooling.h"
#include "nn/models_blocks.h"

namespace convgrad::nn {
namespace {

Residual block(int64_t in_channels, int64_t out_channels, int64_t stride) {
  Sequential body, shortcut = nullptr;
  append_conv3x3(body, in_channels, out_channels, stride);
  append_conv3x3(body, out_channels, out_channels, 1, 1, false);
  if (in_channels != out_channels)
    shortcut = Sequential{Conv2d({.in_channels = in_channels,
                                  .out_channels = out_channels,
                                  .kernel_size = 1,
                                  .stride = stride,
                                  .bias = false}),
                          BatchNorm2d(out_channels)};
  return Residual(body, shortcut);
}

}  // namespace

Sequential resnet(const ModelOptions& o) {
  check_options("resnet", o, 4);
  Sequential net;
  append_conv3x3(net, o.in_channels, 16);
  for (int64_t channels = 16; channels <= 64; channels *= 2) {
    net->push_back(block(channels == 16 ? 16 : channels / 2, channels, channels == 16 ? 1 : 2));
    for (int i = 0; i < 2; ++i) net->push_back(block(channels, channels, 1));
  }
  net->push_back(PositionMean());
  net->push_back(Linear({.in_features = 64, .out_features = o.classes}));
  return net;
}

Sequential resnet9(const ModelOptions& o) {
  check_options("resnet9", o, 8);
  Sequential net;
  append_conv3x3(net, o.in_channels, 24);
  for (int64_t channels = 48; channels <= 96; channels *= 2) {
    net->push_back(MaxPool2d({.kernel_size = 2}));
    append_conv3x3(net, channels / 2, channels);
    net->push_back(block(channels, channels, 1));
  }
  net->push_back(PositionMean());
  net->push_back(Linear({.in_features = 96, .out_features = o.classes}));
  return net;
}

}  // namespace convgrad::nn
