#include "core/small_blocks.h"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <new>

#include "convgrad/detail/ref.h"

namespace convgrad {
namespace {

constexpr size_t kSizeStep = 64, kMostKept = 64;  // bytes between two sizes; blocks of each

/// A block that waits for its next use, in the first bytes of its own memory.
struct FreeSmall {
  FreeSmall* next;
};
struct Kept {
  FreeSmall* first;
  size_t count;
};

/// Trivially destroyed: tensors of static storage duration are freed after all thread_local objects are gone.
struct Shelf {
  std::array<Kept, kMostSmall / kSizeStep> sizes;
  enum : uint8_t { unused, open, closed } state;
};
// in 136 bytes, for which there is room also where a plugin is loaded late
[[gnu::tls_model("initial-exec")]] thread_local constinit Shelf shelf{};

struct Closing {
  ~Closing() {
    drop_small();
    shelf.state = Shelf::closed;
  }
};

/// Sees to it that what is kept is given back when the thread ends.
void open_shelf() {
  thread_local Closing closing;
  (void)&closing;
  shelf.state = Shelf::open;
}

size_t size_number(size_t bytes) { return (bytes - 1) / kSizeStep; }

}  // namespace

void* take_small(size_t bytes) noexcept {
  if (bytes == 0) bytes = 1;
  Kept& kept = shelf.sizes[size_number(bytes)];
  if (!kept.first) return std::malloc(kReuses ? (size_number(bytes) + 1) * kSizeStep : bytes);
  FreeSmall* const block = kept.first;
  kept.first = block->next;
  --kept.count;
  return block;
}

void give_small(void* block, size_t bytes) noexcept {
  Kept& kept = shelf.sizes[size_number(bytes == 0 ? 1 : bytes)];
  if (!kReuses || kept.count >= kMostKept || shelf.state == Shelf::closed) return std::free(block);
  if (shelf.state == Shelf::unused) [[unlikely]]
    open_shelf();
  kept.first = new (block) FreeSmall{kept.first};
  ++kept.count;
}

void drop_small() noexcept {
  for (Kept& kept : shelf.sizes)
    for (; kept.first; --kept.count) {
      FreeSmall* const block = kept.first;
      kept.first = block->next;
      std::free(block);
    }
}

namespace detail {

void* RefCounted::operator new(size_t bytes) {
  void* const block = bytes <= kMostSmall ? take_small(bytes) : std::malloc(bytes);
  if (!block) throw std::bad_alloc();
  return block;
}

void RefCounted::operator delete(void* block, size_t bytes) noexcept {
  if (bytes <= kMostSmall)
    give_small(block, bytes);
  else
    std::free(block);
}

}  // namespace detail
}  // namespace convgrad
