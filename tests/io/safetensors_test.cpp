#include <convgrad/error.h>
#include <convgrad/io/safetensors.h>
#include <gtest/gtest.h>

#include <cstring>

#include "core/make.h"
#include "io/safetensors_codec.h"
#include "places.h"
#include "sample_files.h"

namespace convgrad::io {
namespace {

using test::Bytes, test::message_of, test::read_back, test::says, test::TempFolder, test::operator+;

/// 0, 1, 2, … of a type.
Tensor counting(IntArrayRef sizes, ScalarType dtype) {
  const Tensor t = make_tensor(sizes, kInt64);
  for (int64_t i = 0; i < t.numel(); ++i) t.data_ptr<int64_t>()[i] = i;
  return t.to(dtype);
}
bool same(const Tensor& a, const Tensor& b) {
  return a.sizes() == b.sizes() && a.dtype() == b.dtype() && a.to_vector<double>() == b.to_vector<double>();
}
Bytes length_of(uint64_t length) {
  Bytes out(8);
  std::memcpy(out.data(), &length, 8);
  return out;
}
Bytes file_of(const std::string& json, const Bytes& data) {
  return length_of(json.size()) + Bytes(json.begin(), json.end()) + data;
}
std::string failure(const Bytes& file) {
  return message_of<FileError>([&] { decode_safetensors(file, "f"); });
}

TEST(Safetensors, ReadsWhatItWroteOfEveryTypeAndShape) {
  const TempFolder folder;
  TensorMap tensors;
  for (const ScalarType dtype : {kFloat32, kFloat64, kInt64, kInt32, kUInt8, kBool})
    for (const std::vector<int64_t>& shape : {std::vector<int64_t>{}, {0}, {3}, {2, 0, 3}, {2, 3, 4}})
      tensors[std::string(name(dtype)) + " " + std::to_string(tensors.size())] = counting(shape, dtype);
  const Metadata metadata{{"who", "é\n\"\\"}, {"", ""}};
  save_safetensors(folder / "f", tensors, metadata);
  const SafetensorsFile back = load_safetensors(folder / "f");
  EXPECT_EQ(back.metadata, metadata);
  ASSERT_EQ(back.tensors.size(), tensors.size());
  for (const auto& [name, tensor] : tensors) EXPECT_TRUE(same(back.tensors.at(name), tensor)) << name;
}

TEST(Safetensors, WritesTensorsOfAnyStridesInCOrder) {
  const TempFolder folder;
  const Tensor base = counting({3, 4}, kFloat32);
  const Tensor turned = make_view(base, {4, 3}, {1, 4}, 0), spread = make_view(base, {2, 3}, {0, 1}, 5);
  save_safetensors(folder / "f", {{"turned", turned}, {"spread", spread}});
  const SafetensorsFile back = load_safetensors(folder / "f");
  EXPECT_EQ(back.tensors.at("turned").to_vector<int>(), (std::vector{0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11}));
  EXPECT_EQ(back.tensors.at("spread").to_vector<int>(), (std::vector{5, 6, 7, 5, 6, 7}));
  EXPECT_TRUE(back.tensors.at("turned").is_contiguous());
}

TEST(Safetensors, ReadsAndWritesTheReferenceImplementationsBytes) {
  const std::string path = test::golden("reference.safetensors");
  const SafetensorsFile file = load_safetensors(path);
  EXPECT_EQ(file.metadata.at("é\n"), "1");
  EXPECT_EQ(file.tensors.at("b").to_vector<double>(), (std::vector{0.5, -1e300}));
  EXPECT_EQ(file.tensors.at("aa").to_vector<float>(), (std::vector{3.25f}));
  EXPECT_EQ(file.tensors.at("c").to_vector<int64_t>(), (std::vector{INT64_MIN}));
  const TempFolder folder;
  save_safetensors(folder / "f", file.tensors, file.metadata);
  EXPECT_EQ(read_back(folder / "f"), read_back(path));
}

TEST(Safetensors, RefusesHeaderLengthsThatLie) {
  EXPECT_TRUE(says(failure({}), "header too small"));
  EXPECT_TRUE(says(failure(Bytes(7)), "header too small"));
  EXPECT_TRUE(says(failure(length_of(UINT64_MAX) + Bytes(92)), "header too large"));
  EXPECT_TRUE(says(failure(length_of(100'000'001) + Bytes(92)), "header too large"));
  EXPECT_TRUE(says(failure(length_of(1000) + Bytes(92)), "invalid header length: 1000 bytes, 92 follow"));
  EXPECT_NE(failure(length_of(0)), "");
}

TEST(Safetensors, RefusesEveryTruncationAndOneByteMore) {
  const Bytes whole = file_of(R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", Bytes(8, 1));
  EXPECT_EQ(failure(whole), "");
  for (size_t length = 0; length < whole.size(); ++length)
    EXPECT_NE(failure(Bytes(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(length))), "") << length;
  EXPECT_NE(failure(whole + Bytes{0}), "");
}

TEST(Safetensors, MakesEveryBoolTrueOrFalse) {
  const Bytes file = file_of(R"({"w":{"dtype":"BOOL","shape":[4],"data_offsets":[0,4]}})", {0, 1, 7, 255});
  const Tensor w = decode_safetensors(file, "f").tensors.at("w");
  EXPECT_EQ(Bytes(static_cast<uint8_t*>(w.data_ptr()), static_cast<uint8_t*>(w.data_ptr()) + 4), (Bytes{0, 1, 1, 1}));
}

TEST(Safetensors, NamesTheTypesItReads) {
  const Bytes file = file_of(R"({"w":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}})", Bytes(2));
  EXPECT_EQ(failure(file), "tensor 'w' of 'f' has the type BF16, which is not read");
}

TEST(Safetensors, RefusesAnUndefinedTensor) {
  EXPECT_EQ(message_of<ValueError>([] { save_safetensors("unused", {{"w", Tensor()}}); }), "tensor 'w' is undefined");
}

}  // namespace
}  // namespace convgrad::io
