#include "io/file_bytes.h"

#include <convgrad/error.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <new>
#include <system_error>

#include "io/shown_name.h"

namespace convgrad::io {

std::string errno_text(int code) { return std::generic_category().message(code); }

InputFile::InputFile(const std::string& path) : path_(path) {
  // O_NONBLOCK: opening a FIFO that nobody writes to must not wait for ever; regular files ignore it.
  descriptor_ = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  const int code = errno;
  if (descriptor_ < 0)
    throw FileError({.op = "open",
                     .argument = path,
                     .what = fmt::format("cannot open {}: {}", shown_name(path), errno_text(code)),
                     .hint = code == ENOENT
                                 ? "check the path; it is relative to the current folder unless it begins with /"
                                 : "check that you may read it"});
  struct stat status;
  if (fstat(descriptor_, &status) != 0 || !S_ISREG(status.st_mode)) {
    close(descriptor_);
    const bool folder = S_ISDIR(status.st_mode);
    throw FileError(
        {.op = "open",
         .argument = path,
         .what = fmt::format("cannot read {}: it is {}", shown_name(path), folder ? "a folder" : "no regular file"),
         .hint = "give the path of a regular file"});
  }
  size_ = static_cast<uint64_t>(status.st_size);
}

InputFile::~InputFile() { close(descriptor_); }

void InputFile::read(uint64_t offset, void* out, size_t count) const {
  for (size_t done = 0; done < count;) {
    const ssize_t got =
        pread(descriptor_, static_cast<uint8_t*>(out) + done, count - done, static_cast<off_t>(offset + done));
    if (got > 0) {
      done += static_cast<size_t>(got);
    } else if (got == 0) {
      throw FileError({.op = "read",
                       .argument = path_,
                       .what = fmt::format("{} became shorter while it was read: {} bytes, {} when it was opened",
                                           shown_name(path_), offset + done, size_),
                       .hint = "another program writes to it; try again when that is done"});
    } else if (errno != EINTR) {
      throw FileError({.op = "read",
                       .argument = path_,
                       .what = fmt::format("cannot read {}: {}", shown_name(path_), errno_text(errno)),
                       .hint = "the disk or network may be failing"});
    }
  }
}

FileBytes::FileBytes(const std::string& path) {
  const InputFile file(path);
  size_ = file.size();
  data_.reset(new (std::nothrow) uint8_t[size_]);
  if (!data_)
    throw FileError({.op = "read",
                     .argument = path,
                     .what = fmt::format("cannot read {}: its {} bytes do not fit in memory", shown_name(path), size_),
                     .hint = "is this the right file?"});
  file.read(0, data_.get(), size_);
}

}  // namespace convgrad::io
