#include "core/memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <mutex>
#include <string>
#include <utility>

#include "convgrad/error.h"
#include "core/fork.h"
#include "core/small_blocks.h"

namespace convgrad {
namespace {

constexpr size_t kSmall = 4096;            // up to here: malloc is quick and wastes nothing
constexpr size_t kHuge = size_t{2} << 20;  // from here on: transparent huge pages
constexpr size_t kAlign = 64;

/// Sizes in eighths of a power of two: a block is reused for requests up to 12 % smaller.
size_t size_class(size_t bytes) {
  if (bytes <= kSmall || !kReuses) return bytes;
  const int shift = 63 - __builtin_clzll(bytes) - 3;
  const size_t step = size_t{1} << shift;
  return (bytes + step - 1) / step * step;
}

/// The number of a size class, as size_class rounds.
size_t class_number(size_t rounded) {
  const int shift = 63 - __builtin_clzll(rounded) - 3;
  return static_cast<size_t>(shift) * 8 + (rounded >> shift) - 8;
}
constexpr size_t kClasses = 60 * 8;  // up to 2^62 bytes

/// A block that waits for its next use, in the first bytes of its own memory: to free must not allocate.
struct FreeBlock {
  FreeBlock* next;
};

int64_t default_limit() {
  if (!kReuses) return 0;
  const int64_t memory = static_cast<int64_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE);
  return std::min<int64_t>(int64_t{1} << 30, memory / 4);
}

class Pool {
 public:
  Pool() { hold_across_forks(mutex_); }
  void* take(size_t bytes) {
    std::lock_guard lock(mutex_);
    FreeBlock*& first = free_[class_number(bytes)];
    void* const block = first;
    if (first) {
      first = first->next;
      pooled_ -= static_cast<int64_t>(bytes);
    }
    count(static_cast<int64_t>(bytes));
    return block;
  }
  /// False where the pool is full: the caller frees the block.
  bool give(void* block, size_t bytes) {
    std::lock_guard lock(mutex_);
    count(-static_cast<int64_t>(bytes));
    if (pooled_ + static_cast<int64_t>(bytes) > limit_) return false;
    FreeBlock*& first = free_[class_number(bytes)];
    first = new (block) FreeBlock{first};
    pooled_ += static_cast<int64_t>(bytes);
    return true;
  }
  void undo(size_t bytes) {
    std::lock_guard lock(mutex_);
    count(-static_cast<int64_t>(bytes));
  }
  void clear() {
    std::lock_guard lock(mutex_);
    for (FreeBlock*& first : free_)
      while (first) std::free(std::exchange(first, first->next));
    pooled_ = 0;
  }
  void set_limit(int64_t bytes) {
    {
      std::lock_guard lock(mutex_);
      limit_ = kReuses ? bytes : 0;
      if (pooled_ <= limit_) return;
    }
    clear();
  }
  MemoryStats stats() {
    std::lock_guard lock(mutex_);
    return {.allocated_bytes = allocated_,
            .peak_allocated_bytes = peak_,
            .pooled_bytes = pooled_,
            .pool_limit_bytes = limit_};
  }
  void reset_peak() {
    std::lock_guard lock(mutex_);
    peak_ = allocated_;
  }

 private:
  void count(int64_t bytes) {
    allocated_ += bytes;
    peak_ = std::max(peak_, allocated_);
  }
  std::mutex mutex_;
  std::array<FreeBlock*, kClasses> free_{};
  int64_t allocated_ = 0, peak_ = 0, pooled_ = 0, limit_ = default_limit();
};

/// Never destroyed: tensors of static storage duration may outlive any static of ours.
Pool& pool() {
  static Pool* instance = new Pool;
  return *instance;
}
[[maybe_unused]] const Pool& pool_at_load = pool();  // see core/fork.h

void* fresh(size_t bytes) {
  void* block = nullptr;
  if (posix_memalign(&block, bytes >= kHuge ? kHuge : kAlign, bytes) != 0) return nullptr;
  if (bytes >= kHuge) madvise(block, bytes, MADV_HUGEPAGE);
  return block;
}

}  // namespace

void* allocate_block(size_t bytes) {
  if (bytes == 0) return nullptr;
  void* block = nullptr;
  if (bytes <= kMostSmall) {
    block = take_small(bytes);
  } else if (bytes <= kSmall) {
    block = std::malloc(bytes);
  } else if (bytes <= (size_t{1} << 62)) {
    const size_t rounded = size_class(bytes);
    block = pool().take(rounded);
    if (!block) block = fresh(rounded);
    if (!block) {  // what others gave back may be in the way
      pool().clear();
      block = fresh(rounded);
    }
    if (!block) pool().undo(rounded);
  }
  if (!block)
    throw Error({.op = "empty",
                 .what = "DefaultCPUAllocator: can't allocate memory: you tried to allocate " + std::to_string(bytes) +
                         " bytes. Error code 12 (Cannot allocate memory)",
                 .hint = "the machine has " + std::to_string(sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE) >> 20) +
                         " MiB in all; a smaller batch would need less"});
  return block;
}

void free_block(void* block, size_t bytes) noexcept {
  if (!block) return;
  if (bytes <= kMostSmall)
    give_small(block, bytes);
  else if (bytes <= kSmall || !pool().give(block, size_class(bytes)))
    std::free(block);
}

MemoryStats block_stats() { return pool().stats(); }
void reset_peak_stats() { pool().reset_peak(); }
void set_pool_limit(int64_t bytes) { pool().set_limit(std::max<int64_t>(0, bytes)); }
void empty_pool() {
  pool().clear();
  drop_small();
}

}  // namespace convgrad
