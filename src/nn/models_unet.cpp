#include "convgrad/nn/pooling.h"
#include "convgrad/ops/join.h"
#include "nn/models_blocks.h"

namespace convgrad::nn {
namespace {

Sequential two_convs(int64_t in_channels, int64_t out_channels) {
  Sequential convs;
  append_conv3x3(convs, in_channels, out_channels);
  append_conv3x3(convs, out_channels, out_channels);
  return convs;
}

ConvTranspose2d doubled(int64_t in_channels, int64_t out_channels) {
  return ConvTranspose2d({.in_channels = in_channels, .out_channels = out_channels, .kernel_size = 2, .stride = 2});
}

/// Two steps down, two steps up again; each step up sees what the step down on its level saw.
class UNet : public Module {
 public:
  explicit UNet(const ModelOptions& o)
      : down1_(register_module("down1", two_convs(o.in_channels, 16))),
        down2_(register_module("down2", two_convs(16, 32))),
        bottom_(register_module("bottom", two_convs(32, 64))),
        up2_(register_module("up2", doubled(64, 32))),
        join2_(register_module("join2", two_convs(64, 32))),
        up1_(register_module("up1", doubled(32, 16))),
        join1_(register_module("join1", two_convs(32, 16))),
        head_(register_module("head", Conv2d({.in_channels = 16, .out_channels = o.classes, .kernel_size = 1}))) {}

  Tensor forward(const Tensor& x) {
    const Tensor high = down1_(x), middle = down2_(pool_(high)), low = bottom_(pool_(middle));
    const Tensor up = join2_(cat({up2_(low), middle}, 1));
    return head_(join1_(cat({up1_(up), high}, 1)));
  }
  std::string name() const override { return "UNet"; }

 private:
  MaxPool2d pool_ = register_module("pool", MaxPool2d({.kernel_size = 2}));
  Sequential down1_, down2_, bottom_;
  ConvTranspose2d up2_;
  Sequential join2_;
  ConvTranspose2d up1_;
  Sequential join1_;
  Conv2d head_;
};

}  // namespace

Sequential unet(const ModelOptions& o) {
  check_options("unet", o, 4, 4);
  Sequential net;
  net->push_back(UNet(o));
  return net;
}

}  // namespace convgrad::nn
