#pragma once
#include <convgrad/export.h>

namespace convgrad {

/// Whether operations record what backward needs; a switch of each thread. Like torch.is_grad_enabled.
struct CONVGRAD_API GradMode {
  static bool is_enabled();
  static void set_enabled(bool enabled);
};

/// Sets GradMode while alive. Like torch::AutoGradMode.
class AutoGradMode {
 public:
  explicit AutoGradMode(bool enabled) : before_(GradMode::is_enabled()) { GradMode::set_enabled(enabled); }
  ~AutoGradMode() { GradMode::set_enabled(before_); }
  AutoGradMode(const AutoGradMode&) = delete;
  AutoGradMode& operator=(const AutoGradMode&) = delete;

 private:
  bool before_;
};

/// Nothing is recorded while alive. Like torch.no_grad.
struct NoGradGuard : AutoGradMode {
  NoGradGuard() : AutoGradMode(false) {}
};
/// Recording again, inside a NoGradGuard. Like torch.enable_grad.
struct EnableGradGuard : AutoGradMode {
  EnableGradGuard() : AutoGradMode(true) {}
};

}  // namespace convgrad
