#pragma once
#include <string>

namespace convgrad::cli {

// Files of this folder as they are, put into the program when it is built (CMakeLists.txt).
const std::string& page_style();
const std::string& page_script();
const std::string& recipe_best();

}  // namespace convgrad::cli
