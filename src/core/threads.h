#pragma once
#include <cstdint>
#include <type_traits>
#include <utility>

namespace convgrad {

/// A reference to a callable: no allocation, two words. Must not outlive what it refers to.
template <class Signature>
class FunctionRef;
template <class R, class... Args>
class FunctionRef<R(Args...)> {
 public:
  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, FunctionRef>)
      FunctionRef(F&& f)  // NOLINT: implicit, so that a lambda can be passed
      : object_(const_cast<void*>(static_cast<const void*>(&f))), call_([](void* o, Args... args) -> R {
          return (*static_cast<std::remove_reference_t<F>*>(o))(std::forward<Args>(args)...);
        }) {}
  R operator()(Args... args) const { return call_(object_, std::forward<Args>(args)...); }

 private:
  void* object_;
  R (*call_)(void*, Args...);
};

/// Threads that parallel work may use: OMP_NUM_THREADS, else min(affinity, cgroup quota); set_num_threads changes it.
int num_threads();
void set_thread_count(int n);

/// Calls body(first, last) on disjoint ranges that cover [begin, end), in parallel where end − begin exceeds `grain`
/// (the fewest elements that are worth a thread). Nested calls run on the caller's thread. The split depends on the
/// range, the grain and num_threads() alone. An exception of a body reaches the caller (the first in thread order).
void parallel_for(int64_t begin, int64_t end, int64_t grain, FunctionRef<void(int64_t, int64_t)> body);

/// Calls body(thread, threads) on `threads` threads at once; on the caller's alone when nested or threads <= 1.
/// body's second argument is the number of threads that really run. The team may use barriers through `team_barrier`.
void parallel_team(int threads, FunctionRef<void(int, int)> body);
/// Waits for every thread of the innermost parallel_team; does nothing outside one.
void team_barrier();
/// True on a thread inside parallel_for or parallel_team.
bool in_parallel();

/// While alive, parallel_for and parallel_team of this thread stay on it: for threads that are one of many themselves.
class SerialScope {
 public:
  SerialScope();
  ~SerialScope();
  SerialScope(const SerialScope&) = delete;
  SerialScope& operator=(const SerialScope&) = delete;

 private:
  bool before_;
};

/// Flushes denormals on this thread while alive (they cost 5–40× otherwise); restores the mode on destruction. Products
/// and convolutions open one on each thread that computes; element-wise operations keep denormals, as PyTorch does.
class FlushDenormals {
 public:
  FlushDenormals();
  ~FlushDenormals();
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
  unsigned saved_;
};
/// Switches the flushing off or on again (default on).
void set_flush_denormal(bool on);

}  // namespace convgrad
