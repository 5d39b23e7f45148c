#pragma once
#include <cmath>
#include <functional>
#include <map>
#include <string>

#include "convgrad/nn/nn.h"
#include "convgrad/ops/creation.h"

namespace convgrad::nn {

/// The modules of tests/golden/make_layers.py, by their names there.
inline const std::map<std::string, std::function<AnyModule()>>& golden_layers() {
  static const std::map<std::string, std::function<AnyModule()>> layers{
      {"batch_norm1d", [] { return BatchNorm1d(3); }},
      {"batch_norm1d_lines", [] { return BatchNorm1d({.num_features = 3, .momentum = {}}); }},
      {"batch_norm2d", [] { return BatchNorm2d(3); }},
      {"batch_norm2d_plain",
       [] { return BatchNorm2d({.num_features = 3, .affine = false, .track_running_stats = false}); }},
      {"batch_norm2d_options",
       [] { return BatchNorm2d({.num_features = 3, .eps = 1e-3, .momentum = 0.25, .bias = false}); }},
      {"batch_norm3d", [] { return BatchNorm3d({.num_features = 2, .dtype = kFloat64}); }},
      {"instance_norm1d", [] { return InstanceNorm1d(3); }},
      {"instance_norm2d",
       [] { return InstanceNorm2d({.num_features = 3, .affine = true, .track_running_stats = true}); }},
      {"instance_norm3d", [] { return InstanceNorm3d({.num_features = 2, .affine = true}); }},
      {"layer_norm", [] { return LayerNorm(7); }},
      {"layer_norm_pictures",
       [] {
         return LayerNorm({.normalized_shape = {3, 4}, .bias = false});
       }},
      {"layer_norm_plain", [] { return LayerNorm({.normalized_shape = 7, .eps = 1e-3, .elementwise_affine = false}); }},
      {"group_norm", [] { return GroupNorm(2, 6); }},
      {"group_norm_plain", [] { return GroupNorm({.num_groups = 3, .num_channels = 12, .affine = false}); }},
      {"local_response_norm", [] { return LocalResponseNorm({.size = 3, .alpha = 0.5, .k = 2}); }},
      {"dropout", [] { return Dropout(); }},
      {"dropout1d", [] { return Dropout1d(0.3); }},
      {"dropout1d_single", [] { return Dropout1d(); }},
      {"dropout2d", [] { return Dropout2d(0.25); }},
      {"dropout3d", [] { return Dropout3d(); }},
      {"alpha_dropout", [] { return AlphaDropout(0.3); }},
      {"feature_alpha_dropout", [] { return FeatureAlphaDropout(); }},
      {"adaptive_avg_pool1d", [] { return AdaptiveAvgPool1d(2); }},
      {"adaptive_avg_pool2d",
       [] {
         return AdaptiveAvgPool2d({.output_size = {3, std::nullopt}});
       }},
      {"adaptive_avg_pool3d",
       [] {
         return AdaptiveAvgPool3d({.output_size = {std::nullopt, 2, 3}});
       }},
      {"adaptive_max_pool1d", [] { return AdaptiveMaxPool1d(2); }},
      {"adaptive_max_pool2d",
       [] {
         return AdaptiveMaxPool2d({.output_size = {std::nullopt, 2}});
       }},
      {"adaptive_max_pool3d", [] { return AdaptiveMaxPool3d(2); }},
      {"lp_pool1d", [] { return LPPool1d({.norm_type = 2, .kernel_size = 3, .stride = 2}); }},
      {"lp_pool2d",
       [] {
         return LPPool2d({.norm_type = 2., .kernel_size = {2, 3}, .ceil_mode = true});
       }},
      {"lp_pool3d",
       [] {
         return LPPool3d({.norm_type = INFINITY, .kernel_size = 2, .stride = {1, 2, 1}});
       }},
      {"constant_pad1d", [] { return ConstantPad1d(2, 3.5); }},
      {"constant_pad2d",
       [] {
         return ConstantPad2d({.padding = {1, 2, 0, -1}, .value = 3});
       }},
      {"constant_pad3d", [] { return ConstantPad3d(1, -1); }},
      {"zero_pad1d",
       [] {
         return ZeroPad1d({.padding = {1, 2}});
       }},
      {"zero_pad2d", [] { return ZeroPad2d(1); }},
      {"zero_pad3d",
       [] {
         return ZeroPad3d({.padding = {1, 2, 0, 1, 3, 0}});
       }},
      {"reflection_pad1d", [] { return ReflectionPad1d(2); }},
      {"reflection_pad2d",
       [] {
         return ReflectionPad2d({.padding = {1, 2, 0, 1}});
       }},
      {"reflection_pad3d", [] { return ReflectionPad3d(1); }},
      {"replication_pad1d",
       [] {
         return ReplicationPad1d({.padding = {2, 5}});
       }},
      {"replication_pad2d", [] { return ReplicationPad2d(2); }},
      {"replication_pad3d",
       [] {
         return ReplicationPad3d({.padding = {1, 2, 0, 1, 3, 0}});
       }},
      {"circular_pad1d",
       [] {
         return CircularPad1d({.padding = {1, 2}});
       }},
      {"circular_pad2d", [] { return CircularPad2d(2); }},
      {"circular_pad3d",
       [] {
         return CircularPad3d({.padding = {1, 2, 0, 1, 3, 0}});
       }},
      {"upsample", [] { return Upsample({.size = 7}); }},
      {"upsample_bilinear",
       [] {
         return Upsample({.size = {7, 3}, .mode = "bilinear", .align_corners = true});
       }},
      {"upsample_bicubic",
       [] {
         return Upsample({.scale_factor = {1.5, 2}, .mode = "bicubic"});
       }},
      {"upsample_trilinear",
       [] { return Upsample({.scale_factor = 1.7, .mode = "trilinear", .recompute_scale_factor = true}); }},
      {"upsampling_nearest2d", [] { return UpsamplingNearest2d({.scale_factor = 2}); }},
      {"upsampling_bilinear2d", [] { return UpsamplingBilinear2d({.size = 9}); }},
      {"pixel_shuffle", [] { return PixelShuffle(2); }},
      {"pixel_unshuffle", [] { return PixelUnshuffle(3); }},
      {"channel_shuffle", [] { return ChannelShuffle(3); }},
      {"fold",
       [] {
         return Fold({.output_size = {4, 5}, .kernel_size = 2, .stride = {2, 1}});
       }},
      {"unfold",
       [] {
         return Unfold({.kernel_size = {2, 3}, .dilation = {1, 2}, .padding = 1});
       }},
      {"embedding", [] { return Embedding(5, 3); }},
      {"embedding_options",
       [] {
         return Embedding({.num_embeddings = 5,
                           .embedding_dim = 3,
                           .padding_idx = -2,
                           .max_norm = 1,
                           .norm_type = 1.5,
                           .scale_grad_by_freq = true});
       }},
      {"embedding_pretrained", [] { return Embedding::from_pretrained(eye(4), {.freeze = false, .padding_idx = 0}); }},
  };
  return layers;
}

}  // namespace convgrad::nn
