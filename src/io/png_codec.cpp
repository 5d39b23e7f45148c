#include "io/png_codec.h"

#include <convgrad/error.h>
#include <fmt/format.h>
#include <png.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>

#include "io/inflating_reader.h"
#include "io/shown_name.h"

namespace convgrad::io {
namespace {

/// libpng leaves by longjmp. So every call into it stands in `guarded`, whose body holds nothing with a destructor: the
/// jump lands there, and an exception goes on. Warnings count as errors: of the chunks left to read none is harmless.
class PngSession {
 public:
  PngSession() = default;
  PngSession(const PngSession&) = delete;
  PngSession& operator=(const PngSession&) = delete;

  template <class Body>
  [[nodiscard]] bool guarded(Body&& body) {
    if (!png || !info) throw std::bad_alloc();
    if (setjmp(png_jmpbuf(png))) return false;
    body();
    return true;
  }

  const char* message() const { return message_.data(); }

  static void on_error(png_structp png, png_const_charp message) {
    auto& session = *static_cast<PngSession*>(png_get_error_ptr(png));
    std::strncpy(session.message_.data(), message, session.message_.size() - 1);
    png_longjmp(png, 1);
  }

  png_structp png = nullptr;
  png_infop info = nullptr;

 private:
  std::array<char, 200> message_{};
};

class PngReadSession : public PngSession {
 public:
  explicit PngReadSession(std::span<const uint8_t> file) : rest_(file) {
    png = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, on_error, on_error);
    info = png ? png_create_info_struct(png) : nullptr;
    if (!info) return;
    png_set_read_fn(png, this, [](png_structp png, png_bytep out, png_size_t count) {
      auto& session = *static_cast<PngReadSession*>(png_get_io_ptr(png));
      if (count > session.rest_.size()) png_error(png, "the file ends too soon");
      std::memcpy(out, session.rest_.data(), count);
      session.rest_ = session.rest_.subspan(count);
    });
  }
  ~PngReadSession() { png_destroy_read_struct(&png, &info, nullptr); }

 private:
  std::span<const uint8_t> rest_;
};

class PngWriteSession : public PngSession {
 public:
  PngWriteSession() {
    png = png_create_write_struct(PNG_LIBPNG_VER_STRING, this, on_error, on_error);
    info = png ? png_create_info_struct(png) : nullptr;
    if (!info) return;
    png_set_write_fn(
        png, this,
        [](png_structp png, png_bytep data, png_size_t count) {
          auto& out = static_cast<PngWriteSession*>(png_get_io_ptr(png))->out;
          bool fits = true;
          try {
            out.insert(out.end(), data, data + count);
          } catch (const std::bad_alloc&) {
            fits = false;
          }
          if (!fits) png_error(png, "out of memory");
        },
        [](png_structp) {});
  }
  ~PngWriteSession() { png_destroy_write_struct(&png, &info); }

  std::vector<uint8_t> out;
};

/// What libpng hands over after its own conversions: 8 bits a value, `channels` values a pixel (an index for a
/// palette).
struct RawRows {
  uint32_t width = 0, height = 0;
  int color_type = 0, channels = 0;
  std::vector<uint8_t> bytes{};
  std::array<std::array<uint8_t, 3>, 256> palette{};
  int palette_size = 0;

  const uint8_t* pixel(int64_t index) const { return bytes.data() + index * channels; }
};

[[noreturn]] void fail(const std::string& name, const std::string& what) {
  throw FileError({.op = "read_png",
                   .argument = name,
                   .what = fmt::format("{} {}", shown_name(name), what),
                   .hint = "open it in a picture viewer; saving it anew as PNG may mend it"});
}

void read_header(PngReadSession& session, RawRows& raw, const std::string& name, size_t file_size) {
  int depth = 0;
  size_t row_bytes = 0;
  const bool ok = session.guarded([&] {
    png_structp png = session.png;
    png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);  // IHDR, PLTE, tRNS, IDAT, IEND alone
    png_set_user_limits(png, 0x7FFFFFFF, 0x7FFFFFFF);  // checked below, with a message that says more
    png_read_info(png, session.info);
    png_get_IHDR(png, session.info, &raw.width, &raw.height, &depth, &raw.color_type, nullptr, nullptr, nullptr);
    row_bytes = png_get_rowbytes(png, session.info);
    png_set_strip_16(png);
    png_set_packing(png);
    if (raw.color_type == PNG_COLOR_TYPE_GRAY && depth < 8) png_set_expand_gray_1_2_4_to_8(png);
    png_colorp entries = nullptr;
    if (raw.color_type == PNG_COLOR_TYPE_PALETTE && png_get_PLTE(png, session.info, &entries, &raw.palette_size))
      for (int i = 0; i < std::min(raw.palette_size, 256); ++i)
        raw.palette[static_cast<size_t>(i)] = {entries[i].red, entries[i].green, entries[i].blue};
  });
  if (!ok) fail(name, fmt::format("is damaged: {}", session.message()));
  const auto pixels = static_cast<uint64_t>(raw.width) * raw.height;
  if (pixels > static_cast<uint64_t>(kMostPixels))
    fail(name, fmt::format("says that it has {} × {} pixels; at most {} are read", raw.width, raw.height, kMostPixels));
  if (static_cast<uint64_t>(row_bytes) * raw.height > file_size * kDeflateLimit)
    fail(name, fmt::format("is damaged: {} bytes cannot hold {} × {} pixels", file_size, raw.width, raw.height));
}

void read_rows(PngReadSession& session, RawRows& raw, const std::string& name) {
  size_t row_bytes = 0;
  int passes = 0;
  bool ok = session.guarded([&] {
    passes = png_set_interlace_handling(session.png);
    png_read_update_info(session.png, session.info);
    row_bytes = png_get_rowbytes(session.png, session.info);
    raw.channels = png_get_channels(session.png, session.info);
  });
  if (!ok) fail(name, fmt::format("is damaged: {}", session.message()));
  raw.bytes.resize(row_bytes * raw.height);
  ok = session.guarded([&] {
    for (int pass = 0; pass < passes; ++pass)
      for (uint32_t y = 0; y < raw.height; ++y) png_read_row(session.png, raw.bytes.data() + y * row_bytes, nullptr);
    png_read_end(session.png, nullptr);
  });
  if (!ok) fail(name, fmt::format("is damaged: {}", session.message()));
}

void look_up_palette(RawRows& raw, const std::string& name) {
  std::vector<uint8_t> colors;
  colors.reserve(raw.bytes.size() * 3);
  for (const uint8_t index : raw.bytes) {
    if (index >= raw.palette_size)
      fail(name, fmt::format("is damaged: a pixel has colour {} of a palette of {}", index, raw.palette_size));
    colors.insert(colors.end(), raw.palette[index].begin(), raw.palette[index].end());
  }
  raw.bytes = std::move(colors);
  raw.channels = 3;
}

/// ITU-R 601-2 in Pillow's fixed point.
uint8_t luma(const uint8_t* rgb) {
  return static_cast<uint8_t>((rgb[0] * 19595u + rgb[1] * 38470u + rgb[2] * 7471u + 0x8000u) >> 16);
}

Picture to_planes(const RawRows& raw, PngChannels wanted) {
  const bool gray_in = raw.channels < 3,
             gray_out = wanted == PngChannels::gray || (wanted == PngChannels::as_stored && gray_in);
  Picture picture{.channels = gray_out ? 1 : 3, .height = raw.height, .width = raw.width};
  const int64_t pixels = picture.height * picture.width;
  picture.pixels.resize(static_cast<size_t>(picture.channels * pixels));
  for (int64_t c = 0; c < picture.channels; ++c) {
    uint8_t* plane = picture.pixels.data() + c * pixels;
    for (int64_t i = 0; i < pixels; ++i) {
      const uint8_t* from = raw.pixel(i);
      plane[i] = gray_in ? from[0] : gray_out ? luma(from) : from[c];
    }
  }
  return picture;
}

}  // namespace

Picture decode_png(std::span<const uint8_t> file, const std::string& name, PngChannels channels) {
  if (file.empty()) fail(name, "is empty");
  if (file.size() < 8 || png_sig_cmp(file.data(), 0, 8) != 0)
    throw FileError({.op = "read_png",
                     .argument = name,
                     .what = fmt::format("{} is no PNG file", shown_name(name)),
                     .hint = "save the picture as PNG first; other formats are not read"});
  PngReadSession session(file);
  RawRows raw;
  read_header(session, raw, name, file.size());
  read_rows(session, raw, name);
  if (raw.color_type == PNG_COLOR_TYPE_PALETTE) look_up_palette(raw, name);
  return to_planes(raw, channels);
}

std::vector<uint8_t> encode_png(const Picture& picture) {
  const auto& [channels, height, width, planes] = picture;
  if (channels != 1 && channels != 3)
    throw ValueError({.op = "write_png",
                      .argument = "input",
                      .what = fmt::format("The number of channels should be 1 or 3, got: {}", channels),
                      .hint = "a picture is [1, height, width] (grey) or [3, height, width] (RGB)"});
  constexpr int64_t kMost = 0x7FFFFFFF;
  if (height < 1 || width < 1 || height > kMost || width > kMost)
    throw ValueError({.op = "write_png",
                      .argument = "input",
                      .what = fmt::format("cannot write a picture of {} × {} pixels", width, height)});
  std::vector<uint8_t> row(static_cast<size_t>(width * channels));
  PngWriteSession session;
  const uint8_t* pixels = planes.data();
  const bool ok = session.guarded([&, channels = channels, height = height, width = width] {
    png_set_IHDR(session.png, session.info, static_cast<png_uint_32>(width), static_cast<png_uint_32>(height), 8,
                 channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(session.png, session.info);
    for (int64_t y = 0; y < height; ++y) {
      for (int64_t i = 0; i < width * channels; ++i)
        row[static_cast<size_t>(i)] = pixels[(i % channels * height + y) * width + i / channels];
      png_write_row(session.png, row.data());
    }
    png_write_end(session.png, session.info);
  });
  if (!ok) throw ValueError({.op = "write_png", .argument = "input", .what = session.message()});
  return std::move(session.out);
}

}  // namespace convgrad::io
