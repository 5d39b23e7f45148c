// lr-find, show, data where, eval --confusion and predict's classes.
#include <convgrad/convgrad.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/page.h"
#include "cli/program.h"

namespace convgrad::testing {
namespace {

struct Pictures : TemporaryFolder {
  explicit Pictures(int count = 100) { write_pictures(path(), count); }
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(RateFinder, TakesTheSteepestFallOfACurveItShows) {
  const Pictures folder;
  const auto before = folder.list();
  const auto json = nlohmann::json::parse(
      run_program("lr-find lenet5-classic --data . --batch-size 10 --steps 60 --from 1e-4 --to 10 --json",
                  folder.path())
          .out);
  const auto rate = json["rate"].get<std::vector<double>>(), loss = json["loss"].get<std::vector<double>>();
  ASSERT_GT(rate.size(), 30u);
  ASSERT_EQ(loss.size(), rate.size());
  EXPECT_NEAR(rate[0], 1e-4, 1e-12);
  for (size_t i = 1; i < rate.size(); ++i) EXPECT_NEAR(rate[i] / rate[i - 1], std::pow(1e5, 1.0 / 59), 1e-9);
  const double found = json["suggestion"];
  EXPECT_TRUE(std::find(rate.begin(), rate.end(), found) != rate.end()) << found;
  EXPECT_TRUE(found > 1e-3 && found < 1) << found;  // this net learns these pictures at 0.01 … 0.1
  EXPECT_EQ(folder.list(), before);
}

TEST(RateFinder, DrawsItsCurveInTheTerminalAndAsSvg) {
  const Pictures folder;
  const Ran ran = run_shell(
      "LC_ALL=C COLUMNS=40 \"$convgrad\" lr-find lenet5-classic --data . --batch-size 10 --svg r.svg", folder.path());
  ASSERT_EQ(ran.status, 0) << ran.err;
  std::istringstream lines(ran.out);
  for (std::string line; std::getline(lines, line) && !has(line, "falls fastest");) EXPECT_LE(line.size(), 40u) << line;
  EXPECT_TRUE(has(ran.out, "try --lr ")) << ran.out;
  const std::string svg = read_file(folder / "r.svg");
  EXPECT_TRUE(svg.starts_with("<svg ") && svg.ends_with("</svg>")) << svg.substr(0, 200);
  EXPECT_FALSE(std::filesystem::exists(folder / "runs"));
}

TEST(RateFinder, SaysWhatIsWrongWithItsRange) {
  const Pictures folder;
  expect_words(run_program("lr-find lenet5-classic --data . --from 1 --to 0.1", folder.path()), 2,
               "the rate must grow");
  expect_words(run_program("lr-find lenet5-classic --data . --from 0", folder.path()), 2, "--from");
  expect_words(run_program("lr-find lenet5-classic --data . --batch-size 10 --from 1e30 --to 1e38 --weight-decay 1e30",
                           folder.path()),
               4, "the loss is not finite after");
  expect_words(run_program("lr-find lenet5-classic --data . --svg no/such/r.svg", folder.path()), 3, "no/such/r.svg");
}

TEST(Show, DrawsThePictureOfANumber) {
  const Pictures folder;
  const Ran ran = run_program("show . 3", folder.path());
  ASSERT_EQ(ran.status, 0) << ran.err;
  EXPECT_TRUE(ran.out.starts_with("., test picture 3: 3 (class 3)\npicture 3 of ")) << ran.out;
  std::istringstream text(ran.out);
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  ASSERT_EQ(lines.size(), 30u);
  for (size_t y = 2; y < lines.size(); ++y) {  // the bar of class 3 lies in columns 6 and 7, each two signs wide
    EXPECT_EQ(lines[y].substr(12, 4), "@@@@");
    EXPECT_EQ(std::count(lines[y].begin(), lines[y].end(), '@'), 4);
  }
  EXPECT_TRUE(has(run_program("show . 3 --train", folder.path()).out, "training picture 3"));
  const Ran colours = run_shell("LC_ALL=C.UTF-8 \"$convgrad\" show . 3 --color always", folder.path());
  EXPECT_TRUE(has(colours.out, "\033[38;2;255;255;255m")) << colours.out;
  EXPECT_FALSE(has(run_shell("LC_ALL=C.UTF-8 \"$convgrad\" show . 3 --color never", folder.path()).out, "\033"));
}

TEST(Show, NamesNumbersThatAreNot) {
  const Pictures folder;
  for (const char* index : {"100", "-1", "9223372036854775807"})
    expect_words(run_program(std::string("show . -- ") + index, folder.path()), 2,
                 std::string(". has 100 test pictures; there is no number ") + index);
  EXPECT_EQ(run_program("show . three", folder.path()).status, 2);
  expect_words(run_program("show nowhere 3", folder.path()), 3, "nowhere");
}

TEST(DataWhere, TellsTheFilesWithTheirHashes) {
  const Pictures folder;
  const Ran ran = run_program("data where .", folder.path());
  ASSERT_EQ(ran.status, 0) << ran.err;
  EXPECT_TRUE(has(ran.out, "., training: 100 pictures, 10 classes\n")) << ran.out;
  for (const char* name :
       {"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"}) {
    const std::string sum = run_shell(std::string("sha256sum ") + name, folder.path()).out.substr(0, 64);
    EXPECT_TRUE(has(ran.out, std::string(name) + "\n    sha256 " + sum + "\n")) << ran.out;
  }
  EXPECT_TRUE(has(run_program("data where shapes10", folder.path()).out, "made by the program: no file is needed"));
}

TEST(DataWhere, TellsWhereItLookedAndHowToGetTheFiles) {
  const TemporaryFolder folder;
  const Ran ran = run_program("data where cifar10", folder.path());
  expect_words(ran, 3, "data_batch_1.bin");
  EXPECT_TRUE(has(ran.err, "cifar")) << ran.err;
  const Ran help = run_program("data where --help", folder.path());
  EXPECT_EQ(help.status, 0);
  EXPECT_TRUE(help.out.starts_with("The files of a data set with their SHA-256")) << help.out;
  EXPECT_TRUE(has(help.out, "Usage: convgrad data where")) << help.out;
  expect_words(run_program("data where --nmae x", folder.path()), 2, "(convgrad data where --help)");
  expect_words(run_program("data wher x", folder.path()), 2, "did you mean where?");
}

/// A net that knows its pictures.
struct Trained : Pictures {
  Trained() : Pictures(300) {
    EXPECT_EQ(run_program("train lenet5-classic --data . --epochs 4 --batch-size 10 --quiet --name a", path()).status,
              0);
  }
};

TEST(Eval, PrintsTheConfusionThatTheRunKept) {
  const Trained folder;
  const std::string eval = "eval runs/a/weights/best.safetensors --data . --confusion";
  const auto json = nlohmann::json::parse(run_program(eval + " --json", folder.path()).out);
  const Rows kept = csv(folder / "runs/a/confusion.csv");
  double right = 0;
  for (size_t label = 0; label < 10; ++label) {
    for (size_t pred = 0; pred < 10; ++pred)
      EXPECT_EQ(json["confusion"][label][pred], std::stoi(kept[label + 1][pred + 1]));
    right += json["confusion"][label][label].get<double>();
  }
  EXPECT_EQ(json["pictures"], 300);
  EXPECT_DOUBLE_EQ(json["accuracy"], right / 300);
  const Ran table = run_program(eval, folder.path());
  EXPECT_EQ(std::count(table.out.begin(), table.out.end(), '\n'), 13) << table.out;
  EXPECT_TRUE(has(table.out, fmt::format("test acc {:.4f}, 300 pictures", right / 300))) << table.out;
}

TEST(Predict, NamesAsManyClassesAsAskedTheLikeliestFirst) {
  const Trained folder;
  const Tensor picture = zeros({1, 28, 28}, {.dtype = kUInt8});
  picture.slice(2, 8, 10).fill_(255);
  io::write_png(picture, folder / "four.png");
  const std::string predict = "predict --weights runs/a/weights/best.safetensors four.png ";
  const Ran three = run_program(predict + "--top-k 3", folder.path());
  EXPECT_TRUE(three.out.starts_with("four.png: 4 ")) << three.out;
  EXPECT_EQ(std::count(three.out.begin(), three.out.end(), '%'), 3) << three.out;
  const auto json = nlohmann::json::parse(run_program(predict + "--top-k 10 --json", folder.path()).out);
  EXPECT_EQ(json["file"], "four.png");
  double sum = 0, before = 1;
  for (const auto& c : json["classes"]) {
    EXPECT_LE(c["p"].get<double>(), before);
    before = c["p"], sum += before;
  }
  EXPECT_EQ(json["classes"].size(), 10u);
  EXPECT_NEAR(sum, 1, 1e-5);
  EXPECT_EQ(json["classes"][0]["name"], "4");
  expect_words(run_program(predict + "--top-k 0", folder.path()), 2, "--top-k");
}

TEST(Predict, RefusesNetsThatNameNoClasses) {
  const TemporaryFolder folder;
  io::write_png(zeros({1, 28, 28}, {.dtype = kUInt8}), folder / "x.png");
  for (const char* name : {"unet", "autoencoder"}) {
    const auto options = nn::model_options({.image = 28});
    io::save_checkpoint((folder / "net.safetensors").string(), nn::make_model(name, options)->state_dict(),
                        {.model = name, .options = options, .preprocessing = {.channels = 1}});
    expect_words(run_program("predict --weights net.safetensors x.png", folder.path()), 5,
                 std::string(name) + " names no class of a picture");
  }
}

}  // namespace
}  // namespace convgrad::testing
