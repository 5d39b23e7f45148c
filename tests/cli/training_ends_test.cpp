// How a training may end before its time: the place for its weights fails, the loss is no number, a signal comes.
#include <convgrad/convgrad.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "cli/program.h"

namespace convgrad::testing {
namespace {

const std::string kTrain = "train lenet5-classic --data . --batch-size 10 --format document --out ";

struct Pictures : TemporaryFolder {
  Pictures() { write_pictures(path(), 60); }
};

/// Whether file systems can be mounted where only this test's commands see them: for root, and for others where the
/// system allows it. What needs it is tested by other ways, too.
bool can_mount() { return std::system("unshare -rm mount -t tmpfs none /mnt 2>/dev/null") == 0; }

TEST(Output, IntoAMissingFolderIsFoundOutBeforeTheTraining) {
  const Pictures folder;
  const auto before = folder.list();
  const Ran ran = run_program(kTrain + "no/such/folder/net.safetensors", folder.path());
  expect_words(ran, 3, "no/such/folder/net.safetensors");
  EXPECT_NE(ran.err.find("create the folder first"), std::string::npos) << ran.err;
  EXPECT_EQ(ran.out, "");
  expect_words(run_program(kTrain + ".", folder.path()), 3, "Is a directory");
  EXPECT_EQ(folder.list(), before);
}

TEST(Output, IntoAReadOnlyPlaceIsFoundOutBeforeTheTraining) {
  const Pictures folder;
  const auto expect = [&](const Ran& ran) {
    expect_words(ran, 3, "net.safetensors");
    EXPECT_NE(ran.err.find("choose a folder that you may write to"), std::string::npos) << ran.err;
    EXPECT_EQ(ran.out, "");
  };
  expect(run_program(kTrain + "/sys/net.safetensors", folder.path()));  // root, too, makes no files there
  std::filesystem::create_directory(folder / "locked");
  std::filesystem::permissions(folder / "locked", std::filesystem::perms{0555});
  if (geteuid() != 0) expect(run_program(kTrain + "locked/net.safetensors", folder.path()));
  if (can_mount())
    expect(
        run_shell("unshare -rm sh -c 'mount --bind locked locked && mount -o remount,bind,ro locked && "
                  "exec \"$convgrad\" " +
                      std::string(kTrain) + "locked/net.safetensors'",
                  folder.path()));
  EXPECT_TRUE(std::filesystem::is_empty(folder / "locked"));
}

TEST(Output, OnAFullDiskLeavesTheOldFileAndNothingElse) {
  const Pictures folder;
  write_file(folder / "net.safetensors", "old");
  const auto before = folder.list();
  // no file may have more than 16 × 512 bytes: the net has 247 kB
  const Ran limited = run_shell("ulimit -f 16; \"$convgrad\" " + kTrain + "net.safetensors", folder.path());
  expect_words(limited, 3, "File too large");
  EXPECT_EQ(limited.out, "");
  EXPECT_EQ(read_file(folder / "net.safetensors"), "old");
  if (can_mount()) {
    std::filesystem::create_directory(folder / "disk");
    const Ran full = run_shell(
        "unshare -rm sh -c 'mount -t tmpfs -o size=64k none disk && echo old >disk/net.safetensors; "
        "\"$convgrad\" " +
            std::string(kTrain) + "disk/net.safetensors; status=$?; ls -A disk; cat disk/*; exit $status'",
        folder.path());
    expect_words(full, 3, "No space left on device (246824 bytes needed");
    EXPECT_EQ(full.out, "net.safetensors\nold\n");
    std::filesystem::remove(folder / "disk");
  }
  EXPECT_EQ(folder.list(), before);
}

TEST(Output, ThatFillsTheDiskAfterAnEpochIsReported) {
  const Pictures folder;
  const Ran ran = run_program(kTrain + "/dev/full", folder.path());
  expect_words(ran, 3, "No space left on device");
  EXPECT_EQ(ran.out.rfind("epoch 1, ", 0), 0u) << ran.out;
  expect_words(run_program("summary lenet5 >/dev/full", folder.path()), 3, "cannot write the output: No space left");
  expect_words(run_program("--help >/dev/full", folder.path()), 3, "cannot write the output");
}

TEST(Divergence, SaysAtWhichStepAndKeepsTheOldFile) {
  const Pictures folder;
  write_file(folder / "net.safetensors", "old");
  const Ran ran = run_program(kTrain + "net.safetensors --lr 1e38 --momentum 0.9", folder.path());
  expect_words(ran, 4, " of epoch 1");
  EXPECT_NE(ran.err.find("at step "), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find("try a smaller --lr; no weights were saved"), std::string::npos) << ran.err;
  EXPECT_EQ(read_file(folder / "net.safetensors"), "old");
  EXPECT_NE(ran.err.find("first in the "), std::string::npos) << ran.err;
  const auto run = *std::filesystem::directory_iterator(folder / "runs");
  EXPECT_TRUE(std::filesystem::exists(run.path() / "state/diverged.safetensors"));
  EXPECT_NE(read_file(run.path() / "summary.json").find("\"status\": \"diverged\""), std::string::npos);
}

TEST(Divergence, KeepsTheLastGoodEpoch) {
  const Pictures folder;
  // Weights grow by a factor each step until, some epochs later, they are no numbers any more.
  const Ran ran = run_program(kTrain + "net.safetensors --lr 1 --weight-decay 100 --epochs 1000", folder.path());
  expect_words(ran, 4, "the loss is ");
  const size_t hint = ran.err.find("net.safetensors holds the weights of epoch ");
  ASSERT_NE(hint, std::string::npos) << ran.err;
  const std::string lines = ran.out, kept = ran.err.substr(hint + 43, ran.err.find('\n', hint) - hint - 43);
  EXPECT_NE(lines.find("epoch " + kept + ", train loss"), std::string::npos) << ran.err << lines;
  EXPECT_EQ(lines.find("nan"), std::string::npos) << lines;
  EXPECT_EQ(run_program("eval net.safetensors --data .", folder.path()).status, 0);
}

TEST(Signals, EndTheTrainingAfterTheBatchWithItsWeightsSaved) {
  const Pictures folder;
  const std::pair<const char*, int> cases[] = {{"INT", 130}, {"TERM", 143}};
  for (const auto& [signal, status] : cases) {
    const Ran ran = run_shell("env --default-signal=INT \"$convgrad\" " + std::string(kTrain) +
                                  "net.safetensors --epochs 1000000 & p=$!; while ! [ -e net.safetensors ]; do sleep "
                                  "0.05; done; kill -" +
                                  signal + " $p; wait $p",
                              folder.path());
    EXPECT_EQ(ran.status, status) << ran.err;
    EXPECT_NE(ran.err.find("Go on with:  convgrad train --resume runs/"), std::string::npos) << ran.err;
    EXPECT_EQ(run_program("eval net.safetensors --data .", folder.path()).status, 0);
    std::filesystem::remove(folder / "net.safetensors");
    EXPECT_EQ(folder.list().size(), 5u);  // the data, the runs, and nothing half-written
  }
}

TEST(Signals, EndTheProgramAtOnceWhileItReadsTheData) {
  const TemporaryFolder folder;  // of 2,000 pictures, which take a second
  io::write_png(zeros({1, 256, 256}, {.dtype = kUInt8}), folder / "x.png");
  for (const std::string name : {"a", "b"}) {
    std::filesystem::create_directory(folder / name);
    for (int i = 0; i < 1000; ++i)
      std::filesystem::create_hard_link(folder / "x.png", folder / (name + "/" + std::to_string(i) + ".png"));
  }
  for (const auto& [signal, status] : {std::pair{"INT", 130}, {"TERM", 143}}) {
    const Ran ran = run_shell("env --default-signal=INT \"$convgrad\" " + std::string(kTrain) +
                                  "net.safetensors & p=$!; sleep 0.1; kill -" + signal + " $p; wait $p",
                              folder.path());
    EXPECT_EQ(ran.status, status) << ran.err;
    EXPECT_EQ(folder.list(), (std::vector<std::string>{"a", "b", "x.png"}));
  }
}

}  // namespace
}  // namespace convgrad::testing
