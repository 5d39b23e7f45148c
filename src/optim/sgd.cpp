#include "convgrad/optim/sgd.h"

#include "core/check.h"
#include "core/python_text.h"

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

SGD::SGD(std::vector<Tensor> params, const SGDOptions& options)
    : SGD(params.empty() ? std::vector<ParamGroup>() : std::vector<ParamGroup>{{.params = std::move(params)}},
          options) {}

SGD::SGD(std::vector<ParamGroup> groups, const SGDOptions& options) : Optimizer("SGD", option_map(options)) {
  check_options(option_map(options));
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

void SGD::update(const ParamGroup& group) {
  const double lr = group.options["lr"], momentum = group.options["momentum"], dampening = group.options["dampening"];
  const double weight_decay = group.options["weight_decay"];
  const bool nesterov = group.options["nesterov"].to<bool>(), maximize = group.options["maximize"].to<bool>();
  for (Tensor p : group.params) {
    if (!p.grad().defined()) continue;
    Tensor g = maximize ? p.grad().neg() : p.grad();
    if (weight_decay != 0) g = g.add(p, weight_decay);
    if (momentum != 0) {
      auto& state = state_of(p);
      Tensor* b = state.find("momentum_buffer");
      if (!b)
        b = &state.insert("momentum_buffer", g.detach().clone());
      else
        b->mul_(momentum).add_(g, 1 - dampening);
      g = nesterov ? g.add(*b, momentum) : *b;
    }
    p.add_(g, -lr);
  }
}

}  // namespace convgrad::optim
