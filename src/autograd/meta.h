#pragma once
#include <convgrad/autograd/node.h>

#include <mutex>

namespace convgrad::autograd {

/// What autograd keeps of a tensor; exists only where there is something to keep.
struct AutogradMeta {
  ~AutogradMeta() {
    if (!self) return;
    std::lock_guard lock(self->mutex);
    self->impl = nullptr;
  }
  /// A way back to the tensor that does not keep it alive.
  struct Self {
    std::mutex mutex;
    detail::TensorImpl* impl;
  };
  template <class F>
  struct Hook {
    unsigned number;
    F function;
  };

  Tensor grad;
  detail::Ref<Node> grad_fn;
  uint32_t output_nr = 0;
  bool requires_grad = false;   // as set by hand; history counts besides
  std::shared_ptr<Self> self;   // of a tensor that retains its gradient
  Node* accumulator = nullptr;  // not owned: it owns the tensor, and clears this when it goes
  std::mutex accumulator_mutex;
  std::mutex grad_mutex;  // held while grad is added to; what is added may take the other, never the other way round
  std::vector<Hook<std::function<Tensor(const Tensor&)>>> hooks;          // of a leaf; others sit on the node
  std::vector<Hook<std::function<void(const Tensor&)>>> post_accumulate;  // of a leaf
};

/// The meta of a tensor, made where there is none yet.
AutogradMeta& materialize_meta(const Tensor& t);
/// Hooks are numbered through the process, so that one number finds its hook wherever it sits.
unsigned next_hook_number();
/// Makes `node` the origin of `t`.
void set_history(const Tensor& t, const detail::Ref<Node>& node);
/// After `t` got another origin: the gradient that it retains is its new value's.
void retain_anew(const Tensor& t);
/// After a change of `t` in place by `node`, whose first edge is t's former gradient edge.
void rebase_history(const Tensor& t, const detail::Ref<Node>& node);
/// True where nobody else can see this tensor's memory: neither another handle nor another view; its base may be alive,
/// but through this view alone.
inline bool owned_alone(const Tensor& t) {
  const detail::TensorImpl& impl = t.impl();
  const bool base_is_ours = !impl.base || impl.base->use_count() == 1;
  return impl.use_count() == 1 && base_is_ours && impl.storage->use_count() == (impl.base ? 2u : 1u);
}
/// Adds to variable.grad() as an accumulator does: hooks, then the sum, then the post-accumulate hooks.
void accumulate_grad(const Tensor& variable, Tensor gradient);

}  // namespace convgrad::autograd
