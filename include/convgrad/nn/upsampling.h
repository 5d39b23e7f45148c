#pragma once
#include <convgrad/nn/module_holder.h>
#include <convgrad/ops/interpolate.h>
#include <convgrad/ops/pixel.h>
#include <convgrad/required.h>

namespace convgrad::nn {

struct UpsampleOptions {
  AxisValues size = {};           // of the output's spatial axes; either this
  AxisFactors scale_factor = {};  // or that
  std::string mode = "nearest";
  std::optional<bool> align_corners{};
  std::optional<bool> recompute_scale_factor{};
};
/// interpolate. Like torch.nn.Upsample.
class CONVGRAD_API UpsampleImpl : public Module {
 public:
  using Options = UpsampleOptions;
  explicit UpsampleImpl(UpsampleOptions options = {}) : options(std::move(options)) {}
  Tensor forward(const Tensor& x);
  std::string name() const override { return "Upsample"; }
  std::string extra_repr() const override;

  UpsampleOptions options;
};
using Upsample = ModuleHolder<UpsampleImpl>;

struct Upsampling2dOptions {
  AxisValues size = {};
  AxisFactors scale_factor = {};
};
/// Like torch.nn.UpsamplingNearest2d.
class UpsamplingNearest2dImpl : public UpsampleImpl {
 public:
  using Options = Upsampling2dOptions;
  explicit UpsamplingNearest2dImpl(const Upsampling2dOptions& o)
      : UpsampleImpl({.size = o.size, .scale_factor = o.scale_factor}) {}
  std::string name() const override { return "UpsamplingNearest2d"; }
};
using UpsamplingNearest2d = ModuleHolder<UpsamplingNearest2dImpl>;
/// Bilinear, corners at the same places. Like torch.nn.UpsamplingBilinear2d.
class UpsamplingBilinear2dImpl : public UpsampleImpl {
 public:
  using Options = Upsampling2dOptions;
  explicit UpsamplingBilinear2dImpl(const Upsampling2dOptions& o)
      : UpsampleImpl({.size = o.size, .scale_factor = o.scale_factor, .mode = "bilinear", .align_corners = true}) {}
  std::string name() const override { return "UpsamplingBilinear2d"; }
};
using UpsamplingBilinear2d = ModuleHolder<UpsamplingBilinear2dImpl>;

struct PixelShuffleOptions {
  Required<int64_t, struct upscale_factor> upscale_factor;
};
/// pixel_shuffle. Like torch.nn.PixelShuffle.
class CONVGRAD_API PixelShuffleImpl : public Module {
 public:
  using Options = PixelShuffleOptions;
  explicit PixelShuffleImpl(PixelShuffleOptions options) : options(options) {}
  explicit PixelShuffleImpl(int64_t upscale_factor) : options{.upscale_factor = upscale_factor} {}
  Tensor forward(const Tensor& x) { return pixel_shuffle(x, options.upscale_factor); }
  std::string name() const override { return "PixelShuffle"; }
  std::string extra_repr() const override { return "upscale_factor=" + std::to_string(options.upscale_factor); }

  PixelShuffleOptions options;
};
using PixelShuffle = ModuleHolder<PixelShuffleImpl>;

struct PixelUnshuffleOptions {
  Required<int64_t, struct downscale_factor> downscale_factor;
};
/// pixel_unshuffle. Like torch.nn.PixelUnshuffle.
class CONVGRAD_API PixelUnshuffleImpl : public Module {
 public:
  using Options = PixelUnshuffleOptions;
  explicit PixelUnshuffleImpl(PixelUnshuffleOptions options) : options(options) {}
  explicit PixelUnshuffleImpl(int64_t downscale_factor) : options{.downscale_factor = downscale_factor} {}
  Tensor forward(const Tensor& x) { return pixel_unshuffle(x, options.downscale_factor); }
  std::string name() const override { return "PixelUnshuffle"; }
  std::string extra_repr() const override { return "downscale_factor=" + std::to_string(options.downscale_factor); }

  PixelUnshuffleOptions options;
};
using PixelUnshuffle = ModuleHolder<PixelUnshuffleImpl>;

struct ChannelShuffleOptions {
  Required<int64_t, struct groups> groups;
};
/// channel_shuffle. Like torch.nn.ChannelShuffle.
class CONVGRAD_API ChannelShuffleImpl : public Module {
 public:
  using Options = ChannelShuffleOptions;
  explicit ChannelShuffleImpl(ChannelShuffleOptions options) : options(options) {}
  explicit ChannelShuffleImpl(int64_t groups) : options{.groups = groups} {}
  Tensor forward(const Tensor& x) { return channel_shuffle(x, options.groups); }
  std::string name() const override { return "ChannelShuffle"; }
  std::string extra_repr() const override { return "groups=" + std::to_string(options.groups); }

  ChannelShuffleOptions options;
};
using ChannelShuffle = ModuleHolder<ChannelShuffleImpl>;

}  // namespace convgrad::nn
