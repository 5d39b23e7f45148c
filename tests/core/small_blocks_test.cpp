// Blocks that each thread keeps for the next call.
#include "core/small_blocks.h"

#include <gtest/gtest.h>

#include <cstring>
#include <thread>
#include <vector>

namespace convgrad {
namespace {

TEST(SmallBlocks, AreUsedAgainByRequestsOfTheSameSixtyFourBytes) {
  if (!kReuses) GTEST_SKIP() << "the address sanitizer is to see every block freed";
  drop_small();
  void* first = take_small(100);
  give_small(first, 100);
  void* other = take_small(129);  // one more than fits
  EXPECT_NE(other, first);
  void* again = take_small(65);
  EXPECT_EQ(again, first);
  give_small(other, 129);
  give_small(again, 65);
  drop_small();
}

TEST(SmallBlocks, AreApartAndWholeForEverySize) {
  std::vector<std::pair<unsigned char*, size_t>> blocks;
  for (int round = 0; round < 3; ++round) {
    for (size_t bytes = 0; bytes <= kMostSmall; ++bytes) {
      blocks.emplace_back(static_cast<unsigned char*>(take_small(bytes)), bytes);
      std::memset(blocks.back().first, static_cast<int>(bytes % 251), bytes);
    }
    for (const auto& [block, bytes] : blocks) {
      for (size_t i = 0; i < bytes; ++i) ASSERT_EQ(block[i], bytes % 251);
      give_small(block, bytes);
    }
    blocks.clear();
  }
}

TEST(SmallBlocks, MayBeFreedByAnotherThreadAndOutliveTheirOwn) {
  std::vector<void*> blocks;
  std::thread([&] {
    for (int i = 0; i < 200; ++i) blocks.push_back(take_small(64));
    give_small(take_small(64), 64);  // what is kept goes with the thread
  }).join();
  std::thread([&] {
    for (void* block : blocks) give_small(block, 64);
  }).join();
}

}  // namespace
}  // namespace convgrad
