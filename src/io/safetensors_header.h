#pragma once
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace convgrad::io {

/// The format's name of a type of elements, and its place in the order in which tensors are written.
struct SafetensorsType {
  std::string_view name;
  int64_t item_size;
};

/// Every type of the format, in the order of the reference implementation: tensors are written from the last to the
/// first.
std::span<const SafetensorsType> safetensors_types();

/// One tensor of a file. Its data are the bytes [begin, end) behind the header.
struct SafetensorsEntry {
  std::string name{}, type{};
  std::vector<int64_t> shape{};
  uint64_t begin = 0, end = 0;
};

struct SafetensorsHeader {
  std::vector<SafetensorsEntry> entries{};  // in the order of their data
  std::map<std::string, std::string> metadata{};
};

/// The longest header that the format allows.
inline constexpr uint64_t kLongestHeader = 100'000'000;

/// Parses a header's JSON. Everything is checked that can be: the types of all values, keys that come twice, sizes ×
/// item = span without overflow, spans that cover the `data_bytes` behind the header without hole or overlap. Any
/// nesting deeper than the format's own is refused as it is met. `file` is for messages. Throws FileError.
SafetensorsHeader parse_header(std::string_view json, uint64_t data_bytes, const std::string& file);

/// Puts the entries in the order in which their data are to be written, sets their spans, and makes the bytes before
/// the data: length, JSON, blanks to a multiple of 8. The same bytes as the reference implementation's. Throws
/// ValueError for a name or text that is no UTF-8 and for the name __metadata__.
std::string make_header(SafetensorsHeader& header);

}  // namespace convgrad::io
