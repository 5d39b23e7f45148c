#pragma once
#include <convgrad/autograd/node.h>

namespace convgrad::autograd {

/// Adds the gradients of `tensors` (times `grad_tensors`; ones for scalars) to grad() of the leaves, or of `inputs`
/// alone. Like torch.autograd.backward. Errors: what requires no grad, shapes that differ, a graph that was freed.
CONVGRAD_API void backward(const variable_list& tensors, const variable_list& grad_tensors = {},
                           std::optional<bool> retain_graph = {}, bool create_graph = false,
                           const variable_list& inputs = {});

/// The gradients of `outputs` for `inputs`, returned and not accumulated. Like torch.autograd.grad.
/// allow_unused: an input that did not take part gives an undefined tensor instead of an error.
CONVGRAD_API variable_list grad(const variable_list& outputs, const variable_list& inputs,
                                const variable_list& grad_outputs = {}, std::optional<bool> retain_graph = {},
                                bool create_graph = false, bool allow_unused = false);

/// While alive and enabled, backward stops at the first NaN and names the forward call behind it.
/// Like torch.autograd.detect_anomaly.
class CONVGRAD_API DetectAnomalyGuard {
 public:
  explicit DetectAnomalyGuard(bool check_nan = true);
  ~DetectAnomalyGuard();
  DetectAnomalyGuard(const DetectAnomalyGuard&) = delete;
  DetectAnomalyGuard& operator=(const DetectAnomalyGuard&) = delete;

 private:
  bool before_enabled_, before_check_;
};

/// The same as a switch of this thread, and how it stands. Like torch.autograd.set_detect_anomaly.
struct CONVGRAD_API AnomalyMode {
  static bool is_enabled();
  static bool should_check_nan();
  static void set_enabled(bool enabled, bool check_nan = true);
};

}  // namespace convgrad::autograd
