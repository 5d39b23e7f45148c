#include "convgrad/autograd/node.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "autograd/meta.h"
#include "autograd/validate.h"

namespace convgrad::autograd {
namespace {

thread_local uint64_t next_sequence_nr = 0;

// Nodes whose last owner has gone, linked, that wait to be freed by the outermost release on this thread.
thread_local bool freeing = false;
thread_local Node* waiting = nullptr;

}  // namespace

struct Node::Hooks {
  template <class F>
  struct Entry {
    unsigned number;
    F function;
  };
  struct TensorEntry {
    unsigned number;
    uint32_t input_nr;
    TensorHook function;
  };
  std::vector<Entry<PreHook>> pre;
  std::vector<Entry<PostHook>> post;
  std::vector<TensorEntry> tensor;
  std::vector<TensorEntry> retain;
};

Node::Node() : sequence_nr_(next_sequence_nr++) {}
Node::~Node() = default;

void Node::dispose() noexcept {
  next_waiting_ = std::exchange(waiting, this);
  if (std::exchange(freeing, true)) return;
  while (Node* node = waiting) {
    waiting = node->next_waiting_;
    delete node;  // releases its edges and saved tensors, whose nodes join the line
  }
  freeing = false;
}

uint32_t Node::add_input_metadata(const Tensor& output) {
  inputs_.push_back({.sizes = output.sizes(), .dtype = output.dtype()});
  return static_cast<uint32_t>(inputs_.size() - 1);
}

unsigned Node::add_pre_hook(PreHook hook) {
  if (!hooks_) hooks_ = std::make_unique<Hooks>();
  hooks_->pre.push_back({next_hook_number(), std::move(hook)});
  return hooks_->pre.back().number;
}

unsigned Node::add_post_hook(PostHook hook) {
  if (!hooks_) hooks_ = std::make_unique<Hooks>();
  hooks_->post.push_back({next_hook_number(), std::move(hook)});
  return hooks_->post.back().number;
}

unsigned Node::add_tensor_pre_hook(uint32_t input_nr, TensorHook hook) {
  if (!hooks_) hooks_ = std::make_unique<Hooks>();
  hooks_->tensor.push_back({next_hook_number(), input_nr, std::move(hook)});
  return hooks_->tensor.back().number;
}

void Node::set_retain_grad_hook(uint32_t input_nr, TensorHook hook) {
  if (!hooks_) hooks_ = std::make_unique<Hooks>();
  hooks_->retain.push_back({next_hook_number(), input_nr, std::move(hook)});
}

void Node::remove_hook(unsigned number) {
  if (!hooks_) return;
  const auto drop = [&](auto& list) { std::erase_if(list, [&](const auto& h) { return h.number == number; }); };
  drop(hooks_->pre), drop(hooks_->post), drop(hooks_->tensor);
}

void Node::call_tensor_hooks(variable_list& gradients) {
  if (!hooks_) return;
  const auto call = [&](const Hooks::TensorEntry& hook) {
    Tensor& g = gradients[hook.input_nr];
    if (!g.defined()) return;
    if (Tensor changed = hook.function(g); changed.defined()) {
      validate_hook_result(g, changed, *this);
      g = std::move(changed);
    }
  };
  // copies: a hook may add or remove hooks
  for (const auto& hook : std::vector(hooks_->tensor)) call(hook);
  for (const auto& hook : std::vector(hooks_->retain)) call(hook);
}

variable_list Node::operator()(variable_list&& gradients) {
  validate_gradients(*this, gradients);
  if (!hooks_ || (hooks_->pre.empty() && hooks_->post.empty())) {
    variable_list results = apply(std::move(gradients));
    validate_results(*this, results);
    return results;
  }
  for (const auto& hook : std::vector(hooks_->pre)) hook.function(gradients);
  validate_gradients(*this, gradients);
  const std::vector post = hooks_->post;
  const variable_list before = gradients;
  variable_list results = apply(std::move(gradients));
  validate_results(*this, results);
  for (const auto& hook : post) hook.function(results, before);
  return results;
}

}  // namespace convgrad::autograd
