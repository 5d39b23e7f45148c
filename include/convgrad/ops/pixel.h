#pragma once
#include <convgrad/tensor.h>

namespace convgrad {

/// Channels become pixels: (…, C·r², H, W) → (…, C, H·r, W·r), r the upscale factor. Errors: a factor below one,
/// channels that r² does not divide. Like torch.nn.functional.pixel_shuffle.
CONVGRAD_API Tensor pixel_shuffle(const Tensor& x, int64_t upscale_factor);
/// The reverse: (…, C, H·r, W·r) → (…, C·r², H, W). Like torch.nn.functional.pixel_unshuffle.
CONVGRAD_API Tensor pixel_unshuffle(const Tensor& x, int64_t downscale_factor);
/// (N, C, …) with the channels of `groups` groups interleaved: first those that come first in their groups. Errors:
/// groups that do not divide C. Like torch.nn.functional.channel_shuffle.
CONVGRAD_API Tensor channel_shuffle(const Tensor& x, int64_t groups);

}  // namespace convgrad
