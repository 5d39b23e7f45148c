#pragma once
#include <convgrad/data/dataset.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace convgrad::data {

/// Makes batches 0 … count − 1 on worker threads, some ahead of the consumer, and hands them out in order. A batch that
/// is wanted before a worker began it (always, without workers) is made on the consumer's thread: on a busy machine
/// that is sooner than a worker would come to it.
class Prefetcher {
 public:
  /// Makes batch `number`; may return anything once `stop` is true.
  using Make = std::function<Example(int64_t number, const std::atomic<bool>& stop)>;

  /// `ahead`: at most so many batches wait for the consumer or are in the making.
  Prefetcher(int64_t count, int64_t workers, int64_t ahead, Make make);
  /// Lets the workers end what they are at, and joins them.
  ~Prefetcher();
  Prefetcher(const Prefetcher&) = delete;
  Prefetcher& operator=(const Prefetcher&) = delete;

  /// The next batch; nullopt at the end. Throws what making it threw; that is the end, too.
  std::optional<Example> next();

 private:
  struct Slot {
    std::optional<Example> batch;
    std::exception_ptr error;
  };

  void work();
  Slot make_slot(int64_t number) const noexcept;

  const int64_t count_;
  const Make make_;
  std::atomic<bool> stop_ = false;
  std::mutex mutex_;                        // guards what follows
  std::condition_variable filled_, freed_;  // a slot was filled; a slot was emptied
  std::vector<Slot> slots_;                 // batch n is in slot n mod size
  int64_t begun_ = 0, taken_ = 0;           // batches that a worker began; that the consumer took
  std::vector<std::thread> workers_;
};

}  // namespace convgrad::data
