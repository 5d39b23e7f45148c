#pragma once
#include <convgrad/backends.h>

#include <cstddef>
#include <cstdint>

namespace convgrad {

/// Storage for tensors and workspaces, aligned to 64 bytes above 4 KiB. Freed blocks are kept in a bounded pool and
/// reused: filling a fresh 25 MB block costs six times a reused one's time, in page faults. Thread-safe. Throws Error
/// (PyTorch's "DefaultCPUAllocator: can't allocate memory: you tried to allocate N bytes.") when it cannot.
void* allocate_block(size_t bytes);
void free_block(void* block, size_t bytes) noexcept;

/// Scratch memory for one call, from the same pool; uninitialised.
template <class T>
class Scratch {
 public:
  explicit Scratch(int64_t count) : bytes_(static_cast<size_t>(count) * sizeof(T)) {
    data_ = static_cast<T*>(allocate_block(bytes_));
  }
  ~Scratch() { free_block(data_, bytes_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  T* data() const { return data_; }
  operator T*() const { return data_; }  // NOLINT: reads as the array it is

 private:
  T* data_;
  size_t bytes_;
};

MemoryStats block_stats();
void reset_peak_stats();
/// The most bytes kept for reuse (default 1 GiB or a quarter of the machine's memory, whichever is less).
void set_pool_limit(int64_t bytes);
/// Gives every pooled block back to the operating system.
void empty_pool();

}  // namespace convgrad
