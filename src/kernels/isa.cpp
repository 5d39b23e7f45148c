#include "kernels/isa.h"

#include <cstdlib>

#include "core/check.h"
#include "hwy/highway.h"

namespace convgrad::kernels {
namespace {

/// Highway drops AVX3_DL and SSSE3 by our compile definition; what is left of the machine's and the compiler's sets.
int64_t available() { return hwy::SupportedTargets() & HWY_TARGETS; }

void choose(int64_t targets) {
  hwy::SetSupportedTargetsForTest(targets);
  hwy::GetChosenTarget().Update(targets);
}

int64_t all_targets = [] {
  const int64_t targets = available();
  if (const char* wanted = std::getenv("CONVGRAD_ISA")) {
    for (int64_t rest = targets; rest; rest &= rest - 1)
      if (const int64_t bit = rest & -rest; std::string(hwy::TargetName(bit)) == wanted) choose(bit);
  }
  return targets;
}();

}  // namespace

std::vector<std::string> supported_isas() {
  std::vector<std::string> names;
  for (int64_t rest = all_targets; rest; rest &= rest - 1) names.emplace_back(hwy::TargetName(rest & -rest));
  return names;
}

std::string current_isa() {
  const int64_t targets = hwy::SupportedTargets() & HWY_TARGETS;
  return hwy::TargetName(targets & -targets);
}

void set_isa(const std::string& name) {
  if (name.empty()) return choose(all_targets);
  for (int64_t rest = all_targets; rest; rest &= rest - 1)
    if (const int64_t bit = rest & -rest; hwy::TargetName(bit) == name) return choose(bit);
  throw ValueError(ErrorDetails{.op = "set_isa",
                                .argument = "name",
                                .what = fmt::format("unknown instruction set {}; this machine runs {}", name,
                                                    fmt::join(supported_isas(), ", "))});
}

}  // namespace convgrad::kernels
