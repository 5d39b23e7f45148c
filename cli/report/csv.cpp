#include "report/csv.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "report/files.h"

namespace convgrad::cli {
namespace {

/// Takes a field from `text` at `at` and leaves `at` at what ended it: a comma, a line's end, or the end.
std::string take_field(std::string_view text, size_t& at) {
  if (at >= text.size() || text[at] != '"') {
    const size_t end = std::min(text.find_first_of(",\n", at), text.size());
    const std::string_view field = text.substr(at, end - at);
    at = end;
    return std::string(field.ends_with('\r') ? field.substr(0, field.size() - 1) : field);
  }
  std::string field;
  for (++at; at < text.size(); ++at) {
    if (text[at] == '"' && (++at >= text.size() || text[at] != '"')) break;  // two are one
    field += text[at];
  }
  at = std::min(text.find_first_of(",\n", at), text.size());
  return field;
}

std::vector<std::string> take_line(std::string_view text, size_t& at) {
  std::vector<std::string> fields{take_field(text, at)};
  while (at < text.size() && text[at] == ',') fields.push_back(take_field(text, ++at));
  at = std::min(at + 1, text.size());
  return fields;
}

}  // namespace

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

std::optional<size_t> CsvTable::column(std::string_view name) const {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? std::nullopt : std::optional(static_cast<size_t>(found - names.begin()));
}

CsvTable read_csv(const std::string& path) {
  const std::optional<std::string> text = read_text(path);
  CsvTable table;
  size_t at = 0;
  if (!text || text->empty()) return table;
  table.names = take_line(*text, at);
  while (at < text->size()) {
    auto row = take_line(*text, at);
    if (row.size() != table.names.size()) break;
    table.rows.push_back(std::move(row));
  }
  return table;
}

template <class T>
std::optional<T> number_in(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && !text.empty() ? std::optional(value)
                                                                                   : std::nullopt;
}
template std::optional<double> number_in<double>(std::string_view);
template std::optional<int64_t> number_in<int64_t>(std::string_view);

}  // namespace convgrad::cli
