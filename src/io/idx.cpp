#include <convgrad/io/idx.h>

#include <bit>
#include <memory>

#include "core/make.h"
#include "io/file_bytes.h"
#include "io/idx_reader.h"

namespace convgrad::io {
namespace {

static_assert(std::endian::native == std::endian::little, "the bytes of every value are turned round");

/// Big-endian values of type From to the machine's, of type To.
template <class From, class To>
void convert(const uint8_t* bytes, To* out, int64_t count) {
  for (int64_t i = 0; i < count; ++i, bytes += sizeof(From)) {
    From value;
    auto* raw = reinterpret_cast<uint8_t*>(&value);
    for (size_t b = 0; b < sizeof(From); ++b) raw[b] = bytes[sizeof(From) - 1 - b];
    out[i] = static_cast<To>(value);  // NOLINT(bugprone-signed-char-misuse): signed bytes are signed numbers
  }
}

ScalarType dtype_for(IdxType type) {
  switch (type) {
    case IdxType::uint8:
      return kUInt8;
    case IdxType::float32:
      return kFloat32;
    case IdxType::float64:
      return kFloat64;
    default:
      return kInt32;
  }
}

}  // namespace

Tensor read_idx(const std::string& path) {
  const FileBytes file(path);
  IdxReader reader(file.bytes(), path);
  const IdxHeader& header = reader.header();
  const Tensor out = make_tensor(header.sizes, dtype_for(header.type));
  if (header.type == IdxType::uint8) {
    reader.read(static_cast<uint8_t*>(out.data_ptr()));
    return out;
  }
  const auto bytes = std::make_unique_for_overwrite<uint8_t[]>(static_cast<size_t>(header.bytes));
  reader.read(bytes.get());
  switch (header.type) {
    case IdxType::int8:
      convert<int8_t>(bytes.get(), out.data_ptr<int32_t>(), out.numel());
      break;
    case IdxType::int16:
      convert<int16_t>(bytes.get(), out.data_ptr<int32_t>(), out.numel());
      break;
    case IdxType::int32:
      convert<int32_t>(bytes.get(), out.data_ptr<int32_t>(), out.numel());
      break;
    case IdxType::float32:
      convert<float>(bytes.get(), out.data_ptr<float>(), out.numel());
      break;
    default:
      convert<double>(bytes.get(), out.data_ptr<double>(), out.numel());
  }
  return out;
}

}  // namespace convgrad::io
