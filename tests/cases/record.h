#pragma once
#include <nlohmann/json_fwd.hpp>

#include "cases/inputs.h"

namespace convgrad::cases {

/// What an output is besides its values: dtype, sizes, strides (none of nothing) and the name of its node.
nlohmann::json facts(const Tensor& y);
/// What a failure's call threw: {"oracle", "type" as in Python ("none": nothing), "text"}.
nlohmann::json outcome(const Failure& failure);

/// Σ (i mod 31 + 1)·xᵢ in C order, where NaN counts as 17, ∞ as 19 and −∞ as −23; and the sum of the terms' sizes.
struct Checksum {
  double value = 0, size = 0;
};
Checksum checksum(const Tensor& t);

/// What PyTorch gave for a case at seed 0, as compare_cases.py --record wrote it into tests/golden/cases.json; null
/// where it has not been recorded.
const nlohmann::json& recorded(const std::string& name);

}  // namespace convgrad::cases
