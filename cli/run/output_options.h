#pragma once
#include <string>

namespace convgrad::cli {

/// How a command tells what it does.
struct OutputOptions {
  std::string format = "auto", color = "auto", progress = "auto";  // as the options of these names
  bool quiet = false;
};

}  // namespace convgrad::cli
