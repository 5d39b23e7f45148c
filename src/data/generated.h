#pragma once
#include <convgrad/data/augment.h>
#include <convgrad/data/generated.h>

#include <algorithm>
#include <cstdint>

/// What the generated data sets share.
namespace convgrad::data::datasets::detail {

int64_t count_of(const GeneratedOptions& options);
/// Another one for each seed, and for training and testing.
inline uint64_t seed_of(const GeneratedOptions& options) { return 2 * options.seed + (options.train ? 0 : 1); }

/// value and noise of a standard deviation of 1.15 · level: the sum of four uniform numbers, which all machines agree
/// on.
inline uint8_t noisy(int64_t value, int64_t level, Draws& draws) {
  const uint64_t bits = draws.bits();
  int64_t sum = 0;
  for (int shift = 0; shift < 64; shift += 16) sum += static_cast<int64_t>(bits >> shift & 0xffff) - 0x8000;
  return static_cast<uint8_t>(std::clamp<int64_t>(value + sum * level / 0x8000, 0, 255));
}

}  // namespace convgrad::data::datasets::detail
