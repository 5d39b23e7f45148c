// The files that the program alone reads: settings and the state of a training.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "../fuzz/program_targets.h"
#include "../fuzz/seeds.h"
#include "io/mutations.h"
#include "places.h"

namespace convgrad::cli {
namespace {

using test::Bytes, test::message_of, test::mutate, test::read_back, test::says, test::TempFolder;

TEST(MutatedFiles, NeverGetPastTheSettingsReader) { mutate(fuzz::toml, fuzz::toml_files(), 3000); }
TEST(MutatedFiles, NeverGetPastTheStateOfATraining) { mutate(fuzz::state, fuzz::state_files(), 1000); }

TEST(FoundFiles, AreAnsweredNow) {
  test::run_found(fuzz::toml, "toml");
  test::run_found(fuzz::state, "state");
}

/// A net in the middle of a training.
struct Trained {
  explicit Trained(int64_t outputs = 2) : net(seeded(outputs)), optimizer(net->parameters(), options()) {
    progress.epoch_begin = get_rng_state();
    progress.epoch = 3, progress.batch = 7, progress.resumes = {{.epoch = 2, .batch = 1}};
    net(ones({1, 3})).sum().backward();
    optimizer.step();
  }
  static nn::Sequential seeded(int64_t outputs) {
    manual_seed(5);
    return nn::Sequential(nn::Linear(3, outputs));
  }
  static optim::SGDOptions options() { return {.lr = 0.1, .momentum = 0.9}; }
  std::vector<float> weights() const { return net->parameters()[0].to_vector<float>(); }

  nn::Sequential net;
  optim::SGD optimizer;
  Progress progress{};
};

TEST(State, GoesOnWhereItWasSaved) {
  const TempFolder folder;
  Trained before, after;
  const std::vector<float> weights = before.weights();
  save_state(folder / "s", before.net, before.optimizer, before.progress);
  const std::vector<float> draws = rand({4}).to_vector<float>();
  after.optimizer.step();
  EXPECT_EQ(load_state(folder / "s", after.net, after.optimizer, after.progress), Arithmetic::here());
  EXPECT_EQ(after.weights(), weights);
  EXPECT_EQ(rand({4}).to_vector<float>(), draws);
  EXPECT_EQ(after.progress.epoch, 3);
  EXPECT_EQ(after.progress.batch, 7);
  EXPECT_EQ(after.progress.resumes.at(0).epoch, 2);
}

TEST(State, NoticesAFlippedBitInEveryByteAndEveryTruncation) {
  const TempFolder folder;
  Trained one;
  save_state(folder / "s", one.net, one.optimizer, one.progress);
  const Bytes whole = read_back(folder / "s");
  const auto expect_refused = [&](const Bytes& bytes, size_t at) {
    const std::string path = folder.write("broken", bytes);
    EXPECT_NE(message_of<FileError>([&] { load_state(path, one.net, one.optimizer, one.progress); }), "") << at;
  };
  for (size_t i = 0; i < whole.size(); i += 3) {
    Bytes broken = whole;
    broken[i] ^= static_cast<uint8_t>(1 << i % 8);
    expect_refused(broken, i);
    expect_refused(Bytes(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(i)), i);
  }
}

TEST(State, OfAnotherTrainingIsRefusedAndChangesNothing) {
  const TempFolder folder;
  Trained one, wider(5);
  save_state(folder / "s", wider.net, wider.optimizer, wider.progress);
  const std::vector<float> weights = one.weights();
  const auto refused = [&](optim::Optimizer& optimizer) {
    return message_of<FileError>([&] { load_state(folder / "s", one.net, optimizer, one.progress); });
  };
  EXPECT_TRUE(says(refused(one.optimizer), "does not fit this training: Error(s) in loading state_dict"));
  optim::Adam adam(one.net->parameters(), {.lr = 0.1});
  EXPECT_TRUE(says(refused(adam), "it holds what SGD remembers, not Adam"));
  EXPECT_EQ(one.weights(), weights);
  io::save_checkpoint(folder / "s", io::TensorMap{}, {});
  EXPECT_TRUE(says(refused(one.optimizer), "holds no training's state"));
}

// ---- files of each version of the formats, which stay readable

/// As convgrad wrote it: `test_cli --gtest_also_run_disabled_tests --gtest_filter='*WritesTheFilesOfThisVersion'` makes
/// the files of a new version; those of older ones stay as they are.
TEST(Formats, DISABLED_WritesTheFilesOfThisVersion) {
  Trained one;
  save_state(test::golden(fmt::format("formats/state-{}.safetensors", kStateVersion)), one.net, one.optimizer,
             one.progress);
  io::save_checkpoint(test::golden("formats/checkpoint-1.safetensors"), one.net->state_dict(),
                      {.model = "lenet5-classic",
                       .options = {{"classes", "2"}},
                       .classes = {"cat", "dog, wolf"},
                       .preprocessing = {.channels = 3, .resize = {32, 32}, .mean = {0.5}, .std = {0.25}},
                       .notes = {{"epoch", "3"}}});
}

TEST(Formats, OfEveryVersionOfTheStateAreRead) {
  const Trained wanted;
  for (int version = 1; version <= kStateVersion; ++version) {
    Trained one;
    for (const Tensor& p : one.net->parameters()) p.data().fill_(0);
    Progress progress;
    const Arithmetic by = load_state(test::golden(fmt::format("formats/state-{}.safetensors", version)), one.net,
                                     one.optimizer, progress);
    EXPECT_EQ(one.weights(), wanted.weights());
    EXPECT_EQ(progress.epoch, 3);
    EXPECT_EQ(progress.batch, 7);
    EXPECT_EQ(progress.resumes.at(0).epoch, 2);
    EXPECT_EQ(by.version, "0.1.0");
    EXPECT_EQ(one.optimizer.state_dict().state.size(), 2u);
  }
}

TEST(Formats, OfEveryVersionOfTheWeightsAreRead) {
  const Trained wanted;
  const io::Checkpoint file = io::load_checkpoint(test::golden("formats/checkpoint-1.safetensors"));
  EXPECT_EQ(file.state.at("0.weight").to_vector<float>(), wanted.weights());
  EXPECT_EQ(file.info.model, "lenet5-classic");
  EXPECT_EQ(file.info.options.at("classes"), "2");
  EXPECT_EQ(file.info.classes, (std::vector<std::string>{"cat", "dog, wolf"}));
  EXPECT_EQ(file.info.preprocessing.channels, 3);
  EXPECT_EQ(file.info.preprocessing.resize, (std::vector<int64_t>{32, 32}));
  EXPECT_EQ(file.info.preprocessing.mean, std::vector<double>{0.5});
  EXPECT_EQ(file.info.notes.at("epoch"), "3");
}

TEST(Formats, OfALaterVersionAreRefusedByName) {
  const TempFolder folder;
  io::save_checkpoint(folder / "s", io::TensorMap{}, {.notes = {{"convgrad.state", "2"}}});
  Trained one;
  EXPECT_TRUE(says(message_of<FileError>([&] { load_state(folder / "s", one.net, one.optimizer, one.progress); }),
                   "has format 2; this version reads 1"));
}

}  // namespace
}  // namespace convgrad::cli
