// What is made when it is first needed, needed first by sixteen threads at once. Each test runs in a process of its
// own, in which nothing of the library has run before.
#include <convgrad/convgrad.h>
#include <gtest/gtest.h>
#include <sched.h>

#include <cstdlib>
#include <mutex>
#include <set>

#include "at_once.h"
#include "core/threads.h"

namespace convgrad {
namespace {

using testing::at_once;

constexpr int kThreads = 16, kGood = 42;

/// Ends this process, which is good for nothing else: with kGood, or the thread sanitizer's own status.
[[noreturn]] void end(bool good) { std::exit(good ? kGood : 1); }

struct ColdStart : ::testing::Test {
  // The statement of EXPECT_EXIT runs in a process that is started anew.
  ColdStart() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

/// True where all threads got the same from f().
template <class F>
bool all_agree(F f) {
  std::vector<decltype(f())> results(kThreads);
  at_once(kThreads, [&](int i) { results[static_cast<size_t>(i)] = f(); });
  for (const auto& one : results)
    if (one != results[0]) return false;
  return true;
}

TEST_F(ColdStart, OfTheInstructionSetsDispatchAndThePlans) {
  EXPECT_EXIT(end(all_agree([] {
                const Tensor x = ones({2, 8, 12, 12}), w = full({8, 8, 3, 3}, 0.5, {.requires_grad = true});
                conv2d(x, w, {}, {.padding = 1}).tanh().sum().backward();
                const Tensor product = ones({40, 40}).mm(ones({40, 40})).softmax(1);
                std::vector<float> out = w.grad().to_vector<float>();
                out.push_back(product.sum().item<float>());
                return out;
              })),
              ::testing::ExitedWithCode(kGood), "");
}

TEST_F(ColdStart, OfTheDefaultRandomStream) {
  EXPECT_EXIT(
      {
        std::mutex mutex;
        std::set<std::vector<float>> draws;
        at_once(kThreads, [&](int) {
          const auto mine = randn({100}).to_vector<float>();
          const std::lock_guard lock(mutex);
          draws.insert(mine);
        });
        end(draws.size() == kThreads);
      },
      ::testing::ExitedWithCode(kGood), "");
}

TEST_F(ColdStart, OfSettingsAndStatistics) {
  EXPECT_EXIT(end(all_agree([] {
                const Tensor block = empty({100000});
                std::ostringstream text;
                text << full({2}, 1.5);
                return backends::isa() + text.str() + std::to_string(get_num_threads()) +
                       std::to_string(memory_stats().pool_limit_bytes) +
                       std::to_string(backends::conv::workspace_limit()) +
                       std::string(convgrad::name(get_default_dtype()));
              })),
              ::testing::ExitedWithCode(kGood), "");
}

TEST_F(ColdStart, OfALeafsAccumulator) {
  EXPECT_EXIT(
      {
        const Tensor x = ones({3}, {.requires_grad = true});
        at_once(kThreads, [&](int) { (x * 2).sum().backward(); });
        end(x.grad().to_vector<float>() == std::vector<float>(3, 2.f * kThreads));
      },
      ::testing::ExitedWithCode(kGood), "");
}

TEST_F(ColdStart, TheNumberOfThreadsIsThatOfTheEnvironment) {
  setenv("OMP_NUM_THREADS", "3", 1);
  EXPECT_EXIT(std::exit(get_num_threads()), ::testing::ExitedWithCode(3), "");
  unsetenv("OMP_NUM_THREADS");
}

TEST_F(ColdStart, TheNumberOfThreadsIsAtMostThatOfTheProcessors) {
  const auto threads_on_one = [] {
    unsetenv("OMP_NUM_THREADS");
    cpu_set_t all, one;
    sched_getaffinity(0, sizeof all, &all);
    int cpu = 0;
    while (!CPU_ISSET(cpu, &all)) ++cpu;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    sched_setaffinity(0, sizeof one, &one);
    return get_num_threads();
  };
  EXPECT_EXIT(end(threads_on_one() == 1), ::testing::ExitedWithCode(kGood), "");
}

}  // namespace
}  // namespace convgrad
