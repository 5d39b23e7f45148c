// What a user of the program meets: words on stderr, data on stdout, the tabled exit code, and never a crash.
#include <gtest/gtest.h>

#include <fstream>

#include "cli/program.h"

namespace convgrad::testing {
namespace {

/// One line that begins with the program's name, and perhaps a hint below it.
void expect_words(const Ran& ran, int status, const std::string& part) {
  EXPECT_EQ(ran.status, status) << ran.err;
  EXPECT_EQ(ran.err.rfind("convgrad: ", 0), 0u) << ran.err;
  EXPECT_NE(ran.err.find(part), std::string::npos) << ran.err;
  EXPECT_EQ(ran.err.find("terminate"), std::string::npos) << ran.err;
}

TEST(Program, ShowsExamplesBeforeOptions) {
  const TemporaryFolder folder;
  const Ran ran = run_program("train --help", folder.path());
  EXPECT_EQ(ran.status, 0);
  EXPECT_LT(ran.out.find("Examples:"), ran.out.find("--epochs INT"));
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

TEST(Program, SaysWhichInputANetWants) {
  const TemporaryFolder folder;
  const Ran ran = run_program("summary lenet5 --input 3x32x32", folder.path());
  EXPECT_NE(ran.status, 0);
  EXPECT_NE(ran.err.find("to have 1 channels, but got 3 channels instead"), std::string::npos) << ran.err;
}

TEST(Program, DoctorFindsTheKernelsRight) {
  const TemporaryFolder folder;
  const Ran ran = run_program("doctor --seconds 0.2", folder.path());
  EXPECT_EQ(ran.status, 0) << ran.out << ran.err;
  EXPECT_NE(ran.out.find("all agree with the reference"), std::string::npos) << ran.out;
}

TEST(Program, TrainsEvaluatesAndPredicts) {
  const TemporaryFolder folder;
  write_pictures(folder.path(), 300);
  const Ran train =
      run_program("train lenet5 --data . --epochs 2 --batch-size 20 --out net.safetensors", folder.path());
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
  EXPECT_NE(run_program("summary net.safetensors", folder.path()).out.find("4,083,626"), std::string::npos);
}

TEST(Program, GivesTheSameWeightsForAnyNumberOfWorkers) {
  const TemporaryFolder folder;
  write_pictures(folder.path(), 60);
  for (const char* workers : {"0", "3"})
    ASSERT_EQ(run_program(std::string("train lenet5 --data . --batch-size 20 --out w") + workers +
                              ".safetensors --workers " + workers,
                          folder.path())
                  .status,
              0);
  EXPECT_EQ(read_file(folder / "w0.safetensors"), read_file(folder / "w3.safetensors"));
}

TEST(Program, StopsWhereTheLossIsNoNumber) {
  const TemporaryFolder folder;
  write_pictures(folder.path(), 60);
  const Ran ran = run_program("train lenet5 --data . --batch-size 10 --lr 1e38 --momentum 0.9", folder.path());
  EXPECT_EQ(ran.status, 4) << ran.out << ran.err;
  EXPECT_NE(ran.err.find("at step "), std::string::npos) << ran.err;
  EXPECT_FALSE(std::filesystem::exists(folder / "lenet5.safetensors"));
}

TEST(Program, NamesTheFilesItMisses) {
  const TemporaryFolder folder;
  const Ran ran = run_program("train lenet5 --data nowhere", folder.path());
  expect_words(ran, 3, "train-images-idx3-ubyte");
  EXPECT_NE(ran.err.find("dataset-fashion-mnist"), std::string::npos) << ran.err;
}

TEST(Program, RefusesDamagedData) {
  const TemporaryFolder folder;
  write_pictures(folder.path(), 30);
  const auto images = folder / "train-images-idx3-ubyte", labels = folder / "train-labels-idx1-ubyte";
  const std::string whole = read_file(images), whole_labels = read_file(labels);
  write_file(images, whole.substr(0, whole.size() - 5));
  expect_words(run_program("train lenet5 --data .", folder.path()), 3, "train-images-idx3-ubyte");
  write_file(images, "PK" + whole.substr(2));
  expect_words(run_program("train lenet5 --data .", folder.path()), 3, "train-images-idx3-ubyte");
  write_file(images, whole.substr(0, 4) + std::string("\x7f\xff\xff\xff", 4) + whole.substr(8));
  expect_words(run_program("train lenet5 --data .", folder.path()), 3, "train-images-idx3-ubyte");
  write_file(images, "");
  expect_words(run_program("train lenet5 --data .", folder.path()), 3, "train-images-idx3-ubyte");
  write_file(images, whole);
  std::string wrong = whole_labels;
  wrong.back() = 10;
  write_file(labels, wrong);
  expect_words(run_program("train lenet5 --data .", folder.path()), 3, "10");
  write_pictures(folder.path(), 0);
  EXPECT_NE(run_program("train lenet5 --data .", folder.path()).status, 0);
}

TEST(Program, FindsOutBeforeTrainingThatItCannotSave) {
  const TemporaryFolder folder;
  write_pictures(folder.path(), 30);
  expect_words(run_program("train lenet5 --data . --out no/such/folder/net.safetensors", folder.path()), 3,
               "cannot write");
  expect_words(run_program("train lenet5 --data . --out .", folder.path()), 3, "is a folder");
}

TEST(Program, RefusesWeightsThatAreNone) {
  const TemporaryFolder folder;
  expect_words(run_program("eval missing.safetensors", folder.path()), 3, "missing.safetensors");
  write_file(folder / "text.safetensors", "this is no file of weights");
  expect_words(run_program("eval text.safetensors", folder.path()), 3, "text.safetensors");
  write_pictures(folder.path(), 20);
  ASSERT_EQ(run_program("train lenet5 --data . --batch-size 10 --out net.safetensors", folder.path()).status, 0);
  const std::string whole = read_file(folder / "net.safetensors");
  std::string flipped = whole;
  flipped[flipped.size() / 2] ^= 1;
  write_file(folder / "flipped.safetensors", flipped);
  expect_words(run_program("eval flipped.safetensors --data .", folder.path()), 3, "flipped.safetensors");
  write_file(folder / "cut.safetensors", whole.substr(0, whole.size() / 2));
  expect_words(run_program("eval cut.safetensors --data .", folder.path()), 3, "cut.safetensors");
}

TEST(Program, RefusesPicturesThatAreNone) {
  const TemporaryFolder folder;
  write_pictures(folder.path(), 20);
  ASSERT_EQ(run_program("train lenet5 --data . --batch-size 10", folder.path()).status, 0);
  write_file(folder / "no.png", "no picture");
  expect_words(run_program("predict no.png", folder.path()), 3, "no.png");
  expect_words(run_program("predict gone.png", folder.path()), 3, "gone.png");
}

TEST(Program, OpensNoSocket) {
  const TemporaryFolder folder;
  write_pictures(folder.path(), 20);
  // `unshare -n` needs rights that not every machine gives; there the test has nothing to say
  if (std::system("unshare -rn true 2>/dev/null") != 0) GTEST_SKIP() << "no network namespaces here";
  const std::string command = "cd '" + folder.path().string() +
                              "' && unshare -rn '" CONVGRAD_PROGRAM
                              "' train lenet5 --data . --batch-size 10 >/dev/null 2>&1";
  EXPECT_EQ(std::system(command.c_str()), 0);
}

}  // namespace
}  // namespace convgrad::testing
