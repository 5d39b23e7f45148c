#pragma once
#include <string>

namespace convgrad::cli {

/// A setting as it is used, and where it came from: default, given, config, recipe, resumed.
struct Setting {
  std::string key, value, origin;  // value: as TOML writes it
  bool operator==(const Setting&) const = default;
};

}  // namespace convgrad::cli
