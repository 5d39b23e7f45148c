#include "io/idx_reader.h"

#include <convgrad/error.h>
#include <gtest/gtest.h>

#include "io/file_bytes.h"
#include "sample_files.h"

namespace convgrad::io {
namespace {

using test::Bytes, test::gzip, test::idx, test::says, test::operator+;

const Bytes kSix = idx(0x08, {2, 3}, {1, 2, 3, 4, 5, 6});

Bytes read(const Bytes& file) {
  IdxReader reader(file, "f.idx");
  Bytes data(static_cast<size_t>(reader.header().bytes));
  reader.read(data.data());
  return data;
}

std::string idx_failure(const Bytes& file) {
  return test::message_of<FileError>([&] { read(file); });
}

TEST(IdxReader, ReadsAPlainFile) {
  IdxReader reader(kSix, "f.idx");
  EXPECT_EQ(reader.header().type, IdxType::uint8);
  EXPECT_EQ(reader.header().sizes, (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(read(kSix), (Bytes{1, 2, 3, 4, 5, 6}));
}

TEST(IdxReader, ReadsAGzipFileWhateverItsName) { EXPECT_EQ(read(gzip(kSix)), (Bytes{1, 2, 3, 4, 5, 6})); }

TEST(IdxReader, ReadsAnArrayWithoutElements) {
  EXPECT_EQ(read(idx(0x08, {0, 28, 28}, {})), Bytes{});
  EXPECT_EQ(read(gzip(idx(0x08, {0}, {}))), Bytes{});
}

TEST(IdxReader, KnowsAllSixTypes) {
  for (const auto& [type, size] : {std::pair{0x08, 1}, {0x09, 1}, {0x0B, 2}, {0x0C, 4}, {0x0D, 4}, {0x0E, 8}}) {
    const Bytes data(static_cast<size_t>(3 * size), 7);
    EXPECT_EQ(read(idx(static_cast<uint8_t>(type), {3}, data)), data) << type;
  }
}

TEST(IdxReader, RefusesOtherMagicNumbers) {
  EXPECT_TRUE(says(idx_failure({}), "'f.idx' is empty"));
  EXPECT_TRUE(says(idx_failure({0, 0, 8}), "ends after 3 bytes"));
  EXPECT_TRUE(says(idx_failure(idx(0x0A, {1}, {0})), "is no IDX file: it begins with the bytes 00 00 0a 01"));
  EXPECT_TRUE(says(idx_failure({'P', 'K', 3, 4, 0}), "is no IDX file"));
  EXPECT_TRUE(says(idx_failure(gzip(gzip(kSix))), "compressed twice"));
  EXPECT_TRUE(says(idx_failure(idx(0x08, {}, {})), "0 dimensions"));
  EXPECT_TRUE(says(idx_failure(idx(0x08, std::vector<uint32_t>(255, 1), {0})), "255 dimensions"));
}

TEST(IdxReader, RefusesSizesThatLie) {
  EXPECT_TRUE(says(idx_failure(idx(0x08, {60000, 28, 28}, Bytes(100))), "60000×28×28"));
  EXPECT_TRUE(says(idx_failure(gzip(idx(0x08, {60000, 28, 28}, Bytes(100)))), "60000×28×28"));
  const uint32_t huge = 0xFFFFFFFF;
  EXPECT_TRUE(says(idx_failure(idx(0x0E, {huge, huge, huge}, Bytes(8))), "more than a file of its size can hold"));
  EXPECT_TRUE(says(idx_failure(idx(0x0E, {0, huge, huge}, {})), "more than a file of its size can hold"));
  EXPECT_TRUE(says(idx_failure(gzip(idx(0x08, {2000}, Bytes(1999)))), "2000 = 2000 bytes of data, it has 1999"));
}

TEST(IdxReader, RefusesMoreDataThanDeclared) {
  EXPECT_TRUE(says(idx_failure(kSix + Bytes{0}), "goes on behind"));
  EXPECT_TRUE(says(idx_failure(gzip(kSix + Bytes{0})), "goes on behind"));
}

TEST(IdxReader, StopsABombAtTheDeclaredSize) {
  const Bytes bomb = gzip(kSix + Bytes(10'000'000));
  EXPECT_LT(bomb.size(), 20'000u);
  EXPECT_TRUE(says(idx_failure(bomb), "goes on behind"));
}

TEST(IdxReader, RefusesEveryTruncation) {
  for (const Bytes& whole : {kSix, gzip(kSix), gzip(kSix) + gzip({})}) {
    const size_t first_member = gzip(kSix).size();
    for (size_t length = 0; length < whole.size(); ++length) {
      if (whole != kSix && length == first_member) continue;  // a whole member is a whole file
      EXPECT_NE(idx_failure(Bytes(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(length))), "") << length;
    }
  }
}

TEST(IdxReader, JoinsGzipMembers) {
  const Bytes head(kSix.begin(), kSix.begin() + 7), tail(kSix.begin() + 7, kSix.end());
  EXPECT_EQ(read(gzip(head) + gzip({}) + gzip(tail)), (Bytes{1, 2, 3, 4, 5, 6}));
}

TEST(IdxReader, IgnoresZerosButNothingElseBehindGzip) {
  EXPECT_EQ(read(gzip(kSix) + Bytes(513)), (Bytes{1, 2, 3, 4, 5, 6}));
  EXPECT_TRUE(says(idx_failure(gzip(kSix) + Bytes{7}), "1 bytes of something else follow"));
  EXPECT_TRUE(says(idx_failure(gzip(kSix) + Bytes{0, 0, 1}), "3 bytes of something else follow"));
  EXPECT_TRUE(says(idx_failure(gzip(kSix) + Bytes{0x1F, 0x8B, 8, 0, 9, 9}), "is damaged"));
}

TEST(IdxReader, ChecksGzipChecksumAndLength) {
  const Bytes whole = gzip(kSix);
  for (size_t back = 1; back <= 8; ++back) {
    Bytes broken = whole;
    broken[whole.size() - back] ^= 0x10;
    EXPECT_TRUE(says(idx_failure(broken), back <= 4 ? "incorrect length check" : "incorrect data check"));
  }
}

TEST(IdxReader, ReadsOptionalGzipHeaderFields) {
  const Bytes whole = gzip(kSix), body(whole.begin() + 10, whole.end());
  const Bytes header{0x1F, 0x8B, 8, 0x04 | 0x08 | 0x10, 0, 0, 0, 0, 0, 3, 3, 0, 'a', 'b', 'c', 'n', 0, 'c', 0};
  EXPECT_EQ(read(header + body), (Bytes{1, 2, 3, 4, 5, 6}));
  Bytes reserved = whole;
  reserved[3] |= 0x20;
  EXPECT_TRUE(says(idx_failure(reserved), "unknown header flags"));
}

TEST(FileBytes, NamesThePathAndTheReason) {
  const test::TempFolder folder;
  EXPECT_EQ(test::message_of<FileError>([&] { FileBytes(folder / "none"); }),
            "cannot open '" + folder / "none" + "': No such file or directory");
  EXPECT_TRUE(says(test::message_of<FileError>([&] { FileBytes(folder.path().string()); }), "it is a folder"));
  EXPECT_TRUE(says(test::message_of<FileError>([&] { FileBytes("/dev/zero"); }), "no regular file"));
  EXPECT_EQ(FileBytes(folder.write("empty", {})).bytes().size(), 0u);
}

}  // namespace
}  // namespace convgrad::io
