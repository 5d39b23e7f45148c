#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace convgrad::io {

/// The contents of a file, read whole. Never mapped: a mapped file that another process shortens is a SIGBUS.
class FileBytes {
 public:
  /// Reads `path`. Throws FileError when it is missing, unreadable, or no regular file.
  explicit FileBytes(const std::string& path);

  std::span<const uint8_t> bytes() const { return {data_.get(), size_}; }

 private:
  std::unique_ptr<uint8_t[]> data_;
  size_t size_ = 0;
};

/// An open file to read pieces from.
class InputFile {
 public:
  /// Opens `path`. Throws FileError when it is missing, unreadable, or no regular file.
  explicit InputFile(const std::string& path);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  const std::string& path() const { return path_; }
  uint64_t size() const { return size_; }  // as it was when opened
  /// Fills `out` with `count` bytes from `offset`. Throws FileError when the file cannot be read or has become shorter.
  void read(uint64_t offset, void* out, size_t count) const;

 private:
  std::string path_;
  int descriptor_ = -1;
  uint64_t size_ = 0;
};

/// errno's text, the same from every thread.
std::string errno_text(int code);

}  // namespace convgrad::io
