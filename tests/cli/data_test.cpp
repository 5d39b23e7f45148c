#include <convgrad/io/png.h>
#include <convgrad/ops/creation.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "program.h"

namespace convgrad::testing {
namespace {

namespace fs = std::filesystem;

bool says(const Ran& ran, const std::string& words) { return ran.err.find(words) != std::string::npos; }

/// Twenty dark and twenty bright pictures of other sizes.
void write_classes(const fs::path& folder) {
  for (int i = 10; i < 30; ++i)
    for (const auto& [name, value] : {std::pair("dark", i), std::pair("light", 255 - i)}) {
      fs::create_directories(folder / name);
      const Tensor picture = full({i % 2 ? 3 : 1, 16 + i, 40}, value).to(kUInt8);
      io::write_png(picture, (folder / name / (std::to_string(i) + ".png")).string());
    }
}

const std::string kTrain =
    "train lenet5-classic --batch-size 6 --lr 0.05 --epochs 3 --format document --out net.safetensors "
    "--data ";

TEST(ProgramData, LearnsAFolderOfPicturesByClass) {
  const TemporaryFolder folder;
  write_classes(folder.path());
  const Ran train = run_program(kTrain + ".", folder.path());
  ASSERT_EQ(train.status, 0) << train.err;
  EXPECT_NE(train.out.find("test acc 1.000"), std::string::npos) << train.out;
  const Ran predict = run_program("predict --weights net.safetensors dark/10.png light/11.png", folder.path());
  EXPECT_NE(predict.out.find("dark/10.png: dark"), std::string::npos) << predict.out << predict.err;
  EXPECT_NE(predict.out.find("light/11.png: light"), std::string::npos) << predict.out;
}

TEST(ProgramData, NamesFilesThatAreNoPicturesOrLeavesThemOut) {
  const TemporaryFolder folder;
  write_classes(folder.path());
  std::ofstream(fs::path(folder.path()) / "dark" / "notes.txt") << "no picture";
  const Ran refused = run_program(kTrain + ".", folder.path());
  EXPECT_EQ(refused.status, 3);
  EXPECT_TRUE(says(refused, "notes.txt") && says(refused, "--skip-bad")) << refused.err;
  const Ran skipped = run_program(kTrain + ". --skip-bad", folder.path());
  EXPECT_EQ(skipped.status, 0);
  EXPECT_TRUE(says(skipped, "left out: ") && says(skipped, "1 files of . left out")) << skipped.err;
}

TEST(ProgramData, RefusesDataOfAnotherKind) {
  const TemporaryFolder folder;
  expect_words(run_program("train unet --data signals", folder.path()), 2, "has no masks");
  expect_words(run_program("train lenet5 --data signals", folder.path()), 2, "signals are no pictures");
  expect_words(run_program("train resnet --data cifar10", folder.path()), 3, "data_batch_1.bin");
}

}  // namespace
}  // namespace convgrad::testing
