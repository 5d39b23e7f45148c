// The folder of a run: what lies in it, what settings it was made with, and that a training stopped at any batch goes
// on to the same weights, bit by bit.
#include <convgrad/convgrad.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/program.h"

namespace convgrad::testing {
namespace {

const std::string kTrain = "train lenet5-classic --data . --batch-size 10 ";

struct Pictures : TemporaryFolder {
  explicit Pictures(int count = 60) { write_pictures(path(), count); }
};

nlohmann::json read_json(const std::filesystem::path& file) { return nlohmann::json::parse(read_file(file)); }

int64_t lines(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }

TEST(RunFolder, HoldsAllAboutARun) {
  const Pictures folder;
  const Ran ran = run_program(kTrain + "--epochs 2 --name first --validation 10", folder.path());
  ASSERT_EQ(ran.status, 0) << ran.err;
  const auto run = folder / "runs/first";
  for (const char* file : {"config.toml", "command.sh", "env.json", "summary.json", "metrics.csv", "steps.jsonl",
                           "log.txt", "weights/best.safetensors", "weights/last.safetensors", "state/last.safetensors"})
    EXPECT_TRUE(std::filesystem::exists(run / file)) << file;
  const auto summary = read_json(run / "summary.json");
  EXPECT_EQ(summary["status"], "finished");
  EXPECT_EQ(summary["best_by"], "validation");
  EXPECT_EQ(summary["validation_images"], 10);
  EXPECT_EQ(summary["training_images"], 50);
  EXPECT_EQ(summary["parameters"], 61706);
  EXPECT_EQ(summary["macs"], 416520);
  EXPECT_EQ(summary["input"], nlohmann::json({1, 32, 32}));
  EXPECT_EQ(summary["test_correct"].get<double>() / 60, summary["test_accuracy"].get<double>());
  double shares = 0;
  for (const auto& share : summary["share"]) shares += share.get<double>();
  EXPECT_NEAR(shares, 1, 1e-9);
  const std::string metrics = read_file(run / "metrics.csv");
  EXPECT_EQ(metrics.rfind("epoch,step,lr,train_loss,train_acc,val_loss,val_acc,test_loss,test_acc,", 0), 0u);
  EXPECT_EQ(lines(metrics), 3);
  EXPECT_EQ(lines(read_file(run / "steps.jsonl")), 10);
  EXPECT_EQ(read_json(run / "env.json")["threads"], 1);
  EXPECT_NE(read_file(run / "command.sh").find("--validation 10"), std::string::npos);
  EXPECT_EQ(ran.out.find('\r'), std::string::npos);
  EXPECT_EQ(ran.err.find('\r'), std::string::npos);
  EXPECT_EQ(ran.out.rfind("epoch=1 loss=", 0), 0u) << ran.out;
  EXPECT_EQ(lines(ran.out), 2);
}

TEST(RunFolder, TellsEachSettingsOrigin) {
  const Pictures folder;
  write_file(folder / "settings.toml", "# mine\nmomentum = 0.5\nlr = 0.25 # overridden\nmodel = \"lenet5-classic\"\n");
  const Ran ran =
      run_program("train --data . --batch-size 10 --config settings.toml --lr 0.05 --name a", folder.path());
  ASSERT_EQ(ran.status, 0) << ran.err;
  const std::string config = read_file(folder / "runs/a/config.toml");
  for (const char* line : {"model = \"lenet5-classic\"  # config\n", "lr = 0.05  # given\n",
                           "momentum = 0.5  # config\n", "epochs = 1  # default\n", "data = \".\"  # given\n"})
    EXPECT_NE(config.find(line), std::string::npos) << line << config;
}

TEST(RunFolder, NamesWhatIsWrongInASettingsFile) {
  const Pictures folder;
  const auto expect = [&](const std::string& text, const std::string& words) {
    write_file(folder / "s.toml", text);
    expect_words(run_program(kTrain + "--config s.toml", folder.path()), 2, "s.toml, line " + words);
  };
  expect("\nepoch = 3\n", "2: unknown setting epoch; did you mean epochs?");
  expect("epochs = \"ten\"\n", "1: epochs takes a number, not the text \"ten\"");
  expect("data = 3\n", "1: data takes a text in quotes, not 3");
  expect("epochs = 2.5\n", "1: epochs = 2.5: ");
  expect("epochs = 0\n", "1: epochs = 0: ");
  expect("lr = 0.1\nlr = 0.2\n", "2: lr was set in line 1 already");
  expect("lr\n", "1: there is no =");
  expect("[train]\n", "1: tables");
  expect("data = \"x\n", "1: the text has no closing quote");
  expect_words(run_program(kTrain + "--config none.toml", folder.path()), 3, "cannot read none.toml");
  EXPECT_FALSE(std::filesystem::exists(folder / "runs"));
}

TEST(RunFolder, IsNeverUsedTwice) {
  const Pictures folder;
  for (int i = 0; i < 2; ++i) ASSERT_EQ(run_program(kTrain + "--runs r", folder.path()).status, 0);
  int64_t numbered = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "r")) {
    const std::string name = entry.path().filename();
    numbered += name.rfind("lenet5-classic-", 0) == 0 && (name.ends_with("-001") || name.ends_with("-002"));
  }
  EXPECT_EQ(numbered, 2);
  ASSERT_EQ(run_program(kTrain + "--name mine", folder.path()).status, 0);
  expect_words(run_program(kTrain + "--name mine", folder.path()), 3, "runs/mine: is there already");
  expect_words(run_program(kTrain + "--name ../out", folder.path()), 3, "a name is made of");
  // a second process in the same folder, while the first one trains
  const Ran ran = run_shell(
      "\"$convgrad\" " + kTrain +
          "--name busy --epochs 100000 --quiet & p=$!; while ! [ -e runs/busy/state/last.safetensors ]; do sleep 0.02; "
          "done; \"$convgrad\" train --resume runs/busy; s=$?; kill -KILL $p; wait $p; exit $s",
      folder.path());
  EXPECT_EQ(ran.status, 3);
  EXPECT_NE(ran.err.find("another process is training in this folder"), std::string::npos) << ran.err;
}

TEST(Resume, IsBitIdenticalWhereverTheRunWasStopped) {
  const Pictures folder(90);
  for (const std::string& settings : std::vector<std::string>{
           "--momentum 0.9 --schedule cosine --warmup 0.5 --validation 13", "--optimizer adam --lr 0.002"}) {
    const std::string train = kTrain + "--epochs 3 --save-every 2 --quiet " + settings;
    ASSERT_EQ(run_program(train + " --name whole", folder.path()).status, 0);
    const std::string whole = read_file(folder / "runs/whole/weights/last.safetensors"),
                      best = read_file(folder / "runs/whole/weights/best.safetensors");
    for (const char* how : {"0.05 TERM 143", "0.1 KILL 137", "0.14 INT 130", "0.2 KILL 137", "0.3 TERM 143"}) {
      // stopped again and again, each time a little later, until it is through
      const Ran ran = run_shell(
          "set -- " + std::string(how) + "; env --default-signal=INT \"$convgrad\" " + train +
              " --name part & p=$!; while ! [ -e runs/part/summary.json ]; do sleep 0.01; done; "
              "for i in 1 2 3 4 5 6 7 8; do sleep $1; kill -$2 $p 2>/dev/null || break; wait $p; s=$?; [ $s = 0 ] && "
              "break; [ $s = $3 ] || exit $s; env --default-signal=INT \"$convgrad\" train --quiet --save-every 2 "
              "--resume runs/part & p=$!; done; wait $p",
          folder.path());
      // 127: waited for already; or it was killed after its last epoch, where nothing is left to go on with
      const auto through = [](const Ran& r) {
        return r.status == 0 || r.err.find("has all its 3 epochs") != std::string::npos;
      };
      EXPECT_TRUE(through(ran) || ran.status == 127) << how << ran.status << ran.err;
      const Ran rest = run_program("train --quiet --resume runs/part", folder.path());
      EXPECT_TRUE(through(rest)) << rest.err;
      EXPECT_TRUE(whole == read_file(folder / "runs/part/weights/last.safetensors")) << how << settings;
      EXPECT_TRUE(best == read_file(folder / "runs/part/weights/best.safetensors")) << how << settings;
      const std::string steps = read_file(folder / "runs/part/steps.jsonl");
      EXPECT_EQ(lines(read_file(folder / "runs/part/metrics.csv")), 4) << steps;
      std::filesystem::remove_all(folder / "runs/part");
    }
    std::filesystem::remove_all(folder / "runs/whole");
  }
}

TEST(Resume, ChangesWhatIsGivenAndSaysSo) {
  const Pictures folder;
  ASSERT_EQ(run_program(kTrain + "--name short --epochs 2 --momentum 0.9", folder.path()).status, 0);
  ASSERT_EQ(run_program(kTrain + "--name long --epochs 4 --momentum 0.9", folder.path()).status, 0);
  expect_words(run_program("train --resume runs/short", folder.path()), 2, "runs/short has all its 2 epochs");
  const Ran ran = run_program("train --resume runs/short --epochs 4", folder.path());
  ASSERT_EQ(ran.status, 0) << ran.err;
  EXPECT_NE(ran.err.find("changed: epochs 2 → 4"), std::string::npos) << ran.err;
  EXPECT_NE(read_file(folder / "runs/short/config.toml").find("epochs = 4  # resumed\n"), std::string::npos);
  EXPECT_NE(read_file(folder / "runs/short/config.toml").find("momentum = 0.9  # given\n"), std::string::npos);
  EXPECT_TRUE(read_file(folder / "runs/short/weights/last.safetensors") ==
              read_file(folder / "runs/long/weights/last.safetensors"));
  EXPECT_EQ(read_json(folder / "runs/short/summary.json")["resumes"], nlohmann::json({{{"epoch", 3}, {"batch", 0}}}));
  const Ran other = run_shell("CONVGRAD_ISA=SCALAR \"$convgrad\" train --resume runs/short --epochs 5", folder.path());
  EXPECT_EQ(other.status, 0);
  EXPECT_NE(other.err.find("the bits of the weights may differ"), std::string::npos) << other.err;
  expect_words(run_program("train --resume runs/short --epochs 6 --optimizer adam", folder.path()), 3,
               "state/last.safetensors");
  expect_words(run_program("train --resume runs/none", folder.path()), 3, "runs/none/config.toml");
}

TEST(Formats, AreWholeLinesForOtherPrograms) {
  const Pictures folder;
  const Ran json = run_program(kTrain + "--json --epochs 2", folder.path());
  ASSERT_EQ(json.status, 0) << json.err;
  EXPECT_EQ(json.err, "");
  std::istringstream text(json.out);
  std::vector<std::string> events;
  for (std::string line; std::getline(text, line);) events.push_back(nlohmann::json::parse(line)["event"]);
  EXPECT_EQ(events, (std::vector<std::string>{"begin", "epoch", "epoch", "words", "end"}));
  const Ran document = run_program(kTrain + "--format document", folder.path());
  EXPECT_EQ(document.out.rfind("epoch 1, train loss ", 0), 0u) << document.out;
  const Ran quiet = run_program(kTrain + "--quiet", folder.path());
  EXPECT_EQ(quiet.out + quiet.err, "");
  const Ran table = run_shell("COLUMNS=40 \"$convgrad\" " + kTrain + "--format table", folder.path());
  std::istringstream rows(table.out);
  for (std::string line; std::getline(rows, line);) EXPECT_LE(line.size(), 40u) << line;
}

TEST(Formats, TellErrorsToProgramsToo) {
  const TemporaryFolder folder;
  const auto expect = [&](const std::string& arguments, const char* code, int status) {
    const Ran ran = run_program(arguments, folder.path());
    EXPECT_EQ(ran.status, status) << ran.err;
    EXPECT_EQ(ran.err, "");
    const auto error = nlohmann::json::parse(ran.out)["error"];
    EXPECT_EQ(error["code"], code);
    EXPECT_EQ(error["exit"], status);
    EXPECT_FALSE(error["message"].get<std::string>().empty());
  };
  expect("train lenet5 --data none --json", "data-missing", 3);
  expect("train lenet5 --epoch 3 --json", "usage", 2);
}

TEST(DryRun, TellsWhatWillBeAndWritesNothing) {
  const Pictures folder;
  const auto before = folder.list();
  const Ran ran = run_program(kTrain + "--dry-run --epochs 3", folder.path());
  ASSERT_EQ(ran.status, 0) << ran.err;
  for (const char* part : {"61,706", "416,520", "epochs = 3  # given", "18 steps", "minutes"})
    EXPECT_NE(ran.out.find(part), std::string::npos) << part << ran.out;
  const auto plan = nlohmann::json::parse(run_program(kTrain + "--dry-run --json", folder.path()).out);
  EXPECT_EQ(plan["parameters"], 61706);
  EXPECT_EQ(folder.list(), before);
}

}  // namespace
}  // namespace convgrad::testing
