#include "convgrad/optim/adamax.h"

#include <cmath>

#include "convgrad/optim/functional.h"
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

void functional::adamax(const Tensor& parameter, TensorList state, double t, const AdamaxOptions& o) {
  kernels::AdamaxStep step{gradient_terms(o)};
  step.beta1 = o.betas.first;
  step.beta2 = o.betas.second;
  step.eps = o.eps;
  step.rate = o.lr / (1 - std::pow(step.beta1, t));
  step_in_one_pass(step, parameter, state);
}

void Adamax::update(const ParamGroup& group) {
  const OptionMap& o = group.options;
  const AdamaxOptions options{.lr = o["lr"],
                              .betas = o["betas"].pair(),
                              .eps = o["eps"],
                              .weight_decay = o["weight_decay"],
                              .maximize = o["maximize"].to<bool>()};
  for (const Tensor& p : group.params) {
    if (!p.grad().defined()) continue;
    ParameterState& state = state_of(p, {"exp_avg", "exp_inf"});
    const double t = count_step(state);
    functional::adamax(p, {state["exp_avg"], state["exp_inf"]}, t, options);
  }
}

}  // namespace convgrad::optim
