#include "core/fork.h"

#include <pthread.h>

#include <vector>

namespace convgrad {
namespace {

struct Held {
  std::mutex mutex;  // guards the list, and is the first of those that are taken
  std::vector<std::mutex*> list;

  void lock() {
    mutex.lock();
    for (std::mutex* one : list) one->lock();
  }
  void unlock() {
    for (std::mutex* one : list) one->unlock();
    mutex.unlock();
  }
};

/// Never destroyed: a fork may come after our statics' end.
Held& held() {
  static Held* instance = [] {
    const auto unlock = [] { held().unlock(); };
    pthread_atfork([] { held().lock(); }, unlock, unlock);
    return new Held;
  }();
  return *instance;
}

}  // namespace

void hold_across_forks(std::mutex& mutex, bool leads) {
  Held& all = held();
  const std::lock_guard lock(all.mutex);
  all.list.insert(leads ? all.list.begin() : all.list.end(), &mutex);
}

}  // namespace convgrad
