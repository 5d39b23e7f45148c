#include "io/shown_name.h"

#include <fmt/format.h>

#include <cstdint>

namespace convgrad::io {
namespace {

constexpr size_t kLongest = 400, kKept = 180;  // of a longer name its two ends are shown

}  // namespace

size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<uint8_t>(text[i]) : uint8_t{0}; };
  const auto continues = [&](size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const uint8_t first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && byte(1) < 0xA0, surrogate = first == 0xED && byte(1) > 0x9F;
    return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool overlong = first == 0xF0 && byte(1) < 0x90, beyond = first == 0xF4 && byte(1) > 0x8F;
    return continues(1) && continues(2) && continues(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string shown_name(std::string_view name) {
  if (name.size() > kLongest) {
    std::string head = shown_name(name.substr(0, kKept)), tail = shown_name(name.substr(name.size() - kKept));
    return fmt::format("{}…{} ({} bytes)", head.substr(0, head.size() - 1), tail.substr(1), name.size());
  }
  std::string out = "'";
  while (!name.empty()) {
    const size_t length = utf8_length(name);
    const auto byte = static_cast<uint8_t>(name[0]);
    if (length == 0 || byte < 0x20 || byte == 0x7F)
      out += fmt::format("\\x{:02x}", byte);
    else
      out.append(name.substr(0, length));
    name.remove_prefix(length == 0 ? 1 : length);
  }
  return out + "'";
}

}  // namespace convgrad::io
