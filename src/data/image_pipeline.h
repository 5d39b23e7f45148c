#pragma once
#include <convgrad/data/transforms.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "data/resize.h"

namespace convgrad::data {

/// Resize, ToTensor and Normalize of pictures of one size, compiled: from 8-bit memory to a batch's memory in one go,
/// without tensors in between. The values are, bit for bit, those of the transforms one after another.
class ImagePipeline {
 public:
  /// nullopt unless `transform` is made of Resize, ToTensor and Normalize, in this order, each at most once.
  static std::optional<ImagePipeline> compile(const transforms::Transform& transform, int64_t channels, int64_t height,
                                              int64_t width);

  /// {channels, height, width} of the result.
  std::vector<int64_t> output_sizes() const { return {channels_, resizer_.out_height(), resizer_.out_width()}; }
  ScalarType output_dtype() const { return to_float_ ? kFloat32 : kUInt8; }
  /// Bytes of one picture, before and after.
  int64_t input_bytes() const { return channels_ * resizer_.input_size(); }
  int64_t output_bytes() const { return channels_ * resizer_.output_size() * element_size(output_dtype()); }
  /// Bytes of scratch memory that one call needs.
  int64_t scratch_size() const { return resizer_.scratch_size() + resizer_.output_size(); }

  /// One picture [C, H, W] to `out`.
  void operator()(const uint8_t* picture, void* out, uint8_t* scratch) const;

 private:
  ImagePipeline(int64_t channels, Resizer resizer) : channels_(channels), resizer_(std::move(resizer)) {}

  int64_t channels_;
  Resizer resizer_;
  bool to_float_ = false;
  std::vector<float> table_;  // [channels][256] when to_float_: what becomes of each 8-bit value
};

}  // namespace convgrad::data
