#include "convgrad/autograd/grad_mode.h"

namespace convgrad {
namespace {
[[gnu::tls_model("initial-exec")]] thread_local bool enabled = true;  // asked many times a call
}
bool GradMode::is_enabled() { return enabled; }
void GradMode::set_enabled(bool value) { enabled = value; }
}  // namespace convgrad
