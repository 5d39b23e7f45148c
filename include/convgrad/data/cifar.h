#pragma once
#include <convgrad/data/image_dataset.h>

namespace convgrad::data::datasets {

struct CIFAR10Options {
  std::string root{};  // the folder; "": data/cifar-10-batches-bin
  bool train = true;   // the 50,000 pictures to train with, or the 10,000 to test with
  transforms::Transform transform{};
};

/// CIFAR-10: 32 × 32 colour pictures of ten kinds of things, from the binary version's files (data_batch_1.bin …
/// data_batch_5.bin, test_batch.bin) in `root` or root/cifar-10-batches-bin. Throws FileError with the names wanted and
/// the places looked in, and for files that are cut off or hold labels that are none. Like
/// torchvision.datasets.CIFAR10 (but nothing is ever downloaded).
class CONVGRAD_API CIFAR10 final : public ImageDataset {
 public:
  explicit CIFAR10(CIFAR10Options options = {});
};

}  // namespace convgrad::data::datasets
