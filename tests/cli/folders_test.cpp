// Folders that fail a training: its own, moved, deleted, write-protected or full while it runs, or wanted by two at
// once; and those of pictures, with files of all kinds in them.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>

#include "cli/page.h"
#include "cli/program.h"
#include "io/png_builder.h"

namespace convgrad::testing {
namespace {

namespace fs = std::filesystem;
using test::operator+;

const std::string kTrain = "\"$convgrad\" train lenet5-classic --data . --batch-size 10 --epochs 100000 --quiet ";

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Whether file systems can be mounted where only this test's commands see them.
bool can_mount() { return std::system("unshare -rm mount -t tmpfs none /mnt 2>/dev/null") == 0; }

struct Pictures : TemporaryFolder {
  Pictures() { write_pictures(path(), 60); }

  /// A training in runs/r, to which something is done once it has saved an epoch; how it ended.
  Ran while_it_trains(const std::string& what, const std::string& runs = "runs") const {
    return run_shell(kTrain + "--name r --runs " + runs + " & p=$!; while ! [ -e " + runs +
                         "/r/weights/last.safetensors ]; do sleep 0.02; done; " + what + "; wait $p",
                     path());
  }
  /// An epoch more for a run that was broken off.
  void expect_goes_on(const std::string& run) const {
    const size_t done = csv(*this / run / "metrics.csv").size() - 1;
    const Ran ran = run_program(fmt::format("train --quiet --resume {} --epochs {}", run, done + 1), path());
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(csv(*this / run / "metrics.csv").size() - 1, done + 1);
  }
};

TEST(RunFolder, MovedAwayEndsTheTrainingAndCanBeGoneOnWith) {
  const Pictures folder;
  const Ran ran = folder.while_it_trains("mv runs/r runs/moved");
  expect_words(ran, 3, "runs/r");  // whether it wanted to write a file just then, or to read its tables for the page
  EXPECT_TRUE(has(ran.err, "No such file or directory") || has(ran.err, "holds no summary.json")) << ran.err;
  EXPECT_FALSE(fs::exists(folder / "runs/r"));
  folder.expect_goes_on("runs/moved");
  EXPECT_EQ(run_program("report runs/moved", folder.path()).status, 0);
}

TEST(RunFolder, DeletedEndsTheTraining) {
  const Pictures folder;
  const Ran ran = folder.while_it_trains("until rm -rf runs/r 2>/dev/null; do :; done");
  expect_words(ran, 3, "runs/r");
  EXPECT_FALSE(fs::exists(folder / "runs/r/report.html"));
}

TEST(RunFolder, MadeReadOnlyEndsTheTrainingAndCanBeGoneOnWith) {
  if (!can_mount()) GTEST_SKIP() << "root writes into folders of any mode, and file systems cannot be mounted here";
  const Pictures folder;
  const Ran ran = run_shell("unshare -rm sh -c 'mkdir runs; mount --bind runs runs; " + kTrain +
                                "--name r & p=$!; while ! [ -e runs/r/weights/last.safetensors ]; do sleep 0.02; done; "
                                "until mount -o remount,bind,ro runs 2>/dev/null; do :; done; wait $p'",  // busy
                            folder.path());
  expect_words(ran, 3, "runs/r/");
  EXPECT_TRUE(has(ran.err, "Read-only file system")) << ran.err;
  folder.expect_goes_on("runs/r");
}

TEST(RunFolder, OnADiskThatFillsUpEndsTheTrainingAndCanBeGoneOnWith) {
  if (!can_mount()) GTEST_SKIP() << "file systems cannot be mounted here";
  const Pictures folder;
  fs::create_directory(folder / "disk");
  const Ran ran =
      run_shell("unshare -rm sh -c 'mount -t tmpfs -o size=4m none disk; " + kTrain +
                    "--name r --runs disk & p=$!; while ! [ -e disk/r/weights/last.safetensors ]; do sleep 0.02; done; "
                    "while kill -0 $p; do cat /dev/zero >>disk/fill; sleep 0.02; done 2>/dev/null; "  // it frees some
                    "wait $p; s=$?; rm disk/fill; cp -r disk/r kept; exit $s'",
                folder.path());
  expect_words(ran, 3, "disk/r/");
  EXPECT_TRUE(has(ran.err, "No space left on device")) << ran.err;
  folder.expect_goes_on("kept");
}

TEST(RunFolder, IsOneForEachOfSeveralTrainingsThatBeginAtOnce) {
  const Pictures folder;
  const std::string train = "\"$convgrad\" train lenet5-classic --data . --batch-size 10 --quiet ";
  const Ran ran =
      run_shell("for i in 1 2 3 4; do " + train + "--runs r & p=\"$p $!\"; done; for i in $p; do wait $i || exit; done",
                folder.path());
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(std::distance(fs::directory_iterator(folder / "r"), fs::directory_iterator()), 4);
  for (const auto& run : fs::directory_iterator(folder / "r"))
    EXPECT_TRUE(has(read_file(run.path() / "summary.json"), "\"status\": \"finished\"")) << run.path();
  // the same name for all: one gets it
  const Ran named =
      run_shell("for i in 1 2 3 4; do " + train +
                    "--name n & p=\"$p $!\"; done; for i in $p; do wait $i; echo $?; done >codes; sort codes",
                folder.path());
  EXPECT_EQ(named.out, "0\n3\n3\n3\n") << named.err;
  EXPECT_EQ(csv(folder / "runs/n/metrics.csv").size(), 2u);
}

TEST(Signals, ASecondOneStopsAtOnceAndNothingIsLost) {
  const TemporaryFolder folder;
  // batches that take a second or more
  const Ran ran = run_shell(
      "env --default-signal=INT \"$convgrad\" train lenet5 --data shapes10 --batch-size 5000 --quiet --name r & p=$!; "
      "while ! [ -e runs/r/report.html ]; do sleep 0.05; done; sleep 0.2; kill -INT $p; sleep 0.05; kill -INT $p; wait "
      "$p",
      folder.path());
  EXPECT_EQ(ran.status, 130) << ran.err;
  EXPECT_FALSE(has(ran.err, "saved at")) << ran.err;
  EXPECT_FALSE(fs::exists(folder / "runs/r/weights/last.safetensors"));
  EXPECT_EQ(run_program("report runs/r", folder.path()).status, 0);
  const Ran more = run_shell(
      "\"$convgrad\" train --resume runs/r & p=$!; while ! grep -q 'going on behind epoch 1, batch 0' "
      "runs/r/log.txt; do sleep 0.05; done; kill -KILL $p",
      folder.path());
  EXPECT_FALSE(has(more.err, "convgrad: ")) << more.err;
}

/// Class folders with a good picture each, to which others are added.
struct Classes : TemporaryFolder {
  Classes() {
    for (const char* name : {"a", "b"}) {
      fs::create_directory(path() / name);
      for (int i = 0; i < 12; ++i)
        write(std::string(name) + "/" + std::to_string(i) + ".png", test::PngBuilder{}.file());
    }
  }
  void write(const std::string& file, const test::Bytes& bytes) const {
    write_file(path() / file, std::string(bytes.begin(), bytes.end()));
  }
  Ran train(const std::string& more = "") const {
    return run_program("train lenet5-classic --data . --batch-size 8 " + more, path());
  }
};

TEST(PictureFolders, ReadGreyPaletteDeepAndTransparentPictures) {
  const Classes folder;
  int number = 0;
  for (const uint8_t interlace : {0, 1})
    for (const auto& [type, depth] : {std::pair<uint8_t, uint8_t>{0, 1},
                                      {0, 2},
                                      {0, 4},
                                      {0, 16},
                                      {2, 8},
                                      {2, 16},
                                      {3, 1},
                                      {3, 4},
                                      {3, 8},
                                      {4, 8},
                                      {4, 16},
                                      {6, 8},
                                      {6, 16}})
      folder.write(fmt::format("a/other{}.png", number++),
                   test::PngBuilder{.depth = depth, .color_type = type, .interlace = interlace}.file());
  const Ran ran = folder.train();
  EXPECT_EQ(ran.status, 0) << ran.err;
  const Ran where = run_program("data where .", folder.path());  // of 38 and 12, each tenth is held out to test with
  EXPECT_TRUE(has(where.out, "., training: 46 pictures, 2 classes")) << where.out << where.err;
}

TEST(PictureFolders, NameEachFileThatIsNoPicture) {
  const Classes folder;
  const test::Bytes whole = test::PngBuilder{.width = 40, .height = 40}.file();
  folder.write("a/empty.png", {});
  folder.write("a/cut.png", {whole.begin(), whole.begin() + 60});
  folder.write("a/note.txt", {'h', 'i'});
  folder.write("b/photo.jpg", {0xff, 0xd8, 0xff, 0xe0});
  folder.write("b/huge.png",
               test::PngBuilder::signature() +
                   test::chunk("IHDR", test::be32(1u << 30) + test::be32(1u << 30) + test::Bytes{8, 2, 0, 0, 0}) +
                   test::PngBuilder::end());
  folder.write("b/flat.png", test::PngBuilder{.width = 0}.file());
  fs::create_symlink("gone.png", folder / "b/link.png");
  ASSERT_EQ(mkfifo((folder / "b/pipe.png").c_str(), 0600), 0);
  const char* names[] = {"empty.png", "cut.png",  "note.txt", "photo.jpg",
                         "huge.png",  "flat.png", "link.png", "pipe.png"};
  const Ran refused = folder.train();
  EXPECT_EQ(refused.status, 3);
  for (const char* name : names) EXPECT_TRUE(has(refused.err, name)) << name << refused.err;
  EXPECT_TRUE(has(refused.err, "--skip-bad")) << refused.err;
  EXPECT_FALSE(fs::exists(folder / "runs"));
  const Ran skipped = folder.train("--skip-bad --name s");
  ASSERT_EQ(skipped.status, 0) << skipped.err;
  for (const char* name : names) EXPECT_TRUE(has(skipped.err, name)) << name << skipped.err;
  int counted = 0;  // once of those to train with, once of those to test with
  for (size_t at = 0; (at = skipped.err.find(" files of . left out", at)) != std::string::npos; ++at)
    counted += std::stoi(skipped.err.substr(skipped.err.rfind('\n', at) + 1));
  EXPECT_EQ(counted, 8) << skipped.err;
}

TEST(PictureFolders, ThatHoldNothingToLearnSaySo) {
  const TemporaryFolder folder;
  const auto refused = [&](const std::string& words) {
    expect_words(run_program("train lenet5-classic --data .", folder.path()), 3, words);
    EXPECT_FALSE(fs::exists(folder / "runs"));
  };
  for (const char* name : {"a", "b"}) fs::create_directory(folder / name);
  refused("train-images-idx3-ubyte");  // no pictures by class either
  write_file(folder / "a/1.png", "none");
  refused("1.png");
  expect_words(run_program("train lenet5-classic --data . --skip-bad", folder.path()), 3, "no pictures in");
  fs::create_directories(folder / "train/a");
  write_file(folder / "train/a/1.png", "none");
  refused("train/a/1.png");
}

}  // namespace
}  // namespace convgrad::testing
