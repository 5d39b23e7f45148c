#include "convgrad/ops/pixel.h"

#include "convgrad/autograd/function.h"
#include "core/check.h"
#include "core/make.h"
#include "core/shape.h"

namespace convgrad {
namespace {

enum class Kind { pixels, channels_of_pixels, groups };

struct Rearrangement {
  Kind kind;
  int64_t factor;
};

/// x as a shape with more dimensions, those in another order, and that as `sizes`: a copy.
Tensor rearranged(const Tensor& x, const DimVector& split, const DimVector& order, const DimVector& sizes) {
  Tensor out = make_tensor(sizes, x.dtype());
  if (out.numel() > 0) {
    DimVector permuted;
    for (const int64_t d : order) permuted.push_back(split[static_cast<size_t>(d)]);
    make_alias(out).view(permuted).copy_(x.reshape(split).permute(order));
  }
  return out;
}

Tensor pixels(const Tensor& x, int64_t r) {
  const int64_t c = x.size(-3) / (r * r), h = x.size(-2), w = x.size(-1),
                batch = c * h * w == 0 ? 0 : x.numel() / (c * r * r * h * w);
  DimVector sizes = x.sizes();
  const size_t n = sizes.size();
  sizes[n - 3] = c, sizes[n - 2] = checked_mul(h, r, "pixel_shuffle"),
            sizes[n - 1] = checked_mul(w, r, "pixel_shuffle");
  return rearranged(x, {batch, c, r, r, h, w}, {0, 1, 4, 2, 5, 3}, sizes);
}

Tensor channels_of_pixels(const Tensor& x, int64_t r) {
  const int64_t c = x.size(-3), h = x.size(-2) / r, w = x.size(-1) / r,
                batch = c * h * w == 0 ? 0 : x.numel() / (c * r * r * h * w);
  DimVector sizes = x.sizes();
  const size_t n = sizes.size();
  sizes[n - 3] = checked_mul(c, checked_mul(r, r, "pixel_unshuffle"), "pixel_unshuffle"), sizes[n - 2] = h,
            sizes[n - 1] = w;
  return rearranged(x, {batch, c, h, r, w, r}, {0, 1, 3, 5, 2, 4}, sizes);
}

Tensor interleaved(const Tensor& x, int64_t groups) {
  const int64_t batch = x.size(0), c = x.size(1), inner = batch * c == 0 ? 0 : x.numel() / (batch * c);
  return rearranged(x, {batch, groups, c / groups, inner}, {0, 2, 1, 3}, x.sizes());
}

struct Shuffle : Function<Shuffle> {
  static std::string name_of(const autograd::FunctionNode& node) {
    const Kind kind = std::any_cast<Rearrangement>(&node.kept)->kind;
    return kind == Kind::pixels   ? "PixelShuffleBackward0"
           : kind == Kind::groups ? "ChannelShuffleBackward0"
                                  : "PixelUnshuffleBackward0";
  }
  static Tensor forward(AutogradContext& ctx, const Tensor& x, const Rearrangement& k) {
    ctx.keep(k);
    return k.kind == Kind::pixels   ? pixels(x, k.factor)
           : k.kind == Kind::groups ? interleaved(x, k.factor)
                                    : channels_of_pixels(x, k.factor);
  }
  static Tensor backward(AutogradContext& ctx, const Tensor& dy) {
    auto [kind, factor] = ctx.kept<Rearrangement>();
    if (kind == Kind::groups) {
      if (dy.numel() > 0) factor = dy.size(1) / factor;  // as many groups as a group had channels
    } else {
      kind = kind == Kind::pixels ? Kind::channels_of_pixels : Kind::pixels;
    }
    return Shuffle::apply(dy, Rearrangement{kind, factor});
  }
};

void check_picture(const Tensor& x, const char* op, const char* argument, int64_t factor) {
  check<ShapeError>(x.dim() >= 3, "{} expects input to have at least 3 dimensions, but got input with {} dimension(s)",
                    op, x.dim());
  check(factor > 0, "{} expects a positive {}, but got {}", op, argument, factor);
}

}  // namespace

Tensor pixel_shuffle(const Tensor& x, int64_t r) {
  check_picture(x, "pixel_shuffle", "upscale_factor", r);
  int64_t square = 0;
  check<ValueError>(!__builtin_mul_overflow(r, r, &square),
                    "upscale factor is too large, (upscale_factor)^2 overflowed: upscale_factor={}", r);
  check<ShapeError>(x.size(-3) % square == 0,
                    "pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of "
                    "upscale_factor, but input.size(-3)={} is not divisible by {}",
                    x.size(-3), square);
  return Shuffle::apply(x, Rearrangement{Kind::pixels, r});
}

Tensor pixel_unshuffle(const Tensor& x, int64_t r) {
  check_picture(x, "pixel_unshuffle", "downscale_factor", r);
  for (const int64_t d : {-2, -1})
    check<ShapeError>(x.size(d) % r == 0,
                      "pixel_unshuffle expects {} to be divisible by downscale_factor, but input.size({})={} is not "
                      "divisible by {}",
                      d == -2 ? "height" : "width", d, x.size(d), r);
  return Shuffle::apply(x, Rearrangement{Kind::channels_of_pixels, r});
}

Tensor channel_shuffle(const Tensor& x, int64_t groups) {
  check<ShapeError>(x.dim() > 2, "channel_shuffle expects input with > 2 dims, but got input with sizes {}", x.sizes());
  check(groups > 0, "Number of groups to divide channels in must be positive. Value of groups:{}", groups);
  check<ShapeError>(x.size(1) % groups == 0,
                    "Number of channels must be divisible by groups. Got {} channels and {} groups.", x.size(1),
                    groups);
  return Shuffle::apply(x, Rearrangement{Kind::groups, groups});
}

}  // namespace convgrad
