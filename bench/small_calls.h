#pragma once
#include <functional>
#include <string>
#include <vector>

/// Calls so small that what surrounds a kernel is what they cost: bench/small.cpp times them, tests/instructions counts
/// their instructions.
namespace convgrad::bench {

struct SmallCall {
  std::string name;
  std::function<void()> run;
};

std::vector<SmallCall> small_calls();

}  // namespace convgrad::bench
