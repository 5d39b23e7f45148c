#include "io/safetensors_header.h"

#include <convgrad/error.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "io/shown_name.h"

namespace convgrad::io {
namespace {

using Json = nlohmann::json;

constexpr SafetensorsType kTypes[] = {{"BOOL", 1}, {"U8", 1},  {"I8", 1},   {"F8_E5M2", 1}, {"F8_E4M3", 1}, {"I16", 2},
                                      {"U16", 2},  {"F16", 2}, {"BF16", 2}, {"I32", 4},     {"U32", 4},     {"F32", 4},
                                      {"C64", 8},  {"F64", 8}, {"I64", 8},  {"U64", 8}};
constexpr size_t kUnknown = std::size(kTypes);
constexpr std::string_view kMetadata = "__metadata__";

size_t rank_of(std::string_view type) {
  const auto* found = std::find_if(std::begin(kTypes), std::end(kTypes), [&](const auto& t) { return t.name == type; });
  return static_cast<size_t>(found - std::begin(kTypes));
}

[[noreturn]] void damaged(const std::string& file, const std::string& what) {
  throw FileError({.op = "load_safetensors",
                   .argument = file,
                   .what = fmt::format("{} is no sound safetensors file: {}", shown_name(file), what),
                   .hint = "save or copy the file again; it may have been cut short or changed on its way"});
}

/// Takes the parser's events one by one; there is no tree of values, and the first event that has no place here ends it
/// all.
class HeaderReader : public nlohmann::json_sax<Json> {
 public:
  explicit HeaderReader(SafetensorsHeader& out) : out_(out) {}

  std::string error;  // set when parsing stopped

  bool null() override { return refuse("null"); }
  bool boolean(bool) override { return refuse("true or false"); }
  bool number_integer(number_integer_t value) override { return refuse(fmt::format("the negative number {}", value)); }
  bool number_float(number_float_t, const string_t& text) override { return refuse("the number " + text); }
  bool binary(binary_t&) override { return refuse("bytes"); }

  bool number_unsigned(number_unsigned_t value) override {
    if (place_ == Place::shape) {
      if (value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max()))
        return stop(fmt::format("the size {} of tensor {} is too large", value, shown_name(entry_.name)));
      entry_.shape.push_back(static_cast<int64_t>(value));
      return true;
    }
    if (place_ != Place::offsets || offsets_ >= 2) return refuse(fmt::format("the number {}", value));
    (offsets_++ == 0 ? entry_.begin : entry_.end) = value;
    return true;
  }
  bool string(string_t& value) override {
    if (place_ == Place::metadata) return out_.metadata[key_] = std::move(value), true;
    if (place_ != Place::entry || key_ != "dtype") return refuse("the text " + shown_name(value));
    entry_.type = std::move(value);
    return true;
  }
  bool start_object(std::size_t) override {
    if (place_ == Place::outside) return place_ = Place::top, true;
    if (place_ != Place::top) return refuse("an object");
    place_ = key_ == kMetadata ? Place::metadata : Place::entry;
    entry_ = {.name = key_};
    fields_.clear();
    return true;
  }
  bool end_object() override {
    if (place_ == Place::entry) {
      if (fields_.size() != 3)
        return stop(fmt::format("tensor {} lacks dtype, shape or data_offsets", shown_name(entry_.name)));
      out_.entries.push_back(std::move(entry_));
    }
    place_ = place_ == Place::top ? Place::outside : Place::top;
    return true;
  }
  bool key(string_t& name) override {
    std::set<std::string>& seen = place_ == Place::top ? names_ : place_ == Place::metadata ? metadata_keys_ : fields_;
    if (place_ == Place::entry && name != "dtype" && name != "shape" && name != "data_offsets")
      return stop(fmt::format("tensor {} has the unknown field {}", shown_name(entry_.name), shown_name(name)));
    if (!seen.insert(name).second) return stop(fmt::format("the key {} comes twice", shown_name(name)));
    key_ = std::move(name);
    return true;
  }
  bool start_array(std::size_t) override {
    if (place_ != Place::entry || key_ == "dtype") return refuse("a list");
    place_ = key_ == "shape" ? Place::shape : Place::offsets;
    offsets_ = 0;
    return true;
  }
  bool end_array() override {
    if (place_ == Place::offsets && offsets_ != 2) return refuse("a list of another length than 2");
    place_ = Place::entry;
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const Json::exception&) override {
    return stop(fmt::format("its header is no valid JSON at byte {}", position));
  }

 private:
  enum class Place { outside, top, metadata, entry, shape, offsets };

  bool stop(std::string what) {
    if (error.empty()) error = std::move(what);
    return false;
  }
  bool refuse(const std::string& what) {
    return stop(fmt::format("its header has {} where none belongs (at {})", what, shown_name(key_)));
  }

  SafetensorsHeader& out_;
  Place place_ = Place::outside;
  SafetensorsEntry entry_;
  std::string key_;
  int offsets_ = 0;
  std::set<std::string> names_, metadata_keys_, fields_;
};

void check_size(const SafetensorsEntry& entry, const std::string& file) {
  const size_t rank = rank_of(entry.type);
  if (rank == kUnknown)
    damaged(file, fmt::format("tensor {} has the unknown type {}", shown_name(entry.name), shown_name(entry.type)));
  // Zeros are left out of the product, so that none hides an overflow of the rest.
  int64_t extent = kTypes[rank].item_size;
  bool overflow = false, empty = false;
  for (const int64_t size : entry.shape) {
    empty |= size == 0;
    overflow |= __builtin_mul_overflow(extent, std::max<int64_t>(size, 1), &extent);
  }
  const std::string shape = fmt::format("[{}]", fmt::join(entry.shape, ", "));
  if (overflow)
    damaged(file,
            fmt::format("overflow computing buffer size of tensor {} of shape {}", shown_name(entry.name), shape));
  const uint64_t wanted = empty ? 0 : static_cast<uint64_t>(extent);
  if (entry.end < entry.begin || entry.end - entry.begin != wanted)
    damaged(file, fmt::format("tensor {} of shape {} and type {} takes {} bytes, but its data_offsets are [{}, {}]",
                              shown_name(entry.name), shape, entry.type, wanted, entry.begin, entry.end));
}

void check_cover(const SafetensorsHeader& header, uint64_t data_bytes, const std::string& file) {
  uint64_t end = 0;
  for (const SafetensorsEntry& entry : header.entries) {
    if (entry.begin != end)
      damaged(file, fmt::format("the data of tensor {} begin at {}, those before it end at {}", shown_name(entry.name),
                                entry.begin, end));
    end = entry.end;
  }
  if (end != data_bytes) damaged(file, fmt::format("its tensors take {} bytes, {} follow the header", end, data_bytes));
}

std::string quoted_json(const std::string& text) {
  if (!is_utf8(text))
    throw ValueError({.op = "save_safetensors", .what = fmt::format("{} is no UTF-8 text", shown_name(text))});
  return Json(text).dump(-1, ' ', false);
}

}  // namespace

std::span<const SafetensorsType> safetensors_types() { return kTypes; }

SafetensorsHeader parse_header(std::string_view json, uint64_t data_bytes, const std::string& file) {
  if (!json.starts_with('{')) damaged(file, "its header does not begin with {");
  const size_t end =
      json.find_last_not_of(' ');  // the format pads with blanks, the parser would take other white space
  if (json[end] != '}') damaged(file, "its header does not end with } and blanks");
  SafetensorsHeader header;
  HeaderReader reader(header);
  if (!Json::sax_parse(json.begin(), json.begin() + static_cast<ptrdiff_t>(end) + 1, &reader))
    damaged(file, reader.error);
  for (const SafetensorsEntry& entry : header.entries) check_size(entry, file);
  std::sort(header.entries.begin(), header.entries.end(),
            [](const auto& a, const auto& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
  check_cover(header, data_bytes, file);
  return header;
}

std::string make_header(SafetensorsHeader& header) {
  std::sort(header.entries.begin(), header.entries.end(), [](const auto& a, const auto& b) {
    const size_t rank_a = rank_of(a.type), rank_b = rank_of(b.type);
    return rank_a != rank_b ? rank_a > rank_b : a.name < b.name;
  });
  std::string json = "{";
  const auto add = [&](const std::string& key, const std::string& value) {
    json += fmt::format("{}{}:{}", json.size() > 1 ? "," : "", quoted_json(key), value);
  };
  if (!header.metadata.empty()) {
    std::vector<std::string> pairs;
    for (const auto& [key, value] : header.metadata) pairs.push_back(quoted_json(key) + ":" + quoted_json(value));
    add(std::string(kMetadata), fmt::format("{{{}}}", fmt::join(pairs, ",")));
  }
  uint64_t offset = 0;
  for (SafetensorsEntry& entry : header.entries) {
    if (entry.name == kMetadata)
      throw ValueError({.op = "save_safetensors",
                        .argument = "tensors",
                        .what = "a tensor cannot be named __metadata__: the format keeps that name"});
    uint64_t bytes = static_cast<uint64_t>(kTypes[rank_of(entry.type)].item_size);
    for (const int64_t size : entry.shape) bytes *= static_cast<uint64_t>(size);
    entry.begin = offset;
    entry.end = offset += bytes;
    add(entry.name, fmt::format("{{\"dtype\":\"{}\",\"shape\":[{}],\"data_offsets\":[{},{}]}}", entry.type,
                                fmt::join(entry.shape, ","), entry.begin, entry.end));
  }
  json += "}";
  json.resize((json.size() + 7) / 8 * 8, ' ');
  std::string out;
  for (int shift = 0; shift < 64; shift += 8) out += static_cast<char>(static_cast<uint64_t>(json.size()) >> shift);
  return out + json;
}

}  // namespace convgrad::io
