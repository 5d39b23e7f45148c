#include "no_memory/refusing.h"

#include <cerrno>
#include <cstdlib>
#include <new>

namespace {

bool refuse() {
  using namespace convgrad::test;
  const int64_t left = granted.fetch_sub(1);
  if (left > 0 || (once && left < 0)) return false;
  ++refusals;
  return true;
}

}  // namespace

extern "C" {
void* __real_malloc(size_t bytes);
void* __wrap_malloc(size_t bytes) { return refuse() ? nullptr : __real_malloc(bytes); }
int __real_posix_memalign(void** block, size_t align, size_t bytes);
int __wrap_posix_memalign(void** block, size_t align, size_t bytes) {
  return refuse() ? ENOMEM : __real_posix_memalign(block, align, bytes);
}
}

void* operator new(size_t bytes) {
  if (void* block = std::malloc(bytes)) return block;
  throw std::bad_alloc();
}
void* operator new(size_t bytes, const std::nothrow_t&) noexcept { return std::malloc(bytes); }
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, size_t) noexcept { std::free(block); }
