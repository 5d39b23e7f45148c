#pragma once
#include <string>
#include <vector>

namespace convgrad::cli {

/// Recipes by name: settings as a file of --config has them, put into the program when it is built.
std::vector<std::string> recipe_names();
/// The file's text; empty for other names.
const std::string& recipe_text(const std::string& name);

}  // namespace convgrad::cli
