#include "io/safetensors_header.h"

#include <convgrad/error.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "sample_files.h"

namespace convgrad::io {
namespace {

using test::says;

std::string header_failure(std::string_view json, uint64_t data_bytes) {
  return test::message_of<FileError>([&] { parse_header(json, data_bytes, "f.safetensors"); });
}
std::string f32(const std::string& name, const std::string& shape, const std::string& offsets) {
  return fmt::format(R"("{}":{{"dtype":"F32","shape":{},"data_offsets":{}}})", name, shape, offsets);
}
std::string object(const std::string& inside) { return fmt::format("{{{}}}", inside); }
std::string failure_of(const std::string& shape, const std::string& offsets, uint64_t data_bytes) {
  return header_failure(object(f32("w", shape, offsets)), data_bytes);
}

TEST(SafetensorsHeader, ReadsEntriesInTheOrderOfTheirData) {
  const auto header = parse_header(
      object(f32("b", "[2]", "[4,12]") + "," + f32("a", "[]", "[0,4]") + R"(,"__metadata__":{"k":"v","é":"\u0000"})") +
          "   ",
      12, "f");
  ASSERT_EQ(header.entries.size(), 2u);
  EXPECT_EQ(header.entries[0].name, "a");
  EXPECT_EQ(header.entries[0].shape, std::vector<int64_t>{});
  EXPECT_EQ(header.entries[1].shape, std::vector<int64_t>{2});
  EXPECT_EQ(header.metadata.at("k"), "v");
  EXPECT_EQ(header.metadata.at("é"), std::string(1, '\0'));
}

TEST(SafetensorsHeader, AcceptsWhatTheFormatAllows) {
  EXPECT_EQ(header_failure("{}", 0), "");
  EXPECT_EQ(header_failure(object(f32("empty", "[0]", "[0,0]") + "," + f32("one", "[1]", "[0,4]")), 4), "");
  EXPECT_EQ(header_failure(object(f32("", "[1]", "[0,4]") + "," + f32("../../x", "[1]", "[4,8]")), 8), "");
  EXPECT_EQ(header_failure(object(f32("a\\u0000b", "[1]", "[0,4]")), 4), "");
}

TEST(SafetensorsHeader, RefusesAShapeThatDoesNotFitItsOffsets) {
  EXPECT_TRUE(says(failure_of("[1000,1000]", "[0,4]", 4), "shape [1000, 1000] and type F32 takes 4000000 bytes"));
  EXPECT_NE(failure_of("[2]", "[0,4]", 4), "");
  EXPECT_NE(failure_of("[1]", "[0,8]", 8), "");
}

TEST(SafetensorsHeader, RefusesSizesWhoseProductOverflows) {
  EXPECT_TRUE(says(failure_of("[4194305,4194305,211106198978564]", "[0,16]", 16), "overflow computing buffer size"));
  EXPECT_TRUE(says(failure_of("[4611686018427387905]", "[0,4]", 4), "overflow computing buffer size"));
  EXPECT_TRUE(says(failure_of("[0,4611686018427387904,4]", "[0,0]", 0), "overflow computing buffer size"));
  EXPECT_TRUE(says(failure_of("[0,9223372036854775808]", "[0,0]", 0), "too large"));
}

TEST(SafetensorsHeader, RefusesOffsetsThatAreReversedNegativeOrOutside) {
  EXPECT_NE(failure_of("[1]", "[4,0]", 4), "");
  EXPECT_TRUE(says(failure_of("[1]", "[-4,0]", 4), "negative"));
  EXPECT_NE(failure_of("[1]", "[9223372036854775808,9223372036854775812]", 4), "");
  EXPECT_NE(failure_of("[1]", "[18446744073709551612,18446744073709551616]", 4), "");
  EXPECT_TRUE(says(failure_of("[2]", "[0,8]", 4), "its tensors take 8 bytes, 4 follow the header"));
  for (const char* offsets : {"[]", "[0]", "[0,4,4]", "0", "\"0\"", "{}", "null", "[[0,4]]"})
    EXPECT_NE(failure_of("[1]", offsets, 4), "") << offsets;
}

TEST(SafetensorsHeader, RefusesOverlapHoleAndTail) {
  const std::string twice = object(f32("a", "[1]", "[0,4]") + "," + f32("b", "[1]", "[0,4]"));
  EXPECT_TRUE(says(header_failure(twice, 4), "the data of tensor 'b' begin at 0, those before it end at 4"));
  const std::string hole = object(f32("a", "[1]", "[0,4]") + "," + f32("b", "[1]", "[8,12]"));
  EXPECT_TRUE(says(header_failure(hole, 12), "begin at 8, those before it end at 4"));
  EXPECT_TRUE(says(failure_of("[1]", "[0,4]", 5), "its tensors take 4 bytes, 5 follow the header"));
}

TEST(SafetensorsHeader, RefusesKeysThatComeTwice) {
  EXPECT_TRUE(says(
      header_failure(R"({"w":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},)" + f32("w", "[1]", "[0,4]") + "}", 4),
      "the key 'w' comes twice"));
  EXPECT_TRUE(says(header_failure(R"({"__metadata__":{"a":"1","a":"2"}})", 0), "the key 'a' comes twice"));
  EXPECT_TRUE(
      says(header_failure(R"({"w":{"dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0]}})", 0), "comes twice"));
}

TEST(SafetensorsHeader, RefusesOtherBytesThanTheFormats) {
  EXPECT_TRUE(says(header_failure("", 0), "does not begin with {"));
  EXPECT_TRUE(says(header_failure(" {}", 0), "does not begin with {"));
  EXPECT_TRUE(says(header_failure("\xEF\xBB\xBF{}", 0), "does not begin with {"));
  EXPECT_TRUE(says(header_failure(std::string_view("{}\0\0", 4), 0), "does not end with }"));
  EXPECT_TRUE(says(header_failure("{}\n", 0), "does not end with }"));
  EXPECT_TRUE(says(header_failure("{}{}", 0), "no valid JSON at byte 3"));
  EXPECT_TRUE(says(header_failure(object(f32("\xff", "[1]", "[0,4]")), 4), "no valid JSON"));
  EXPECT_TRUE(says(header_failure(object(f32("\\ud800", "[1]", "[0,4]")), 4), "no valid JSON"));
  EXPECT_NE(header_failure(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],}})", 4), "");
}

TEST(SafetensorsHeader, RefusesOtherTypesThanTheFormats) {
  for (const char* size :
       {"1.0", "1e0", "-1", "\"1\"", "true", "null", "[1]", "18446744073709551616", "1e999", "0x1", "NaN"})
    EXPECT_NE(failure_of(fmt::format("[{}]", size), "[0,4]", 4), "") << size;
  EXPECT_NE(header_failure(R"({"__metadata__":{"a":1}})", 0), "");
  EXPECT_NE(header_failure(R"({"__metadata__":[]})", 0), "");
  EXPECT_NE(header_failure(R"({"__metadata__":{"a":{}}})", 0), "");
  EXPECT_NE(header_failure(R"({"w":1})", 0), "");
  EXPECT_NE(header_failure(R"({"w":{}})", 0), "");
  EXPECT_NE(header_failure(R"({"w":{"dtype":"F32","shape":[0]}})", 0), "");
  EXPECT_NE(header_failure(R"({"w":{"dtype":1,"shape":[0],"data_offsets":[0,0]}})", 0), "");
  EXPECT_TRUE(
      says(header_failure(R"({"w":{"dtype":"F31","shape":[0],"data_offsets":[0,0]}})", 0), "unknown type 'F31'"));
  EXPECT_TRUE(
      says(header_failure(R"({"w":{"dtype":"F32","shape":[0],"data_offsets":[0,0],"x":1}})", 0), "unknown field 'x'"));
}

TEST(SafetensorsHeader, RefusesDeepNestingAtOnce) {
  EXPECT_NE(header_failure(fmt::format("{{\"a\":{:[<512000}}}", ""), 0), "");
  std::string objects = "{";
  for (int i = 0; i < 100'000; ++i) objects += "\"a\":{";
  EXPECT_NE(header_failure(objects + "}", 0), "");
}

TEST(SafetensorsHeader, EscapesHostileNamesInMessages) {
  EXPECT_TRUE(says(header_failure(object(f32("\\u001b[31m", "[1]", "[0,8]")), 8), "tensor '\\x1b[31m'"));
  EXPECT_LT(header_failure(object(f32(std::string(1'000'000, 'x'), "[1]", "[0,8]")), 8).size(), 1000u);
}

TEST(SafetensorsHeader, WritesTheBytesOfTheReferenceImplementation) {
  SafetensorsHeader header;
  header.metadata = {{"z", "1"}, {"a", "é\n"}, {"m", ""}};
  header.entries = {{"b", "F64", {2}},
                    {"a", "U8", {1}},
                    {"c", "I64", {1}},
                    {"d", "F32", {3}},
                    {"e", "I32", {3}},
                    {"f", "BOOL", {}},
                    {"g\x01\"\\é\x7f/", "F32", {0, 3}},
                    {"aa", "F32", {1}}};
  // safetensors 0.8: safetensors.torch.save of these tensors
  const std::string json =
      R"({"__metadata__":{"a":"é\n","m":"","z":"1"},"c":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},)"
      R"("b":{"dtype":"F64","shape":[2],"data_offsets":[8,24]},"aa":{"dtype":"F32","shape":[1],"data_offsets":[24,28]},)"
      R"("d":{"dtype":"F32","shape":[3],"data_offsets":[28,40]},"g\u0001\"\\é)"
      "\x7f"
      R"(/":{"dtype":"F32","shape":[0,3],"data_offsets":[40,40]},"e":{"dtype":"I32","shape":[3],"data_offsets":[40,52]},)"
      R"("a":{"dtype":"U8","shape":[1],"data_offsets":[52,53]},"f":{"dtype":"BOOL","shape":[],"data_offsets":[53,54]}}       )";
  EXPECT_EQ(make_header(header), std::string("\xf8\x01\0\0\0\0\0\0", 8) + json);
  EXPECT_EQ(parse_header(json, 54, "f").entries.size(), 8u);
}

TEST(SafetensorsHeader, RefusesToWriteNamesThatTheFormatCannotHold) {
  const auto write = [](const std::string& name) {
    SafetensorsHeader header;
    header.entries = {{name, "U8", {1}}};
    make_header(header);
  };
  EXPECT_TRUE(says(test::message_of<ValueError>([&] { write("a\xff"); }), "'a\\xff' is no UTF-8 text"));
  EXPECT_TRUE(says(test::message_of<ValueError>([&] { write("__metadata__"); }), "__metadata__"));
}

}  // namespace
}  // namespace convgrad::io
