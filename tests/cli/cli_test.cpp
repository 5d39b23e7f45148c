// What a user of the program meets: words on stderr, data on stdout, the tabled exit code, and never a crash.
#include <convgrad/convgrad.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/program.h"

namespace convgrad::testing {
namespace {

TEST(Program, ShowsExamplesBeforeOptions) {
  const TemporaryFolder folder;
  for (const std::string command : {"train", "eval", "predict", "summary", "doctor"}) {
    const Ran ran = run_program(command + " --help", folder.path());
    EXPECT_EQ(ran.status, 0);
    EXPECT_LT(ran.out.find("Examples:\n  convgrad " + command), ran.out.find("Options:")) << ran.out;
  }
  const Ran whole = run_program("--help", folder.path());
  EXPECT_LT(whole.out.find("Examples:\n  convgrad train lenet5"), whole.out.find("Options:")) << whole.out;
  EXPECT_NE(whole.out.find("Exit codes: 0 ok"), std::string::npos);
  EXPECT_EQ(run_program("", folder.path()).status, 0);
  EXPECT_NE(run_program("--version", folder.path()).out.find("convgrad 0."), std::string::npos);
}

TEST(Program, SuggestsWhatWasProbablyMeant) {
  const TemporaryFolder folder;
  expect_words(run_program("train lenet5 --epoch 3", folder.path()), 2,
               "unknown option --epoch; did you mean --epochs?");
  expect_words(run_program("trian lenet5", folder.path()), 2, "did you mean train?");
  expect_words(run_program("train lenet6", folder.path()), 2, "lenet5");
  expect_words(run_program("train lenet5 --lr fast", folder.path()), 2, "--lr");
  expect_words(run_program("train lenet5 --epochs 0", folder.path()), 2, "--epochs");
  expect_words(run_program("train lenet5 --batch-size -1", folder.path()), 2, "--batch-size");
  expect_words(run_program("train", folder.path()), 2, "model");
  expect_words(run_program("summary lenet5 --input 1xtwox32", folder.path()), 2, "\"two\" is no size");
  expect_words(run_program("summary lenet5 --input 1x99999999999x32", folder.path()), 2, "is no size");
}

TEST(Program, SummarisesTheDocumentsNet) {
  const TemporaryFolder folder;
  const Ran ran = run_program("summary lenet5 --input 1x32x32", folder.path());
  EXPECT_EQ(ran.status, 0);
  EXPECT_NE(ran.out.find("4,083,626"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("24,732,840"), std::string::npos) << ran.out;
}

TEST(Program, SummarisesOtherNetsAndSizes) {
  const TemporaryFolder folder;
  const Ran classic = run_program("summary lenet5-classic", folder.path());
  EXPECT_EQ(classic.status, 0);
  // 6·25·784 + 16·150·100 + 120·400 + 84·120 + 10·84 products
  for (const char* part : {"61,706", "416,520", "AvgPool2d", "[1, 6, 14, 14]"})
    EXPECT_NE(classic.out.find(part), std::string::npos) << part << "\n" << classic.out;
  const Ran larger = run_program("summary lenet5 --input 1x48x48", folder.path());
  EXPECT_EQ(larger.status, 0) << larger.err;
  // only the first linear layer grows: 84·(120·36² − 120·20²) more parameters
  EXPECT_NE(larger.out.find("13,115,306"), std::string::npos) << larger.out;
  const Ran colour = run_program("summary lenet5 --input 3x32x32", folder.path());
  EXPECT_NE(colour.out.find("4,083,926"), std::string::npos) << colour.out << colour.err;
  expect_words(run_program("summary lenet5 --input 1x8x8", folder.path()), 2, "at least 13x13");
  expect_words(run_program("summary lenet5 --input 1x32x48", folder.path()), 2, "square");
  expect_words(run_program("summary lenet5 --input 32", folder.path()), 2, "lenet5 takes square pictures");
  expect_words(run_program("summary lenet7", folder.path()), 2, "no model is called 'lenet7'");
}

TEST(Program, DoctorFindsTheKernelsRight) {
  const TemporaryFolder folder;
  const Ran ran = run_program("doctor --seconds 0.2", folder.path());
  EXPECT_EQ(ran.status, 0) << ran.out << ran.err;
  EXPECT_NE(ran.out.find("all agree with the reference"), std::string::npos) << ran.out;
  EXPECT_EQ(run_program("doctor --seconds -1", folder.path()).status, 2);
}

TEST(Program, DoctorTellsOtherProgramsToo) {
  const TemporaryFolder folder;
  const auto found = nlohmann::json::parse(run_program("doctor --seconds 0 --json", folder.path()).out);
  EXPECT_GE(found["self_test"]["problems"], found["isas"].size());  // each instruction set at least once
  EXPECT_EQ(found["self_test"]["failures"], 0);
  EXPECT_EQ(found["threads"], 1);
  EXPECT_EQ(found["clashes"].size(), 0u) << found["clashes"];
  for (const char* key : {"version", "commit", "compiler", "cpu", "os", "kernel", "isa"})
    EXPECT_TRUE(found[key].is_string()) << key;
  const Ran forced = run_shell("CONVGRAD_ISA=SCALAR \"$convgrad\" doctor --seconds 0 --json", folder.path());
  EXPECT_EQ(nlohmann::json::parse(forced.out)["isa"], "SCALAR");
  EXPECT_NE(forced.out.find("CONVGRAD_ISA says so"), std::string::npos) << forced.out;
  for (const auto& [told, waits] : {std::pair{"", "10000"}, std::pair{"GOMP_SPINCOUNT=7", "7"}}) {
    const std::string without = "env -u OMP_WAIT_POLICY -u GOMP_SPINCOUNT ";
    const Ran ran = run_shell(without + told + " \"$convgrad\" doctor --seconds 0", folder.path());
    EXPECT_NE(ran.out.find(std::string("which wait GOMP_SPINCOUNT=") + waits), std::string::npos) << ran.out;
  }
  const Ran crowded = run_shell("OMP_NUM_THREADS=512 \"$convgrad\" doctor --seconds 0", folder.path());
  EXPECT_NE(crowded.out.find("clash             512 threads share "), std::string::npos) << crowded.out;
}

TEST(Program, TrainsEvaluatesAndPredicts) {
  const TemporaryFolder folder;
  write_pictures(folder.path(), 300);
  const Ran train =
      run_program("train lenet5-classic --data . --epochs 2 --batch-size 20 --format document --out net.safetensors",
                  folder.path());
  ASSERT_EQ(train.status, 0) << train.err;
  EXPECT_EQ(train.out.rfind("epoch 1, train loss ", 0), 0u) << train.out;
  const auto second = train.out.find("epoch 2, train loss ");
  ASSERT_NE(second, std::string::npos);
  const Ran eval = run_program("eval net.safetensors --data .", folder.path());
  ASSERT_EQ(eval.status, 0) << eval.err;
  // the accuracy that training printed last, to its three digits
  const std::string last = train.out.substr(train.out.find("test acc ", second) + 9, 5);
  const double printed = std::stod(last), evaluated = std::stod(eval.out.substr(eval.out.find("test acc ") + 9, 6));
  EXPECT_NEAR(evaluated, printed, 6e-4) << train.out << eval.out;
  EXPECT_NE(run_program("summary net.safetensors", folder.path()).out.find("61,706"), std::string::npos);
  const Ran colour = run_program("summary net.safetensors --input 3x32x32", folder.path());
  expect_words(colour, 2, "to have 1 channels, but got 3 channels instead");
}

TEST(Program, PredictsFromPicturesOfAnySizeAndKind) {
  const TemporaryFolder folder;
  write_pictures(folder.path(), 600);
  ASSERT_EQ(run_program("train lenet5-classic --data . --epochs 4 --batch-size 10 --out net.safetensors", folder.path())
                .status,
            0);
  // the class is the bar's place: the third of ten, at any size
  const Tensor picture = zeros({1, 28, 28}, {.dtype = kUInt8}), large = zeros({1, 140, 196}, {.dtype = kUInt8});
  picture.slice(2, 4, 6).fill_(255);
  large.slice(2, 28, 42).fill_(255);
  io::write_png(picture, folder / "28.png");
  io::write_png(large, folder / "140x196.png");
  io::write_png(large.expand({3, 140, 196}), folder / "colour.png");
  const Ran ran = run_program("predict --weights net.safetensors --top 1 28.png 140x196.png colour.png", folder.path());
  EXPECT_EQ(ran.status, 0) << ran.err;
  for (const char* file : {"28.png: 2 ", "140x196.png: 2 ", "colour.png: 2 "})
    EXPECT_NE(ran.out.find(file), std::string::npos) << ran.out;
  EXPECT_EQ(std::count(ran.out.begin(), ran.out.end(), '\n'), 3);
  const Ran all = run_program("predict --weights net.safetensors --top 99 28.png", folder.path());
  EXPECT_EQ(std::count(all.out.begin(), all.out.end(), '%'), 10) << all.out;
}

TEST(Program, GivesTheSameWeightsForAnyNumberOfWorkers) {
  const TemporaryFolder folder;
  write_pictures(folder.path(), 60);
  for (const char* workers : {"0", "3"})
    ASSERT_EQ(run_program(std::string("train lenet5-classic --data . --batch-size 20 --out w") + workers +
                              ".safetensors --workers " + workers,
                          folder.path())
                  .status,
              0);
  EXPECT_EQ(read_file(folder / "w0.safetensors"), read_file(folder / "w3.safetensors"));
}

TEST(Program, OpensNoSocket) {
  const TemporaryFolder folder;
  write_pictures(folder.path(), 20);
  // `unshare -n` needs rights that not every machine gives; there the test has nothing to say
  if (std::system("unshare -rn true 2>/dev/null") != 0) GTEST_SKIP() << "no network namespaces here";
  const Ran ran = run_shell("unshare -rn \"$convgrad\" train lenet5-classic --data . --batch-size 10", folder.path());
  EXPECT_EQ(ran.status, 0) << ran.err;
}

}  // namespace
}  // namespace convgrad::testing
