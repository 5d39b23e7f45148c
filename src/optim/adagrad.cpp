#include "convgrad/optim/adagrad.h"

#include "convgrad/autograd/grad_mode.h"
#include "convgrad/optim/functional.h"
#include "optim/adaptive.h"

namespace convgrad::optim {
namespace {

OptionMap option_map(const AdagradOptions& o) {
  return {{"lr", o.lr},
          {"lr_decay", o.lr_decay},
          {"eps", o.eps},
          {"weight_decay", o.weight_decay},
          {"initial_accumulator_value", o.initial_accumulator_value},
          {"maximize", Number(o.maximize)}};
}

}  // namespace

Adagrad::Adagrad(std::vector<Tensor> params, const AdagradOptions& options)
    : Adagrad(one_group(std::move(params)), options) {}

Adagrad::Adagrad(std::vector<ParamGroup> groups, const AdagradOptions& options)
    : Optimizer("Adagrad", option_map(options), {"differentiable", "foreach", "fused"}) {
  add_param_groups(std::move(groups));
  NoGradGuard guard;
  for (const ParamGroup& group : param_groups())
    for (const Tensor& p : group.params) started(p);
}

void Adagrad::check_options(const OptionMap& o) const {
  check_not_negative(o, "lr", "learning rate");
  check_not_negative(o, "lr_decay", "lr_decay value");
  check_not_negative(o, "weight_decay", "weight_decay value");
  check_not_negative(o, "initial_accumulator_value", "initial_accumulator_value value");
  check_not_negative(o, "eps", "epsilon value");
}

ParameterState& Adagrad::started(const Tensor& parameter) {
  const bool fresh = state_of(parameter).is_empty();
  ParameterState& state = state_of(parameter, {"sum"});
  if (fresh) state["sum"].fill_(defaults()["initial_accumulator_value"]);
  return state;
}

void functional::adagrad(const Tensor& parameter, TensorList state, double t, const AdagradOptions& o) {
  kernels::AdagradStep step{gradient_terms(o)};
  step.eps = o.eps;
  step.rate = o.lr / (1 + (t - 1) * o.lr_decay);
  step_in_one_pass(step, parameter, state);
}

void Adagrad::update(const ParamGroup& group) {
  const OptionMap& o = group.options;
  const AdagradOptions options{.lr = o["lr"],
                               .lr_decay = o["lr_decay"],
                               .weight_decay = o["weight_decay"],
                               .eps = o["eps"],
                               .maximize = o["maximize"].to<bool>()};
  for (const Tensor& p : group.params) {
    if (!p.grad().defined()) continue;
    ParameterState& state = started(p);
    const double t = count_step(state);
    functional::adagrad(p, state["sum"], t, options);
  }
}

}  // namespace convgrad::optim
