#include "run/folder.h"

#include <convgrad/error.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace convgrad::cli {
namespace {

[[noreturn]] void fail(const std::string& path, const std::string& what, const std::string& hint) {
  throw FileError({.op = "run", .argument = path, .what = path + ": " + what, .hint = hint});
}

/// The folder's descriptor, locked; -1 where another process holds the lock.
int lock(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) fail(path, std::strerror(errno), "give the folder of a run, as in runs/lenet5-fashion-mnist-001");
  if (flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return descriptor;  // no locks there: go on
  ::close(descriptor);
  return -1;
}

/// Whether the folder was made just now; false where it is there.
bool make(const std::string& path) {
  if (mkdir(path.c_str(), 0777) == 0) return true;
  if (errno != EEXIST)
    fail(path, fmt::format("cannot make the folder: {}", std::strerror(errno)), "choose a place with --runs");
  return false;
}

}  // namespace

RunFolder RunFolder::create(const std::string& runs, const std::string& stem, const std::string& name) {
  std::error_code error;
  std::filesystem::create_directories(runs, error);
  if (error) fail(runs, fmt::format("cannot make the folder: {}", error.message()), "choose a place with --runs");
  std::string path;
  if (!name.empty()) {
    path = runs + "/" + name;
    if (name_part(name) != name) fail(path, "a name is made of letters, digits, - _ and .", "choose another --name");
    if (!make(path)) fail(path, "is there already", "go on in it with --resume " + path + ", or choose another --name");
  } else {
    int number = 1;
    do path = fmt::format("{}/{}-{:03d}", runs, stem, number++);
    while (!make(path));
  }
  RunFolder folder(path, lock(path));
  for (const char* inner : {"weights", "state"}) make(folder / inner);
  return folder;
}

RunFolder RunFolder::open(const std::string& path) {
  std::string plain = path;
  while (plain.size() > 1 && plain.back() == '/') plain.pop_back();
  const int descriptor = lock(plain);
  if (descriptor < 0) fail(plain, "another process is training in this folder", "wait until it has ended, or stop it");
  return RunFolder(plain, descriptor);
}

RunFolder::~RunFolder() {
  if (lock_ >= 0) ::close(lock_);
}

RunFolder::RunFolder(RunFolder&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

void RunFolder::append(const std::string& file, std::string_view text) const {
  const std::string path = *this / file;
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  bool written = descriptor >= 0;
  while (written && !text.empty()) {
    const ssize_t n = ::write(descriptor, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    written = n >= 0;
    if (written) text.remove_prefix(static_cast<size_t>(n));
  }
  const int code = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (!written)
    fail(path, std::strerror(code), "the run's folder was moved or is full; what was saved before can be gone on with");
}

std::string name_part(const std::string& text) {
  std::string part;
  for (const char c : text) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.';
    part += plain ? c : '-';
  }
  const size_t begin = part.find_first_not_of('.');  // no hidden folders, no ".."
  return begin == std::string::npos ? "data" : part.substr(begin);
}

}  // namespace convgrad::cli
