#include "run/toml.h"

#include <convgrad/error.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace convgrad::cli {
namespace {

constexpr const char* kBlank = " \t\r";

std::string trimmed(const std::string& text) {
  const size_t begin = text.find_first_not_of(kBlank), end = text.find_last_not_of(kBlank);
  return begin == std::string::npos ? "" : text.substr(begin, end - begin + 1);
}

struct Line {
  const std::string& path;
  int number;

  [[noreturn]] void fail(const std::string& what) const {
    throw ValueError({.op = "config",
                      .argument = path,
                      .what = fmt::format("{}, line {}: {}", path, number, what),
                      .hint = "a line is `key = value`, as in `epochs = 10` or `data = \"fashion-mnist\"`"});
  }

  /// Reads the quoted text that begins at `at`, and leaves `at` behind it.
  std::string quoted(const std::string& text, size_t& at) const {
    const char quote = text[at++];
    std::string value;
    for (; at < text.size() && text[at] != quote; ++at) {
      if (text[at] != '\\' || quote == '\'') {
        value += text[at];
        continue;
      }
      constexpr const char *kNames = "\"\\ntr", *kMeanings = "\"\\\n\t\r";
      const char* known = ++at < text.size() ? std::strchr(kNames, text[at]) : nullptr;
      if (!known || !*known) fail("unknown escape in the text");
      value += kMeanings[known - kNames];
    }
    if (at++ >= text.size()) fail("the text has no closing quote");
    return value;
  }

  TomlItem item(const std::string& text) const {
    const size_t equals = text.find('=');
    if (text.front() == '[') fail("tables and arrays are not used here");
    if (equals == std::string::npos) fail("there is no =");
    TomlItem item{.key = trimmed(text.substr(0, equals)), .line = number};
    const std::string rest = trimmed(text.substr(equals + 1));
    if (item.key.empty()) fail("there is no key before the =");
    if (rest.empty() || rest.front() == '#') fail("there is no value behind the =");
    size_t at = 0;
    if (rest.front() == '"' || rest.front() == '\'') {
      item.value = quoted(rest, at);
      item.quoted = true;
    } else {
      at = std::min(rest.find('#'), rest.size());
      item.value = trimmed(rest.substr(0, at));
      if (item.value.find_first_of(" \t\"'[{,") != std::string::npos) fail(item.value + " is no value");
    }
    const std::string note = trimmed(rest.substr(at));
    if (!note.empty() && note.front() != '#') fail("there is more behind the value: " + note);
    if (!note.empty()) item.note = trimmed(note.substr(1));
    return item;
  }
};

}  // namespace

std::vector<TomlItem> read_toml(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream whole;
  if (file) whole << file.rdbuf();
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) errno = EISDIR, file.setstate(std::ios::failbit);  // reads as empty
  if (!file)
    throw FileError({.op = "config",
                     .argument = path,
                     .what = fmt::format("cannot read {}: {}", path, std::strerror(errno ? errno : EIO))});
  return parse_toml(whole.str(), path);
}

std::vector<TomlItem> parse_toml(const std::string& whole, const std::string& path) {
  std::istringstream lines(whole);
  std::vector<TomlItem> items;
  std::string text;
  for (int number = 1; std::getline(lines, text); ++number) {
    text = trimmed(text);
    if (text.empty() || text.front() == '#') continue;
    const Line line{path, number};
    TomlItem item = line.item(text);
    for (const TomlItem& earlier : items)
      if (earlier.key == item.key) line.fail(fmt::format("{} was set in line {} already", item.key, earlier.line));
    items.push_back(std::move(item));
  }
  return items;
}

std::string toml_quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '\n' ? "\\n" : c == '\t' ? "\\t" : c == '\r' ? "\\r" : std::string(1, c);
  }
  return out + "\"";
}

}  // namespace convgrad::cli
