#pragma once
#include <atomic>
#include <cstdint>

/// Every allocation of a program that is linked with refusing.cpp, and with --wrap for malloc and posix_memalign,
/// passes here.
namespace convgrad::test {

inline std::atomic<int64_t> granted{INT64_MAX};  // so many allocations more
inline std::atomic<bool> once{true};             // after the refused one there is memory again
inline std::atomic<int64_t> refusals{0};

}  // namespace convgrad::test
