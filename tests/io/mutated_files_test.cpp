#include <gtest/gtest.h>

#include <random>

#include "../fuzz/targets.h"
#include "core/make.h"
#include "png_builder.h"

namespace convgrad::io {
namespace {

using test::Bytes, test::PngBuilder, test::TempFolder, test::operator+;

using Target = void (*)(std::span<const uint8_t>);

/// Small sound files of all kinds that a reader tells apart.
std::vector<Bytes> idx_files() {
  const Bytes plain = test::idx(0x08, {2, 3}, {1, 2, 3, 4, 5, 6});
  return {plain, test::gzip(plain), test::idx(0x0D, {2}, Bytes(8, 0x40)), test::idx(0x08, {0, 28, 28}, {})};
}
std::vector<Bytes> png_files() {
  return {PngBuilder{}.file(), PngBuilder{.depth = 2, .color_type = 3}.file(),
          PngBuilder{.depth = 16, .color_type = 6, .interlace = 1}.file()};
}
std::vector<Bytes> safetensors_files() {
  const TempFolder folder;
  const Tensor a = make_tensor({2}, kFloat32), b = make_tensor({3}, kBool), c = make_tensor({0, 2}, kInt64);
  for (int i = 0; i < 2; ++i) a.data_ptr<float>()[i] = 1;
  for (int i = 0; i < 3; ++i) b.data_ptr<bool>()[i] = true;
  save_safetensors(folder / "f", {{"a", a}, {"b", b}, {"c", c}}, {{"k", "v"}});
  return {test::read_back(folder / "f"), test::read_back(CONVGRAD_TEST_DIR "/golden/reference.safetensors")};
}

/// A gzip member's or PNG chunk's checksum hides what stands behind it, so the checked bytes are mutated before they
/// are packed.
std::vector<Bytes> packed_anew(const Bytes& plain) { return {plain, test::gzip(plain)}; }

void truncate_everywhere(Target target, const Bytes& file) {
  for (size_t length = 0; length < file.size(); ++length) target({file.data(), length});
}

void change_every_byte(Target target, const Bytes& file) {
  for (size_t i = 0; i < file.size(); ++i)
    for (const int change : {0x01, 0x80, 0xFF, -1, -2}) {
      Bytes broken = file;
      broken[i] = change > 0 ? static_cast<uint8_t>(broken[i] ^ change) : static_cast<uint8_t>(change == -1 ? 0 : 0xFF);
      target(broken);
    }
}

/// Some bytes set, a piece removed, doubled or moved; seeded, so that a failure comes again.
Bytes shuffled(Bytes file, std::mt19937& random) {
  const auto below = [&](size_t limit) { return limit == 0 ? size_t{0} : random() % limit; };
  for (size_t i = below(4); i > 0 && !file.empty(); --i) file[below(file.size())] = static_cast<uint8_t>(random());
  const size_t first = below(file.size()), length = below(file.size() - first);
  const auto begin = file.begin() + static_cast<ptrdiff_t>(first), end = begin + static_cast<ptrdiff_t>(length);
  const Bytes piece(begin, end);
  const auto kind = random() % 4;
  if (kind != 1) file.erase(begin, end);
  if (kind != 0) file.insert(file.begin() + static_cast<ptrdiff_t>(below(file.size())), piece.begin(), piece.end());
  return file;
}

void mutate(Target target, const std::vector<Bytes>& files, int rounds) {
  std::mt19937 random(4711);
  for (const Bytes& file : files) {
    truncate_everywhere(target, file);
    change_every_byte(target, file);
    for (int i = 0; i < rounds; ++i) target(shuffled(file, random));
  }
}

TEST(MutatedFiles, NeverGetPastTheIdxReader) {
  mutate(fuzz::idx, idx_files(), 3000);
  std::mt19937 random(42);
  for (int i = 0; i < 1000; ++i)
    for (const Bytes& file : packed_anew(shuffled(idx_files()[0], random))) fuzz::idx(file);
}

TEST(MutatedFiles, NeverGetPastThePngReader) { mutate(fuzz::png, png_files(), 1000); }

TEST(MutatedFiles, NeverGetPastThePngReaderWithSoundChecksums) {
  std::mt19937 random(42);
  const PngBuilder png{.color_type = 3};
  for (int i = 0; i < 3000; ++i) {
    Bytes header = test::be32(4) + test::be32(3);
    header = shuffled(header + Bytes{8, 3, 0, 0, 0}, random);
    const Bytes palette = shuffled(Bytes(30, 7), random), rows = shuffled(png.rows(), random);
    fuzz::png(PngBuilder::signature() +
              test::chunk("IHDR", i % 2 ? header : test::be32(4) + test::be32(3) + Bytes{8, 3, 0, 0, 0}) +
              test::chunk("PLTE", palette) + test::chunk("IDAT", test::deflated(rows)) + PngBuilder::end());
  }
}

TEST(MutatedFiles, NeverGetPastTheSafetensorsReader) { mutate(fuzz::safetensors, safetensors_files(), 4000); }

}  // namespace
}  // namespace convgrad::io
