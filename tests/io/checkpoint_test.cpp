#include <convgrad/error.h>
#include <convgrad/io/checkpoint.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/make.h"
#include "failing_calls.h"
#include "io/checkpoint_codec.h"
#include "sample_files.h"

namespace convgrad::io {
namespace {

using test::Bytes, test::message_of, test::read_back, test::says, test::TempFolder;

Tensor weights(float first) {
  const Tensor t = make_tensor({3}, kFloat32);
  for (int i = 0; i < 3; ++i) t.data_ptr<float>()[i] = first + static_cast<float>(i);
  return t;
}

ModelInfo lenet() {
  ModelInfo info{.model = "lenet5", .classes = {"T-shirt/top", "Sandále"}};
  info.options = {{"in_channels", "1"}, {"classes", "2"}};
  info.preprocessing = {.channels = 1, .resize = {32}, .mean = {0.1}, .std = {1.0 / 3}};
  info.notes = {{"epoch", "10"}};
  return info;
}

TEST(Checkpoint, GivesBackWhatWasSaved) {
  const TempFolder folder;
  save_checkpoint(folder / "m", TensorMap{{"0.weight", weights(1)}, {"0.bias", weights(7)}}, lenet());
  const Checkpoint back = load_checkpoint(folder / "m");
  EXPECT_EQ(back.info, lenet());
  EXPECT_EQ(back.state.size(), 2u);
  EXPECT_EQ(back.state.at("0.bias").to_vector<float>(), (std::vector{7.f, 8.f, 9.f}));
}

TEST(Checkpoint, IsASafetensorsFileForOthers) {
  const TempFolder folder;
  save_checkpoint(folder / "m", TensorMap{{"w", weights(1)}}, {});
  const SafetensorsFile file = load_safetensors(folder / "m");
  EXPECT_EQ(file.metadata.at("format"), "pt");
  EXPECT_EQ(file.metadata.at("convgrad.version"), "1");
  EXPECT_EQ(file.metadata.at("convgrad.preprocessing"), R"({"channels":1,"mean":[],"resize":[],"std":[]})");
}

TEST(Checkpoint, NoticesAFlippedBitInEveryByteAndEveryTruncation) {
  const TempFolder folder;
  save_checkpoint(folder / "m", TensorMap{{"w", weights(1)}}, lenet());
  const Bytes whole = read_back(folder / "m");
  for (size_t i = 0; i < whole.size(); ++i) {
    Bytes broken = whole;
    broken[i] ^= static_cast<uint8_t>(1 << i % 8);
    const std::string path = folder.write("broken", broken);
    EXPECT_NE(message_of<FileError>([&] { load_checkpoint(path); }), "") << i;
  }
  for (size_t length = 0; length < whole.size(); ++length) {
    const std::string path = folder.write("cut", Bytes(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(length)));
    EXPECT_NE(message_of<FileError>([&] { load_checkpoint(path); }), "") << length;
  }
}

TEST(Checkpoint, TellsOtherFilesAndVersions) {
  const TempFolder folder;
  save_safetensors(folder / "plain", {{"w", weights(1)}});
  EXPECT_TRUE(says(message_of<FileError>([&] { load_checkpoint(folder / "plain"); }), "is no checkpoint"));
  save_safetensors(folder / "unsealed", {{"w", weights(1)}}, {{"convgrad.version", "1"}});
  EXPECT_TRUE(says(message_of<FileError>([&] { load_checkpoint(folder / "unsealed"); }), "checksum"));
}

TEST(Checkpoint, RefusesNumbersAndTextsThatCannotBeWritten) {
  const TempFolder folder;
  ModelInfo info;
  info.preprocessing.mean = {NAN};
  EXPECT_THROW(save_checkpoint(folder / "m", TensorMap{}, info), ValueError);
  info = {.classes = {"\xff"}};
  EXPECT_THROW(save_checkpoint(folder / "m", TensorMap{}, info), ValueError);
  info = {.model = "\xff"};
  EXPECT_THROW(save_checkpoint(folder / "m", TensorMap{}, info), ValueError);
  EXPECT_TRUE(folder.list().empty());
}

TEST(Checkpoint, RefusesNumbersThatNoPictureHas) {
  const auto refusal = [](const std::string& preprocessing) {
    SealedFile file{.contents = {.metadata = encode_info(lenet())}, .seal_holds = true};
    file.contents.metadata["convgrad.preprocessing"] = preprocessing;
    return message_of<FileError>([&] { decode_checkpoint(file, "m"); });
  };
  const std::string sound = R"({"channels":3,"resize":[32],"mean":[],"std":[]})";
  EXPECT_EQ(refusal(sound), "");
  for (const char* channels : {"0", "-1", "4", "1.0", "1e300", "9223372036854775808", "18446744073709551617", "null"}) {
    std::string text = sound;
    text.replace(text.find('3'), 1, channels);
    EXPECT_TRUE(says(refusal(text), "its entry convgrad.preprocessing cannot be read")) << channels;
  }
  for (const char* sides : {"0", "-5", "1e300", "4294967296", "1.5", "1,2,3", "[]"}) {
    std::string text = sound;
    text.replace(text.find("32"), 2, sides);
    EXPECT_TRUE(says(refusal(text), "its entry convgrad.preprocessing cannot be read")) << sides;
  }
}

TEST(Checkpoint, KeepsTheOldOneWhenSavingFails) {
  const TempFolder folder;
  save_checkpoint(folder / "m", TensorMap{{"w", weights(1)}}, lenet());
  for (int n = 1; n <= 5; ++n) {
    test::fail_at(n, ENOSPC);
    EXPECT_TRUE(says(message_of<FileError>([&] {
                       save_checkpoint(folder / "m", TensorMap{{"w", weights(2)}}, lenet());
                     }),
                     "bytes needed"));
    test::fail_at(0, 0);
    EXPECT_EQ(load_checkpoint(folder / "m").state.at("w").to_vector<float>().at(0), 1.f) << n;
  }
  EXPECT_EQ(folder.list().size(), 1u);
}

}  // namespace
}  // namespace convgrad::io
