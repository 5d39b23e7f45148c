// Recipes, and training pictures that are changed at random: from the options to the weights.
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "cli/program.h"

namespace convgrad::testing {
namespace {

struct Pictures : TemporaryFolder {
  Pictures() { write_pictures(path(), 60); }
};

const std::string kAugmented =
    "train lenet5-classic --data . --batch-size 10 --quiet --flip 0.5 --crop-padding 2 --rotate 10 --jitter 0.2 "
    "--erase "
    "0.5 ";

std::string weights(const TemporaryFolder& folder, const std::string& run) {
  return read_file(folder / ("runs/" + run + "/weights/last.safetensors"));
}

TEST(Recipe, FillsWhatTheCommandLineAndTheFileLeaveOpen) {
  const Pictures folder;
  write_file(folder / "mine.toml", "momentum = 0.5\nepochs = 4\n");
  const Ran ran = run_program(
      "train --recipe best --data . --validation 10 --config mine.toml --epochs 3 --dry-run --json", folder.path());
  ASSERT_EQ(ran.status, 0) << ran.err;
  const auto plan = nlohmann::json::parse(ran.out);
  std::map<std::string, std::string> settings;
  for (const auto& s : plan["settings"])
    settings[s["key"]] = s["value"].get<std::string>() + " " + s["origin"].get<std::string>();
  EXPECT_EQ(settings["model"], "\"resnet9\" recipe");
  EXPECT_EQ(settings["data"], "\".\" given");
  EXPECT_EQ(settings["epochs"], "3 given");
  EXPECT_EQ(settings["momentum"], "0.5 config");
  EXPECT_EQ(settings["nesterov"], "true recipe");
  EXPECT_EQ(settings["flip"], "0.5 recipe");
  EXPECT_EQ(settings["seed"], "0 default");
  EXPECT_LE(plan["parameters"], 1000000);
}

TEST(Recipe, HoldsOutPicturesAndTellsTheTestSetOnce) {
  const Pictures folder;
  const Ran ran = run_program("train --recipe best --data . --validation 10 --epochs 2 --name r", folder.path());
  ASSERT_EQ(ran.status, 0) << ran.err;
  const auto summary = nlohmann::json::parse(read_file(folder / "runs/r/summary.json"));
  EXPECT_EQ(summary["best_by"], "validation");
  EXPECT_EQ(summary["training_images"], 50);
  const std::string page = read_file(folder / "runs/r/report.html");
  EXPECT_NE(page.find("the test images were looked at once, at the end"), std::string::npos);
  // no epoch looked at the test pictures
  EXPECT_NE(read_file(folder / "runs/r/metrics.csv").find(",,,"), std::string::npos);
  expect_words(run_program("train --recipe bets", folder.path()), 2, "--recipe");
  expect_words(run_program("train --recipe best --data .", folder.path()), 2,
               "--validation 5000: there are 60 training pictures");
}

TEST(Augmentation, ChangesWhatIsLearntAndIsTheSameForAnyNumberOfWorkers) {
  const Pictures folder;
  const std::string plain = "train lenet5-classic --data . --batch-size 10 --quiet ";
  ASSERT_EQ(run_program(plain + "--name plain", folder.path()).status, 0);
  for (const std::string workers : {"0", "1", "3"})
    ASSERT_EQ(run_program(kAugmented + "--name w" + workers + " --workers " + workers, folder.path()).status, 0);
  EXPECT_TRUE(weights(folder, "w0") == weights(folder, "w1"));
  EXPECT_TRUE(weights(folder, "w0") == weights(folder, "w3"));
  EXPECT_FALSE(weights(folder, "w0") == weights(folder, "plain"));
  for (const char* option : {"--flip 0.5", "--crop-padding 2", "--rotate 10", "--jitter 0.2", "--erase 0.5"}) {
    ASSERT_EQ(run_program(plain + "--name one " + option, folder.path()).status, 0);
    EXPECT_FALSE(weights(folder, "one") == weights(folder, "plain")) << option;
    std::filesystem::remove_all(folder / "runs/one");
  }
}

TEST(Augmentation, GoesOnToTheSameBits) {
  const Pictures folder;
  const std::string train = kAugmented + "--epochs 3 --validation 7 --workers 2 --save-every 2 --name ";
  ASSERT_EQ(run_program(train + "whole", folder.path()).status, 0);
  for (const char* part : {"1", "3"}) {  // of the run's lines, behind which it is killed
    const Ran ran = run_shell("\"$convgrad\" " + train +
                                  "part & p=$!; until [ \"$(grep -c . runs/part/steps.jsonl "
                                  "2>/dev/null)\" -ge 6 ] 2>/dev/null; do sleep 0.01; done; sleep 0.0" +
                                  part + "; kill -KILL $p; wait $p; \"$convgrad\" train --quiet --resume runs/part",
                              folder.path());
    EXPECT_TRUE(ran.status == 0 || ran.err.find("has all its 3 epochs") != std::string::npos) << ran.err;
    EXPECT_TRUE(weights(folder, "part") == weights(folder, "whole"));
    std::filesystem::remove_all(folder / "runs/part");
  }
}

TEST(Augmentation, IsForPicturesOfClassesAlone) {
  const TemporaryFolder folder;
  expect_words(run_program("train unet --data shapes10 --flip 0.5", folder.path()), 2, "masks would not follow");
  expect_words(run_program("train signal1d --data signals --erase 0.5", folder.path()), 2, "signals are not augmented");
  expect_words(run_program("train lenet5 --data shapes10 --flip 2", folder.path()), 2, "--flip");
}

}  // namespace
}  // namespace convgrad::testing
