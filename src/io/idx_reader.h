#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "io/inflating_reader.h"

namespace convgrad::io {

/// What an IDX file's third byte says of its values, which are big-endian.
enum class IdxType : uint8_t { uint8 = 0x08, int8 = 0x09, int16 = 0x0B, int32 = 0x0C, float32 = 0x0D, float64 = 0x0E };

/// How many bytes one value takes.
int64_t item_size(IdxType type);

struct IdxHeader {
  IdxType type{};
  std::vector<int64_t> sizes{};
  int64_t bytes = 0;  // of the data: product of sizes × size of a value, checked for overflow
};

/// Reads the format of MNIST's files, plain or gzip: 0, 0, type, number of dimensions, the sizes (32 bits each), the
/// values.
class IdxReader {
 public:
  /// Reads and checks the header. Keeps a view of `file`; `name` is for messages. Throws FileError.
  IdxReader(std::span<const uint8_t> file, std::string name);

  const IdxHeader& header() const { return header_; }
  /// Copies the header().bytes of data to `out`, as they stand. Throws FileError if the file holds fewer or more.
  void read(uint8_t* out);

 private:
  void read_header();
  [[noreturn]] void fail(const std::string& what, const std::string& hint) const;

  std::string name_;
  InflatingReader source_;
  IdxHeader header_;
};

}  // namespace convgrad::io
