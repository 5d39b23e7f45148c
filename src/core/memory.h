#pragma once
#include <cstddef>
#include <cstdint>

namespace convgrad {

/// Storage for tensors and workspaces, aligned to 64 bytes. Freed blocks are kept in a bounded pool and reused: filling
/// a fresh 25 MB block costs six times a reused one's time, in page faults. Thread-safe. Throws Error (PyTorch's
/// "DefaultCPUAllocator: can't allocate memory: you tried to allocate N bytes.") when it cannot.
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

struct MemoryStats {
  int64_t allocated_bytes = 0;       // in use now
  int64_t peak_allocated_bytes = 0;  // highest since the start or the last reset
  int64_t pooled_bytes = 0;          // freed, kept for reuse
  int64_t pool_limit_bytes = 0;      // how much may be kept
};
MemoryStats block_stats();
void reset_peak_stats();
/// The most bytes kept for reuse (default 1 GiB or a quarter of the machine's memory, whichever is less).
void set_pool_limit(int64_t bytes);
/// Gives every pooled block back to the operating system.
void empty_pool();

}  // namespace convgrad
