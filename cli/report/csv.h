#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace convgrad::cli {

/// A field of a CSV line, in quotes where it needs them.
std::string csv_field(const std::string& text);

/// A CSV file's lines below its line of names.
struct CsvTable {
  std::vector<std::string> names{};
  std::vector<std::vector<std::string>> rows{};

  /// The place of a column; nullopt where there is none of this name.
  std::optional<size_t> column(std::string_view name) const;
};

/// Reads a CSV file, quoted fields and all, up to the first line that has another number of fields than the first;
/// empty where there is no such file.
CsvTable read_csv(const std::string& path);

/// The number that a text is, whole; nullopt for anything else.
template <class T>
std::optional<T> number_in(std::string_view text);

}  // namespace convgrad::cli
