#include "nn/models_blocks.h"

#include <fmt/format.h>

#include "convgrad/error.h"
#include "core/check.h"

namespace convgrad::nn {

void check_options(const char* model, const ModelOptions& o, int64_t smallest, int64_t multiple) {
  if (o.in_channels < 1 || o.classes < 1)
    throw ValueError(
        ErrorDetails{.op = model,
                     .what = fmt::format("{}: in_channels and classes must be at least 1, but got {} and {}", model,
                                         o.in_channels, o.classes)});
  if (o.image < smallest)
    throw ValueError(ErrorDetails{.op = model,
                                  .argument = "image",
                                  .what = fmt::format("{}: pictures must be at least {}x{}, but got {}x{}", model,
                                                      smallest, smallest, o.image, o.image),
                                  .hint = fmt::format("resize the pictures to {} or more", smallest)});
  check<ValueError>(o.image % multiple == 0, "{}: the side of the pictures must be a multiple of {}, but got {}", model,
                    multiple, o.image);
}

Residual::Residual(Sequential body, Sequential shortcut) : body_(register_module("body", std::move(body))) {
  if (shortcut) shortcut_ = register_module("shortcut", std::move(shortcut));
}

Tensor Residual::forward(const Tensor& x) { return (body_(x) + (shortcut_ ? shortcut_(x) : x)).relu(); }

void append_conv3x3(Sequential& net, int64_t in_channels, int64_t out_channels, int64_t stride, int64_t groups,
                    bool relu) {
  net->push_back(Conv2d({.in_channels = in_channels,
                         .out_channels = out_channels,
                         .kernel_size = 3,
                         .stride = stride,
                         .padding = 1,
                         .groups = groups,
                         .bias = false}));
  net->push_back(BatchNorm2d(out_channels));
  if (relu) net->push_back(ReLU());
}

}  // namespace convgrad::nn
