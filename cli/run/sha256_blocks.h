#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace convgrad::cli::sha256 {

using State = std::array<uint32_t, 8>;

/// Takes `n` blocks of 64 bytes in.
void add_blocks(State& state, const uint8_t* p, size_t n);

/// The same in plain C++; add_blocks takes it where the processor has no instructions for SHA-256.
void add_blocks_plain(State& state, const uint8_t* p, size_t n);

}  // namespace convgrad::cli::sha256
