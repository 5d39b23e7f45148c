#pragma once
#include <string>
#include <vector>

namespace convgrad::cli {

/// A line `key = value  # note` of a settings file.
struct TomlItem {
  std::string key{}, value{}, note{};
  bool quoted = false;  // the value was a text
  int line = 0;
};

/// The flat part of TOML: keys with one value each (texts, numbers, true, false), comments, empty lines. FileError,
/// with file and line, for anything else and for a key that comes twice.
std::vector<TomlItem> read_toml(const std::string& path);
/// The same of a text; `name` is for messages.
std::vector<TomlItem> parse_toml(const std::string& text, const std::string& name);
/// The text in TOML's quotes.
std::string toml_quoted(const std::string& text);

}  // namespace convgrad::cli
