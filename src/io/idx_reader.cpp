#include "io/idx_reader.h"

#include <convgrad/error.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "io/shown_name.h"

namespace convgrad::io {
namespace {

constexpr int kMostDimensions = 64;  // as many as a tensor may have
constexpr auto kNotIdx = "an IDX file begins with the bytes 0, 0, type, number of dimensions; is this the right file?";

bool is_known(uint8_t type) { return type == 0x08 || type == 0x09 || (type >= 0x0B && type <= 0x0E); }

uint32_t big_endian(const uint8_t* bytes) {
  return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 | bytes[3];
}

}  // namespace

int64_t item_size(IdxType type) {
  switch (type) {
    case IdxType::uint8:
    case IdxType::int8:
      return 1;
    case IdxType::int16:
      return 2;
    case IdxType::int32:
    case IdxType::float32:
      return 4;
    case IdxType::float64:
      break;
  }
  return 8;
}

IdxReader::IdxReader(std::span<const uint8_t> file, std::string name) : name_(std::move(name)), source_(file, name_) {
  read_header();
}

void IdxReader::read_header() {
  std::array<uint8_t, 4> magic;
  const size_t got = source_.read(magic.data(), magic.size());
  if (got == 0) fail("is empty", "get the file again");
  if (got < magic.size()) fail(fmt::format("ends after {} bytes, in its header", got), "get the file again");
  if (magic[0] == 0x1F && magic[1] == 0x8B) fail("is compressed twice", "unpack it once with gunzip");
  if (magic[0] != 0 || magic[1] != 0 || !is_known(magic[2]))
    fail(fmt::format("is no IDX file: it begins with the bytes {:02x}", fmt::join(magic, " ")), kNotIdx);
  const int dimensions = magic[3];
  if (dimensions == 0 || dimensions > kMostDimensions)
    fail(fmt::format("says that it has {} dimensions; 1 to {} are possible", dimensions, kMostDimensions), kNotIdx);

  header_.type = static_cast<IdxType>(magic[2]);
  int64_t extent = item_size(header_.type);  // zeros left out: no order of the sizes may hide an overflow behind a zero
  bool overflow = false, empty = false;
  for (int i = 0; i < dimensions; ++i) {
    std::array<uint8_t, 4> size;
    if (source_.read(size.data(), size.size()) < size.size()) fail("ends in its header", "get the file again");
    header_.sizes.push_back(big_endian(size.data()));
    empty |= header_.sizes.back() == 0;
    overflow |= __builtin_mul_overflow(extent, std::max<int64_t>(header_.sizes.back(), 1), &extent);
  }
  header_.bytes = empty ? 0 : extent;
  const uint64_t most = source_.size_bound();
  if (overflow || static_cast<uint64_t>(header_.bytes) > most)
    fail(
        fmt::format("says that its sizes are {}, more than a file of its size can hold", fmt::join(header_.sizes, "×")),
        "get the file again");
}

void IdxReader::read(uint8_t* out) {
  const auto wanted = static_cast<size_t>(header_.bytes);
  const size_t got = source_.read(out, wanted);
  if (got < wanted)
    fail(fmt::format("ends too soon: its header says {} = {} bytes of data, it has {}", fmt::join(header_.sizes, "×"),
                     wanted, got),
         "get the file again");
  uint8_t more;
  if (source_.read(&more, 1) > 0)
    fail(fmt::format("goes on behind the {} = {} bytes that its header says", fmt::join(header_.sizes, "×"), wanted),
         "get the file again");
}

void IdxReader::fail(const std::string& what, const std::string& hint) const {
  throw FileError({.op = "read_idx", .argument = name_, .what = shown_name(name_) + " " + what, .hint = hint});
}

}  // namespace convgrad::io
