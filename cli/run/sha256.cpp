#include "run/sha256.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <fstream>

#include "run/sha256_blocks.h"

namespace convgrad::cli {

void Sha256::add(const void* data, size_t bytes) {
  auto* p = static_cast<const uint8_t*>(data);
  size_t held = bytes_ % 64;
  bytes_ += bytes;
  if (held > 0) {
    const size_t taken = std::min(64 - held, bytes);
    std::memcpy(rest_.data() + held, p, taken);
    p += taken, bytes -= taken, held += taken;
    if (held < 64) return;
    sha256::add_blocks(state_, rest_.data(), 1);
  }
  sha256::add_blocks(state_, p, bytes / 64);
  p += bytes / 64 * 64, bytes %= 64;
  if (bytes > 0) std::memcpy(rest_.data(), p, bytes);
}

std::string Sha256::finish() {
  const uint64_t bits = 8 * bytes_;
  constexpr uint8_t kEnd[64] = {0x80};
  add(kEnd, 1 + (119 - bytes_ % 64) % 64);
  uint8_t length[8];
  for (int i = 0; i < 8; ++i) length[i] = static_cast<uint8_t>(bits >> (56 - 8 * i));
  add(length, 8);
  std::string hex;
  for (const uint32_t word : state_) hex += fmt::format("{:08x}", word);
  return hex;
}

std::string sha256_of(const nn::StateDict& state) {
  Sha256 hash;
  for (const auto& [name, tensor] : state) {
    const std::string head = fmt::format("{} {} [{}]\n", name, static_cast<int>(tensor.scalar_type()),
                                         fmt::join(tensor.sizes().begin(), tensor.sizes().end(), ", "));
    hash.add(head.data(), head.size());
    const Tensor plain = tensor.contiguous();
    hash.add(plain.data_ptr(), static_cast<size_t>(plain.nbytes()));
  }
  return hash.finish();
}

std::string sha256_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  Sha256 hash;
  std::vector<char> piece(1 << 20);
  while (file) {
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    hash.add(piece.data(), static_cast<size_t>(file.gcount()));
  }
  return file.eof() ? hash.finish() : "";
}

}  // namespace convgrad::cli
