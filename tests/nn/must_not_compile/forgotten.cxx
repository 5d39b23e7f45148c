// Compiled by the tests, which look for what was forgotten among the errors.
#include <convgrad/nn/nn.h>

using namespace convgrad::nn;

void nets() {
  Conv2d conv({.in_channels = 1, .out_channels = 6, .kernel_size = 5});
#if defined(FORGET_IN_CHANNELS)
  Conv2d forgotten({.out_channels = 6, .kernel_size = 5});
#elif defined(FORGET_KERNEL_SIZE)
  ConvTranspose1d forgotten({.in_channels = 1, .out_channels = 6});
#elif defined(FORGET_OUT_FEATURES)
  Linear forgotten({.in_features = 3});
#elif defined(FORGET_BRACES)
  Sequential forgotten(Linear(3, 4), Tanh());
#endif
}
