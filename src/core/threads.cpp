#include "core/threads.h"

#include <omp.h>
#include <sched.h>
#include <xmmintrin.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <vector>

namespace convgrad {
namespace {

std::atomic<bool> flush_wanted{true};
constexpr unsigned kFlushBits = 0x8040;  // MXCSR: flush to zero, denormals are zero

/// CPUs that a cgroup (v2) quota leaves us, rounded up; a large number without one.
int cgroup_quota() {
  int quota = 1 << 20;
  if (FILE* f = std::fopen("/sys/fs/cgroup/cpu.max", "r")) {
    double max = 0, period = 0;
    if (std::fscanf(f, "%lf %lf", &max, &period) == 2 && max > 0 && period > 0)
      quota = std::max(1, static_cast<int>(std::ceil(max / period)));
    std::fclose(f);
  }
  return quota;
}

int default_threads() {
  if (const char* text = std::getenv("OMP_NUM_THREADS")) {
    const int n = std::atoi(text);
    if (n > 0) return n;
  }
  cpu_set_t set;
  const int cpus = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : omp_get_num_procs();
  return std::max(1, std::min(cpus, cgroup_quota()));
}

std::atomic<int>& thread_count() {
  static std::atomic<int> count{default_threads()};
  return count;
}

thread_local bool inside = false;

}  // namespace

int num_threads() { return thread_count(); }
void set_thread_count(int n) { thread_count() = std::max(1, n); }
bool in_parallel() { return inside; }
void set_flush_denormal(bool on) { flush_wanted = on; }

SerialScope::SerialScope() : before_(inside) { inside = true; }
SerialScope::~SerialScope() { inside = before_; }

FlushDenormals::FlushDenormals() : saved_(_mm_getcsr()) {
  if (flush_wanted) _mm_setcsr(saved_ | kFlushBits);
}
FlushDenormals::~FlushDenormals() { _mm_setcsr(saved_); }

void parallel_team(int threads, FunctionRef<void(int, int)> body) {
  if (threads <= 1 || inside) {
    body(0, 1);
    return;
  }
  // OpenMP may give fewer threads than asked for; an exception must not leave the region.
  std::vector<std::exception_ptr> errors(threads);
#pragma omp parallel num_threads(threads)
  {
    const SerialScope scope;
    const int thread = omp_get_thread_num();
    try {
      body(thread, omp_get_num_threads());
    } catch (...) {
      errors[thread] = std::current_exception();
    }
  }
  for (auto& error : errors)
    if (error) std::rethrow_exception(error);
}

void team_barrier() {
  if (!inside) return;
#pragma omp barrier
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
