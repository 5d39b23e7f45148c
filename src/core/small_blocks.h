#pragma once
#include <cstddef>

namespace convgrad {

#ifdef __SANITIZE_ADDRESS__
constexpr bool kReuses = false;  // the sanitizer shall see the end of each block, and when it is freed
#else
constexpr bool kReuses = true;
#endif

/// Blocks of at most kMostSmall bytes, aligned for anything: each thread keeps some that were freed, for the objects
/// and the few elements that a call on small tensors makes and drops. A block may be freed by another thread. Null
/// where there is no memory.
constexpr size_t kMostSmall = 512;
void* take_small(size_t bytes) noexcept;
void give_small(void* block, size_t bytes) noexcept;

/// Gives back what the calling thread keeps.
void drop_small() noexcept;

}  // namespace convgrad
