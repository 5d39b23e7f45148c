#include "report/files.h"

#include <convgrad/error.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace convgrad::cli {
namespace {

[[noreturn]] void fail(const std::string& path, int code) {
  throw FileError({.op = "report",
                   .argument = path,
                   .what = fmt::format("cannot write {}: {}", path, std::strerror(code)),
                   .hint = "the run's folder was moved or is full; what was saved before can be gone on with"});
}

}  // namespace

std::optional<std::string> read_text(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return std::nullopt;
  struct stat info {};
  std::string text;
  bool good = fstat(descriptor, &info) == 0 && S_ISREG(info.st_mode);
  if (good) text.resize(static_cast<size_t>(info.st_size));
  size_t had = 0;
  while (good && had < text.size()) {
    const ssize_t n = ::read(descriptor, text.data() + had, text.size() - had);
    if (n < 0 && errno == EINTR) continue;
    good = n >= 0;
    if (n <= 0) break;
    had += static_cast<size_t>(n);
  }
  ::close(descriptor);
  text.resize(had);
  return good ? std::optional(std::move(text)) : std::nullopt;
}

void replace_file(const std::string& path, std::string_view text) {
  const std::string temporary = fmt::format("{}.{}.new", path, getpid());
  const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) fail(path, errno);
  bool good = true;
  while (good && !text.empty()) {
    const ssize_t n = ::write(descriptor, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    good = n >= 0;
    if (good) text.remove_prefix(static_cast<size_t>(n));
  }
  int code = errno;
  if (::close(descriptor) != 0 && good) code = errno, good = false;
  if (good && std::rename(temporary.c_str(), path.c_str()) != 0) code = errno, good = false;
  if (good) return;
  ::unlink(temporary.c_str());
  fail(path, code);
}

void replace_folder(const std::string& made, const std::string& path) {
  std::error_code ignored;
  if (renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, path.c_str(), RENAME_EXCHANGE) !=
      0) {  // nothing there, or no such call
    std::filesystem::remove_all(path, ignored);
    if (std::rename(made.c_str(), path.c_str()) != 0) fail(path, errno);
  }
  std::filesystem::remove_all(made, ignored);
}

}  // namespace convgrad::cli
