#include "failing_calls.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace convgrad::test {
namespace {

thread_local int countdown = 0, error_code = 0, seen = 0;
thread_local bool halves = false;

bool fails_now() {
  ++seen;
  if (countdown == 0 || --countdown > 0) return false;
  errno = error_code;
  return true;
}

template <class F>
F real(const char* name) {
  return reinterpret_cast<F>(dlsym(RTLD_NEXT, name));
}

}  // namespace

void fail_at(int n, int code) { countdown = n, error_code = code, seen = 0; }
void write_halves(bool on) { halves = on; }
int calls_seen() { return seen; }

}  // namespace convgrad::test

// These stand before the C library's in this program.
extern "C" {
ssize_t write(int descriptor, const void* data, size_t bytes) {
  static const auto next = convgrad::test::real<ssize_t (*)(int, const void*, size_t)>("write");
  if (convgrad::test::fails_now()) return -1;
  return next(descriptor, data, convgrad::test::halves ? (bytes + 1) / 2 : bytes);
}
int fsync(int descriptor) {
  static const auto next = convgrad::test::real<int (*)(int)>("fsync");
  return convgrad::test::fails_now() ? -1 : next(descriptor);
}
int fchmod(int descriptor, mode_t mode) {
  static const auto next = convgrad::test::real<int (*)(int, mode_t)>("fchmod");
  return convgrad::test::fails_now() ? -1 : next(descriptor, mode);
}
int close(int descriptor) {
  static const auto next = convgrad::test::real<int (*)(int)>("close");
  const bool fails = convgrad::test::fails_now();
  const int result = next(descriptor);  // as on Linux, the descriptor is gone even when close reports an error
  return fails ? (errno = convgrad::test::error_code, -1) : result;
}
int rename(const char* from, const char* to) noexcept {
  static const auto next = convgrad::test::real<int (*)(const char*, const char*)>("rename");
  return convgrad::test::fails_now() ? -1 : next(from, to);
}
}
