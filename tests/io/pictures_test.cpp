#include <convgrad/error.h>
#include <convgrad/io/idx.h>
#include <convgrad/io/png.h>
#include <gtest/gtest.h>

#include "core/make.h"
#include "png_builder.h"

namespace convgrad::io {
namespace {

using test::Bytes, test::idx, test::message_of, test::says, test::TempFolder;

TEST(ReadIdx, TurnsTheBytesOfEveryType) {
  const TempFolder folder;
  const auto values = [&](uint8_t type, const Bytes& data) {
    return read_idx(folder.write("f", test::gzip(idx(type, {2}, data))));
  };
  EXPECT_EQ(values(0x08, {1, 255}).to_vector<int>(), (std::vector{1, 255}));
  EXPECT_EQ(values(0x08, {1, 255}).dtype(), kUInt8);
  EXPECT_EQ(values(0x09, {1, 255}).to_vector<int>(), (std::vector{1, -1}));
  EXPECT_EQ(values(0x0B, {1, 0, 0xFF, 0xFE}).to_vector<int>(), (std::vector{256, -2}));
  EXPECT_EQ(values(0x0C, {1, 0, 0, 2, 0xFF, 0xFF, 0xFF, 0xFF}).to_vector<int>(), (std::vector{0x01000002, -1}));
  EXPECT_EQ(values(0x0D, {0x3F, 0xC0, 0, 0, 0xC0, 0, 0, 0}).to_vector<float>(), (std::vector{1.5f, -2.f}));
  EXPECT_EQ(values(0x0E, {0x3F, 0xF8, 0, 0, 0, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0}).to_vector<double>(),
            (std::vector{1.5, -0.0}));
}

TEST(PngFile, ReadsAndWritesTensorsOfAnyStrides) {
  const TempFolder folder;
  const Tensor base = make_tensor({5, 4, 3}, kUInt8);  // height, width, channels
  for (int i = 0; i < 60; ++i) base.data_ptr<uint8_t>()[i] = static_cast<uint8_t>(i * 4);
  const Tensor picture = make_view(base, {3, 5, 4}, {1, 12, 3}, 0);
  write_png(picture, folder / "f.png");
  EXPECT_EQ(read_png(folder / "f.png").to_vector<int>(), picture.to_vector<int>());
  EXPECT_EQ(read_png(folder / "f.png", ImageReadMode::GRAY).sizes().vec(), (std::vector<int64_t>{1, 5, 4}));
}

TEST(PngFile, RefusesTensorsThatAreNoPictures) {
  const TempFolder folder;
  const auto write = [&](IntArrayRef sizes, ScalarType dtype) { write_png(make_tensor(sizes, dtype), folder / "f"); };
  EXPECT_EQ(message_of<TypeError>([&] {
              write({1, 2, 2}, kFloat32);
            }),
            "Input tensor dtype should be uint8, got float32");
  EXPECT_TRUE(says(message_of<ValueError>([&] { write({2, 2}, kUInt8); }), "3-dimensional tensor, got [2, 2]"));
  EXPECT_TRUE(says(message_of<ValueError>([&] { write({2, 2, 2}, kUInt8); }), "should be 1 or 3, got: 2"));
  EXPECT_TRUE(says(message_of<ValueError>([&] { write({1, 0, 2}, kUInt8); }), "cannot write"));
  EXPECT_TRUE(folder.list().empty());
}

}  // namespace
}  // namespace convgrad::io
