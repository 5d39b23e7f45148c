#pragma once
#include <convgrad/export.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace convgrad::io {

/// Writes a file that appears whole or not at all: into a new file beside the target, synced to the disk and renamed
/// over the target in commit(). Until then, and after any failure, the old file stands unchanged and nothing else is
/// left behind.
///
/// A symbolic link is followed and stays; an existing file's mode is kept (and its owner, where permitted); a new one
/// gets 0666 less the umask. A device or FIFO as target is written to directly. Several writers of one path never
/// disturb one another: the last commit wins, whole. Every failure is a FileError with the path, the system's reason
/// and the bytes needed.
class CONVGRAD_API AtomicFile {
 public:
  /// Begins to write `path`. `expected_bytes` (0: unknown) is for messages alone. Throws FileError when the folder is
  /// missing or not writable, or `path` is a folder or write-protected.
  explicit AtomicFile(std::string path, uint64_t expected_bytes = 0);
  /// Drops everything unless committed.
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(const void* data, size_t bytes);
  void write(std::string_view text) { write(text.data(), text.size()); }
  /// Makes the file visible under its name, on the disk for good. At most once, and the last call.
  void commit();

 private:
  void open_target();
  [[noreturn]] void fail(const char* doing, int code);
  void drop() noexcept;

  std::string path_, target_, folder_,
      temporary_;  // target_: path_ with its links resolved; temporary_: "" when direct
  uint64_t expected_bytes_, written_ = 0;
  int descriptor_ = -1;
};

/// Writes `text` to `path` by an AtomicFile.
CONVGRAD_API void write_file(const std::string& path, std::string_view text);

}  // namespace convgrad::io
