#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "model_file.h"

namespace convgrad::cli {
namespace {

namespace fs = std::filesystem;
namespace d = data::datasets;

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

/// Does a folder of this one hold a PNG picture?
bool has_class_folders(const fs::path& root) {
  std::error_code error;
  for (const auto& folder : fs::directory_iterator(root, error))
    for (const auto& file : fs::directory_iterator(folder.path(), error))
      if (file.path().extension() == ".png") return true;
  return false;
}

bool has_cifar(const fs::path& root) {
  for (const char* name : {"data_batch_1.bin", "test_batch.bin"})
    if (is_there(root / name) || is_there(root / "cifar-10-batches-bin" / name)) return true;
  return false;
}

enum class Format { fashion, cifar, shapes, signals, idx, folder, split_folder };

Format format_of(const std::string& where) {
  if (where == "fashion-mnist") return Format::fashion;
  if (where == "cifar10" || has_cifar(where)) return Format::cifar;
  if (where == "shapes10") return Format::shapes;
  if (where == "signals") return Format::signals;
  if (has_class_folders(fs::path(where) / "train")) return Format::split_folder;
  return has_class_folders(where) ? Format::folder : Format::idx;
}

using Pictures = std::shared_ptr<const d::ImageDataset>;

/// WHERE/train and WHERE/test, each with a folder for each class, or WHERE with them, every tenth picture to test with.
Pictures open_folder(const std::string& where, bool split, bool train, const io::Preprocessing& p, bool skip_bad) {
  d::ImageFolderOptions options{
      .root = where, .channels = p.channels, .skip_bad = skip_bad, .transform = preprocessing(p)};
  if (split)
    options.root += train ? "/train" : "/test";
  else
    options.train = train;
  if (p.resize.size() == 2) options.size = p.resize;
  auto pictures = std::make_shared<const d::ImageFolder>(options);
  for (const std::string& text : pictures->skipped()) std::fprintf(stderr, "left out: %s\n", text.c_str());
  if (!pictures->skipped().empty())
    std::fprintf(stderr, "%zu files of %s left out\n", pictures->skipped().size(), options.root.c_str());
  return pictures;
}

}  // namespace

io::Preprocessing preprocessing_for(const std::string& model, const std::string& data) {
  const Format format = format_of(data);
  const bool colours = format == Format::cifar || format == Format::folder || format == Format::split_folder;
  io::Preprocessing p{.channels = colours ? 3 : 1};
  if (model != "unet" && model != "signal1d" && model != "resnet9") p.resize = {32, 32};
  return p;
}

Model new_model(const std::string& name, const d::ImageDataset& data, const io::Preprocessing& p) {
  const nn::ModelOptions options{.in_channels = p.channels,
                                 .classes = static_cast<int64_t>(data.classes().size()),
                                 .image = p.resize.empty() ? data.images().size(3) : p.resize.back()};
  auto text = nn::model_options(options);
  return {.net = nn::make_model(name, text),
          .info = {.model = name, .options = text, .classes = data.classes(), .preprocessing = p}};
}

Pictures open_data(const std::string& where, bool train, const io::Preprocessing& p, const Task& task, bool skip_bad) {
  const Format format = format_of(where);
  if (task.kind() == Task::segmentation && format != Format::shapes)
    throw ValueError({.op = "data",
                      .argument = "--data",
                      .what = fmt::format("{} has no masks to learn", where),
                      .hint = "the data with masks is --data shapes10"});
  if (format == Format::signals && !p.resize.empty())
    throw ValueError({.op = "data",
                      .argument = "--data",
                      .what = "signals are no pictures",
                      .hint = "the net for signals is signal1d"});
  const d::GeneratedOptions generated{.train = train, .transform = preprocessing(p)};
  switch (format) {
    case Format::fashion:
      return std::make_shared<const d::FashionMNIST>(d::MNISTOptions{.train = train, .transform = preprocessing(p)});
    case Format::cifar:
      return std::make_shared<const d::CIFAR10>(
          d::CIFAR10Options{.root = where == "cifar10" ? "" : where, .train = train, .transform = preprocessing(p)});
    case Format::shapes:
      if (task.kind() == Task::segmentation) return std::make_shared<const d::ShapeMasks>(generated);
      return std::make_shared<const d::Shapes10>(generated);
    case Format::signals:
      return std::make_shared<const d::Signals>(generated);
    case Format::folder:
    case Format::split_folder:
      return open_folder(where, format == Format::split_folder, train, p, skip_bad);
    case Format::idx:
      break;
  }
  return std::make_shared<const d::IDXFolder>(
      d::MNISTOptions{.root = where, .train = train, .transform = preprocessing(p)});
}

}  // namespace convgrad::cli
