#pragma once

namespace bench {

/// 10⁹ float32 operations a second, a fused multiply-add counting as two, by the widest instruction set in use.
double peak_gflops(int threads);
/// 10⁹ bytes a second that the threads read from an array too large for any cache.
double read_bandwidth(int threads);

}  // namespace bench
