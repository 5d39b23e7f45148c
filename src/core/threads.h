#pragma once
#include <concepts>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

namespace convgrad {

/// Converts to T and to nothing else.
template <class T>
struct Exactly {
  template <class U>
  requires std::same_as<U, std::remove_cvref_t<T>>
  operator U() const;
};

/// A reference to a callable: no allocation, two words. Must not outlive what it refers to. The callable takes the very
/// types of the signature: one that would narrow an int64_t to an int is a compile error.
template <class Signature>
class FunctionRef;
template <class R, class... Args>
class FunctionRef<R(Args...)> {
 public:
  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, FunctionRef> && std::is_invocable_v<F&, Exactly<Args>...>)
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
/// One in a process that was forked from one whose threads had worked.
int num_threads();
void set_thread_count(int n);
/// CPUs that the quotas (cgroup v2) of the group named in the file `self`, and of all above it, leave us, rounded up; a
/// large number without one.
int cgroup_quota(const std::string& self = "/proc/self/cgroup", const std::string& root = "/sys/fs/cgroup");

/// Calls body(first, last) on disjoint ranges that cover [begin, end), in parallel where end − begin exceeds `grain`
/// (the fewest elements that are worth a thread). Nested calls run on the caller's thread. The split depends on the
/// range, the grain and num_threads() alone. An exception of a body reaches the caller (the first in thread order).
void parallel_for(int64_t begin, int64_t end, int64_t grain, FunctionRef<void(int64_t, int64_t)> body);

/// Calls body(thread, threads) on `threads` threads at once; on the caller's alone when nested or threads <= 1.
/// body's second argument is the number of threads that really run. The team may use barriers through `team_barrier`.
/// Exceptions as with parallel_for.
void parallel_team(int threads, FunctionRef<void(int, int)> body);
/// Waits for every thread of the innermost parallel_team; does nothing outside one. Where a thread of the team failed,
/// it throws what no body should catch, so that nobody waits for that thread.
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
  uint64_t saved_;
};
/// Switches the flushing off or on again (default on).
void set_flush_denormal(bool on);

}  // namespace convgrad
