#include <algorithm>
#include <limits>

#include "autograd/meta.h"
#include "convgrad/autograd/grad_mode.h"
#include "core/make.h"
#include "core/shape.h"

namespace convgrad::autograd {
namespace {

/// The end of the graph at a leaf: adds what arrives to the leaf's grad().
class AccumulateGrad final : public Node {
 public:
  explicit AccumulateGrad(Tensor variable) : variable_(std::move(variable)) {
    sequence_nr_ = std::numeric_limits<uint64_t>::max();  // leaves first: their memory is free sooner
    add_input_metadata(variable_);
  }
  ~AccumulateGrad() override {
    AutogradMeta& meta = *variable_.impl().autograd;
    std::lock_guard lock(meta.accumulator_mutex);
    if (meta.accumulator == this) meta.accumulator = nullptr;
  }
  std::string name() const override { return "AccumulateGrad"; }
  const Tensor& variable() const { return variable_; }

  void call_tensor_hooks(variable_list& gradients) override {
    if (!gradients[0].defined()) return;
    const auto hooks = variable_.impl().autograd->hooks;
    for (const auto& hook : hooks)
      if (Tensor changed = hook.function(gradients[0]); changed.defined()) gradients[0] = std::move(changed);
  }
  variable_list apply(variable_list&& gradients) override {
    if (gradients[0].defined()) accumulate_grad(variable_, std::move(gradients[0]));
    return {};
  }

 private:
  Tensor variable_;
};

}  // namespace

void accumulate_grad(const Tensor& variable, Tensor gradient) {
  AutogradMeta& meta = materialize_meta(variable);
  {
    std::lock_guard lock(meta.grad_mutex);
    if (!meta.grad.defined()) {
      const bool ours = !GradMode::is_enabled() && owned_alone(gradient) && gradient.is_contiguous();
      // A gradient that others may still read is copied; with create_graph its history must stay.
      meta.grad = ours ? make_alias(gradient) : gradient.clone();
    } else if (GradMode::is_enabled()) {
      meta.grad = meta.grad.add(gradient);
    } else {
      meta.grad.add_(gradient);
    }
  }
  const auto hooks = meta.post_accumulate;
  for (const auto& hook : hooks) hook.function(variable);
}

Edge gradient_edge(const Tensor& tensor) {
  if (!tensor.defined()) return {};  // an optional argument left out
  if (auto fn = tensor.grad_fn()) return {std::move(fn), static_cast<uint32_t>(tensor.output_nr())};
  if (!tensor.requires_grad()) return {};
  AutogradMeta& meta = materialize_meta(tensor);
  std::lock_guard lock(meta.accumulator_mutex);
  // try_add_ref fails when the last owner is just letting it go
  if (meta.accumulator && meta.accumulator->try_add_ref()) return {detail::Ref<Node>::adopt(meta.accumulator), 0};
  auto node = detail::make_ref<AccumulateGrad>(tensor);
  meta.accumulator = node.get();
  return {std::move(node), 0};
}

const Tensor* leaf_of(const Node& node) {
  const auto* accumulator = dynamic_cast<const AccumulateGrad*>(&node);
  return accumulator ? &accumulator->variable() : nullptr;
}

}  // namespace convgrad::autograd
