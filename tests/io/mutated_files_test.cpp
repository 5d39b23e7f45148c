#include <gtest/gtest.h>

#include "../fuzz/seeds.h"
#include "../fuzz/targets.h"
#include "io/mutations.h"

namespace convgrad::io {
namespace {

using test::Bytes, test::PngBuilder, test::mutate, test::shuffled, test::operator+;

/// A gzip member's or PNG chunk's checksum hides what stands behind it, so the checked bytes are mutated before they
/// are packed.
std::vector<Bytes> packed_anew(const Bytes& plain) { return {plain, test::gzip(plain)}; }

TEST(MutatedFiles, NeverGetPastTheIdxReader) {
  mutate(fuzz::idx, fuzz::idx_files(), 3000);
  std::mt19937 random(42);
  for (int i = 0; i < 1000; ++i)
    for (const Bytes& file : packed_anew(shuffled(fuzz::idx_files()[0], random))) fuzz::idx(file);
}

TEST(MutatedFiles, NeverGetPastThePngReader) { mutate(fuzz::png, fuzz::png_files(), 1000); }

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

TEST(MutatedFiles, NeverGetPastTheSafetensorsReader) { mutate(fuzz::safetensors, fuzz::safetensors_files(), 4000); }
TEST(MutatedFiles, NeverGetPastTheGzipReader) { mutate(fuzz::gzip, fuzz::gzip_files(), 3000); }
TEST(MutatedFiles, NeverGetPastTheCheckpointsTexts) { mutate(fuzz::checkpoint, fuzz::checkpoint_files(), 3000); }

TEST(MutatedFiles, NeverGetPastTheCifarReader) {
  std::mt19937 random(4711);
  for (const Bytes& file : fuzz::cifar_files())
    for (int i = 0; i < 300; ++i) fuzz::cifar(shuffled(file, random));
}

TEST(FoundFiles, AreAnsweredNow) {
  test::run_found(fuzz::idx, "idx");
  test::run_found(fuzz::gzip, "gzip");
  test::run_found(fuzz::png, "png");
  test::run_found(fuzz::safetensors, "safetensors");
  test::run_found(fuzz::checkpoint, "checkpoint");
  test::run_found(fuzz::cifar, "cifar");
}

}  // namespace
}  // namespace convgrad::io
