#include "autograd/anomaly.h"

#include <execinfo.h>

#include <cstdlib>

#include "convgrad/autograd/autograd.h"
#include "convgrad/autograd/grad_mode.h"
#include "core/check.h"
#include "core/shape.h"

namespace convgrad::autograd {
namespace {
thread_local bool enabled = false, checks_nan = false;
}

bool anomaly_enabled() { return enabled; }
bool anomaly_checks_nan() { return enabled && checks_nan; }

bool AnomalyMode::is_enabled() { return enabled; }
bool AnomalyMode::should_check_nan() { return checks_nan; }
void AnomalyMode::set_enabled(bool on, bool check_nan) { enabled = on, checks_nan = check_nan; }

DetectAnomalyGuard::DetectAnomalyGuard(bool check_nan) : before_enabled_(enabled), before_check_(checks_nan) {
  enabled = true;
  checks_nan = check_nan;
}
DetectAnomalyGuard::~DetectAnomalyGuard() { enabled = before_enabled_, checks_nan = before_check_; }

std::string describe_call(const Node& node, const variable_list& inputs) {
  std::string text = node.name() + "(";
  for (size_t i = 0; i < inputs.size(); ++i)
    text += (i ? ", " : "") + (inputs[i].defined() ? to_string(inputs[i].sizes()) : std::string("none"));
  text += ")";
  void* frames[24];
  const int count = backtrace(frames, 24);
  if (char** names = backtrace_symbols(frames, count)) {
    for (int i = 2; i < count; ++i) text += std::string("\n    ") + names[i];  // 0 and 1 are this and its caller
    std::free(names);
  }
  return text;
}

void check_no_nan(const Node& node, const variable_list& results) {
  NoGradGuard guard;
  for (size_t i = 0; i < results.size(); ++i) {
    if (!results[i].defined() || !results[i].isnan().any().item<bool>()) continue;
    throw Error(ErrorDetails{
        .op = node.name(),
        .what = fmt::format("Function '{}' returned nan values in its {}th output.", node.name(), i),
        .hint = node.forward_call().empty() ? "the forward call was made outside of anomaly mode, so it is not known"
                                            : "the forward call was " + node.forward_call()});
  }
}

}  // namespace convgrad::autograd
