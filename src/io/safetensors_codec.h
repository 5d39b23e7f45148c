#pragma once
#include <convgrad/io/safetensors.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace convgrad::io {

/// The metadata key under which a sealed file keeps the CRC-32 of its own bytes, taken with eight zeros in this one's
/// place.
inline constexpr auto kSealKey = "convgrad.crc32";

/// Writes as save_safetensors does; with `sealed`, a checksum of the whole file goes into the metadata.
void write_safetensors(const std::string& path, const TensorMap& tensors, Metadata metadata, bool sealed);

/// What was read, and whether it is as it was written (nullopt: the file has no seal).
struct SealedFile {
  SafetensorsFile contents{};
  std::optional<bool> seal_holds{};
};
SealedFile read_sealed(const std::string& path);

/// From memory. `name` is for messages.
SafetensorsFile decode_safetensors(std::span<const uint8_t> bytes, const std::string& name);

}  // namespace convgrad::io
