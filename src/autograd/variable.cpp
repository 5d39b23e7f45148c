// The members of Tensor that concern automatic differentiation.
#include <algorithm>
#include <atomic>

#include "autograd/meta.h"
#include "autograd/view_history.h"
#include "convgrad/autograd/autograd.h"
#include "convgrad/autograd/grad_mode.h"
#include "core/check.h"
#include "core/make.h"
#include "core/shape.h"

namespace convgrad {

using autograd::AutogradMeta;
using autograd::materialize_meta;
using autograd::Node;

namespace detail {
TensorImpl::TensorImpl() = default;  // here, where AutogradMeta is known
TensorImpl::~TensorImpl() = default;
}  // namespace detail

namespace autograd {

AutogradMeta& materialize_meta(const Tensor& t) { return t.impl().autograd.made(); }

unsigned next_hook_number() {
  static std::atomic<unsigned> number{1};
  return number++;
}

void set_history(const Tensor& t, const detail::Ref<Node>& node) {
  AutogradMeta& meta = materialize_meta(t);
  meta.output_nr = node->add_input_metadata(t);
  meta.grad_fn = node;
  t.impl().view_version = t._version();
  if (meta.self) retain_anew(t);
}

void retain_anew(const Tensor& t) {
  AutogradMeta& meta = *t.impl().autograd;
  if (!meta.self) return;
  {
    const std::lock_guard lock(meta.self->mutex);
    meta.self->impl = nullptr;  // the former node's hook finds nobody
  }
  meta.self.reset();
  t.retain_grad();
}

}  // namespace autograd

bool Tensor::requires_grad() const {
  const auto own = [](const detail::TensorImpl& i) {
    return i.autograd && (i.autograd->requires_grad || i.autograd->grad_fn);
  };
  // A view requires what its base does, even one that was taken while nothing was recorded; the base is asked first,
  // since another thread may be bringing the view's own history up to date.
  return (impl().base && own(*impl().base)) || own(impl());
}

Tensor& Tensor::requires_grad_(bool wanted) {
  check(wanted || is_leaf(),
        "you can only change requires_grad flags of leaf variables. If you want to use a computed variable in a "
        "subgraph that "
        "doesn't require differentiation use var_no_grad = var.detach().");
  check(!wanted || is_floating_point(), "only Tensors of floating point dtype can require gradients");
  if (wanted || impl().autograd) materialize_meta(*this).requires_grad = wanted;
  return *this;
}

bool Tensor::is_leaf() const { return !grad_fn(); }

const Tensor& Tensor::grad() const {
  static const Tensor none;
  return impl().autograd ? impl().autograd->grad : none;
}

Tensor& Tensor::mutable_grad() { return materialize_meta(*this).grad; }

detail::Ref<Node> Tensor::grad_fn() const {
  detail::TensorImpl& i = impl();
  if (i.base) autograd::refresh_view_history(*this);
  return i.autograd ? i.autograd->grad_fn : nullptr;
}

int64_t Tensor::output_nr() const { return impl().autograd ? impl().autograd->output_nr : 0; }

void Tensor::backward(const Tensor& gradient, std::optional<bool> retain_graph, bool create_graph,
                      std::optional<TensorList> inputs) const {
  check(!inputs || !inputs->empty(), "`inputs` argument to `backward` cannot be empty.");
  autograd::backward({*this}, gradient.defined() ? autograd::variable_list{gradient} : autograd::variable_list{},
                     retain_graph, create_graph, inputs ? inputs->vec() : autograd::variable_list{});
}

void Tensor::retain_grad() const {
  check(requires_grad(), "can't retain_grad on Tensor that has requires_grad=False");
  const auto fn = grad_fn();
  AutogradMeta& meta = materialize_meta(*this);
  if (!fn || meta.self) return;
  // The node owns the hook, so the hook must not own the tensor.
  meta.self = std::make_shared<AutogradMeta::Self>();
  meta.self->impl = &impl();
  fn->set_retain_grad_hook(meta.output_nr, [self = meta.self](const Tensor& g) {
    detail::Ref<detail::TensorImpl> alive;
    {
      std::lock_guard lock(self->mutex);
      if (!self->impl || !self->impl->try_add_ref()) return Tensor();
      alive = detail::Ref<detail::TensorImpl>::adopt(self->impl);
    }
    std::lock_guard lock(alive->autograd->grad_mutex);
    Tensor& grad = alive->autograd->grad;
    grad = grad.defined() ? grad.add(g) : g.clone();
    return Tensor();
  });
}

bool Tensor::retains_grad() const { return impl().autograd && impl().autograd->self && !is_leaf(); }

unsigned Tensor::register_hook(std::function<Tensor(const Tensor&)> hook) const {
  check(requires_grad(), "cannot register a hook on a tensor that doesn't require gradient");
  AutogradMeta& meta = materialize_meta(*this);
  if (const auto fn = grad_fn()) return fn->add_tensor_pre_hook(meta.output_nr, std::move(hook));
  meta.hooks.push_back({autograd::next_hook_number(), std::move(hook)});
  return meta.hooks.back().number;
}

unsigned Tensor::register_post_accumulate_grad_hook(std::function<void(const Tensor&)> hook) const {
  check(requires_grad(), "cannot register a hook on a tensor that doesn't require gradient");
  check(is_leaf(), "post accumulate grad hooks cannot be registered on non-leaf tensors");
  AutogradMeta& meta = materialize_meta(*this);
  meta.post_accumulate.push_back({autograd::next_hook_number(), std::move(hook)});
  return meta.post_accumulate.back().number;
}

void Tensor::remove_hook(unsigned number) const {
  if (const auto fn = grad_fn()) fn->remove_hook(number);
  if (!impl().autograd) return;
  const auto drop = [&](auto& list) { std::erase_if(list, [&](const auto& h) { return h.number == number; }); };
  drop(impl().autograd->hooks), drop(impl().autograd->post_accumulate);
}

Tensor Tensor::detach() const { return make_alias(*this); }

Tensor& Tensor::detach_() {
  check(!is_view() || !requires_grad(),
        "Can't detach views in-place. Use detach() instead. If you are using DistributedDataParallel (DDP) for "
        "training, and "
        "gradient_as_bucket_view is set as True, gradients are views of DDP buckets, and hence detach_() cannot be "
        "called on "
        "these gradients. To fix this error, please refer to the Optimizer.zero_grad() function in "
        "torch/optim/optimizer.py as "
        "the solution.");
  if (AutogradMeta* meta = impl().autograd.get()) {
    meta->grad_fn.reset();
    meta->output_nr = 0;
    meta->requires_grad = false;
  }
  return *this;
}

Tensor Tensor::data() const {
  Tensor t = make_alias(*this);
  t.impl().own_version = detail::make_ref<detail::VersionCounter>();
  return t;
}

void Tensor::set_data(const Tensor& data) {
  check(data.is_floating_point() || !requires_grad(),
        "data set to a tensor that requires gradients must be floating point or complex dtype");
  detail::TensorImpl &i = impl(), &from = data.impl();
  if (i.autograd && (data.dtype() != dtype() || data.sizes() != sizes())) {
    std::lock_guard lock(i.autograd->accumulator_mutex);
    i.autograd->accumulator = nullptr;  // the accumulator of graphs made so far expects the old form
  }
  // Whoever saved this tensor compares its version: the counter goes on, and one change is counted.
  auto version = detail::make_ref<detail::VersionCounter>();
  version->value = i.version().value + 1;
  i.storage = from.storage, i.sizes = from.sizes, i.strides = from.strides;
  i.offset = from.offset, i.numel = from.numel, i.dtype = from.dtype, i.contiguous = from.contiguous;
  i.own_version = std::move(version);
  i.base.reset();
}

}  // namespace convgrad
