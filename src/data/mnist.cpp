#include <convgrad/data/image_dataset.h>
#include <convgrad/error.h>
#include <convgrad/io/idx.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "core/shape.h"
#include "io/shown_name.h"

namespace convgrad::data::datasets {
namespace {

namespace fs = std::filesystem;
using io::shown_name;

/// What is known of one of the data sets with MNIST's file names.
struct Collection {
  std::string name;
  std::vector<std::string> folders;       // as torchvision calls them, inside a given folder
  std::vector<std::string> usual_places;  // where to look when no folder is given
  std::vector<std::string> classes;
  std::string how_to_get;
};

const Collection& fashion() {
  static const Collection collection{
      .name = "Fashion-MNIST",
      .folders = {"FashionMNIST"},
      .usual_places = {"/usr/share/datasets/fashion-mnist", "data/FashionMNIST/raw", "data/fashion-mnist"},
      .classes = {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
                  "Ankle boot"},
      .how_to_get = "apt-get install dataset-fashion-mnist, or name the folder that holds the files"};
  return collection;
}

const Collection& digits() {
  static const Collection collection{.name = "MNIST",
                                     .folders = {"MNIST"},
                                     .usual_places = {"data/MNIST/raw", "data/mnist"},
                                     .classes = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
                                     .how_to_get = "name the folder that holds the files"};
  return collection;
}

const Collection& any() {
  static const Collection collection{
      .name = "IDX folder",
      .folders = {"MNIST", "FashionMNIST"},
      .usual_places = {},
      .classes = digits().classes,
      .how_to_get = "name the folder that holds the files; Fashion-MNIST's: apt-get install dataset-fashion-mnist"};
  return collection;
}

/// CRC-32 of Fashion-MNIST's labels, those to train with and those to test with.
constexpr uint32_t kFashionLabels[] = {0x2ed6e46a, 0x242bc73f};

struct Files {
  std::string images, labels;
};

/// `name` in `folder`, plain or compressed; "" where there is none.
std::string find_in(const std::string& folder, const std::string& name) {
  for (const char* ending : {".gz", ""}) {
    const fs::path path = fs::path(folder) / (name + ending);
    std::error_code error;
    if (fs::exists(path, error)) return path.string();
  }
  return "";
}

Files find_files(const Collection& collection, const MNISTOptions& options) {
  const std::string& root = options.root;
  std::vector<std::string> places = collection.usual_places;
  if (!root.empty()) {
    places = {root, root + "/raw"};
    for (const std::string& folder : collection.folders) places.push_back(fmt::format("{}/{}/raw", root, folder));
  }
  const std::string part = options.train ? "train" : "t10k";
  const std::string images = part + "-images-idx3-ubyte", labels = part + "-labels-idx1-ubyte";
  for (const std::string& place : places) {
    const Files files{find_in(place, images), find_in(place, labels)};
    if (!files.images.empty() && !files.labels.empty()) return files;
    if (!files.images.empty() || !files.labels.empty())
      throw FileError({.op = collection.name,
                       .argument = "root",
                       .what = fmt::format("{}.gz not found beside {}", files.images.empty() ? images : labels,
                                           shown_name(files.images.empty() ? files.labels : files.images)),
                       .expected = fmt::format("{}.gz", files.images.empty() ? images : labels),
                       .got = place,
                       .hint = collection.how_to_get});
  }
  std::vector<std::string> shown;
  for (const std::string& place : places) shown.push_back(shown_name(place));
  throw FileError({.op = collection.name,
                   .argument = "root",
                   .what = fmt::format("{0}: {1}.gz and {2}.gz (or {1} and {2}) not found in any of {3}",
                                       collection.name, images, labels, fmt::join(shown, ", ")),
                   .expected = fmt::format("{}.gz, {}.gz", images, labels),
                   .got = fmt::format("{}", fmt::join(places, "\n")),
                   .hint = collection.how_to_get});
}

Tensor read_checked(const std::string& path, int64_t dimensions, const char* what) {
  const Tensor values = io::read_idx(path);
  if (values.dtype() != kUInt8 || values.dim() != dimensions)
    throw FileError({.op = "read_idx",
                     .argument = path,
                     .what = fmt::format("{} holds no {}: it is {} of {}", shown_name(path), what,
                                         to_string(values.sizes()), name(values.dtype())),
                     .expected = fmt::format("{} dimensions of uint8", dimensions),
                     .hint = "were images and labels exchanged?"});
  if (values.numel() == 0)
    throw FileError({.op = "read_idx",
                     .argument = path,
                     .what = fmt::format("{} holds no {}: it is empty", shown_name(path), what),
                     .hint = "get the file again"});
  return values;
}

ImageDataset load(const Collection& collection, MNISTOptions options) {
  const Files files = find_files(collection, options);
  const Tensor images = read_checked(files.images, 3, "pictures"), labels = read_checked(files.labels, 1, "labels");
  if (images.size(0) != labels.size(0))
    throw FileError({.op = collection.name,
                     .argument = files.labels,
                     .what = fmt::format("{} has {} pictures, but {} has {} labels", shown_name(files.images),
                                         images.size(0), shown_name(files.labels), labels.size(0)),
                     .hint = "take both files from the same place"});
  const auto* first = labels.data_ptr<uint8_t>();
  const auto* wrong =
      std::find_if(first, first + labels.numel(), [&](uint8_t label) { return label >= collection.classes.size(); });
  if (wrong != first + labels.numel())
    throw FileError(
        {.op = collection.name,
         .argument = files.labels,
         .what = fmt::format("{}: label {} is {}; {} has {} classes, counted from 0", shown_name(files.labels),
                             wrong - first, *wrong, collection.name, collection.classes.size()),
         .hint = "is this the right file?"});
  const auto sum = static_cast<uint32_t>(crc32_z(0, first, static_cast<size_t>(labels.numel())));
  const bool is_fashion =
      std::find(std::begin(kFashionLabels), std::end(kFashionLabels), sum) != std::end(kFashionLabels);
  const Collection& known = &collection == &any() && is_fashion ? fashion() : collection;
  return ImageDataset(images, labels.to(kInt64), known.classes, std::move(options.transform),
                      {files.images, files.labels});
}

}  // namespace

FashionMNIST::FashionMNIST(MNISTOptions options) : ImageDataset(load(fashion(), std::move(options))) {}
MNIST::MNIST(MNISTOptions options) : ImageDataset(load(digits(), std::move(options))) {}
IDXFolder::IDXFolder(MNISTOptions options) : ImageDataset(load(any(), std::move(options))) {}

}  // namespace convgrad::data::datasets
