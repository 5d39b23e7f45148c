// Options and settings files that are wrong in any way: one line, exit 2 or 3, nothing written, never a crash.
#include <convgrad/data/augment.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "cli/program.h"

namespace convgrad::testing {
namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(Options, TakeFiniteNumbersInTheirRangeAlone) {
  const TemporaryFolder folder;
  const auto refused = [&](const std::string& option, std::initializer_list<const char*> values) {
    for (const char* value : values)
      expect_words(run_program("train lenet5 --data shapes10 --dry-run " + option + "=" + value, folder.path()), 2,
                   option);
  };
  refused("--lr", {"nan", "inf", "-inf", "-1", "1e999", "0x", "1,5", "''"});
  for (const char* option : {"--momentum", "--weight-decay", "--warmup", "--label-smoothing", "--flip", "--rotate"})
    refused(option, {"nan", "-0.1"});
  refused("--epochs", {"0", "-1", "1.5", "1e3", "99999999999999999999", "many", "''"});
  refused("--seed", {"-1", "1.5", "18446744073709551616", "x"});
  for (const char* option :
       {"--batch-size", "--validation", "--threads", "--workers", "--save-every", "--crop-padding"})
    refused(option, {"-1", "99999999999999999999"});
  EXPECT_TRUE(folder.list().empty());
}

TEST(Options, SaySoWhereACommandOrAValueIsMissing) {
  const TemporaryFolder folder;
  expect_words(run_program("data", folder.path()), 2, "convgrad data wants a command: where");
  expect_words(run_program("train lenet5 --epochs", folder.path()), 2, "--epochs");
  expect_words(run_program("eval", folder.path()), 2, "weights");
  expect_words(run_program("show shapes10", folder.path()), 2, "index");
  expect_words(run_program("--quiet", folder.path()), 2, "unknown option --quiet");
  expect_words(run_program("train lenet5 extra words", folder.path()), 2, "unknown argument extra");
}

TEST(Options, HaveHelpByCommandAndByTopic) {
  const TemporaryFolder folder;
  EXPECT_EQ(run_program("help", folder.path()).out, run_program("--help", folder.path()).out);
  EXPECT_EQ(run_program("help train", folder.path()).out, run_program("train --help", folder.path()).out);
  EXPECT_TRUE(has(run_program("help exit-codes", folder.path()).out, "  4        diverged (NaN)\n"));
  EXPECT_TRUE(has(run_program("help environment", folder.path()).out, "NO_COLOR"));
  EXPECT_TRUE(has(run_program("help run-folder", folder.path()).out, "classes.csv"));
  expect_words(run_program("help trian", folder.path()), 2, "trian");
}

TEST(SettingsFile, ThatIsNoneIsNamed) {
  const TemporaryFolder folder;
  write_pictures(folder.path(), 20);
  std::filesystem::create_directory(folder / "d");
  const std::string train = "train lenet5-classic --data . --batch-size 10 --dry-run --config ";
  expect_words(run_program(train + "d", folder.path()), 3, "cannot read d: Is a directory");
  write_file(folder / "s", std::string("lr = 0.1\0\n", 10));
  expect_words(run_program(train + "s", folder.path()), 2, "s, line 1: ");
  write_file(folder / "s", "lr = nan\n");
  expect_words(run_program(train + "s", folder.path()), 2, "s, line 1: lr = nan: ");
  write_file(folder / "s", "skip-bad = maybe\n");
  expect_words(run_program(train + "s", folder.path()), 2, "s, line 1: skip-bad = maybe");
  write_file(folder / "s", "skip-bad = \"true\"\n");
  expect_words(run_program(train + "s", folder.path()), 2, "s, line 1: skip-bad takes true or false, not the text");
  write_file(folder / "s", "optimizer = \"sgdd\"\n");
  expect_words(run_program(train + "s", folder.path()), 2, "s, line 1: optimizer = \"sgdd\": ");
  write_file(folder / "s", "batchsize = 3\n");
  expect_words(run_program(train + "s", folder.path()), 2, "unknown setting batchsize; did you mean batch-size?");
  write_file(folder / "s", "resume = \"x\"\n");  // what is about the run's folder is no setting of a training
  expect_words(run_program(train + "s", folder.path()), 2, "unknown setting resume");
  write_file(folder / "s", "skip-bad = true\nnesterov = false\r\n\n# none\nlr = 1e-3\n");
  EXPECT_EQ(run_program(train + "s", folder.path()).status, 0);
}

TEST(Options, InAnyOrderAndSpellingEndInOneLine) {
  const TemporaryFolder folder;
  const char* words[] = {"train",  "eval",   "predict",  "summary", "report", "show", "data",    "where",     "help",
                         "lenet5", "--data", "--epochs", "--json",  "--",     "-h",   "--help=", "-",         "--lr=",
                         "runs",   "none",   "-1",       "''",      "'a b'",  "=",    "--dry",   "\"\\xff\"", "7"};
  for (int i = 0; i < 80; ++i) {
    data::Draws draws(17, i);
    std::string line = i % 2 ? "data where" : "help";
    if (i % 4 > 1) line = std::string(words[draws.integer(0, 8)]) + " none";  // no training is begun by chance
    for (int64_t n = draws.integer(1, 4); n > 0; --n)
      line += std::string(" ") + words[static_cast<size_t>(draws.integer(0, std::ssize(words) - 1))];
    const Ran ran = run_program(line, folder.path());
    EXPECT_TRUE(ran.status == 0 || ran.status == 2 || ran.status == 3) << line << "\n" << ran.status << ran.err;
    EXPECT_LE(std::count(ran.err.begin(), ran.err.end(), '\n'), 2) << line << "\n" << ran.err;
    EXPECT_EQ(ran.err.find("terminate"), std::string::npos) << line;
  }
  EXPECT_TRUE(folder.list().empty());
}

}  // namespace
}  // namespace convgrad::testing
