#pragma once
#include <string>

namespace convgrad::cli {

// What CMakeLists.txt puts into the program: files of this folder as they are, and what it was built from and by.
const std::string& page_style();
const std::string& page_script();
const std::string& recipe_best();

struct BuildFacts {
  std::string commit;  // empty where it was not built from a repository
  bool dirty;          // files differed from the commit
  std::string date;    // of the commit
  std::string compiler, flags;
};
const BuildFacts& build_facts();

}  // namespace convgrad::cli
