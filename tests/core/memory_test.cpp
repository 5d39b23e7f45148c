// Blocks of memory: reuse, limits, statistics, and requests that cannot be met.
#include "core/memory.h"

#include <convgrad/error.h>
#include <gtest/gtest.h>

#include "at_once.h"

namespace convgrad {
namespace {

constexpr size_t kBlock = 100'000;

/// A limit of its own for a test, and an empty pool before and after.
struct Limit {
  explicit Limit(int64_t bytes) : before(block_stats().pool_limit_bytes) {
    empty_pool();
    set_pool_limit(bytes);
  }
  ~Limit() {
    empty_pool();
    set_pool_limit(before);
  }
  int64_t before;
};

TEST(Memory, KeepsFreedBlocksForReuseUpToTheLimit) {
  const Limit limit(1 << 20);
  if (block_stats().pool_limit_bytes == 0) GTEST_SKIP() << "the address sanitizer is to see every block freed";
  const int64_t start = block_stats().allocated_bytes;
  void* first = allocate_block(kBlock);
  EXPECT_GE(block_stats().allocated_bytes - start, static_cast<int64_t>(kBlock));
  free_block(first, kBlock);
  EXPECT_EQ(block_stats().allocated_bytes, start);
  EXPECT_GE(block_stats().pooled_bytes, static_cast<int64_t>(kBlock));
  void* again = allocate_block(kBlock);
  EXPECT_EQ(again, first);
  EXPECT_EQ(block_stats().pooled_bytes, 0);
  free_block(again, kBlock);
  void* large = allocate_block(2 << 20);
  free_block(large, 2 << 20);  // more than may be kept
  EXPECT_LE(block_stats().pooled_bytes, 1 << 20);
  set_pool_limit(0);
  EXPECT_EQ(block_stats().pooled_bytes, 0);
  set_pool_limit(-5);
  EXPECT_EQ(block_stats().pool_limit_bytes, 0);
}

TEST(Memory, RemembersItsPeak) {
  reset_peak_stats();
  const int64_t start = block_stats().peak_allocated_bytes;
  free_block(allocate_block(kBlock), kBlock);
  EXPECT_GE(block_stats().peak_allocated_bytes - start, static_cast<int64_t>(kBlock));
  reset_peak_stats();
  EXPECT_EQ(block_stats().peak_allocated_bytes, block_stats().allocated_bytes);
}

TEST(Memory, BlocksAreAlignedAndWritable) {
  for (const size_t bytes : {size_t{1}, size_t{4096}, size_t{4097}, kBlock, size_t{3} << 20}) {
    auto* block = static_cast<char*>(allocate_block(bytes));
    EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % (bytes > 4096 ? 64 : 16), 0u) << bytes;
    block[0] = block[bytes - 1] = 1;
    free_block(block, bytes);
  }
  EXPECT_EQ(allocate_block(0), nullptr);
  free_block(nullptr, 0);
}

TEST(Memory, RefusesWhatTheMachineDoesNotHave) {
  const int64_t before = block_stats().allocated_bytes;
  for (const size_t bytes : {size_t{1} << 50, size_t{1} << 62, size_t{1} << 63, SIZE_MAX}) try {
      allocate_block(bytes);
      ADD_FAILURE() << bytes;
    } catch (const Error& e) {
      EXPECT_EQ(e.what(), "DefaultCPUAllocator: can't allocate memory: you tried to allocate " + std::to_string(bytes) +
                              " bytes. Error code 12 (Cannot allocate memory)");
    }
  EXPECT_EQ(block_stats().allocated_bytes, before);
  free_block(allocate_block(kBlock), kBlock);
}

TEST(Memory, ServesManyThreads) {
  const Limit limit(1 << 20);
  const int64_t before = block_stats().allocated_bytes;
  testing::at_once(4, [](int i) {
    for (int round = 0; round < 200; ++round) {
      const size_t bytes = kBlock + static_cast<size_t>((round * 7 + i) % 5) * 50'000;
      auto* block = static_cast<char*>(allocate_block(bytes));
      block[0] = block[bytes - 1] = static_cast<char>(i);
      if (round % 50 == 0) empty_pool();
      EXPECT_EQ(block[bytes - 1], static_cast<char>(i));
      free_block(block, bytes);
    }
  });
  EXPECT_EQ(block_stats().allocated_bytes, before);
}

}  // namespace
}  // namespace convgrad
