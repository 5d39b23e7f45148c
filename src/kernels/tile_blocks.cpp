#include "kernels/tile_blocks.h"

#include <unistd.h>

namespace convgrad::kernels {

int64_t second_level_cache() {
  static const int64_t bytes = [] {
    constexpr int64_t kLeast = 256 << 10, kMost = 2 << 20;
    const int64_t told = sysconf(_SC_LEVEL2_CACHE_SIZE);  // zero or less where the system does not know
    return told <= 0 ? 2 * kLeast : std::clamp(told, kLeast, kMost);
  }();
  return bytes;
}

namespace {
[[maybe_unused]] const int64_t made_at_once = second_level_cache();  // see core/fork.h
}

}  // namespace convgrad::kernels
