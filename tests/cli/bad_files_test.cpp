// Files that are missing, damaged or lying: one line and a hint, exit code 3, and nothing changed.
#include <convgrad/convgrad.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "cli/program.h"
#include "io/sample_files.h"

namespace convgrad::testing {
namespace {

constexpr auto kTrain = "train lenet5-classic --data . --batch-size 10";
constexpr auto kImages = "train-images-idx3-ubyte", kLabels = "train-labels-idx1-ubyte";

/// A folder with 30 + 30 pictures.
struct Pictures : TemporaryFolder {
  Pictures() { write_pictures(path(), 30); }
  void expect_refused(const std::string& part) const {
    const auto before = list();
    expect_words(run_program(kTrain, path()), 3, part);
    EXPECT_EQ(list(), before);
  }
};

std::string gzip(const std::string& bytes) {
  const test::Bytes packed = test::gzip(test::Bytes(bytes.begin(), bytes.end()));
  return {packed.begin(), packed.end()};
}

TEST(Data, NamesTheFilesItMisses) {
  const TemporaryFolder folder;
  const Ran ran = run_program("train lenet5 --data nowhere", folder.path());
  expect_words(ran, 3, kImages);
  EXPECT_NE(ran.err.find("apt-get install dataset-fashion-mnist"), std::string::npos) << ran.err;
  EXPECT_TRUE(folder.list().empty());
}

TEST(Data, RefusesPicturesThatAreCutStrangeOrLying) {
  const Pictures folder;
  const std::string whole = read_file(folder / kImages);
  const auto with = [&](size_t at, const std::string& bytes) {
    return std::string(whole).replace(at, bytes.size(), bytes);
  };
  const std::pair<std::string, const char*> cases[] = {
      {whole.substr(0, whole.size() - 5), "ends too soon"},
      {whole + "x", "goes on behind"},
      {with(0, "PK"), "is no IDX file"},
      {with(2, "\x0d"), "more than a file of its size can hold"},  // float32: four times the bytes
      {with(4, "\x7f\xff\xff\xff"), "more than a file of its size can hold"},
      {with(4, std::string("\0\0\0\x1f", 4)), "more than a file of its size can hold"},
      {with(4, std::string("\0\0\0\x1d", 4)), "goes on behind"},
      {with(4, std::string("\0\0\0\0", 4)), "goes on behind"},
      {whole.substr(0, 9), "ends in its header"},
      {"\x1f\x8b", "train-images"},
      {"", "is empty"},
  };
  for (const auto& [bytes, words] : cases) {
    SCOPED_TRACE(words);
    write_file(folder / kImages, bytes);
    folder.expect_refused(words);
  }
}

TEST(Data, RefusesGzipThatIsDamaged) {
  const Pictures folder;
  const std::string whole = gzip(read_file(folder / kImages));
  std::filesystem::remove(folder / kImages);
  const auto flipped = [&](size_t from_end) {
    std::string bytes = whole;
    bytes[bytes.size() - from_end] ^= 1;
    return bytes;
  };
  for (const std::string& bytes :
       {whole.substr(0, whole.size() / 2), whole.substr(0, whole.size() - 3), flipped(1), flipped(6),
        flipped(whole.size() / 2), whole + "garbage", gzip(whole), std::string("no gzip at all")}) {
    write_file(folder / fmt::format("{}.gz", kImages), bytes);
    folder.expect_refused("train-images-idx3-ubyte.gz");
  }
  write_file(folder / fmt::format("{}.gz", kImages), whole);
  EXPECT_EQ(run_program(kTrain, folder.path()).status, 0);
}

TEST(Data, RefusesLabelsThatDoNotFit) {
  const Pictures folder;
  const std::string whole = read_file(folder / kLabels);
  std::string labels = whole;
  labels.back() = 10;
  write_file(folder / kLabels, labels);
  folder.expect_refused("label 29 is 10; IDX folder has 10 classes, counted from 0");
  labels = whole.substr(0, whole.size() - 1);
  labels[7] = 29;
  write_file(folder / kLabels, labels);
  folder.expect_refused("has 29 labels");
  write_file(folder / kLabels, read_file(folder / kImages));
  folder.expect_refused("holds no labels");
}

TEST(Data, RefusesAnEmptySet) {
  const Pictures folder;
  write_pictures(folder.path(), 0);
  folder.expect_refused("holds no pictures: it is empty");
}

/// A folder with pictures and a trained net.
struct Trained : Pictures {
  Trained() { EXPECT_EQ(run_program(fmt::format("{} --out net.safetensors", kTrain), path()).status, 0); }
};

TEST(Weights, AreRefusedWhenMissingOrDamaged) {
  const Trained folder;
  const std::string whole = read_file(folder / "net.safetensors");
  std::string flipped = whole, header = whole;
  flipped[flipped.size() / 2] ^= 1;
  header[5] = '\x7f';  // a header of petabytes
  for (const std::string& bytes : {flipped, header, whole.substr(0, whole.size() / 2), whole + "x", whole.substr(0, 7),
                                   std::string("this is no file of weights"), std::string()}) {
    write_file(folder / "bad.safetensors", bytes);
    const auto before = folder.list();
    for (const char* command :
         {"eval bad.safetensors --data .", "predict --weights bad.safetensors x.png", "summary bad.safetensors"})
      expect_words(run_program(command, folder.path()), 3, "bad.safetensors");
    EXPECT_EQ(folder.list(), before);
  }
  expect_words(run_program("eval gone.safetensors", folder.path()), 3, "cannot open 'gone.safetensors'");
  expect_words(run_program("eval .", folder.path()), 3, "it is a folder");
}

TEST(Weights, OfAnotherNetAreRefused) {
  const Trained folder;
  io::Checkpoint file = io::load_checkpoint(folder / "net.safetensors");
  const auto expect = [&](const std::string& words) {
    io::save_checkpoint(folder / "other.safetensors", file.state, file.info);
    expect_words(run_program("eval other.safetensors --data .", folder.path()), 3, words);
  };
  file.info.model = "lenet5";
  expect("Missing key(s) in state_dict: \"2.weight\"");
  file.info.model = "vgg";
  expect("no model is called 'vgg'");
  file.info = {.model = "lenet5-classic", .options = {{"classes", "many"}}};
  expect("must be a whole number");
  file.info.options = {{"classes", "7"}};
  expect("size mismatch for 11.weight");
  file.info.options = {};
  file.info.classes = {"yes", "no"};
  expect(". has 10 classes, the net of other.safetensors knows 2");
  file.state.erase("0.weight");
  expect("Missing key(s) in state_dict: \"0.weight\"");
}

TEST(Pictures, ThatCannotBeReadAreNamedAndTheOthersPredicted) {
  const Trained folder;
  io::write_png(full({1, 28, 28}, 200, {.dtype = kUInt8}), folder / "good.png");
  const std::string whole = read_file(folder / "good.png");
  std::string flipped = whole;
  flipped[whole.size() / 2] ^= 1;
  const auto predict = [&] { return run_program("predict --weights net.safetensors bad.png good.png", folder.path()); };
  for (const std::string& bytes : {std::string("no picture"), std::string(), whole.substr(0, 40), flipped}) {
    write_file(folder / "bad.png", bytes);
    const Ran ran = predict();
    expect_words(ran, 3, "bad.png");
    EXPECT_EQ(ran.out.rfind("good.png: ", 0), 0u) << ran.out;
  }
  std::filesystem::remove(folder / "bad.png");
  expect_words(predict(), 3, "cannot open 'bad.png'");
}

}  // namespace
}  // namespace convgrad::testing
