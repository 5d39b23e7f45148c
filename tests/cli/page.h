#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace convgrad::testing {

using Rows = std::vector<std::vector<std::string>>;

// What the tests read in the program's own pages, which one place writes: each tag is closed, attributes stand in "".

/// The text alone, entities as what they stand for.
std::string without_tags(const std::string& html);
/// What stands inside the element with this id; empty where there is none.
std::string inside(const std::string& page, const std::string& id);
/// The table in the region of this name, cell by cell, its head first.
Rows table(const std::string& page, const std::string& region);

/// A CSV file whose fields are not quoted, its head first.
Rows csv(const std::filesystem::path& file);

}  // namespace convgrad::testing
