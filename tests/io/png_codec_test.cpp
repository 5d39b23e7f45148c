#include "io/png_codec.h"

#include <convgrad/error.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "png_builder.h"

namespace convgrad::io {
namespace {

using test::Bytes, test::chunk, test::deflated, test::PngBuilder, test::says, test::operator+;

std::string png_failure(const Bytes& file) {
  return test::message_of<FileError>([&] { decode_png(file, "f.png"); });
}

/// The 8-bit value of a channel of a pixel, by the format's definition.
uint32_t expected(const PngBuilder& png, uint32_t x, uint32_t y, int channel) {
  const uint32_t value = png.value(x, y, channel);
  if (png.color_type == 3) return (channel == 0 ? value * 3 : channel == 1 ? 255 - value : value * value) & 255;
  return png.depth == 16 ? value >> 8 : value * 255 / ((1u << png.depth) - 1);
}

void expect_right(const PngBuilder& png) {
  const Picture picture = decode_png(png.file(), "f.png");
  const bool gray = png.color_type == 0 || png.color_type == 4;
  ASSERT_EQ(picture.channels, gray ? 1 : 3);
  ASSERT_EQ(picture.width, png.width);
  ASSERT_EQ(picture.height, png.height);
  for (int c = 0; c < picture.channels; ++c)
    for (uint32_t y = 0; y < png.height; ++y)
      for (uint32_t x = 0; x < png.width; ++x) {
        const uint32_t value = png.color_type == 3 ? png.value(x, y, 0) : 0;
        const uint32_t colors[] = {value * 3 & 255, (255 - value) & 255, value * value & 255};
        const uint32_t want = png.color_type == 3 ? colors[c] : expected(png, x, y, c);
        ASSERT_EQ(picture.pixels[(static_cast<size_t>(c) * png.height + y) * png.width + x], want)
            << x << ' ' << y << ' ' << c;
      }
}

TEST(Png, ReadsEveryTypeDepthAndInterlace) {
  const std::pair<int, std::vector<int>> kinds[] = {
      {0, {1, 2, 4, 8, 16}}, {2, {8, 16}}, {3, {1, 2, 4, 8}}, {4, {8, 16}}, {6, {8, 16}}};
  for (const auto& [type, depths] : kinds)
    for (const int depth : depths)
      for (const int interlace : {0, 1})
        for (const auto& [width, height] : {std::pair{1u, 1u}, {1u, 9u}, {9u, 1u}, {5u, 3u}, {13u, 11u}}) {
          SCOPED_TRACE(fmt::format("type {} depth {} interlace {} size {}x{}", type, depth, interlace, width, height));
          PngBuilder png{.width = width, .height = height};
          png.color_type = static_cast<uint8_t>(type);
          png.depth = static_cast<uint8_t>(depth);
          png.interlace = static_cast<uint8_t>(interlace);
          if (depth == 16) png.sample = [](uint32_t x, uint32_t y, int c) { return (x * 900 + y * 77 + 5 * c) * 13u; };
          expect_right(png);
        }
}

TEST(Png, ConvertsBetweenColourAndGreyAsPillow) {
  PngBuilder rgb{.width = 2, .height = 1, .color_type = 2};
  rgb.sample = [](uint32_t x, uint32_t, int c) {
    return x == 0 ? std::array{200u, 30u, 90u}[c] : std::array{1u, 2u, 3u}[c];
  };
  EXPECT_EQ(decode_png(rgb.file(), "f", PngChannels::gray).pixels, (Bytes{88, 2}));  // Pillow: convert("L")
  PngBuilder gray{.width = 2, .height = 1};
  EXPECT_EQ(decode_png(gray.file(), "f", PngChannels::rgb).pixels, (Bytes{0, 7, 0, 7, 0, 7}));
}

TEST(Png, ReadsWhatItWrote) {
  for (const int64_t channels : {1, 3}) {
    Picture picture{.channels = channels, .height = 5, .width = 7, .pixels = Bytes(static_cast<size_t>(35 * channels))};
    for (size_t i = 0; i < picture.pixels.size(); ++i) picture.pixels[i] = static_cast<uint8_t>(i * 37);
    const Picture back = decode_png(encode_png(picture), "f");
    EXPECT_EQ(back.pixels, picture.pixels);
    EXPECT_EQ(back.channels, channels);
  }
}

TEST(Png, RefusesToWriteWhatIsNoPicture) {
  EXPECT_THROW(encode_png(Picture{}), ValueError);
  EXPECT_THROW(encode_png({.channels = 1, .height = 0, .width = 3}), ValueError);
  EXPECT_THROW(encode_png({.channels = 2, .height = 1, .width = 1, .pixels = {0, 0}}), ValueError);
}

TEST(Png, RefusesOtherFiles) {
  EXPECT_TRUE(says(png_failure({}), "'f.png' is empty"));
  EXPECT_TRUE(says(png_failure({0xFF, 0xD8, 0xFF, 0xE0, 0, 0, 0, 0, 0}), "'f.png' is no PNG file"));
}

TEST(Png, RefusesEveryTruncation) {
  const Bytes whole = PngBuilder{}.file();
  for (size_t length = 0; length < whole.size(); ++length)
    EXPECT_NE(png_failure(Bytes(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(length))), "") << length;
}

TEST(Png, RefusesEveryFlippedBit) {
  const Bytes whole = PngBuilder{.interlace = 1}.file();
  for (size_t i = 0; i < whole.size() * 8; ++i) {
    Bytes broken = whole;
    broken[i / 8] ^= static_cast<uint8_t>(1 << i % 8);
    EXPECT_NE(png_failure(broken), "") << "bit " << i % 8 << " of byte " << i / 8;
  }
}

TEST(Png, RefusesSizesThatLie) {
  PngBuilder png;
  const Bytes rest = png.data() + png.end();
  const auto sized = [&](uint32_t width, uint32_t height) {
    return png_failure(PngBuilder::signature() + PngBuilder{.width = width, .height = height}.header() + rest);
  };
  EXPECT_TRUE(says(sized(0, 1), "width is zero"));
  EXPECT_TRUE(says(sized(0x80000000, 1), "is damaged"));
  EXPECT_TRUE(says(sized(0x7FFFFFFF, 1), "pixels; at most"));
  EXPECT_TRUE(says(sized(0x7FFFFFFF, 0x7FFFFFFF), "pixels; at most"));
  EXPECT_TRUE(says(sized(8000, 8000), "cannot hold 8000 × 8000 pixels"));
  EXPECT_NE(sized(4, 4), "");  // rows missing
  EXPECT_NE(sized(4, 2), "");  // a row too many
}

TEST(Png, RefusesAPaletteThatDoesNotFit) {
  PngBuilder png{.color_type = 3};
  png.sample = [](uint32_t x, uint32_t, int) { return x; };
  const Bytes head = PngBuilder::signature() + png.header(), tail = png.data() + PngBuilder::end();
  EXPECT_EQ(png_failure(head + png.palette(4) + tail), "");
  EXPECT_TRUE(says(png_failure(head + png.palette(3) + tail), "colour 3 of a palette of 3"));
  EXPECT_TRUE(says(png_failure(head + tail), "is damaged"));  // no palette at all
  EXPECT_TRUE(says(png_failure(head + chunk("PLTE", {1, 2}) + tail), "is damaged"));
}

TEST(Png, RefusesDisorderedChunks) {
  PngBuilder png;
  const Bytes head = PngBuilder::signature() + png.header();
  EXPECT_TRUE(says(png_failure(head + png.header() + png.data() + png.end()), "is damaged"));
  EXPECT_TRUE(
      says(png_failure(head + chunk("XXXX", {1}) + png.data() + png.end()), "is damaged"));  // unknown, critical
  EXPECT_TRUE(says(png_failure(head + test::be32(0x80000000) + png.data() + png.end()), "is damaged"));
  EXPECT_TRUE(says(png_failure(head + png.data()), "ends too soon"));
  EXPECT_EQ(png_failure(head + chunk("teXt", {1, 2, 3}) + png.data() + png.end()), "");  // unknown, to be ignored
}

}  // namespace
}  // namespace convgrad::io
