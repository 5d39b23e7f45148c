#include "data/prefetcher.h"

#include <sys/resource.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "core/threads.h"

namespace convgrad::data {
namespace {

/// On Linux a thread has a priority of its own. Failing changes nothing but speed.
void lower_priority() { (void)setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + 5); }

}  // namespace

Prefetcher::Prefetcher(int64_t count, int64_t workers, int64_t ahead, Make make)
    : count_(count), make_(std::move(make)), slots_(static_cast<size_t>(std::max<int64_t>(ahead, 1))) {
  workers = std::min(workers, count);
  workers_.reserve(static_cast<size_t>(std::max<int64_t>(workers, 0)));
  try {
    for (int64_t i = 0; i < workers; ++i) workers_.emplace_back([this] { work(); });
  } catch (const std::exception&) {
    // The system's limit of threads or of memory: those that there are do the work.
  }
}

Prefetcher::~Prefetcher() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  freed_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

Prefetcher::Slot Prefetcher::make_slot(int64_t number) const noexcept {
  try {
    return {make_(number, stop_), nullptr};
  } catch (...) {
    return {std::nullopt, std::current_exception()};
  }
}

void Prefetcher::work() {
  const SerialScope serial;
  lower_priority();
  std::unique_lock lock(mutex_);
  while (true) {
    freed_.wait(lock,
                [&] { return stop_ || begun_ >= count_ || begun_ < taken_ + static_cast<int64_t>(slots_.size()); });
    if (stop_ || begun_ >= count_) return;
    const int64_t number = begun_++;
    lock.unlock();
    Slot slot = make_slot(number);
    lock.lock();
    slots_[static_cast<size_t>(number) % slots_.size()] = std::move(slot);
    filled_.notify_one();
  }
}

std::optional<Example> Prefetcher::next() {
  std::unique_lock lock(mutex_);
  if (taken_ >= count_) return std::nullopt;
  Slot slot;
  if (begun_ == taken_) {  // no worker has come to it, for want of a processor or because there is none
    ++begun_;
    lock.unlock();
    slot = make_slot(taken_);  // only this thread changes taken_
    lock.lock();
  } else {
    Slot& wanted = slots_[static_cast<size_t>(taken_) % slots_.size()];
    filled_.wait(lock, [&] { return wanted.batch || wanted.error; });
    slot = std::exchange(wanted, {});
  }
  ++taken_;
  if (slot.error) {
    stop_ = true;
    taken_ = count_;
  }
  freed_.notify_all();
  if (slot.error) std::rethrow_exception(slot.error);
  return std::move(slot.batch);
}

}  // namespace convgrad::data
