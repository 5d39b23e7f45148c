#pragma once
#include <convgrad/export.h>

#include <cstdint>
#include <string>
#include <vector>

namespace convgrad {

/// This library's version, "0.1.0".
CONVGRAD_API const char* version();

/// Threads that one operation may use: OMP_NUM_THREADS, else the processors this process may run on (affinity, cgroup
/// quota). Small operations stay on the caller's thread. Like torch.get_num_threads / set_num_threads.
CONVGRAD_API int get_num_threads();
/// ValueError below one.
CONVGRAD_API void set_num_threads(int threads);

/// Memory that tensors and workspaces hold, in bytes.
struct MemoryStats {
  int64_t allocated_bytes = 0;       // in use now
  int64_t peak_allocated_bytes = 0;  // the most since the start, or since reset_peak_memory_stats()
  int64_t pooled_bytes = 0;          // freed, kept for reuse
  int64_t pool_limit_bytes = 0;      // how much may be kept
};
/// Blocks of 4 KiB and less come from malloc and are not counted.
CONVGRAD_API MemoryStats memory_stats();
CONVGRAD_API void reset_peak_memory_stats();
/// The most bytes kept for reuse; default: 1 GiB, or a quarter of the machine's memory where that is less.
CONVGRAD_API void set_memory_pool_limit(int64_t bytes);
/// Gives every block kept for reuse back to the operating system. Like torch.cuda.empty_cache.
CONVGRAD_API void empty_cache();

namespace backends {

/// The instruction sets that this library was compiled for and this machine runs, best first: AVX3 (AVX-512), AVX2,
/// SSE4, SCALAR.
CONVGRAD_API std::vector<std::string> supported_isas();
/// The one in use: the best, unless CONVGRAD_ISA in the environment or set_isa names another.
CONVGRAD_API std::string isa();
/// Forces one for all later calls; "" goes back to the best. Not while operations run. ValueError for unknown names.
CONVGRAD_API void set_isa(const std::string& name);

/// Products and convolutions treat denormal numbers as zero (they cost 5 to 40 times otherwise); default on.
/// Element-wise operations never do, as in PyTorch.
CONVGRAD_API void set_flush_denormal(bool on);

namespace conv {

/// Whether convolutions may be computed by Winograd's algorithm, where it is faster: float32, 3×3 and 5×5 kernels
/// without stride and dilation. It rounds two to five times as coarsely as sums by the definition (docs/numerics.md)
/// and spreads an infinity or NaN over its 4×4 tile. Default: yes. Settings belong at the start of a program.
CONVGRAD_API void set_allow_winograd(bool allowed);
CONVGRAD_API bool allow_winograd();

/// The most scratch memory that one convolution may take, in bytes; default: 64 MiB. What needs more runs in parts,
/// down to 16 channels, with the same results to the bit. Each thread has besides blocks of its own, of a few MiB at
/// most. ValueError below one.
CONVGRAD_API void set_workspace_limit(int64_t bytes);
CONVGRAD_API int64_t workspace_limit();

}  // namespace conv

/// What self_test found.
struct SelfTest {
  int64_t problems = 0;               // random problems compared
  double worst_error = 0;             // largest |difference| / largest |value| of a problem, float32
  std::vector<std::string> failures;  // one line for each that was off
};
/// Runs random convolutions and products on every instruction set for about `seconds` and compares them with plain
/// float64 loops.
CONVGRAD_API SelfTest self_test(double seconds = 2);

}  // namespace backends
}  // namespace convgrad
