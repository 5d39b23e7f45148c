#include "convgrad/optim/sgd.h"

#include "convgrad/ops/creation.h"
#include "convgrad/optim/functional.h"
#include "core/check.h"
#include "core/dispatch.h"
#include "core/python_text.h"
#include "kernels/elementwise/sgd.h"

namespace convgrad::optim {
namespace {

OptionMap option_map(const SGDOptions& o) {
  return {{"lr", o.lr},
          {"momentum", o.momentum},
          {"dampening", o.dampening},
          {"weight_decay", o.weight_decay},
          {"nesterov", Number(o.nesterov)},
          {"maximize", Number(o.maximize)}};
}

}  // namespace

SGD::SGD(std::vector<Tensor> params, const SGDOptions& options) : SGD(one_group(std::move(params)), options) {}

SGD::SGD(std::vector<ParamGroup> groups, const SGDOptions& options) : Optimizer("SGD", option_map(options)) {
  add_param_groups(std::move(groups));
}

void SGD::check_options(const OptionMap& o) const {
  // written so that NaN is refused too
  check<ValueError>(o["lr"] >= 0, "Invalid learning rate: {}", number_repr(o["lr"]));
  check<ValueError>(o["momentum"] >= 0, "Invalid momentum value: {}", number_repr(o["momentum"]));
  check<ValueError>(o["weight_decay"] >= 0, "Invalid weight_decay value: {}", number_repr(o["weight_decay"]));
  check<ValueError>(!o["nesterov"].to<bool>() || (o["momentum"] > 0 && o["dampening"] == 0),
                    "Nesterov momentum requires a momentum and zero dampening");
}

namespace {

/// The update by tensor operations, for parameters and gradients of any strides.
void step_by_operations(Tensor p, Tensor g, Tensor* buffer, const kernels::SgdStep& s) {
  if (s.maximize) g = g.neg();
  if (s.weight_decay != 0) g = g.add(p, s.weight_decay);
  if (buffer) {
    if (s.first)
      buffer->copy_(g);
    else
      buffer->mul_(s.momentum).add_(g, 1 - s.dampening);
    g = s.nesterov ? g.add(*buffer, s.momentum) : *buffer;
  }
  p.add_(g, -s.lr);
}

/// The same numbers in one pass over memory.
void step_in_one_pass(const Tensor& p, const Tensor& g, Tensor* buffer, const kernels::SgdStep& s) {
  visit_floating(p.dtype(), [&]<class T>(std::type_identity<T>) {
    kernels::sgd_step(p.data_ptr<T>(), g.data_ptr<T>(), buffer ? buffer->data_ptr<T>() : nullptr, s, p.numel());
  });
  p.impl().version().value++;
  if (buffer) buffer->impl().version().value++;
}

}  // namespace

void functional::sgd(const Tensor& p, Tensor& momentum_buffer, const SGDOptions& o) {
  kernels::SgdStep step{.lr = o.lr,
                        .momentum = o.momentum,
                        .dampening = o.dampening,
                        .weight_decay = o.weight_decay,
                        .nesterov = o.nesterov,
                        .maximize = o.maximize};
  const Tensor g = p.grad();
  Tensor* buffer = nullptr;
  if (step.momentum != 0) {
    step.first = !momentum_buffer.defined();
    if (step.first) momentum_buffer = empty_like(g);
    buffer = &momentum_buffer;
  }
  const auto fits = [&](const Tensor& t) {  // both may have been replaced from outside
    return t.is_contiguous() && t.dtype() == p.dtype() && t.sizes() == p.sizes();
  };
  const bool plain =
      p.is_contiguous() && p.is_floating_point() && fits(g) && (!buffer || fits(*buffer)) && !g.requires_grad();
  if (plain)
    step_in_one_pass(p, g, buffer, step);
  else
    step_by_operations(p, g, buffer, step);
}

void SGD::update(const ParamGroup& group) {
  const OptionMap& o = group.options;
  const SGDOptions options{.lr = o["lr"],
                           .momentum = o["momentum"],
                           .dampening = o["dampening"],
                           .weight_decay = o["weight_decay"],
                           .nesterov = o["nesterov"].to<bool>(),
                           .maximize = o["maximize"].to<bool>()};
  for (const Tensor& p : group.params) {
    if (!p.grad().defined()) continue;
    Tensor* kept = options.momentum != 0 ? state_of(p).find("momentum_buffer") : nullptr;
    Tensor buffer = kept ? *kept : Tensor();
    functional::sgd(p, buffer, options);
    if (!kept && buffer.defined()) state_of(p).insert("momentum_buffer", buffer);
  }
}

}  // namespace convgrad::optim
