#pragma once
#include <convgrad/data/transforms.h>

#include <cstdint>
#include <vector>

namespace convgrad::data {

/// Random numbers for one example of one epoch: SplitMix64 (Steele, Lea and Flood, 2014) of the epoch's seed and the
/// example's number. So what is drawn for an example depends neither on the others nor on who draws it when.
class CONVGRAD_API Draws {
 public:
  explicit Draws(uint64_t seed, int64_t index = 0);
  uint64_t bits();
  double uniform(double low = 0, double high = 1);  // [low, high)
  int64_t integer(int64_t low, int64_t high);       // low … high, both included
  bool chance(double p) { return uniform() < p; }
  double normal();  // mean 0, standard deviation 1

  /// Those of the example that this thread's DataLoader is at. Outside a loader, where a transform is called by hand,
  /// new ones, seeded by 64 bits of the default generator.
  static Draws& current();

 private:
  uint64_t state_;
};

}  // namespace convgrad::data

namespace convgrad::data::transforms {

/// Height and width of a picture.
struct PictureSize {
  int64_t height = 0, width = 0;
  friend bool operator==(const PictureSize&, const PictureSize&) = default;
};

/// A step on 8-bit pictures [C, H, W], with random numbers of the example's own (Draws): in a DataLoader the pictures
/// are the same for any number of workers, the same epoch after manual_seed, and other ones in the next epoch. It goes
/// before ToTensor; an ImageDataset then makes whole batches without tensors in between. Derive from it for your own:
/// size() and run().
class CONVGRAD_API PictureStep {
 public:
  virtual ~PictureStep();
  /// uint8 [C, H, W] or [H, W]. TypeError or ShapeError for others.
  Tensor operator()(const Tensor& picture) const;
  /// What a picture of this size becomes. ValueError where it does not fit.
  virtual PictureSize size(PictureSize in) const { return in; }
  /// One picture, plane after plane, from `in` to `out`, which do not overlap.
  virtual void run(const uint8_t* in, int64_t channels, PictureSize in_size, uint8_t* out, Draws& draws) const = 0;
};

/// The middle of a picture; zeros around it where it is smaller. Like torchvision.transforms.CenterCrop.
class CONVGRAD_API CenterCrop final : public PictureStep {
 public:
  /// {height, width}, or one number for both. ValueError for sizes < 1.
  explicit CenterCrop(std::vector<int64_t> size);
  PictureSize size(PictureSize in) const override;
  void run(const uint8_t* in, int64_t channels, PictureSize in_size, uint8_t* out, Draws& draws) const override;

 private:
  PictureSize size_;
};

struct RandomCropOptions {
  int64_t padding = 0;  // pixels at each of the four sides, before the crop
  uint8_t fill = 0;     // their value
};
/// A piece from anywhere in the padded picture. ValueError ("Required crop size (9, 9) is larger than input image size
/// (8, 8)") where it does not fit. Like torchvision.transforms.RandomCrop.
class CONVGRAD_API RandomCrop final : public PictureStep {
 public:
  explicit RandomCrop(std::vector<int64_t> size, RandomCropOptions options = {});
  PictureSize size(PictureSize in) const override;
  void run(const uint8_t* in, int64_t channels, PictureSize in_size, uint8_t* out, Draws& draws) const override;

 private:
  PictureSize size_;
  RandomCropOptions options_;
};

/// Left and right exchanged with probability p. Like torchvision.transforms.RandomHorizontalFlip.
class CONVGRAD_API RandomHorizontalFlip final : public PictureStep {
 public:
  explicit RandomHorizontalFlip(double p = 0.5);
  void run(const uint8_t* in, int64_t channels, PictureSize in_size, uint8_t* out, Draws& draws) const override;

 private:
  double p_;
};

enum class Interpolation { nearest, bilinear };

struct RandomAffineOptions {
  double degrees = 0;               // turned by −degrees … degrees
  std::vector<double> translate{};  // {across, down}: at most this share of the width and the height
  std::vector<double> scale{};      // {smallest, largest}; empty: 1
  double shear = 0;                 // the x axis slanted by −shear … shear degrees
  Interpolation interpolation = Interpolation::nearest;
  uint8_t fill = 0;  // outside the picture
};
/// Turns, moves, scales and slants about the middle; the pixels are Pillow's for the same numbers. ValueError for
/// shares outside [0, 1] and scales that are not positive. Like torchvision.transforms.RandomAffine.
class CONVGRAD_API RandomAffine final : public PictureStep {
 public:
  explicit RandomAffine(RandomAffineOptions options);
  void run(const uint8_t* in, int64_t channels, PictureSize in_size, uint8_t* out, Draws& draws) const override;

 private:
  RandomAffineOptions options_;
};

struct ColorJitterOptions {
  double brightness = 0, contrast = 0, saturation = 0;  // factor from [max(0, 1 − v), 1 + v)
  double hue = 0;                                       // turned by −hue … hue of the whole circle; at most ½
};
/// Brightness, contrast, saturation and hue changed, in random order; the pixels are Pillow's for the same numbers.
/// The last two leave grey pictures as they are. ValueError for negative values. Like
/// torchvision.transforms.ColorJitter.
class CONVGRAD_API ColorJitter final : public PictureStep {
 public:
  explicit ColorJitter(ColorJitterOptions options);
  void run(const uint8_t* in, int64_t channels, PictureSize in_size, uint8_t* out, Draws& draws) const override;

 private:
  ColorJitterOptions options_;
};

struct RandomErasingOptions {
  double p = 0.5;
  double smallest = 0.02, largest = 0.33;  // share of the picture's area
  double narrowest = 0.3, widest = 3.3;    // height / width
  uint8_t value = 0;
};
/// A rectangle filled with one value, with probability p. Like torchvision.transforms.RandomErasing of uint8 tensors.
class CONVGRAD_API RandomErasing final : public PictureStep {
 public:
  explicit RandomErasing(RandomErasingOptions options = {});
  void run(const uint8_t* in, int64_t channels, PictureSize in_size, uint8_t* out, Draws& draws) const override;

 private:
  RandomErasingOptions options_;
};

}  // namespace convgrad::data::transforms
