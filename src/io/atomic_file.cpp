#include <convgrad/error.h>
#include <convgrad/io/atomic_file.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "io/file_bytes.h"
#include "io/shown_name.h"

namespace convgrad::io {
namespace {

/// Where `path` leads by its symbolic links, also when the last of them leads to a file that is still to be made.
std::string resolved(std::string path) {
  for (int links = 0; links < 40; ++links) {
    char target[4096];
    const ssize_t length = readlink(path.c_str(), target, sizeof target);
    if (length < 0 || length == sizeof target) break;
    const std::string_view to(target, static_cast<size_t>(length));
    const size_t slash = path.rfind('/');
    if (to.starts_with('/') || slash == std::string::npos)
      path = to;
    else
      path.replace(slash + 1, std::string::npos, to);
  }
  return path;
}

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

/// A name that no other process or thread uses at this moment; short, for names have a limit.
std::string temporary_in(const std::string& folder) {
  static std::atomic<unsigned> counter = 0;
  return fmt::format("{}/.convgrad-{}-{}.tmp", folder, getpid(), counter++);
}

const char* advice(int code) {
  switch (code) {
    case ENOSPC:
    case EDQUOT:
      return "free some space, or write to another disk";
    case ENOENT:
    case ENOTDIR:
      return "create the folder first";
    case EACCES:
    case EPERM:
    case EROFS:
      return "choose a folder that you may write to";
    case EISDIR:
      return "add a file name";
    default:
      return "the disk or network may be failing";
  }
}

}  // namespace

AtomicFile::AtomicFile(std::string path, uint64_t expected_bytes)
    : path_(std::move(path)), target_(resolved(path_)), folder_(folder_of(target_)), expected_bytes_(expected_bytes) {
  try {
    open_target();
  } catch (...) {
    drop();
    throw;
  }
}

AtomicFile::~AtomicFile() { drop(); }

void AtomicFile::open_target() {
  struct stat old;
  const bool exists = stat(path_.c_str(), &old) == 0;
  if (!exists && errno == ELOOP) fail("write", ELOOP);
  if (path_.empty() || path_.back() == '/' || (exists && S_ISDIR(old.st_mode)))
    fail("write", path_.empty() ? ENOENT : EISDIR);
  if (exists && access(target_.c_str(), W_OK) != 0) fail("write", errno);
  if (exists && !S_ISREG(old.st_mode)) {
    descriptor_ = open(target_.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor_ < 0) fail("write", errno);
    return;
  }
  // A name left over by a process that was killed and had the same number: the next one is free.
  do {
    temporary_ = temporary_in(folder_);
    descriptor_ = open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  } while (descriptor_ < 0 && errno == EEXIST);
  if (descriptor_ < 0) {
    const int code = errno;
    temporary_.clear();
    fail("create a file for", code);
  }
  if (!exists) return;
  // The owner first: changing it clears bits of the mode. Only root may give files away, for others this changes
  // nothing.
  if (old.st_uid != geteuid() || old.st_gid != getegid()) (void)!fchown(descriptor_, old.st_uid, old.st_gid);
  if (fchmod(descriptor_, old.st_mode & 07777) != 0) fail("set the mode of", errno);
}

void AtomicFile::write(const void* data, size_t bytes) {
  const char* from = static_cast<const char*>(data);
  while (bytes > 0) {
    const ssize_t done = ::write(descriptor_, from, bytes);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) fail("write", done == 0 ? ENOSPC : errno);
    from += done;
    bytes -= static_cast<size_t>(done);
    written_ += static_cast<uint64_t>(done);
  }
}

void AtomicFile::commit() {
  const bool direct = temporary_.empty();
  // EINVAL: a FIFO or device that cannot be synced. A failed sync is never tried again: the second one would lie.
  if (fsync(descriptor_) != 0 && !(direct && errno == EINVAL)) fail("sync", errno);
  const int closed = close(std::exchange(descriptor_, -1));
  if (closed != 0 && errno != EINTR) fail("close", errno);
  if (direct) return;
  if (rename(temporary_.c_str(), target_.c_str()) != 0) fail("rename the new file to", errno);
  temporary_.clear();
  // Without this the new name could be gone after a power cut. EINVAL: a file system that has nothing to sync.
  const int folder = open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = folder >= 0 && (fsync(folder) == 0 || errno == EINVAL);
  const int code = errno;
  if (folder >= 0) close(folder);
  if (!synced && code != EACCES) fail("sync the folder of", code);
}

void AtomicFile::fail(const char* doing, int code) {
  const std::string size = expected_bytes_ > 0
                               ? fmt::format(" ({} bytes needed, {} written)", expected_bytes_, written_)
                           : written_ > 0 ? fmt::format(" (after {} bytes)", written_)
                                          : "";
  drop();
  throw FileError({.op = "write",
                   .argument = path_,
                   .what = fmt::format("cannot {} {}: {}{}", doing, shown_name(path_), errno_text(code), size),
                   .hint = advice(code)});
}

void AtomicFile::drop() noexcept {
  if (descriptor_ >= 0) close(std::exchange(descriptor_, -1));
  if (!temporary_.empty()) unlink(temporary_.c_str());
  temporary_.clear();
}

void write_file(const std::string& path, std::string_view text) {
  AtomicFile file(path, text.size());
  file.write(text);
  file.commit();
}

}  // namespace convgrad::io
