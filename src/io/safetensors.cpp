#include <convgrad/error.h>
#include <convgrad/io/atomic_file.h>
#include <convgrad/io/safetensors.h>
#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>

#include "core/make.h"
#include "core/threads.h"
#include "io/file_bytes.h"
#include "io/safetensors_codec.h"
#include "io/safetensors_header.h"
#include "io/shown_name.h"

namespace convgrad::io {
namespace {

struct TypePair {
  const char* name;
  ScalarType dtype;
};
constexpr TypePair kReadable[] = {{"F32", kFloat32}, {"F64", kFloat64}, {"I64", kInt64},
                                  {"I32", kInt32},   {"U8", kUInt8},    {"BOOL", kBool}};

const char* type_name(ScalarType dtype) {
  return std::find_if(std::begin(kReadable), std::end(kReadable), [&](const TypePair& p) { return p.dtype == dtype; })
      ->name;
}

ScalarType dtype_of(const SafetensorsEntry& entry, const std::string& file) {
  const auto* found =
      std::find_if(std::begin(kReadable), std::end(kReadable), [&](const TypePair& p) { return p.name == entry.type; });
  if (found == std::end(kReadable))
    throw FileError({.op = "load_safetensors",
                     .argument = file,
                     .what = fmt::format("tensor {} of {} has the type {}, which is not read", shown_name(entry.name),
                                         shown_name(file), entry.type),
                     .expected = "F32, F64, I64, I32, U8 or BOOL",
                     .got = entry.type,
                     .hint = "convert it before saving, for example to float32"});
  return found->dtype;
}

uint32_t crc_of(uint32_t crc, const void* data, size_t bytes) {
  return static_cast<uint32_t>(crc32_z(crc, static_cast<const Bytef*>(data), bytes));
}

/// Where a sealed header's eight digits stand; npos without. A quote inside a text is escaped, so nothing else looks
/// alike.
size_t seal_position(const std::string& head) {
  const std::string before = fmt::format("\"{}\":\"", kSealKey);
  const size_t at = head.find(before);
  return at == std::string::npos || head.size() - at < before.size() + 8 ? std::string::npos : at + before.size();
}

struct Source {
  std::string name;
  uint64_t size;
  FunctionRef<void(uint64_t offset, void* out, size_t count)> read;
};

std::string read_head(const Source& source) {
  const auto refuse = [&](const std::string& what) {
    throw FileError({.op = "load_safetensors",
                     .argument = source.name,
                     .what = fmt::format("{} is no safetensors file: {}", shown_name(source.name), what),
                     .hint = "is this the right file, and whole?"});
  };
  if (source.size < 8) refuse(fmt::format("header too small: the file has {} bytes", source.size));
  uint8_t raw[8];
  source.read(0, raw, 8);
  uint64_t length = 0;
  for (int i = 7; i >= 0; --i) length = length << 8 | raw[i];
  if (length > kLongestHeader)
    refuse(fmt::format("header too large: {} bytes, at most {} are allowed", length, kLongestHeader));
  if (length > source.size - 8)
    refuse(fmt::format("invalid header length: {} bytes, {} follow", length, source.size - 8));
  std::string head(8 + static_cast<size_t>(length), '\0');
  source.read(0, head.data(), head.size());
  return head;
}

Tensor read_tensor(const Source& source, const SafetensorsEntry& entry, uint64_t data_start, uint32_t& crc) {
  const Tensor out = make_tensor(entry.shape, dtype_of(entry, source.name));
  const auto bytes = static_cast<size_t>(entry.end - entry.begin);
  if (bytes == 0) return out;
  source.read(data_start + entry.begin, out.data_ptr(), bytes);
  crc = crc_of(crc, out.data_ptr(), bytes);
  if (out.dtype() == kBool) {  // a C++ bool of another value than 0 and 1 would be undefined behaviour
    auto* values = static_cast<uint8_t*>(out.data_ptr());
    std::transform(values, values + bytes, values, [](uint8_t value) { return value != 0; });
  }
  return out;
}

SealedFile decode(const Source& source) {
  std::string head = read_head(source);
  SafetensorsHeader header = parse_header(std::string_view(head).substr(8), source.size - head.size(), source.name);
  const size_t seal = header.metadata.contains(kSealKey) ? seal_position(head) : std::string::npos;
  std::string stored;
  if (seal != std::string::npos) {
    stored = head.substr(seal, 8);
    head.replace(seal, 8, 8, '0');
  }
  uint32_t crc = crc_of(0, head.data(), head.size());
  SealedFile out;
  for (const SafetensorsEntry& entry : header.entries)  // in the order of the file
    out.contents.tensors.emplace(entry.name, read_tensor(source, entry, head.size(), crc));
  if (seal != std::string::npos) out.seal_holds = stored == fmt::format("{:08x}", crc);
  out.contents.metadata = std::move(header.metadata);
  return out;
}

}  // namespace

void write_safetensors(const std::string& path, const TensorMap& tensors, Metadata metadata, bool sealed) {
  if (sealed) metadata[kSealKey] = "00000000";
  SafetensorsHeader header{.metadata = std::move(metadata)};
  TensorMap packed;
  uint64_t bytes = 0;
  for (const auto& [name, tensor] : tensors) {
    if (!tensor.defined())
      throw ValueError({.op = "save_safetensors",
                        .argument = "tensors",
                        .what = fmt::format("tensor {} is undefined", shown_name(name)),
                        .hint = "leave it out, or give it a value first"});
    packed.emplace(name, tensor.contiguous());
    header.entries.push_back({.name = name, .type = type_name(tensor.dtype()), .shape = tensor.sizes().vec()});
    bytes += static_cast<uint64_t>(tensor.nbytes());
  }
  std::string head = make_header(header);
  if (sealed) {
    uint32_t crc = crc_of(0, head.data(), head.size());
    for (const SafetensorsEntry& entry : header.entries) {
      const Tensor& tensor = packed.at(entry.name);
      if (tensor.numel() > 0) crc = crc_of(crc, tensor.data_ptr(), static_cast<size_t>(tensor.nbytes()));
    }
    head.replace(seal_position(head), 8, fmt::format("{:08x}", crc));
  }
  AtomicFile file(path, head.size() + bytes);
  file.write(head);
  for (const SafetensorsEntry& entry : header.entries) {
    const Tensor& tensor = packed.at(entry.name);
    if (tensor.numel() > 0) file.write(tensor.data_ptr(), static_cast<size_t>(tensor.nbytes()));
  }
  file.commit();
}

SealedFile read_sealed(const std::string& path) {
  const InputFile file(path);
  const auto read = [&](uint64_t offset, void* out, size_t count) { file.read(offset, out, count); };
  return decode({.name = path, .size = file.size(), .read = read});
}

SafetensorsFile decode_safetensors(std::span<const uint8_t> bytes, const std::string& name) {
  const auto read = [&](uint64_t offset, void* out, size_t count) { std::memcpy(out, bytes.data() + offset, count); };
  return decode({.name = name, .size = bytes.size(), .read = read}).contents;
}

void save_safetensors(const std::string& path, const TensorMap& tensors, const Metadata& metadata) {
  write_safetensors(path, tensors, metadata, false);
}

SafetensorsFile load_safetensors(const std::string& path) { return read_sealed(path).contents; }

}  // namespace convgrad::io
