// What is done with runs that are there: two are compared, one is made again.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "cli/page.h"
#include "cli/program.h"

namespace convgrad::testing {
namespace {

const std::string kTrain = "train lenet5-classic --data . --batch-size 10 --epochs 2 ";

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Runs a and b of the same data with other rates.
struct TwoRuns : TemporaryFolder {
  TwoRuns() {
    write_pictures(path(), 100);
    EXPECT_EQ(run_program(kTrain + "--name a --lr 0.05", path()).status, 0);
    EXPECT_EQ(run_program(kTrain + "--name b --lr 0.02 --momentum 0.9", path()).status, 0);
  }
};

std::map<std::string, bool> right_answers(const std::filesystem::path& run) {
  std::map<std::string, bool> right;
  for (const auto& row : csv(run / "predictions.csv"))
    if (row[0] != "index") right[row[0]] = row[1] == row[2];
  return right;
}

TEST(Comparison, CountsWhoIsRightAlone) {
  const TwoRuns folder;
  const Ran ran = run_program("report runs/a runs/b", folder.path());
  ASSERT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(ran.out, "runs/a/compared-with-b.html\n");
  const std::string page = read_file(folder / "runs/a/compared-with-b.html");
  const auto a = right_answers(folder / "runs/a"), b = right_answers(folder / "runs/b");
  ASSERT_EQ(a.size(), 100u);
  int only_a = 0, only_b = 0;
  for (const auto& [index, right] : a) only_a += right && !b.at(index), only_b += !right && b.at(index);
  const std::string words = without_tags(inside(page, "paired"));
  EXPECT_TRUE(
      has(words, fmt::format("Of the same 100 pictures, {} are right in a alone and {} in b alone: b is {:+.2f} "
                             "points from a",
                             only_a, only_b, static_cast<double>(only_b - only_a))))
      << words;
  const Rows settings = table(page, "Settings that differ");
  EXPECT_EQ(settings, (Rows{{"setting", "a", "b"}, {"lr", "0.05", "0.02"}, {"momentum", "0", "0.9"}}));
  const Rows figures = table(page, "Figures");
  ASSERT_GT(figures.size(), 2u);
  const auto share = [](const std::map<std::string, bool>& answers) {
    double right = 0;
    for (const auto& [index, is_right] : answers) right += is_right;
    return fmt::format("{:.2f} %", right);
  };
  EXPECT_EQ(figures[1], (std::vector<std::string>{"accuracy", share(a), share(b)}));
}

TEST(Comparison, OfARunWithItselfFindsNothing) {
  const TwoRuns folder;
  const Ran ran = run_program("report runs/a runs/a --out same.html --json", folder.path());
  ASSERT_EQ(ran.status, 0) << ran.err;
  const std::string page = read_file(folder / "same.html");
  EXPECT_TRUE(has(page, "Both were made with the same settings."));
  EXPECT_TRUE(has(inside(page, "paired"), "0 are right in a alone and 0 in a alone"));
  EXPECT_TRUE(has(inside(page, "paired"), "which chance alone could make"));
  expect_words(run_program("report runs/a runs/none", folder.path()), 3, "runs/none is no folder of a run");
  EXPECT_EQ(run_program("report runs/a runs/b runs/a", folder.path()).status, 2);
}

TEST(Reproduce, MakesTheSameBits) {
  const TwoRuns folder;
  const Ran ran = run_program("reproduce runs/b", folder.path());
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_TRUE(has(ran.out, "epoch 1: the same weights, ")) << ran.out;
  EXPECT_TRUE(has(ran.out, "2 epochs: the same bits; made again in runs/lenet5-classic-")) << ran.out;
  expect_words(run_program("reproduce runs/none", folder.path()), 3, "runs/none is no folder of a run");
}

TEST(Reproduce, NamesTheFirstDifference) {
  const TwoRuns folder;
  const auto replace = [&](const std::string& file, const std::string& from, const std::string& to) {
    std::string text = read_file(folder / file);
    const size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << file;
    write_file(folder / file, text.replace(at, from.size(), to));
  };
  // a setting: the rate of the very first step is another
  replace("runs/a/config.toml", "lr = 0.05", "lr = 0.06");
  const Ran other = run_program("reproduce runs/a", folder.path());
  expect_words(other, 1, "the first difference is step 1: learning rate 0.05, now 0.06, and after epoch 1: weights ");
  EXPECT_TRUE(has(other.err, "hint: version, machine and data are as they were")) << other.err;
  // the data: a step sees another loss
  const std::string name = "train-images-idx3-ubyte";
  std::string images = read_file(folder / name);
  images.back() = static_cast<char>(images.back() ^ 0x40);
  write_file(folder / name, images);
  const Ran data = run_program("reproduce runs/b", folder.path());
  expect_words(data, 1, "the first difference is step ");
  EXPECT_TRUE(has(data.err, ": loss ")) << data.err;
  EXPECT_TRUE(has(data.err, name + " is another file")) << data.err;
}

TEST(Reproduce, OfAnUnfinishedEpochHasNothingToCompareWith) {
  const TwoRuns folder;
  write_file(folder / "runs/a/metrics.csv", "");
  expect_words(run_program("reproduce runs/a", folder.path()), 2, "has no epoch to compare with");
}

}  // namespace
}  // namespace convgrad::testing
