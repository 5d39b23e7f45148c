#pragma once
#include <convgrad/data/image_dataset.h>

#include <optional>

namespace convgrad::data::datasets {

struct ImageFolderOptions {
  std::string root{};                 // holds a folder of pictures for each class
  int64_t channels = 3;               // 3: colours; 1: colours become grey
  std::vector<int64_t> size{32, 32};  // {height, width} that all pictures are resized to
  bool skip_bad = false;              // leave out files that are no pictures, instead of throwing
  std::optional<bool> train{};        // nullopt: all; else all but every tenth of a class, or these alone
  transforms::Transform transform{};
};

/// PNG pictures in one folder for each class, root/CLASS/*.png; classes and files in order of their names, hidden ones
/// and folders without a file left out. Palettes, grey with alpha, 16 bits: as io::read_png. Throws FileError: it names
/// every file that is no readable PNG (the first twenty, and how many more), unless skip_bad; and where there is no
/// picture. Like torchvision.datasets.ImageFolder, in memory.
class CONVGRAD_API ImageFolder final : public ImageDataset {
 public:
  explicit ImageFolder(ImageFolderOptions options);
  /// What was wrong with each file left out, its name in front.
  const std::vector<std::string>& skipped() const { return skipped_; }

 private:
  struct Read;
  ImageFolder(Read read, transforms::Transform transform);

  std::vector<std::string> skipped_;
};

}  // namespace convgrad::data::datasets
