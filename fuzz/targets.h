#pragma once
#include <convgrad/error.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <numeric>
#include <span>
#include <vector>

#include "io/idx_reader.h"
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

}  // namespace convgrad::fuzz
