#include "io/inflating_reader.h"

#include <convgrad/error.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include "io/shown_name.h"

namespace convgrad::io {
namespace {

constexpr int kGzipOnly = 16 + MAX_WBITS;
constexpr size_t kPiece = size_t{1} << 30;  // zlib counts in 32 bits

bool begins_member(std::span<const uint8_t> bytes) { return bytes.size() >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B; }

}  // namespace

InflatingReader::InflatingReader(std::span<const uint8_t> file, std::string name)
    : file_(file), name_(std::move(name)), compressed_(begins_member(file)) {
  if (compressed_ && inflateInit2(&stream_, kGzipOnly) != Z_OK) throw std::bad_alloc();
}

InflatingReader::~InflatingReader() {
  if (compressed_) inflateEnd(&stream_);
}

uint64_t InflatingReader::size_bound() const { return compressed_ ? file_.size() * kDeflateLimit : file_.size(); }

size_t InflatingReader::read(uint8_t* out, size_t count) {
  const size_t got = compressed_ ? read_compressed(out, count) : read_plain(out, count);
  given_ += got;
  return got;
}

size_t InflatingReader::read_plain(uint8_t* out, size_t count) {
  const size_t got = std::min(count, file_.size() - taken_);
  if (got > 0) std::memcpy(out, file_.data() + taken_, got);
  taken_ += got;
  return got;
}

size_t InflatingReader::read_compressed(uint8_t* out, size_t count) {
  size_t done = 0;
  while (done < count && !ended_) {
    const auto input = static_cast<uInt>(std::min(kPiece, file_.size() - taken_));
    const auto room = static_cast<uInt>(std::min(kPiece, count - done));
    stream_.next_in = const_cast<Bytef*>(file_.data() + taken_);  // zlib does not write to it
    stream_.avail_in = input;
    stream_.next_out = out + done;
    stream_.avail_out = room;
    const int status = inflate(&stream_, Z_NO_FLUSH);
    taken_ += input - stream_.avail_in;
    done += room - stream_.avail_out;
    if (status == Z_STREAM_END)
      finish_member();
    else if (status == Z_MEM_ERROR)
      throw std::bad_alloc();
    else if (status != Z_OK && status != Z_BUF_ERROR)
      damaged(stream_.msg ? stream_.msg : "invalid compressed data");
    else if (taken_ == file_.size() && stream_.avail_out > 0)
      damaged("it ends in the middle of the compressed data");
  }
  return done;
}

void InflatingReader::finish_member() {
  const auto rest = file_.subspan(taken_);
  if (begins_member(rest)) {
    inflateReset(&stream_);
  } else if (std::all_of(rest.begin(), rest.end(), [](uint8_t byte) { return byte == 0; })) {
    ended_ = true;
  } else {
    damaged(fmt::format("{} bytes of something else follow the compressed data", rest.size()));
  }
}

void InflatingReader::damaged(const std::string& how) const {
  throw FileError(
      {.op = "gunzip",
       .argument = name_,
       .what = fmt::format("{} is damaged: {} (at byte {} of {})", shown_name(name_), how, taken_, file_.size()),
       .hint = "get the file again; gzip -t tests one"});
}

}  // namespace convgrad::io
