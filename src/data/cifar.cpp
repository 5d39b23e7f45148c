#include <convgrad/data/cifar.h>
#include <convgrad/error.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <utility>

#include "core/make.h"
#include "io/file_bytes.h"
#include "io/shown_name.h"

namespace convgrad::data::datasets {
namespace {

namespace fs = std::filesystem;
using io::shown_name;

constexpr int64_t kCifarSide = 32, kPicture = 3 * kCifarSide * kCifarSide, kRecord = 1 + kPicture;
constexpr const char* kHint =
    "unpack cifar-10-binary.tar.gz (CIFAR-10 binary version) and name the folder that holds its files";

const std::vector<std::string>& class_names() {
  static const std::vector<std::string> names{"airplane", "automobile", "bird",  "cat",  "deer",
                                              "dog",      "frog",       "horse", "ship", "truck"};
  return names;
}

std::vector<std::string> find_files(const CIFAR10Options& options) {
  std::vector<std::string> names{"test_batch.bin"};
  if (options.train)
    names = {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"};
  const std::string root = options.root.empty() ? "data" : options.root;
  const std::vector<std::string> places{root, root + "/cifar-10-batches-bin"};
  std::vector<std::string> shown;
  for (const std::string& place : places) {
    std::vector<std::string> found;
    std::error_code error;
    for (const std::string& name : names)
      if (const std::string path = (fs::path(place) / name).string(); fs::exists(path, error)) found.push_back(path);
    if (found.size() == names.size()) return found;
    shown.push_back(shown_name(place));
  }
  throw FileError({.op = "CIFAR-10",
                   .argument = "root",
                   .what = fmt::format("CIFAR-10: {} not found, or not all of them, in any of {}",
                                       fmt::join(names, ", "), fmt::join(shown, ", ")),
                   .expected = fmt::format("{}", fmt::join(names, ", ")),
                   .got = fmt::format("{}", fmt::join(places, "\n")),
                   .hint = kHint});
}

int64_t records_of(const std::string& path, size_t bytes) {
  const auto records = static_cast<int64_t>(bytes) / kRecord, rest = static_cast<int64_t>(bytes) % kRecord;
  if (records == 0 || rest != 0)
    throw FileError({.op = "CIFAR-10",
                     .argument = path,
                     .what = fmt::format("{} is cut off or no CIFAR-10 file: {} bytes are {} pictures and {} bytes",
                                         shown_name(path), bytes, records, rest),
                     .expected = fmt::format("a multiple of {} bytes", kRecord),
                     .hint = kHint});
  return records;
}

ImageDataset load_cifar(CIFAR10Options options) {
  const std::vector<std::string> paths = find_files(options);
  int64_t count = 0;
  for (const std::string& path : paths) count += records_of(path, io::InputFile(path).size());
  const Tensor images = make_tensor({count, 3, kCifarSide, kCifarSide}, kUInt8), targets = make_tensor({count}, kInt64);
  auto* picture = images.data_ptr<uint8_t>();
  auto* target = targets.data_ptr<int64_t>();
  for (const std::string& path : paths) {
    const io::FileBytes file(path);
    const int64_t records = records_of(path, file.bytes().size());
    count -= records;
    if (count < 0) throw FileError({.op = "CIFAR-10", .argument = path, .what = shown_name(path) + " has grown"});
    for (int64_t i = 0; i < records; ++i, picture += kPicture) {
      const uint8_t* record = file.bytes().data() + i * kRecord;
      if (record[0] >= class_names().size())
        throw FileError({.op = "CIFAR-10",
                         .argument = path,
                         .what = fmt::format("{}: picture {} has class {}; there are 10, counted from 0",
                                             shown_name(path), i, record[0]),
                         .hint = "is this the binary version of CIFAR-10 (not CIFAR-100, not Python's)?"});
      *target++ = record[0];
      std::memcpy(picture, record + 1, static_cast<size_t>(kPicture));
    }
  }
  return {images, targets, class_names(), std::move(options.transform), paths};
}

}  // namespace

CIFAR10::CIFAR10(CIFAR10Options options) : ImageDataset(load_cifar(std::move(options))) {}

}  // namespace convgrad::data::datasets
