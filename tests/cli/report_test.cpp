// The page of a run says what the run's files say, finds what is planted, and needs nothing else.
#include <convgrad/convgrad.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/page.h"
#include "cli/program.h"

namespace convgrad::testing {
namespace {

/// Test pictures whose label says another class than the picture shows.
const std::set<int> kPlanted{7, 123, 250};

/// One run for all tests here, which only read it.
struct Trained : TemporaryFolder {
  Trained() {
    write_pictures(path(), 300);
    const auto labels = path() / "t10k-labels-idx1-ubyte";
    std::string bytes = read_file(labels);
    for (const int i : kPlanted) bytes[static_cast<size_t>(8 + i)] = static_cast<char>((i + 5) % 10);
    write_file(labels, bytes);
    ran = run_program("train lenet5-classic --data . --batch-size 2 --lr 0.2 --epochs 2 --workers 0 --name a", path());
    page = read_file(run() / "report.html");
  }
  std::filesystem::path run() const { return path() / "runs/a"; }
  nlohmann::json summary() const { return nlohmann::json::parse(read_file(run() / "summary.json")); }

  Ran ran;
  std::string page;
};

const Trained& trained() {
  static const Trained run;
  return run;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(Report, SaysInItsVerdictWhatTheRunSays) {
  const Trained& t = trained();
  ASSERT_EQ(t.ran.status, 0) << t.ran.err;
  const auto summary = t.summary();
  const std::string words = without_tags(inside(t.page, "verdict"));
  EXPECT_TRUE(has(words, fmt::format("{:.1f} % of 300 test images", 100 * summary["test_accuracy"].get<double>())))
      << words;
  EXPECT_TRUE(has(words, fmt::format("best epoch {} of 2", summary["best_epoch"].get<int>()))) << words;
  EXPECT_TRUE(has(words, "61,706 parameters. Finished.")) << words;
  EXPECT_TRUE(has(t.page, "The best epoch was chosen by the test images themselves"));
  for (const char* command : {"convgrad train --resume runs/a --epochs 4", "convgrad reproduce runs/a",
                              "convgrad predict --weights runs/a/weights/best.safetensors picture.png"})
    EXPECT_TRUE(has(t.page, command)) << command;
}

TEST(Report, ShowsTheMatrixOfConfusionCsvAndItsTraceIsTheAccuracy) {
  const Trained& t = trained();
  const Rows shown = table(t.page, "Confusion matrix"), kept = csv(t.run() / "confusion.csv");
  ASSERT_EQ(kept.size(), 11u);
  int trace = 0, total = 0;
  for (size_t row = 1; row < kept.size(); ++row)
    for (size_t column = 1; column < kept.size(); ++column) {
      const std::string& count = kept[row][column];
      // a cell holds the count and, for the other view, the share of the row
      EXPECT_EQ(shown[row][column].substr(0, count.size()), count);
      total += std::stoi(count);
      if (row == column) trace += std::stoi(count);
    }
  EXPECT_EQ(total, 300);
  EXPECT_EQ(trace, t.summary()["test_correct"]);
  EXPECT_TRUE(has(without_tags(inside(t.page, "confusion-words")),
                  fmt::format("{} of 300 test images are right: {:.2f} %", trace, trace / 3.0)));
}

TEST(Report, TellsOfEachClassWhatClassesCsvHolds) {
  const Trained& t = trained();
  const Rows shown = table(t.page, "Confusion matrix"), kept = csv(t.run() / "classes.csv");
  ASSERT_EQ(kept.size(), 12u) << "ten classes and all of them";
  const Rows counts = csv(t.run() / "confusion.csv");
  const auto percent = [](const std::string& share) { return fmt::format("{:.1f}", 100 * std::stod(share)); };
  for (size_t i = 1; i <= 10; ++i) {
    const auto& row = kept[i];  // class,support,said,recall,low,high,precision,low,high,f1
    ASSERT_EQ(row.size(), 10u);
    EXPECT_EQ(shown[i][11], percent(row[3]) + percent(row[4]) + "–" + percent(row[5]));
    EXPECT_EQ(shown[i][12], row[1]);
    EXPECT_EQ(shown[11][i], percent(row[6]) + percent(row[7]) + "–" + percent(row[8]));
    EXPECT_EQ(shown[12][i], percent(row[9]));
    EXPECT_EQ(shown[13][i], row[2]);
    EXPECT_EQ(std::stod(row[3]), std::stod(counts[i][i]) / std::stod(row[1]));
  }
  EXPECT_EQ(kept[11][0], "all");
  EXPECT_NEAR(std::stod(kept[11][3]), t.summary()["test_accuracy"].get<double>(), 1e-9);
  EXPECT_TRUE(has(without_tags(inside(t.page, "verdict")),
                  "(95 %: " + percent(kept[11][4]) + "–" + percent(kept[11][5]) + ")"));
}

TEST(Report, TellsTheEpochsOfMetricsCsv) {
  const Trained& t = trained();
  const Rows kept = csv(t.run() / "metrics.csv");
  const Rows loss = table(t.page, "Loss by epoch"), accuracy = table(t.page, "Accuracy by epoch");
  ASSERT_EQ(kept.size(), 3u);
  ASSERT_EQ(loss.size(), 3u);
  for (size_t i = 1; i < kept.size(); ++i) {
    const auto value = [&](size_t column) { return std::stod(kept[i][column]); };
    EXPECT_EQ(loss[i][1], fmt::format("{:.4f}", value(3)));
    EXPECT_EQ(loss[i][2], fmt::format("{:.4f}", value(7)));
    EXPECT_EQ(accuracy[i][1], fmt::format("{:.2f} %", 100 * value(4)));
    EXPECT_EQ(accuracy[i][2], fmt::format("{:.2f} %", 100 * value(8)));
  }
  const Rows hashes = table(t.page, "Hashes of the weights");
  for (size_t i = 1; i < kept.size(); ++i) EXPECT_EQ(hashes[i][1], kept[i].back());
}

TEST(Report, LayersAddUpToTheNet) {
  const Trained& t = trained();
  const Rows kept = csv(t.run() / "layers.csv"), shown = table(t.page, "Layers");
  std::map<std::string, size_t> column;
  for (size_t i = 0; i < kept[0].size(); ++i) column[kept[0][i]] = i;
  int64_t parameters = 0, macs = 0;
  double share = 0, shown_share = 0;
  for (size_t i = 1; i < kept.size(); ++i) {
    parameters += std::stoll(kept[i][column.at("parameters")]), macs += std::stoll(kept[i][column.at("macs")]);
    share += std::stod(kept[i][column.at("share_percent")]);
    shown_share += std::stod(shown[i].back());
  }
  EXPECT_EQ(parameters, 61706);
  EXPECT_EQ(macs, 416520);
  EXPECT_NEAR(share, 100, 1e-6);
  EXPECT_NEAR(shown_share, 100, 1e-9);
  EXPECT_EQ(inside(t.page, "sum-parameters"), "61,706");
  EXPECT_EQ(inside(t.page, "sum-macs"), "416,520");
  EXPECT_EQ(inside(t.page, "sum-shares"), "100.0 %");
}

/// The numbers of the pictures in a group's figures, and the loss told under each.
std::vector<std::pair<int, std::string>> figures(const std::string& page, const std::string& title) {
  std::vector<std::pair<int, std::string>> found;
  const size_t begin = page.find("<h3>" + title + "</h3>"), end = page.find("</div>", begin);
  for (size_t at = page.find("no. ", begin); at < end; at = page.find("no. ", at + 1)) {
    const size_t loss = page.find("loss ", at) + 5;
    found.emplace_back(std::stoi(page.substr(at + 4)), page.substr(loss, page.find('<', loss) - loss));
  }
  return found;
}

TEST(Report, FindsPlantedWrongLabels) {
  const Trained& t = trained();
  std::map<int, std::vector<std::string>> answers;
  for (const auto& row : csv(t.run() / "predictions.csv"))
    if (row[0] != "index") answers[std::stoi(row[0])] = row;
  ASSERT_EQ(answers.size(), 300u);
  const auto worst = figures(t.page, "By loss");
  ASSERT_GE(worst.size(), kPlanted.size());
  std::set<int> first;
  for (size_t i = 0; i < kPlanted.size(); ++i) first.insert(worst[i].first);
  EXPECT_EQ(first, kPlanted);
  double before = INFINITY;
  for (const auto& [index, loss] : worst) {
    const auto& row = answers.at(index);  // index,label,pred,p_true,p_pred,loss
    EXPECT_NE(row[1], row[2]);
    EXPECT_EQ(loss, fmt::format("{:.2f}", std::stod(row[5])));
    EXPECT_LE(std::stod(row[5]), before);
    before = std::stod(row[5]);
  }
  std::set<int> suspicious, sure;
  for (const auto& [index, loss] : figures(t.page, "The label looks wrong")) suspicious.insert(index);
  for (const auto& [index, row] : answers)
    if (row[1] != row[2] && std::stod(row[4]) > 0.99) sure.insert(index);
  EXPECT_EQ(suspicious, sure);
  EXPECT_GE(sure.size(), 2u) << "the net was not sure enough for this test";
}

TEST(Report, IsMadeFromTheFilesAlone) {
  const Trained& t = trained();
  const Ran ran = run_program("report runs/a --out again.html", t.path());
  ASSERT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(ran.out, "again.html\n");
  EXPECT_TRUE(has(ran.err, "lenet5-classic on "));
  EXPECT_TRUE(read_file(t / "again.html") == t.page);
  const auto json = nlohmann::json::parse(run_program("report runs/a --out again.html --json", t.path()).out);
  EXPECT_EQ(json["right"], t.summary()["test_correct"]);
  EXPECT_EQ(json["of"], 300);
  EXPECT_LT(json["interval"][0], json["accuracy"]);
}

TEST(Report, LoadsNothingAndNamesNoFolder) {
  const Trained& t = trained();
  EXPECT_TRUE(has(t.page, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"));
  for (const char* part : {"http://", "https://", "//cdn", "@import", "src="}) EXPECT_FALSE(has(t.page, part)) << part;
  for (size_t at = 0; (at = t.page.find("url(", at)) != std::string::npos; ++at) EXPECT_EQ(t.page[at + 4], '#');
  EXPECT_FALSE(has(t.page, t.path().string()));
  ASSERT_EQ(run_program("report runs/a --with-paths --out paths.html", t.path()).status, 0);
  EXPECT_TRUE(has(read_file(t / "paths.html"), t.path().string()));
}

TEST(Report, OfAKilledRunIsWhole) {
  const TemporaryFolder folder;
  write_pictures(folder.path(), 100);
  run_shell(
      "\"$convgrad\" train lenet5-classic --data . --batch-size 10 --epochs 100000 --quiet --name k & p=$!; "
      "while ! grep -q '^2,' runs/k/metrics.csv 2>/dev/null; do sleep 0.02; done; kill -KILL $p",
      folder.path());
  const std::string left = read_file(folder / "runs/k/report.html");
  EXPECT_TRUE(left.ends_with("</html>\n"));
  const Ran ran = run_program("report runs/k", folder.path());
  ASSERT_EQ(ran.status, 0) << ran.err;
  const std::string page = read_file(folder / "runs/k/report.html");
  EXPECT_TRUE(page.ends_with("</html>\n"));
  EXPECT_TRUE(has(without_tags(inside(page, "verdict")), "Running, or killed: ")) << inside(page, "verdict");
  EXPECT_TRUE(has(page, "Go on where it stopped"));
  EXPECT_TRUE(has(page, "convgrad train --resume runs/k"));
}

TEST(Report, OfDamagedFilesTellsWhatIsLeft) {
  const Trained& t = trained();
  std::filesystem::copy(t.run(), t / "damaged", std::filesystem::copy_options::recursive);
  for (const char* name : {"metrics.csv", "steps.jsonl", "predictions.csv", "confusion.csv", "layers.csv", "env.json",
                           "config.toml", "pictures/pictures.csv", "pictures/worst.png", "pictures/filters.csv"}) {
    const std::string whole = read_file(t.run() / name);
    for (const std::string& bytes :
         {whole.substr(0, whole.size() / 2), std::string("\xff\0,,\"\n", 6), std::string()}) {
      write_file(t / "damaged" / name, bytes);
      const Ran ran = run_program("report damaged", t.path());
      EXPECT_EQ(ran.status, 0) << name << ran.err;
      EXPECT_TRUE(read_file(t / "damaged/report.html").ends_with("</html>\n")) << name;
    }
    std::filesystem::remove(t / "damaged" / name);
    EXPECT_EQ(run_program("report damaged", t.path()).status, 0) << name;
    write_file(t / "damaged" / name, whole);
  }
  write_file(t / "damaged/summary.json", "{");
  expect_words(run_program("report damaged", t.path()), 3, "damaged is no folder of a run");
  expect_words(run_program("report nowhere", t.path()), 3, "nowhere is no folder of a run");
}

TEST(Report, StaysSmall) {
  const TemporaryFolder folder;
  ASSERT_EQ(run_program("train lenet5-classic --data shapes10 --batch-size 500 --name s", folder.path()).status, 0);
  EXPECT_LE(std::filesystem::file_size(folder / "runs/s/report.html"), 500'000u);
}

}  // namespace
}  // namespace convgrad::testing
