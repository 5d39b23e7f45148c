#pragma once
#include <cstdint>

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

// What C++ has no word for, by processor.
namespace convgrad::processor {

#if defined(__SSE2__)
constexpr uint64_t kFlushBits = 0x8040;  // MXCSR: flush to zero, denormals are zero
inline uint64_t float_control() { return _mm_getcsr(); }
inline void set_float_control(uint64_t bits) { _mm_setcsr(static_cast<unsigned>(bits)); }
/// In a loop that waits for another thread.
inline void relax() { _mm_pause(); }
#elif defined(__aarch64__)
constexpr uint64_t kFlushBits = 1 << 24;  // FPCR: flush to zero, inputs too
inline uint64_t float_control() {
  uint64_t bits = 0;
  asm volatile("mrs %0, fpcr" : "=r"(bits));
  return bits;
}
inline void set_float_control(uint64_t bits) { asm volatile("msr fpcr, %0" : : "r"(bits)); }
inline void relax() { asm volatile("yield"); }
#else
constexpr uint64_t kFlushBits = 0;
inline uint64_t float_control() { return 0; }
inline void set_float_control(uint64_t) {}
inline void relax() {}
#endif

}  // namespace convgrad::processor
