#pragma once
#include <functional>
#include <map>
#include <string>

#include "convgrad/nn/nn.h"

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
  };
  return layers;
}

}  // namespace convgrad::nn
