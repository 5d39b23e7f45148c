#include "convgrad/nn/linear.h"
#include "convgrad/nn/shape.h"
#include "core/shape.h"
#include "nn/models_blocks.h"

namespace convgrad::nn {

Sequential autoencoder(const ModelOptions& o) {
  check_options("autoencoder", o, 4, 4);
  const int64_t side = o.image / 4;
  const int64_t cells = checked_mul(checked_mul(side, side, "autoencoder"), 32, "autoencoder");
  const auto halved = [](int64_t in, int64_t out) {
    return Conv2d({.in_channels = in, .out_channels = out, .kernel_size = 3, .stride = 2, .padding = 1});
  };
  const auto doubled = [](int64_t in, int64_t out) {
    return ConvTranspose2d({.in_channels = in, .out_channels = out, .kernel_size = 4, .stride = 2, .padding = 1});
  };
  return Sequential{halved(o.in_channels, 16),
                    ReLU(),
                    halved(16, 32),
                    ReLU(),
                    Flatten(),
                    Linear({.in_features = cells, .out_features = 64}),
                    Linear({.in_features = 64, .out_features = cells}),
                    ReLU(),
                    Unflatten({.dim = 1, .unflattened_size = std::vector<int64_t>{32, side, side}}),
                    doubled(32, 16),
                    ReLU(),
                    doubled(16, o.in_channels),
                    Sigmoid()};
}

}  // namespace convgrad::nn
