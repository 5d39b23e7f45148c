#pragma once
#include <convgrad/convgrad.h>

#include <array>
#include <string>

namespace convgrad::cli {

/// SHA-256 (FIPS 180-4) of bytes that come piece by piece.
class Sha256 {
 public:
  void add(const void* data, size_t bytes);
  /// The hash in hexadecimal; the last call.
  std::string finish();

 private:
  std::array<uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<uint8_t, 64> rest_{};
  uint64_t bytes_ = 0;
};

/// Of names, types, sizes and bytes of all weights: equal for two nets exactly where every bit is.
std::string sha256_of(const nn::StateDict& state);
/// Of a file's bytes; empty where it cannot be read.
std::string sha256_of_file(const std::string& path);

}  // namespace convgrad::cli
