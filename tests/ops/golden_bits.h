#pragma once
#include <zlib.h>

#include <cstdio>
#include <string>

#include "convgrad/tensor.h"

namespace convgrad {

/// The form in which the golden files keep a tensor: the bytes in index order as hexadecimal, the checksum of many.
inline std::string golden_bits(const Tensor& t) {
  const Tensor packed = t.detach().contiguous();
  const auto* raw = static_cast<const unsigned char*>(packed.data_ptr());
  const auto size = static_cast<size_t>(packed.nbytes());
  char text[9];
  if (size > 16) {
    std::snprintf(text, sizeof text, "%08lx", crc32(0, raw, static_cast<unsigned>(size)));
    return text;
  }
  std::string all;
  for (size_t i = 0; i < size; ++i) {
    std::snprintf(text, sizeof text, "%02x", raw[i]);
    all += text;
  }
  return all;
}

}  // namespace convgrad
