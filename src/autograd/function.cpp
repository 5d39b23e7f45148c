#include "convgrad/autograd/function.h"

#include <cxxabi.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "autograd/anomaly.h"
#include "autograd/engine.h"
#include "autograd/meta.h"
#include "autograd/view_history.h"
#include "core/check.h"
#include "core/make.h"
#include "core/shape.h"

namespace convgrad::autograd {

FunctionNode::~FunctionNode() = default;

void FunctionNode::release_variables() {
  std::vector<SavedTensor> dropped;  // outside the lock
  const std::lock_guard lock(mutex);
  if (saved.empty()) return;  // nothing was kept: the graph may be walked again, as in PyTorch
  dropped.swap(saved);
  released = true;
}

// ---- context

void AutogradContext::save_one(const Tensor& t) {
  // What an in-place call is about to overwrite is kept as a copy.
  const bool overwritten = in_place_ && t.defined() && t.is_same(*in_place_);
  check(!overwritten || !output_given_,
        "{}: save an input before asking for ctx.output(…), which may be the input's own memory", node_->name());
  if (!overwritten) {
    node_->saved.emplace_back(t);
    return;
  }
  EnableGradGuard guard;  // the copy has a history, for the second derivative
  node_->saved.emplace_back(t.clone());
}

void AutogradContext::keep_any(std::any value) { node_->kept = std::move(value); }
const std::any& AutogradContext::kept_any() const { return node_->kept; }

Tensor AutogradContext::output(IntArrayRef sizes, ScalarType dtype) {
  output_given_ = true;
  if (!in_place_) return make_tensor(sizes, dtype);
  const Tensor& self = *in_place_;
  check(self.sizes() == sizes, "output with shape {} doesn't match the broadcast shape {}", self.sizes(), sizes);
  // A kernel writes the type it computed; where that is another, finish_in_place converts.
  return self.dtype() == dtype ? make_alias(self) : make_tensor(sizes, dtype);
}

void AutogradContext::mark_non_differentiable(const variable_list& outputs) {
  if (node_) node_->non_differentiable = outputs;
}
void AutogradContext::mark_dirty(const variable_list& inputs) {
  for (const Tensor& t : inputs) t.impl().version().value++;
  if (node_) node_->dirty = inputs;
}
void AutogradContext::set_materialize_grads(bool value) {
  if (node_) node_->materialize = value;
}

Tensor AutogradContext::saved(size_t i) const {
  std::unique_lock lock(node_->mutex);
  if (node_->released)
    throw Error(ErrorDetails{.op = "backward",
                             .what = "Trying to backward through the graph a second time (or directly access saved "
                                     "tensors after they have already "
                                     "been freed). Saved intermediate values of the graph are freed when you call "
                                     ".backward() or autograd.grad(). "
                                     "Specify retain_graph=True if you need to backward through the graph a second "
                                     "time or if you need to access "
                                     "saved tensors after calling backward."});
  check(i < node_->saved.size(), "{}: saved tensor {} was asked for, but forward saved {}", node_->name(), i,
        node_->saved.size());
  const SavedTensor one = node_->saved[i];
  lock.unlock();
  return one.unpack(node_);
}

variable_list AutogradContext::get_saved_variables() const {
  variable_list out;
  size_t count;
  {
    const std::lock_guard lock(node_->mutex);
    count = std::max<size_t>(node_->saved.size(), node_->released);  // one that is freed makes saved() say so
  }
  for (size_t i = 0; i < count; ++i) out.push_back(saved(i));
  return out;
}

bool AutogradContext::needs_input_grad(size_t i) const {
  return node_->should_compute_output(i) && is_needed(*node_->next_edges()[i].function);
}

// ---- what Function<F> calls

namespace detail_function {

std::string demangled(const std::type_info& type) {
  struct Free {
    void operator()(char* text) const { std::free(text); }
  };
  int status = 0;
  const std::unique_ptr<char, Free> text(abi::__cxa_demangle(type.name(), nullptr, nullptr, &status));
  const std::string full = status == 0 ? text.get() : type.name();
  // the name alone: "outer::(anonymous namespace)::MyAdd" → "MyAdd"
  int depth = 0;
  for (size_t i = full.size(); i-- > 0;) {
    depth += full[i] == '>' ? 1 : full[i] == '<' ? -1 : 0;
    if (depth == 0 && full[i] == ':') return full.substr(i + 1);
  }
  return full;
}

bool requires_grad(const Tensor& t) { return t.defined() && t.requires_grad(); }

void check_in_place(const Tensor& self, bool any_requires_grad, bool may_share_memory) {
  if (any_requires_grad && GradMode::is_enabled()) {
    const detail::TensorImpl& impl = self.impl();
    if (impl.base) {
      check_view_change(self, false);
      check(!self.requires_grad() || !Tensor(impl.base).is_leaf(),
            "a view of a leaf Variable that requires grad is being used in an in-place operation.");
    }
    check(!self.requires_grad() || !self.is_leaf(),
          "a leaf Variable that requires grad is being used in an in-place operation.");
  }
  check(may_share_memory || !may_overlap(self.sizes(), self.strides()),
        "unsupported operation: more than one element of the written-to tensor refers to a single memory location. "
        "Please clone() the tensor before performing the operation.");
}

namespace {

void mark_saved_outputs(std::vector<SavedTensor>& saved, const Tensor& output, uint32_t number) {
  for (SavedTensor& s : saved)
    if (s.refers_to(output)) s.mark_output(number);
}

}  // namespace

void attach_outputs(FunctionNode& node, ArrayRef<Tensor*> outputs, const variable_list& inputs, bool several,
                    bool is_view) {
  const detail::Ref<Node> owner(&node);
  const auto among = [](const std::vector<Tensor>& list, const Tensor& t) {
    return std::any_of(list.begin(), list.end(), [&](const Tensor& x) { return x.defined() && x.is_same(t); });
  };
  for (Tensor* out : outputs) {
    const bool absent = !out->defined();
    if (absent || !out->is_floating_point() || among(node.non_differentiable, *out)) {
      node.add_input_metadata(absent ? make_tensor({0}, kFloat32) : *out);
      continue;
    }
    if (among(node.dirty, *out)) {
      const Tensor changed =
          out->impl().base ? Tensor(out->impl().base) : *out;  // asking a view would renew its history
      check(!changed.is_leaf() || !changed.requires_grad(), "a {} in-place operation.",
            out->impl().base ? "view of a leaf Variable that requires grad is being used in an"
                             : "leaf Variable that requires grad has been used in an");
      mark_saved_outputs(node.saved, *out, static_cast<uint32_t>(node.num_inputs()));
      rebase_history(*out, owner);
      continue;
    }
    const bool returned_input = among(inputs, *out);
    if (returned_input) *out = make_view(*out, out->sizes(), out->strides(), out->storage_offset());
    mark_saved_outputs(node.saved, *out, static_cast<uint32_t>(node.num_inputs()));
    set_history(*out, owner);
    if (out->impl().base) {
      if (several)
        out->impl().creation = detail::CreationMeta::MultiOutputNode;
      else if (!is_view)
        out->impl().creation = detail::CreationMeta::InCustomFunction;
    }
  }
  node.dirty.clear();
  node.non_differentiable.clear();
}

void finish_in_place(const Tensor& self, const Tensor& result) {
  if (!result.is_same(self) && (!result.is_alias_of(self) || result.dtype() != self.dtype())) {
    check(result.sizes() == self.sizes(), "output with shape {} doesn't match the broadcast shape {}", self.sizes(),
          result.sizes());
    Tensor target = make_alias(self);
    target.copy_(result);  // counts as the one change
    return;
  }
  self.impl().version().value++;
}

void attach_in_place(detail::Ref<FunctionNode> node, const Tensor& self, const Tensor& result) {
  mark_saved_outputs(node->saved, result, 0);
  rebase_history(self, node);
}

void mark_unrecorded_view(const Tensor& output, bool several) {
  if (!output.defined() || !output.impl().base) return;
  if (!GradMode::is_enabled())
    output.impl().creation = detail::CreationMeta::NoGradMode;
  else if (several)
    output.impl().creation = detail::CreationMeta::MultiOutputNode;
}

void note_forward_call(Node& node, const variable_list& inputs) {
  if (anomaly_enabled()) [[unlikely]]
    node.set_forward_call(describe_call(node, inputs));
}

variable_list materialized(const Node& node, variable_list&& gradients) {
  gradients.resize(node.num_inputs());  // apply(), called by itself, may be given fewer, or more
  for (size_t i = 0; i < gradients.size(); ++i) {
    if (gradients[i].defined()) continue;
    const InputMetadata& meta = node.input_metadata(i);
    gradients[i] = make_tensor(meta.sizes, meta.dtype);
    gradients[i].zero_();
  }
  return std::move(gradients);
}

}  // namespace detail_function
}  // namespace convgrad::autograd
