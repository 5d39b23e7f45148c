#pragma once
#include <zlib.h>

#include <cstdint>
#include <span>
#include <string>

namespace convgrad::io {

/// No deflate stream expands further than this (zlib's technical notes), so a header that declares more than
/// 1032 × the file's size lies, and is found out before memory is asked for.
inline constexpr uint64_t kDeflateLimit = 1032;

/// Reads a file's contents in order, inflating them if they are gzip, told by their first bytes whatever the name says.
/// As RFC 1952 has it: members follow one another, each one's CRC-32 and length are verified. Zeros behind the last
/// member are padding; anything else there is an error, and so is an end in the middle.
class InflatingReader {
 public:
  /// Keeps a view of `file`; `name` is for messages.
  InflatingReader(std::span<const uint8_t> file, std::string name);
  ~InflatingReader();
  InflatingReader(const InflatingReader&) = delete;
  InflatingReader& operator=(const InflatingReader&) = delete;

  /// Reads up to `count` bytes and returns how many; fewer only at the end, all of it then verified. Throws FileError.
  size_t read(uint8_t* out, size_t count);

  bool compressed() const { return compressed_; }
  /// The most bytes that can come out, known beforehand.
  uint64_t size_bound() const;

 private:
  size_t read_plain(uint8_t* out, size_t count);
  size_t read_compressed(uint8_t* out, size_t count);
  void finish_member();
  [[noreturn]] void damaged(const std::string& how) const;

  std::span<const uint8_t> file_;
  std::string name_;
  size_t taken_ = 0;  // bytes of file_ read so far
  uint64_t given_ = 0;
  bool compressed_;
  bool ended_ = false;
  z_stream stream_{};
};

}  // namespace convgrad::io
