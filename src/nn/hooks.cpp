// Calls of modules that have hooks, and parameters that are computed before each call.
#include <algorithm>

#include "convgrad/autograd/function.h"
#include "convgrad/nn/module.h"
#include "core/check.h"
#include "core/make.h"

namespace convgrad::nn {
namespace {

/// Hands tensors on; its node stands where gradients enter or leave a module.
struct BackwardHookFunction : Function<BackwardHookFunction> {
  static constexpr bool is_view = true;
  static constexpr auto name = "BackwardHookFunctionBackward";
  static variable_list forward(AutogradContext& ctx, const variable_list& tensors) {
    ctx.set_materialize_grads(false);
    variable_list out;
    for (const Tensor& t : tensors) out.push_back(make_view(t, t.sizes(), t.strides(), t.storage_offset()));
    return out;
  }
  static variable_list backward(AutogradContext&, const variable_list& gradients) { return gradients; }
};

}  // namespace

/// What is known of one call when its gradients come.
struct Module::HookedCall {
  std::shared_ptr<Module> module;
  Hooks<BackwardHook> hooks;
  size_t inputs = 0;
  std::vector<size_t> differentiable{};  // inputs that gradients flow to
  variable_list grad_output{};

  /// The hooks in turn; gradients are of all inputs.
  void run(variable_list& gradients) {
    for (const auto& [number, hook] : hooks) {
      variable_list replaced = hook(*module, gradients, grad_output);
      if (replaced.empty()) continue;
      check(replaced.size() == inputs,
            "Backward hook returned an invalid number of grad_input, got {}, but expected {}", replaced.size(), inputs);
      gradients = std::move(replaced);
    }
    grad_output.clear();
  }
  void leave(variable_list& results) {
    check(!grad_output.empty(),
          "Module backward hook for grad_input is called before the grad_output one. This happens because the gradient "
          "in your nn.Module flows to the Module's input without passing through the Module's output. Make sure that "
          "the output depends on the input and that the loss is computed based on the output.");
    variable_list all(inputs);
    for (size_t i = 0; i < differentiable.size(); ++i) all[differentiable[i]] = results[i];
    run(all);
    for (size_t i = 0; i < differentiable.size(); ++i) results[i] = all[differentiable[i]];
  }
};

std::shared_ptr<Module::HookedCall> Module::before_forward(std::vector<Tensor>& inputs) {
  size_t i = 0;
  for (Slot& slot : computed_slots_) slot.tensor = computed_[i++].f();
  const auto pre_hooks = pre_hooks_;  // a hook may remove itself
  for (const auto& [number, hook] : pre_hooks) {
    std::vector<Tensor> replaced = hook(*this, inputs);
    if (replaced.empty()) continue;
    check<ValueError>(replaced.size() == inputs.size(), "{}: a forward pre-hook returned {} tensors instead of {}",
                      name(), replaced.size(), inputs.size());
    inputs = std::move(replaced);
  }
  if (backward_hooks_.empty() || !GradMode::is_enabled()) return nullptr;
  auto call = std::make_shared<HookedCall>(HookedCall{.module = self(), .hooks = backward_hooks_});
  call->inputs = inputs.size();
  variable_list watched;
  for (size_t k = 0; k < inputs.size(); ++k)
    if (inputs[k].defined() && inputs[k].requires_grad())
      call->differentiable.push_back(k), watched.push_back(inputs[k]);
  if (watched.empty()) return call;
  watched = BackwardHookFunction::apply(watched);
  for (size_t k = 0; k < watched.size(); ++k) inputs[call->differentiable[k]] = watched[k];
  watched[0].grad_fn()->add_post_hook([call](variable_list& results, const variable_list&) { call->leave(results); });
  return call;
}

Tensor Module::after_forward(const std::shared_ptr<HookedCall>& call, TensorList inputs, Tensor output) {
  const auto hooks = forward_hooks_;
  for (const auto& [number, hook] : hooks)
    if (Tensor replaced = hook(*this, inputs, output); replaced.defined()) output = std::move(replaced);
  if (!call || !output.requires_grad()) return output;
  output = BackwardHookFunction::apply(variable_list{output})[0];
  output.grad_fn()->add_pre_hook([call](variable_list& gradients) {
    call->grad_output = gradients;
    variable_list none(call->inputs);
    if (call->differentiable.empty()) call->run(none);
  });
  return output;
}

unsigned Module::register_forward_pre_hook(ForwardPreHook hook) {
  pre_hooks_.emplace_back(next_hook_, std::move(hook));
  return next_hook_++;
}
unsigned Module::register_forward_hook(ForwardHook hook) {
  forward_hooks_.emplace_back(next_hook_, std::move(hook));
  return next_hook_++;
}
unsigned Module::register_full_backward_hook(BackwardHook hook) {
  backward_hooks_.emplace_back(next_hook_, std::move(hook));
  return next_hook_++;
}

void Module::remove_hook(unsigned number) {
  const auto is_it = [&](const auto& hook) { return hook.first == number; };
  std::erase_if(pre_hooks_, is_it);
  std::erase_if(forward_hooks_, is_it);
  std::erase_if(backward_hooks_, is_it);
}

// ---- computed parameters: the slot moves from list to list, so that references to its tensor stay valid

Tensor* Module::find_tensor(const std::string& name) {
  for (auto* slots : {&parameters_, &buffers_, &computed_slots_})
    for (Slot& slot : *slots)
      if (slot.name == name) return &slot.tensor;
  return nullptr;
}

bool Module::computes(const std::string& name) const {
  return std::any_of(computed_slots_.begin(), computed_slots_.end(), [&](auto& slot) { return slot.name == name; });
}

Tensor Module::compute_parameter(const std::string& name, std::function<Tensor()> f) {
  for (auto* slots : {&parameters_, &buffers_}) {
    const auto slot = std::find_if(slots->begin(), slots->end(), [&](auto& slot) { return slot.name == name; });
    if (slot == slots->end()) continue;
    Tensor value = f(), before = std::exchange(slot->tensor, value);
    computed_.push_back({.f = std::move(f), .is_parameter = slots == &parameters_});
    computed_slots_.splice(computed_slots_.end(), *slots, slot);
    return before;
  }
  throw KeyError(fmt::format("module {} has no parameter or buffer '{}'", this->name(), name));
}

void Module::restore_parameter(const std::string& name, Tensor value) {
  auto computed = computed_.begin();
  for (auto slot = computed_slots_.begin(); slot != computed_slots_.end(); ++slot, ++computed) {
    if (slot->name != name) continue;
    slot->tensor = std::move(value);
    std::list<Slot>& home = computed->is_parameter ? parameters_ : buffers_;
    home.splice(home.end(), computed_slots_, slot);
    computed_.erase(computed);
    return;
  }
  throw KeyError(fmt::format("module {} does not compute '{}'", this->name(), name));
}

}  // namespace convgrad::nn
