#include "core/threads.h"

#include <omp.h>
#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <mutex>

#include "core/processor.h"

namespace convgrad {
namespace {

std::atomic<bool> flush_wanted{true};

int default_threads() {
  if (const char* text = std::getenv("OMP_NUM_THREADS")) {
    const int n = std::atoi(text);
    if (n > 0) return n;
  }
  cpu_set_t set;
  const int cpus = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : omp_get_num_procs();
  return std::max(1, std::min(cpus, cgroup_quota()));
}

std::atomic<int> wanted_threads{0};  // zero: the default, which nobody has asked for yet

int thread_count() {
  int count = wanted_threads;
  if (count == 0 && wanted_threads.compare_exchange_strong(count, default_threads())) count = wanted_threads;
  return count;
}

// A child of fork has none of its parent's threads, and OpenMP would wait for them for ever.
std::atomic<bool> had_threads{false}, lost_threads{false};
[[maybe_unused]] const int watching = pthread_atfork(nullptr, nullptr, [] { lost_threads = had_threads.load(); });

struct TeamStopped {};

/// What the threads of one parallel_team share.
class Team {
 public:
  /// Waits for all `size` threads; throws TeamStopped once one has failed.
  void wait(int size) {
    const uint32_t now = round_;
    if (failed_) throw TeamStopped{};
    if (++waiting_ == size) {
      waiting_ = 0;
      open();
    } else {
      for (int spins = 0; spins < kSpins && round_ == now; ++spins) processor::relax();
      round_.wait(now);
    }
    if (failed_) throw TeamStopped{};
  }

  /// Keeps the exception that is being handled, and lets go whoever waits.
  void fail(int thread) {
    {
      const std::lock_guard lock(mutex_);
      if (!error_ || thread < thread_) thread_ = thread, error_ = std::current_exception();
    }
    failed_ = true;
    open();
  }

  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  static constexpr int kSpins = 1000;  // some ten microseconds: less than it takes to sleep and to wake up

  void open() {
    ++round_;
    round_.notify_all();
  }

  std::atomic<int> waiting_{0};
  std::atomic<uint32_t> round_{0};
  std::atomic<bool> failed_{false};
  std::mutex mutex_;  // guards what follows
  int thread_ = 0;
  std::exception_ptr error_;
};

thread_local bool inside = false;
thread_local Team* team = nullptr;

/// While alive, the team that this thread's barriers wait for.
class InTeam {
 public:
  explicit InTeam(Team* joined) : before_(std::exchange(team, joined)) {}
  ~InTeam() { team = before_; }
  InTeam(const InTeam&) = delete;
  InTeam& operator=(const InTeam&) = delete;

 private:
  Team* before_;
};

}  // namespace

int cgroup_quota(const std::string& self, const std::string& root) {
  constexpr int kNone = 1 << 20;
  int quota = kNone;
  std::string group;
  std::ifstream groups(self);
  for (std::string line; std::getline(groups, line);)
    if (line.starts_with("0::/")) group = line.substr(3);
  for (;; group.resize(group.rfind('/'))) {
    while (group.ends_with('/')) group.pop_back();
    double max = 0, period = 0;  // "max" instead of a number: none
    if (std::ifstream(root + group + "/cpu.max") >> max >> period && max > 0 && period > 0)
      quota = std::min(quota, std::max(1, static_cast<int>(std::ceil(std::min<double>(max / period, kNone)))));
    if (group.empty()) return quota;
  }
}

int num_threads() { return lost_threads ? 1 : thread_count(); }
void set_thread_count(int n) { wanted_threads = std::max(1, n); }
bool in_parallel() { return inside; }
void set_flush_denormal(bool on) { flush_wanted = on; }

SerialScope::SerialScope() : before_(inside) { inside = true; }
SerialScope::~SerialScope() { inside = before_; }

FlushDenormals::FlushDenormals() : saved_(processor::float_control()) {
  if (flush_wanted) processor::set_float_control(saved_ | processor::kFlushBits);
}
FlushDenormals::~FlushDenormals() { processor::set_float_control(saved_); }

void parallel_team(int threads, FunctionRef<void(int, int)> body) {
  if (threads <= 1 || inside || lost_threads) {
    const InTeam alone(nullptr);
    return body(0, 1);
  }
  had_threads = true;
  Team shared;
  // OpenMP may give fewer threads than asked for; an exception must not leave the region.
#pragma omp parallel num_threads(threads)
  {
    const SerialScope scope;
    const InTeam member(&shared);
    const int thread = omp_get_thread_num();
    try {
      body(thread, omp_get_num_threads());
    } catch (const TeamStopped&) {
      // Another thread has failed, and keeps its reason.
    } catch (...) {
      shared.fail(thread);
    }
  }
  shared.rethrow();
}

void team_barrier() {
  if (team) team->wait(omp_get_num_threads());
}

void parallel_for(int64_t begin, int64_t end, int64_t grain, FunctionRef<void(int64_t, int64_t)> body) {
  if (begin >= end) return;
  const int64_t count = end - begin;
  const int64_t useful = std::max<int64_t>(1, count / std::max<int64_t>(1, grain));
  const int threads = inside ? 1 : static_cast<int>(std::min<int64_t>(num_threads(), useful));
  if (threads <= 1) {
    body(begin, end);
    return;
  }
  parallel_team(threads, [&](int thread, int team) {
    const int64_t first = begin + count * thread / team, last = begin + count * (thread + 1) / team;
    if (first < last) body(first, last);
  });
}

}  // namespace convgrad
