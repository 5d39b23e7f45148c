#include "convgrad/optim/adadelta.h"

#include "convgrad/optim/functional.h"
#include "core/check.h"
#include "core/python_text.h"
#include "optim/adaptive.h"

namespace convgrad::optim {
namespace {

OptionMap option_map(const AdadeltaOptions& o) {
  return {
      {"lr", o.lr}, {"rho", o.rho}, {"eps", o.eps}, {"weight_decay", o.weight_decay}, {"maximize", Number(o.maximize)}};
}

}  // namespace

Adadelta::Adadelta(std::vector<Tensor> params, const AdadeltaOptions& options)
    : Adadelta(one_group(std::move(params)), options) {}

Adadelta::Adadelta(std::vector<ParamGroup> groups, const AdadeltaOptions& options)
    : Optimizer("Adadelta", option_map(options), {"capturable", "differentiable", "foreach"}) {
  add_param_groups(std::move(groups));
}

void Adadelta::check_options(const OptionMap& o) const {
  check_not_negative(o, "lr", "learning rate");
  check<ValueError>(o["rho"] >= 0 && o["rho"] <= 1, "Invalid rho value: {}", number_repr(o["rho"]));
  check_not_negative(o, "eps", "epsilon value");
  check_not_negative(o, "weight_decay", "weight_decay value");
}

void functional::adadelta(const Tensor& parameter, TensorList state, const AdadeltaOptions& o) {
  kernels::AdadeltaStep step{gradient_terms(o)};
  step.rho = o.rho;
  step.eps = o.eps;
  step.lr = o.lr;
  step_in_one_pass(step, parameter, state);
}

void Adadelta::update(const ParamGroup& group) {
  const OptionMap& o = group.options;
  const AdadeltaOptions options{.lr = o["lr"],
                                .rho = o["rho"],
                                .eps = o["eps"],
                                .weight_decay = o["weight_decay"],
                                .maximize = o["maximize"].to<bool>()};
  for (const Tensor& p : group.params) {
    if (!p.grad().defined()) continue;
    ParameterState& state = state_of(p, {"square_avg", "acc_delta"});
    count_step(state);
    functional::adadelta(p, {state["square_avg"], state["acc_delta"]}, options);
  }
}

}  // namespace convgrad::optim
