#include <convgrad/data/data_loader.h>
#include <convgrad/data/generated.h>
#include <convgrad/error.h>
#include <gtest/gtest.h>
#include <zlib.h>

namespace convgrad::data::datasets {
namespace {

uint32_t checksum(const Tensor& values) {
  return static_cast<uint32_t>(crc32_z(0, values.data_ptr<uint8_t>(), static_cast<size_t>(values.numel())));
}

TEST(Generated, IsTheSameEverywhere) {
  EXPECT_EQ(checksum(Shapes10({.count = 100}).images()), 1783315099u);
  EXPECT_EQ(checksum(ShapeMasks({.count = 100}).masks()), 999069244u);
  EXPECT_EQ(checksum(Signals({.count = 100}).images()), 1137986690u);
}

TEST(Generated, TellsTrainingFromTestingAndSeeds) {
  const Tensor one = Shapes10({.count = 20}).images();
  EXPECT_TRUE(one.equal(Shapes10({.count = 30}).images().slice(0, 0, 20)));
  EXPECT_FALSE(one.equal(Shapes10({.train = false, .count = 20}).images()));
  EXPECT_FALSE(one.equal(Shapes10({.count = 20, .seed = 1}).images()));
  EXPECT_EQ(Shapes10({.train = false}).size(), 2000);
  EXPECT_THROW(Signals({.count = -1}), ValueError);
}

TEST(Generated, ShapesHaveAllKindsAndMasksThatFit) {
  const ShapeMasks masks({.count = 300, .transform = transforms::ToTensor()});
  std::vector<int64_t> seen(10);
  for (int64_t i = 0; i < masks.size(); ++i) {
    const auto kind = masks.targets()[i].item<int64_t>();
    seen[static_cast<size_t>(kind)]++;
    const Tensor mask = masks.get(i).target;
    EXPECT_EQ(mask.max().item<int64_t>(), kind + 1);
    const auto covered = (mask > 0).sum().item<int64_t>();
    EXPECT_TRUE(covered > 15 && covered < 400) << covered;
  }
  for (const int64_t count : seen) EXPECT_GT(count, 10);
  EXPECT_EQ(masks.classes().size(), 11u);
}

TEST(Generated, MasksAreTheSameByBatchAndByExample) {
  const ShapeMasks masks({.count = 8, .transform = transforms::ToTensor()});
  const Example batch = *masks.get_batch({3, 5}), one = masks.get(5);
  EXPECT_TRUE(batch.target[1].equal(one.target));
  EXPECT_TRUE(batch.data[1].equal(one.data));
  EXPECT_EQ(batch.target.sizes().vec(), (std::vector<int64_t>{2, 28, 28}));
}

}  // namespace
}  // namespace convgrad::data::datasets
