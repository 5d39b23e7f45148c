#pragma once
#include <atomic>

namespace convgrad::detail {

/// Owns an object that is made when it is first needed, by whichever thread comes first.
template <class T>
class MadeOnce {
 public:
  MadeOnce() = default;
  MadeOnce(const MadeOnce&) = delete;
  MadeOnce& operator=(const MadeOnce&) = delete;
  ~MadeOnce() { delete get(); }

  /// nullptr where it has not been made.
  T* get() const noexcept { return object_.load(std::memory_order_acquire); }
  T* operator->() const noexcept { return get(); }
  T& operator*() const noexcept { return *get(); }
  explicit operator bool() const noexcept { return get() != nullptr; }
  T& made() {
    T* object = get();
    if (object) return *object;
    T* fresh = new T;
    if (object_.compare_exchange_strong(object, fresh, std::memory_order_acq_rel)) return *fresh;
    delete fresh;
    return *object;
  }

 private:
  std::atomic<T*> object_{nullptr};
};

}  // namespace convgrad::detail
