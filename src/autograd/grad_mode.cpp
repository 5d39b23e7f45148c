#include "convgrad/autograd/grad_mode.h"

namespace convgrad {
namespace {
thread_local bool enabled = true;
}
bool GradMode::is_enabled() { return enabled; }
void GradMode::set_enabled(bool value) { enabled = value; }
}  // namespace convgrad
