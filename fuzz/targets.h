#pragma once
#include <convgrad/data/cifar.h>
#include <convgrad/error.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "io/checkpoint_codec.h"
#include "io/idx_reader.h"
#include "io/inflating_reader.h"
#include "io/png_codec.h"
#include "io/safetensors_codec.h"

/// What the fuzzers run, and the tests on mutated files: reading a file of any bytes gives a FileError, or something
/// whose parts fit together, every byte of which can be read. Anything else ends the program.
namespace convgrad::fuzz {

inline void require(bool ok) {
  if (!ok) std::abort();
}

/// Makes a memory checker look at every byte.
inline void read_all(const uint8_t* bytes, size_t count) {
  [[maybe_unused]] volatile uint64_t sum = std::accumulate(bytes, bytes + count, uint64_t{0});
}

/// A file in memory of these bytes, for readers that take a path.
class MemoryFile {
 public:
  explicit MemoryFile(std::span<const uint8_t> bytes) : descriptor_(memfd_create("input", 0)) {
    require(descriptor_ >= 0 && write(descriptor_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  }
  ~MemoryFile() { close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

/// The input cut at its zero bytes: `count` texts, those that are missing empty.
inline std::vector<std::string> texts(std::span<const uint8_t> input, size_t count) {
  std::vector<std::string> out(1);
  for (const uint8_t byte : input) {
    if (byte == 0)
      out.emplace_back();
    else
      out.back() += static_cast<char>(byte);
  }
  out.resize(std::max(count, out.size()));
  return out;
}

template <class Body>
void expect_file_error_at_most(Body&& body) {
  try {
    body();
  } catch (const FileError& error) {
    require(error.what()[0] != '\0' && !error.hint().empty());
  }
}

inline void idx(std::span<const uint8_t> file) {
  expect_file_error_at_most([&] {
    io::IdxReader reader(file, "input");
    const io::IdxHeader& header = reader.header();
    int64_t bytes = item_size(header.type);
    for (const int64_t size : header.sizes) bytes *= size;
    require(bytes == header.bytes);
    std::vector<uint8_t> data(static_cast<size_t>(bytes));
    reader.read(data.data());
    read_all(data.data(), data.size());
  });
}

inline void png(std::span<const uint8_t> file) {
  for (const auto channels : {io::PngChannels::as_stored, io::PngChannels::gray, io::PngChannels::rgb})
    expect_file_error_at_most([&] {
      const io::Picture picture = io::decode_png(file, "input", channels);
      require(picture.channels == 1 || picture.channels == 3);
      require(static_cast<int64_t>(picture.pixels.size()) == picture.channels * picture.height * picture.width);
      read_all(picture.pixels.data(), picture.pixels.size());
    });
}

inline void safetensors(std::span<const uint8_t> file) {
  expect_file_error_at_most([&] {
    const io::SafetensorsFile contents = io::decode_safetensors(file, "input");
    int64_t bytes = 0;
    for (const auto& [name, tensor] : contents.tensors) {
      if (tensor.numel() > 0)
        read_all(static_cast<const uint8_t*>(tensor.data_ptr()), static_cast<size_t>(tensor.nbytes()));
      bytes += tensor.nbytes();
    }
    require(bytes <= static_cast<int64_t>(file.size()));
  });
}

/// gzip, or anything else: what comes out of it.
inline void gzip(std::span<const uint8_t> file) {
  expect_file_error_at_most([&] {
    io::InflatingReader reader(file, "input");
    std::vector<uint8_t> piece(4096);
    uint64_t given = 0;
    for (size_t got = piece.size(); got == piece.size(); given += got) {
      got = reader.read(piece.data(), piece.size());
      require(got <= piece.size());
      read_all(piece.data(), got);
    }
    require(given <= reader.size_bound());
    require(reader.compressed() || given == file.size());
  });
}

/// A checkpoint's texts, parted by zeros: what is behind its checksum, which no mutation would get past.
inline void checkpoint(std::span<const uint8_t> input) {
  const std::vector<std::string> values = texts(input, 6);
  io::SealedFile file{.seal_holds = true};
  const char* keys[] = {"version", "model", "options", "classes", "preprocessing", "notes"};
  for (size_t i = 0; i < std::size(keys); ++i) file.contents.metadata[std::string("convgrad.") + keys[i]] = values[i];
  expect_file_error_at_most([&] {
    const io::ModelInfo info = io::decode_checkpoint(file, "input").info;
    const io::SealedFile again{.contents = {.metadata = io::encode_info(info)}, .seal_holds = true};
    require(io::decode_checkpoint(again, "input").info == info);
  });
}

inline void cifar(std::span<const uint8_t> input) {
  const MemoryFile file(input);
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / ("cifar-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  std::filesystem::create_symlink(file.path(), folder / "test_batch.bin");
  expect_file_error_at_most([&] {
    const data::datasets::CIFAR10 pictures({.root = folder.string(), .train = false});
    require(pictures.size() * 3073 == static_cast<int64_t>(input.size()));
    for (int64_t i = 0; i < pictures.size(); ++i) {
      const data::Example example = pictures.get(i);
      require(example.target.item<int64_t>() >= 0 && example.target.item<int64_t>() < 10);
      read_all(static_cast<const uint8_t*>(example.data.data_ptr()), static_cast<size_t>(example.data.nbytes()));
    }
  });
  std::filesystem::remove_all(folder);
}

}  // namespace convgrad::fuzz
