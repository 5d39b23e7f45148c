#pragma once
#include <convgrad/tensor.h>

#include <cstdint>
#include <functional>
#include <vector>

namespace convgrad::data::transforms {

/// What is done to one example's data. Any callable will do: [](const Tensor& x) { return x.flip({-1}); }. It is called
/// from several threads at once when a DataLoader has workers.
using Transform = std::function<Tensor(const Tensor&)>;

/// Resizes 8-bit pictures [..., H, W] with Pillow's bilinear filter, antialiased when shrinking, to at most 2²⁰ pixels
/// a side: the same bits as Pillow 13's Image.resize(size, BILINEAR). Like torchvision.transforms.Resize of a PIL
/// image.
class CONVGRAD_API Resize {
 public:
  /// The shorter side becomes `size`, the other in proportion, rounded down. ValueError for size < 1 or too large.
  explicit Resize(int64_t size);
  /// {height, width}, or {shorter side}. ValueError for other lengths and sizes < 1 or too large.
  explicit Resize(std::vector<int64_t> size);
  /// TypeError for other pictures than uint8: put Resize before ToTensor.
  Tensor operator()(const Tensor& picture) const;
  const std::vector<int64_t>& size() const { return size_; }
  /// {height, width} that a picture of this height and width gets.
  std::vector<int64_t> output_size(int64_t height, int64_t width) const;

 private:
  std::vector<int64_t> size_;
};

/// 8-bit picture [C, H, W] (or [H, W]: C = 1) to floats in [0, 1]: x / 255, in the default float type. TypeError for
/// other tensors. Like torchvision.transforms.ToTensor, whose pictures lie [H, W, C].
class CONVGRAD_API ToTensor {
 public:
  Tensor operator()(const Tensor& picture) const;
};

/// (x − mean) / std for every channel of [..., C, H, W]. Like torchvision.transforms.Normalize.
class CONVGRAD_API Normalize {
 public:
  /// One value for each channel, or one for all. ValueError for a std of 0.
  Normalize(std::vector<double> mean, std::vector<double> std);
  /// TypeError for tensors that are not of floats, ShapeError for another number of channels.
  Tensor operator()(const Tensor& picture) const;
  const std::vector<double>& mean() const { return mean_; }
  const std::vector<double>& std() const { return std_; }

 private:
  std::vector<double> mean_, std_;
};

/// One transform after another. Like torchvision.transforms.Compose.
class CONVGRAD_API Compose {
 public:
  Compose(std::initializer_list<Transform> steps) : steps_(steps) {}
  explicit Compose(std::vector<Transform> steps) : steps_(std::move(steps)) {}
  Tensor operator()(const Tensor& x) const;
  const std::vector<Transform>& steps() const { return steps_; }

 private:
  std::vector<Transform> steps_;
};

}  // namespace convgrad::data::transforms
