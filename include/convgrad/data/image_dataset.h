#pragma once
#include <convgrad/data/dataset.h>
#include <convgrad/data/transforms.h>

#include <string>
#include <vector>

namespace convgrad::data {
class ImagePipeline;
}

namespace convgrad::data::datasets {

/// 8-bit pictures of one size in memory, with a class each. Where the transform is made of Resize and the steps of
/// augment.h, then ToTensor, then Normalize (any left out), whole batches are made at once, straight into their memory;
/// any other transform works too. What is random about example i depends on its number here, the epoch and the seed.
class CONVGRAD_API ImageDataset : public Dataset {
 public:
  /// images: uint8 [N, H, W] or [N, C, H, W]; targets: int64 [N], in [0, classes.size()). Shares their memory.
  /// `files`: what they were read from. Throws TypeError, ShapeError or IndexError for others.
  ImageDataset(Tensor images, Tensor targets, std::vector<std::string> classes, transforms::Transform transform = {},
               std::vector<std::string> files = {});

  int64_t size() const override { return images_.size(0); }
  /// {transform(picture [C, H, W]), target []}; without a transform the uint8 picture itself.
  Example get(int64_t index) const override;
  std::optional<Example> get_batch(IntArrayRef indices) const override;

  const Tensor& images() const { return images_; }    // as stored: uint8 [N, C, H, W]
  const Tensor& targets() const { return targets_; }  // int64 [N]
  /// The classes' names, by target.
  const std::vector<std::string>& classes() const { return classes_; }
  /// What they were read from; an ImageFolder has a file for each picture.
  const std::vector<std::string>& files() const { return files_; }

 private:
  Tensor images_, targets_;
  std::vector<std::string> classes_, files_;
  transforms::Transform transform_;
  std::shared_ptr<const ImagePipeline> pipeline_;  // null: example by example
};

/// Where MNIST's kind of files lie, and what to do with them.
struct MNISTOptions {
  std::string root{};  // the folder; "": the usual places
  bool train = true;   // the 60,000 pictures to train with, or the 10,000 to test with
  transforms::Transform transform{};
};

/// Fashion-MNIST: 28 × 28 grey pictures of ten kinds of clothes. Reads Debian's package dataset-fashion-mnist, or
/// {train,t10k}-{images-idx3,labels-idx1}-ubyte, plain or .gz, from `root`, root/raw or root/FashionMNIST/raw.
/// Throws FileError, with the names wanted, the places looked in and the command that installs them, or with what is
/// wrong in a file. Like torchvision.datasets.FashionMNIST (but nothing is ever downloaded).
class CONVGRAD_API FashionMNIST final : public ImageDataset {
 public:
  explicit FashionMNIST(MNISTOptions options = {});
};

/// MNIST: 28 × 28 grey pictures of handwritten digits; files as FashionMNIST, from `root`, root/raw or root/MNIST/raw.
/// Like torchvision.datasets.MNIST (but nothing is ever downloaded).
class CONVGRAD_API MNIST final : public ImageDataset {
 public:
  explicit MNIST(MNISTOptions options);
};

/// Any pictures in files named as MNIST's, in `root` (which must be given), root/raw, root/MNIST/raw or
/// root/FashionMNIST/raw: Fashion-MNIST where the labels are its labels (told by their checksum), else ten classes
/// "0" … "9".
class CONVGRAD_API IDXFolder final : public ImageDataset {
 public:
  explicit IDXFolder(MNISTOptions options);
};

}  // namespace convgrad::data::datasets
