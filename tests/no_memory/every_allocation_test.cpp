// Each allocation of a net's life refused in its turn: every time an exception comes out, nothing crashes or hangs, and
// what is done afterwards comes out as before. A program of its own, whose allocations all pass through here.
#include <convgrad/convgrad.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <sstream>

namespace {

std::atomic<int64_t> granted{INT64_MAX};  // so many allocations more
std::atomic<bool> once{true};             // after the refused one there is memory again
std::atomic<int64_t> refusals{0};

bool refuse() {
  const int64_t left = granted.fetch_sub(1);
  if (left > 0 || (once && left < 0)) return false;
  ++refusals;
  return true;
}

}  // namespace

extern "C" {
void* __real_malloc(size_t bytes);
void* __wrap_malloc(size_t bytes) { return refuse() ? nullptr : __real_malloc(bytes); }
int __real_posix_memalign(void** block, size_t align, size_t bytes);
int __wrap_posix_memalign(void** block, size_t align, size_t bytes) {
  return refuse() ? ENOMEM : __real_posix_memalign(block, align, bytes);
}
}

void* operator new(size_t bytes) {
  if (void* block = std::malloc(bytes)) return block;
  throw std::bad_alloc();
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete(void* block, size_t) noexcept { std::free(block); }

namespace convgrad {
namespace {

/// Two steps of a small net on a set of twelve pictures, saved and read again; the last loss.
double live() {
  manual_seed(0);
  const data::datasets::TensorDataset set(randn({12, 1, 8, 8}), randint(0, 3, {12}));
  nn::Sequential net{nn::Conv2d({.in_channels = 1, .out_channels = 4, .kernel_size = 3}), nn::Tanh(), nn::MaxPool2d(2),
                     nn::Flatten(), nn::Linear({.in_features = 36, .out_features = 3})};
  optim::SGD trainer(net->parameters(), {.lr = 0.1, .momentum = 0.9});
  data::DataLoader batches(set, {.batch_size = 6, .shuffle = true, .workers = 1});
  double last = 0;
  for (auto& [pictures, labels] : batches) {
    const Tensor loss = nn::functional::cross_entropy(net(pictures), labels);
    trainer.zero_grad();
    loss.backward();
    trainer.step();
    last = loss.item<double>();
  }
  std::ostringstream text;
  text << *net << net->parameters()[0];
  const std::string path = ::testing::TempDir() + "every_allocation.safetensors";
  io::save_checkpoint(path, net->state_dict(), {.model = "lenet5"});
  const io::Checkpoint read = io::load_checkpoint(path);
  nn::StateDict state;
  for (const auto& [name, tensor] : read.state) state.insert(name, tensor);
  net->load_state_dict(state);
  return last;
}

/// Refuses every `stride`-th allocation of live(), each in a run of its own.
void refuse_each(bool only_once, int64_t stride) {
  const double want = live();
  once = only_once;
  const int64_t before = refusals;
  for (int64_t n = 0;; n += stride) {
    const int64_t seen = refusals;
    std::string what;
    granted = n;
    try {
      live();
    } catch (const std::exception& e) {
      granted = INT64_MAX;
      what = e.what();
    }
    granted = INT64_MAX;
    if (refusals == seen) break;  // it needs no more than n
    ASSERT_EQ(live(), want) << "after the refusal of allocation " << n << ": " << what;
  }
  EXPECT_GT(refusals - before, 100);
}

TEST(EveryAllocation, RefusedOnceIsAnException) { refuse_each(true, 7); }
TEST(EveryAllocation, RefusedForGoodIsAnException) { refuse_each(false, 11); }

}  // namespace
}  // namespace convgrad
