#pragma once
#include <convgrad/data/augment.h>
#include <convgrad/data/transforms.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "data/resize.h"

namespace convgrad::data {

/// PictureSteps, Resize, ToTensor and Normalize of pictures of one size, compiled: from 8-bit memory to a batch's
/// memory in one go, without tensors in between. The values are, bit for bit, those of the transforms one after
/// another.
class ImagePipeline {
 public:
  /// nullopt unless `transform` is made of this library's PictureSteps and Resizes, in any order, then ToTensor, then
  /// Normalize, all of which may be missing.
  static std::optional<ImagePipeline> compile(const transforms::Transform& transform, int64_t channels, int64_t height,
                                              int64_t width);

  /// {channels, height, width} of the result.
  std::vector<int64_t> output_sizes() const { return {channels_, out_.height, out_.width}; }
  ScalarType output_dtype() const { return table_.empty() ? kUInt8 : kFloat32; }
  /// Bytes of one picture, before and after.
  int64_t input_bytes() const { return channels_ * in_.height * in_.width; }
  int64_t output_bytes() const { return channels_ * out_.height * out_.width * element_size(output_dtype()); }
  /// Bytes of scratch memory that one call needs.
  int64_t scratch_size() const { return 2 * picture_bytes_ + resize_bytes_; }
  bool is_random() const { return is_random_; }

  /// One picture [C, H, W] to `out`; `draws` are used where is_random().
  void operator()(const uint8_t* picture, void* out, uint8_t* scratch, Draws& draws) const;

 private:
  struct Stage {
    transforms::PictureSize in;
    std::shared_ptr<const transforms::PictureStep> step{};  // null: resize
    std::optional<Resizer> resize{};
  };

  ImagePipeline(int64_t channels, transforms::PictureSize size) : channels_(channels), in_(size), out_(size) {}
  void add(const transforms::Resize& resize);
  void add(std::shared_ptr<const transforms::PictureStep> step);
  void end_at(transforms::PictureSize size);

  int64_t channels_;
  transforms::PictureSize in_, out_;
  std::vector<Stage> stages_;
  int64_t picture_bytes_ = 0, resize_bytes_ = 0;  // of the largest picture on the way; that Resizers work with
  bool is_random_ = false;
  std::vector<float> table_;  // [channels][256], or empty for 8-bit results: what becomes of each value
};

}  // namespace convgrad::data
