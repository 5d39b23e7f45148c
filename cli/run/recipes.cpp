#include "run/recipes.h"

#include "embedded.h"

namespace convgrad::cli {

std::vector<std::string> recipe_names() { return {"best"}; }

const std::string& recipe_text(const std::string& name) {
  static const std::string none;
  return name == "best" ? recipe_best() : none;
}

}  // namespace convgrad::cli
