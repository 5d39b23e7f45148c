#pragma once
#include <cstdint>

namespace convgrad {

enum class DeviceType : int8_t { CPU };
inline constexpr DeviceType kCPU = DeviceType::CPU;

/// Where a tensor lives. The processor is the only place so far.
struct Device {
  DeviceType type = kCPU;
  int8_t index = -1;
  friend bool operator==(const Device&, const Device&) = default;
};

}  // namespace convgrad
