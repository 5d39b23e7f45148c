// The library's threads: what a parallel region covers, brings back and leaves behind.
#include "core/threads.h"

#include <convgrad/convgrad.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <vector>

#include "io/sample_files.h"

namespace convgrad {
namespace {

using Range = FunctionRef<void(int64_t, int64_t)>;
using Counter = decltype([](int64_t, int64_t) {});
using Narrow = decltype([](int, int) {});
using Unsigned = decltype([](size_t, size_t) {});
static_assert(std::is_constructible_v<Range, Counter>);
static_assert(!std::is_constructible_v<Range, Narrow>, "ranges past 2³¹ would be cut");
static_assert(!std::is_constructible_v<Range, Unsigned>);

/// Changes the number of threads while alive.
struct Threads {
  explicit Threads(int n) : before(num_threads()) { set_thread_count(n); }
  ~Threads() { set_thread_count(before); }
  int before;
};

TEST(ParallelFor, CoversARangeOnceWithAnyNumberOfThreads) {
  for (const int threads : {1, 2, 3, 8}) {
    const Threads some(threads);
    for (const int64_t count : {0, 1, 2, 7, 100})
      for (const int64_t grain : {-1, 0, 1, 3, 1000}) {
        std::vector<std::atomic<int>> seen(static_cast<size_t>(count));
        parallel_for(5, 5 + count, grain, [&](int64_t first, int64_t last) {
          for (int64_t i = first; i < last; ++i) ++seen[static_cast<size_t>(i - 5)];
        });
        for (const auto& times : seen) EXPECT_EQ(times, 1) << count << " by " << threads;
      }
  }
}

TEST(ParallelFor, TakesRangesPast32Bits) {
  const Threads some(3);
  std::atomic<int64_t> sum = 0;
  parallel_for(0, 3'000'000'000, 1, [&](int64_t first, int64_t last) { sum += last - first; });
  EXPECT_EQ(sum, 3'000'000'000);
}

TEST(ParallelFor, BringsTheExceptionOfAnyThreadAndGoesOn) {
  for (const int threads : {1, 2, 4}) {
    const Threads some(threads);
    for (int64_t bad = 0; bad < 4; ++bad) {
      const auto body = [&](int64_t first, int64_t last) {
        if (first <= bad && bad < last) throw std::out_of_range("number " + std::to_string(bad));
      };
      try {
        parallel_for(0, 4, 1, body);
        ADD_FAILURE() << "nothing was thrown";
      } catch (const std::out_of_range& e) {
        EXPECT_EQ(e.what(), "number " + std::to_string(bad));
      }
    }
    std::atomic<int64_t> sum = 0;
    parallel_for(0, 100, 1, [&](int64_t first, int64_t last) { sum += last - first; });
    EXPECT_EQ(sum, 100);
  }
}

TEST(ParallelFor, OfSeveralExceptionsBringsThatOfTheFirstThread) {
  const Threads some(4);
  try {
    parallel_for(0, 4, 1, [](int64_t first, int64_t) { throw first; });
    ADD_FAILURE() << "nothing was thrown";
  } catch (int64_t first) {
    EXPECT_EQ(first, 0);
  }
}

TEST(ParallelFor, WithinAnotherStaysOnItsThread) {
  const Threads some(2);
  parallel_for(0, 2, 1, [](int64_t, int64_t) {
    int calls = 0;
    parallel_for(0, 100, 1, [&](int64_t first, int64_t last) {
      ++calls;
      EXPECT_EQ(last - first, 100);
    });
    EXPECT_EQ(calls, 1);
    EXPECT_TRUE(in_parallel());
  });
  EXPECT_FALSE(in_parallel());
}

TEST(ParallelTeam, WaitsForAllAtABarrier) {
  for (int round = 0; round < 50; ++round) {
    std::atomic<int> before = 0;
    parallel_team(4, [&](int, int team) {
      for (int phase = 1; phase < 6; ++phase) {
        ++before;
        team_barrier();
        EXPECT_EQ(before, phase * team);
        team_barrier();
      }
    });
  }
}

TEST(ParallelTeam, NobodyWaitsForAThreadThatFailed) {
  for (int round = 0; round < 50; ++round)
    for (const int failing : {0, 1, 3}) {
      std::atomic<int> passed = 0;
      const auto body = [&](int thread, int team) {
        if (thread == failing % team) throw std::bad_alloc();
        team_barrier();
        ++passed;
      };
      EXPECT_THROW(parallel_team(4, body), std::bad_alloc);
      EXPECT_EQ(passed, 0);
    }
}

TEST(ParallelTeam, AnInnerTeamOfOneWaitsForNobody) {
  parallel_team(2, [](int thread, int) {
    if (thread == 0) parallel_team(2, [](int, int) { team_barrier(); });
  });
}

TEST(CgroupQuota, IsTheLeastOfTheGroupsAbove) {
  const test::TempFolder folder;
  const auto quota = [&](const char* whole, const char* inner, const char* self) {
    std::filesystem::create_directories(folder.path() / "a/b");
    std::ofstream(folder / "cpu.max") << whole;
    std::ofstream(folder / "a/b/cpu.max") << inner;
    std::ofstream(folder / "self") << self;
    return cgroup_quota(folder / "self", folder.path().string());
  };
  const int none = quota("max 100000", "max 100000", "0::/a/b\n");
  EXPECT_GT(none, 1000);
  EXPECT_EQ(quota("max 100000", "400000 100000", "0::/a/b\n"), 4);
  EXPECT_EQ(quota("250000 100000", "400000 100000", "12:cpu:/x\n0::/a/b\n"), 3);  // two and a half, rounded up
  EXPECT_EQ(quota("250000 100000", "100 100000", "0::/a/b\n"), 1);
  EXPECT_EQ(quota("300000 100000", "100000 100000", "0::/\n"), 3);
  EXPECT_EQ(quota("200000 100000", "100000 100000", "0::/../elsewhere\n"), 2);  // of another container
  for (const char* strange : {"", "0 0", "-1 100000", "nan 1", "1e300 1e-300", "100000"})
    EXPECT_EQ(quota(strange, strange, ""), none) << strange;
}

TEST(FlushDenormals, LeavesTheModeAsItWas) {
  const auto mode = [] { return __builtin_ia32_stmxcsr() & ~0x3fu; };  // less the flags of what has happened
  const auto before = mode();
  const Tensor x = ones({2, 8, 24, 24}, {.requires_grad = true}), w = ones({8, 8, 3, 3}, {.requires_grad = true});
  conv2d(x, w).sum().backward();
  EXPECT_EQ(mode(), before);
  std::vector<unsigned> modes(8);
  parallel_team(8, [&](int thread, int) { modes[static_cast<size_t>(thread)] = mode(); });
  for (const unsigned one : modes) EXPECT_EQ(one, before);
}

}  // namespace
}  // namespace convgrad
