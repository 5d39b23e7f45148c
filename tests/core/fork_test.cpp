// A process that is forked from one whose threads have worked computes too, and hangs on nothing.
#include <convgrad/convgrad.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "core/threads.h"

namespace convgrad {
namespace {

constexpr int kFine = 42;

/// What a child that runs body() exits with: kFine where it returned true; a signal's number + 128, SIGALRM's where it
/// hung for half a minute.
template <class F>
int forked(F body) {
  const pid_t child = fork();
  if (child == 0) {
    alarm(30);
    bool good = false;
    try {
      good = body();
    } catch (...) {
    }
    _exit(good ? kFine : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

std::vector<float> step() {
  const Tensor x = ones({4, 8, 20, 20}), w = full({8, 8, 3, 3}, 0.25, {.requires_grad = true});
  conv2d(x, w).sum().backward();
  return w.grad().to_vector<float>();
}

struct TwoThreads {
  TwoThreads() : before(get_num_threads()) { set_num_threads(2); }
  ~TwoThreads() { set_num_threads(before); }
  int before;
};

TEST(Fork, AChildOfAParallelProcessComputesAlone) {
  const TwoThreads two;
  parallel_team(2, [](int, int) {});
  const std::vector<float> expected = step();
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(forked([&] {
                set_num_threads(4);  // what is there no more cannot be asked for
                return get_num_threads() == 1 && step() == expected;
              }),
              kFine);
  EXPECT_EQ(get_num_threads(), 2);
  EXPECT_EQ(step(), expected);
}

TEST(Fork, SoDoesAChildOfAChild) {
  const TwoThreads two;
  const std::vector<float> expected = step();
  EXPECT_EQ(forked([&] { return forked([&] { return step() == expected; }) == kFine; }), kFine);
}

TEST(Fork, AChildsLoaderHasWorkersOfItsOwn) {
  const TwoThreads two;
  parallel_team(2, [](int, int) {});
  EXPECT_EQ(forked([] {
              data::DataLoader loader(data::datasets::TensorDataset(ones({10, 3})), {.batch_size = 4, .workers = 2});
              double sum = 0;
              for (const auto& batch : loader) sum += batch.data.sum().item<double>();
              return sum == 30;
            }),
            kFine);
}

TEST(Fork, AChildFindsNoLockThatAThreadOfItsParentHeld) {
  std::atomic<bool> stop = false;
  std::thread busy([&] {
    while (!stop) rand({3000});  // draws and allocates
  });
  for (int i = 0; i < 50; ++i) ASSERT_EQ(forked([] { return rand({3000}).numel() == 3000; }), kFine) << i;
  stop = true;
  busy.join();
}

}  // namespace
}  // namespace convgrad
