// What the commands print with --json is what the installed schema says, to the last key.
#include <convgrad/convgrad.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/program.h"
#include "places.h"

namespace convgrad::testing {
namespace {

using Json = nlohmann::json;

const Json& whole() {
  static const Json schema = Json::parse(read_file(test::source("cli/schema/output.schema.json")));
  return schema;
}

bool is_of_type(const Json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "null") return value.is_null();
  return type == "integer" ? value.is_number_integer() : value.is_number();
}

/// Where a value is not what a schema says; empty where it is. The words of JSON Schema that ours uses, and no others.
std::string fault(const Json& value, const Json& schema, const std::string& at) {
  for (const auto& [word, says] : schema.items()) {
    if (word == "$ref") {
      const std::string name = says.get<std::string>().substr(std::string("#/$defs/").size());
      if (const std::string found = fault(value, whole()["$defs"].at(name), at); !found.empty()) return found;
    } else if (word == "type") {
      bool fits = false;
      for (const Json& type : says.is_array() ? says : Json::array({says})) fits |= is_of_type(value, type);
      if (!fits) return at + " is no " + says.dump() + ": " + value.dump();
    } else if (word == "const" || word == "enum") {
      bool fits = false;
      for (const Json& one : word == "enum" ? says : Json::array({says})) fits |= one == value;
      if (!fits) return at + " is none of " + says.dump() + ": " + value.dump();
    } else if (word == "minimum" || word == "maximum") {
      if (word == "minimum" ? value < says : value > says) return at + " is out of range: " + value.dump();
    } else if (word == "required") {
      for (const Json& key : says)
        if (!value.contains(key.get<std::string>())) return at + " has no " + key.dump();
    } else if (word == "properties") {
      for (const auto& [key, inner] : value.items()) {
        if (!says.contains(key)) return at + " has " + key + ", of which the schema knows nothing";
        if (const std::string found = fault(inner, says[key], at + "." + key); !found.empty()) return found;
      }
    } else if (word == "items") {
      for (const Json& inner : value)
        if (const std::string found = fault(inner, says, at + "[]"); !found.empty()) return found;
    } else if (word == "anyOf") {
      std::string found;
      bool fits = false;
      for (const Json& one : says) fits |= (found = fault(value, one, at)).empty();
      if (!fits) return at + " fits none: " + value.dump();
    } else if (word != "additionalProperties" && word != "description") {
      return "the schema's " + word + " is not known to this test";
    }
  }
  return "";
}

/// Each line that a command prints, of the kind `name`.
void expect_lines(const Ran& ran, const std::string& name, int64_t at_least = 1) {
  std::istringstream lines(ran.out);
  int64_t count = 0;
  for (std::string line; std::getline(lines, line); ++count)
    EXPECT_EQ(fault(Json::parse(line), whole()["$defs"].at(name), name), "");
  EXPECT_GE(count, at_least) << name << ran.err;
}

TEST(Schema, SaysWhatEveryCommandPrints) {
  const TemporaryFolder folder;
  write_pictures(folder.path(), 60);
  const auto run = [&](const std::string& arguments) { return run_program(arguments, folder.path()); };
  const std::string train = "train lenet5-classic --data . --batch-size 10 --json ",
                    net = "runs/a/weights/best.safetensors ";
  expect_lines(run(train + "--name a --epochs 2"), "train", 5);
  expect_lines(run(train + "--name b --validation 10"), "train", 4);
  expect_lines(run(train + "--dry-run"), "plan");
  expect_lines(run("eval " + net + "--data . --json"), "eval");
  expect_lines(run("eval " + net + "--data . --json --confusion --train"), "eval");
  io::write_png(zeros({1, 28, 28}, {.dtype = kUInt8}), folder / "x.png");
  expect_lines(run("predict --json --weights " + net + "x.png x.png"), "predict", 2);
  expect_lines(run("report runs/a --json"), "report");
  expect_lines(run("report runs/a runs/b --json"), "report", 2);
  expect_lines(run("lr-find lenet5-classic --data . --batch-size 10 --json"), "lr-find");
  expect_lines(run("doctor --seconds 0 --json"), "doctor");
  expect_lines(run("eval none --json"), "error");
  const Ran missing = run("train lenet5 --data nowhere --json");
  expect_lines(missing, "error");
  const Json error = Json::parse(missing.out).at("error");
  EXPECT_EQ(error.at("code"), "data-missing");
  EXPECT_EQ(error.at("looked").at(0), "nowhere");
  EXPECT_EQ(missing.status, 3);
  expect_lines(run("train lenet5 --epoch 3 --json"), "error");
  expect_lines(run("predict --json --weights " + net + "none.png"), "error");
}

TEST(Schema, IsNotMetByOtherThings) {
  const Json good = {{"event", "words"}, {"text", "a"}};
  EXPECT_EQ(fault(good, whole()["$defs"]["train"], ""), "");
  for (const Json& bad :
       {Json{{"event", "words"}}, Json{{"event", "words"}, {"text", 3}}, Json{{"event", "word"}, {"text", "a"}},
        Json{{"event", "words"}, {"text", "a"}, {"more", 1}}, Json::array()})
    EXPECT_NE(fault(bad, whole()["$defs"]["words"], ""), "") << bad;
}

}  // namespace
}  // namespace convgrad::testing
