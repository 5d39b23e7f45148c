#include <convgrad/data/image_folder.h>
#include <convgrad/error.h>
#include <convgrad/io/png.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "core/check.h"
#include "core/make.h"
#include "io/shown_name.h"

namespace convgrad::data::datasets {
namespace {

namespace fs = std::filesystem;
using io::shown_name;

[[noreturn]] void fail(const std::string& what, const std::string& hint) {
  throw FileError({.op = "ImageFolder", .argument = "root", .what = what, .hint = hint});
}

/// Names in a folder that are not hidden, in order; folders alone, or all else alone.
std::vector<std::string> names_in(const fs::path& folder, bool folders) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    std::error_code ignored;
    if (name.front() != '.' && entry->is_directory(ignored) == folders) names.push_back(name);
  }
  if (error) fail(fmt::format("cannot read the folder {}: {}", shown_name(folder.string()), error.message()), "");
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

struct ImageFolder::Read {
  explicit Read(const ImageFolderOptions& options);
  void read_class(const ImageFolderOptions& options, size_t number);

  std::vector<std::string> classes{}, files{}, bad{};
  std::vector<Tensor> pictures{};
  std::vector<int64_t> targets{};
  Tensor images{}, labels{};
};

ImageFolder::Read::Read(const ImageFolderOptions& options) {
  check<ValueError>(options.channels == 1 || options.channels == 3, "channels must be 1 or 3, got {}",
                    options.channels);
  check<ValueError>(options.size.size() == 2, "size must be {{height, width}}");
  classes = names_in(options.root, true);
  // a folder of folders alone, such as that of the runs, is no class
  std::erase_if(classes,
                [&](const std::string& name) { return names_in(fs::path(options.root) / name, false).empty(); });
  if (classes.empty())
    fail(fmt::format("Couldn't find any class folder in {}.", shown_name(options.root)),
         "a folder of pictures for each class is wanted: cat/1.png, cat/2.png, dog/1.png");
  for (size_t i = 0; i < classes.size(); ++i) read_class(options, i);
  if (!bad.empty() && !options.skip_bad) {
    const auto shown = std::min<size_t>(bad.size(), 20);
    const std::string more = bad.size() > shown ? fmt::format("; and {} more", bad.size() - shown) : "";
    fail(fmt::format("{} of the files are no pictures: {}{}", bad.size(),
                     fmt::join(bad.begin(), bad.begin() + static_cast<ptrdiff_t>(shown), "; "), more),
         "remove them, or leave them out with --skip-bad (skip_bad = true)");
  }
  if (pictures.empty()) fail(fmt::format("no pictures in {}", shown_name(options.root)), "PNG files are wanted");
  const auto count = static_cast<int64_t>(pictures.size());
  images = make_tensor({count, options.channels, options.size[0], options.size[1]}, kUInt8);
  labels = make_tensor({count}, kInt64);
  std::copy(targets.begin(), targets.end(), labels.data_ptr<int64_t>());
  auto* out = images.data_ptr<uint8_t>();
  for (const Tensor& picture : pictures)
    out = std::copy_n(picture.data_ptr<uint8_t>(), static_cast<size_t>(picture.numel()), out);
  pictures.clear();
}

void ImageFolder::Read::read_class(const ImageFolderOptions& options, size_t number) {
  const transforms::Resize resize(options.size);
  const auto mode = options.channels == 1 ? io::ImageReadMode::GRAY : io::ImageReadMode::RGB;
  const fs::path folder = fs::path(options.root) / classes[number];
  int64_t seen = 0;
  for (const std::string& file : names_in(folder, false)) {
    const bool held_out = ++seen % 10 == 0;
    if (options.train && *options.train == held_out) continue;
    const std::string path = (folder / file).string();
    try {
      pictures.push_back(resize(io::read_png(path, mode)));
      targets.push_back(static_cast<int64_t>(number));
      files.push_back(path);
    } catch (const FileError& error) {
      bad.emplace_back(error.what());
    }
  }
}

ImageFolder::ImageFolder(ImageFolderOptions options) : ImageFolder(Read(options), options.transform) {}

ImageFolder::ImageFolder(Read read, transforms::Transform transform)
    : ImageDataset(read.images, read.labels, read.classes, std::move(transform), std::move(read.files)),
      skipped_(std::move(read.bad)) {}

}  // namespace convgrad::data::datasets
