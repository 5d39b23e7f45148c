#pragma once
#include <string>
#include <vector>

namespace convgrad::cli {

/// The candidate that `word` most likely stands for: within two edits (insert, delete, change, swap), or a beginning of
/// it; empty where none is near.
std::string nearest(const std::string& word, const std::vector<std::string>& candidates);

}  // namespace convgrad::cli
