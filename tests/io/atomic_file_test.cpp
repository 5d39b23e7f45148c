#include <convgrad/error.h>
#include <convgrad/io/atomic_file.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <thread>

#include "failing_calls.h"
#include "sample_files.h"

namespace convgrad::io {
namespace {

using test::Bytes, test::message_of, test::read_back, test::says, test::TempFolder;
namespace fs = std::filesystem;

const Bytes kOld{'o', 'l', 'd'};
const Bytes kNew{'n', 'e', 'w'};
using Names = std::vector<std::string>;

TEST(AtomicFile, WritesANewFileWithTheUsualMode) {
  const TempFolder folder;
  const mode_t mask = umask(027);
  write_file(folder / "f", "new");
  umask(mask);
  EXPECT_EQ(read_back(folder / "f"), kNew);
  EXPECT_EQ(fs::status(folder / "f").permissions(), fs::perms{0640});
  EXPECT_EQ(folder.list(), Names{"f"});
}

TEST(AtomicFile, ShowsNothingBeforeCommitAndDropsWhatIsNotCommitted) {
  const TempFolder folder;
  folder.write("f", kOld);
  {
    AtomicFile file(folder / "f");
    file.write("new");
    EXPECT_EQ(read_back(folder / "f"), kOld);
  }
  EXPECT_EQ(read_back(folder / "f"), kOld);
  EXPECT_EQ(folder.list(), Names{"f"});
}

TEST(AtomicFile, KeepsTheModeOfTheFileItReplaces) {
  const TempFolder folder;
  fs::permissions(folder.write("f", kOld), fs::perms{0751});
  write_file(folder / "f", "new");
  EXPECT_EQ(fs::status(folder / "f").permissions(), fs::perms{0751});
}

TEST(AtomicFile, FollowsLinksAndLeavesThem) {
  const TempFolder folder;
  fs::create_directory(folder / "store");
  fs::create_symlink("store/target", folder / "relative");
  fs::create_symlink(folder / "relative", folder / "chain");
  write_file(folder / "chain", "new");  // the target is not there yet
  EXPECT_TRUE(fs::is_symlink(folder / "chain") && fs::is_symlink(folder / "relative"));
  EXPECT_EQ(read_back(folder / "store/target"), kNew);
  write_file(folder / "relative", "newer");
  EXPECT_EQ(read_back(folder / "store/target").size(), 5u);
}

TEST(AtomicFile, LeavesOpenReadersTheOldFile) {
  const TempFolder folder;
  std::ifstream reader(folder.write("f", kOld), std::ios::binary);
  write_file(folder / "f", "new");
  EXPECT_EQ(Bytes(std::istreambuf_iterator<char>(reader), {}), kOld);
}

TEST(AtomicFile, NamesPathAndReason) {
  const TempFolder folder;
  EXPECT_EQ(
      message_of<FileError>([&] { write_file(folder / "none/f", "x"); }),
      "cannot create a file for '" + folder / "none/f" + "': No such file or directory (1 bytes needed, 0 written)");
  EXPECT_TRUE(says(message_of<FileError>([&] { write_file(folder.path(), "x"); }), "Is a directory"));
  EXPECT_TRUE(says(message_of<FileError>([&] { write_file(folder / "f/", "x"); }), "Is a directory"));
  EXPECT_NE(message_of<FileError>([&] { write_file("", "x"); }), "");
  EXPECT_TRUE(
      says(message_of<FileError>([&] { write_file(folder / std::string(300, 'x'), "x"); }), "File name too long"));
  fs::create_symlink("loop", folder / "loop");
  EXPECT_TRUE(says(message_of<FileError>([&] { write_file(folder / "loop", "x"); }), "symbolic links"));
}

TEST(AtomicFile, ReportsAFullDeviceWithTheBytesNeeded) {
  EXPECT_EQ(message_of<FileError>([] { write_file("/dev/full", "12345"); }),
            "cannot write '/dev/full': No space left on device (5 bytes needed, 0 written)");
  EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

TEST(AtomicFile, RefusesReadOnlyPlaces) {
  EXPECT_NE(message_of<FileError>([] { write_file("/sys/f", "x"); }), "");  // not even root makes files there
  if (geteuid() == 0) return;                                               // and may everywhere else
  const TempFolder folder;
  fs::permissions(folder.write("f", kOld), fs::perms{0444});
  EXPECT_TRUE(says(message_of<FileError>([&] { write_file(folder / "f", "x"); }), "Permission denied"));
  fs::permissions(folder.path(), fs::perms{0555});
  EXPECT_TRUE(says(message_of<FileError>([&] { write_file(folder / "g", "x"); }), "Permission denied"));
}

TEST(AtomicFile, KeepsTheOldFileWhicheverCallFails) {
  for (const int code : {ENOSPC, EIO}) {
    const TempFolder folder;
    folder.write("f", kOld);
    bool failed = true;
    for (int n = 1; failed; ++n) {
      ASSERT_LT(n, 20);
      test::fail_at(n, code);
      const std::string message = message_of<FileError>([&] { write_file(folder / "f", "new"); });
      const bool reached = test::calls_seen() >= n;
      test::fail_at(0, 0);
      failed = !message.empty();
      EXPECT_EQ(failed, reached && n <= 6) << n;  // 7: closing the folder, when all is done
      EXPECT_TRUE(!failed || says(message, code == EIO ? "Input/output error" : "No space left on device"));
      const bool renamed = n >= 6;  // the folder's sync failed: the new file is there, whole
      EXPECT_EQ(read_back(folder / "f"), renamed ? kNew : kOld) << n;
      EXPECT_EQ(folder.list(), Names{"f"}) << n;
    }
  }
}

TEST(AtomicFile, WritesOnAfterShortWrites) {
  const TempFolder folder;
  test::write_halves(true);
  write_file(folder / "f", std::string(1000, 'x'));
  test::write_halves(false);
  EXPECT_EQ(read_back(folder / "f"), Bytes(1000, 'x'));
}

TEST(AtomicFile, LetsManyThreadsWriteOnePath) {
  const TempFolder folder;
  std::vector<std::thread> threads;
  for (char c = 'a'; c < 'i'; ++c)
    threads.emplace_back([&folder, c] {
      for (int i = 0; i < 10; ++i) write_file(folder / "f", std::string(5000, c));
    });
  for (std::thread& thread : threads) thread.join();
  const Bytes last = read_back(folder / "f");
  EXPECT_EQ(last, Bytes(5000, last.at(0)));
  EXPECT_EQ(folder.list(), Names{"f"});
}

}  // namespace
}  // namespace convgrad::io
