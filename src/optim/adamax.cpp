#include "convgrad/optim/adamax.h"

#include <cmath>

#include "optim/adaptive.h"

namespace convgrad::optim {
namespace {

OptionMap option_map(const AdamaxOptions& o) {
  return {{"lr", o.lr},
          {"betas", o.betas},
          {"eps", o.eps},
          {"weight_decay", o.weight_decay},
          {"maximize", Number(o.maximize)}};
}

}  // namespace

Adamax::Adamax(std::vector<Tensor> params, const AdamaxOptions& options)
    : Adamax(one_group(std::move(params)), options) {}

Adamax::Adamax(std::vector<ParamGroup> groups, const AdamaxOptions& options)
    : Optimizer("Adamax", option_map(options), {"capturable", "differentiable", "foreach"}) {
  add_param_groups(std::move(groups));
}

void Adamax::check_options(const OptionMap& o) const {
  check_not_negative(o, "lr", "learning rate");
  check_not_negative(o, "eps", "epsilon value");
  check_betas(o);
  check_not_negative(o, "weight_decay", "weight_decay value");
}

void Adamax::update(const ParamGroup& group) {
  const OptionMap& o = group.options;
  const auto [beta1, beta2] = o["betas"].pair();
  kernels::AdamaxStep step{gradient_terms(o)};
  step.beta1 = beta1;
  step.beta2 = beta2;
  step.eps = o["eps"];
  for (const Tensor& p : group.params) {
    if (!p.grad().defined()) continue;
    ParameterState& state = state_of(p, {"exp_avg", "exp_inf"});
    step.rate = o["lr"] / (1 - std::pow(step.beta1, count_step(state)));
    step_in_one_pass(step, p, {state["exp_avg"], state["exp_inf"]});
  }
}

}  // namespace convgrad::optim
