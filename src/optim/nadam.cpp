#include "convgrad/optim/nadam.h"

#include <cmath>

#include "convgrad/ops/creation.h"
#include "convgrad/optim/functional.h"
#include "optim/adaptive.h"

namespace convgrad::optim {
namespace {

OptionMap option_map(const NAdamOptions& o) {
  return {{"lr", o.lr},
          {"betas", o.betas},
          {"eps", o.eps},
          {"weight_decay", o.weight_decay},
          {"momentum_decay", o.momentum_decay},
          {"decoupled_weight_decay", Number(o.decoupled_weight_decay)},
          {"maximize", Number(o.maximize)}};
}

}  // namespace

NAdam::NAdam(std::vector<Tensor> params, const NAdamOptions& options) : NAdam(one_group(std::move(params)), options) {}

NAdam::NAdam(std::vector<ParamGroup> groups, const NAdamOptions& options)
    : Optimizer("NAdam", option_map(options), {"capturable", "differentiable", "foreach"}) {
  add_param_groups(std::move(groups));
}

void NAdam::check_options(const OptionMap& o) const {
  check_not_negative(o, "lr", "learning rate");
  check_not_negative(o, "eps", "epsilon value");
  check_betas(o);
  check_not_negative(o, "weight_decay", "weight_decay value");
  check_not_negative(o, "momentum_decay", "momentum_decay value");
}

double functional::nadam_mu(double t, const NAdamOptions& o) {
  return o.betas.first * (1 - 0.5 * std::pow(0.96, t * o.momentum_decay));
}

void functional::nadam(const Tensor& parameter, TensorList state, double t, double mu_product, const NAdamOptions& o) {
  const double lr = o.lr;
  kernels::NAdamStep step{gradient_terms(o)};
  step.beta1 = o.betas.first;
  step.beta2 = o.betas.second;
  step.eps = o.eps;
  if (o.decoupled_weight_decay) {
    step.shrink = 1 - lr * step.weight_decay;
    step.weight_decay = 0;
  }
  const double next = mu_product * nadam_mu(t + 1, o);
  step.bias = 1 - std::pow(step.beta2, t);
  step.gradient_rate = lr * (1 - nadam_mu(t, o)) / (1 - mu_product);
  step.momentum_rate = lr * nadam_mu(t + 1, o) / (1 - next);
  step_in_one_pass(step, parameter, state);
}

void NAdam::update(const ParamGroup& group) {
  const OptionMap& o = group.options;
  const NAdamOptions options{.lr = o["lr"],
                             .betas = o["betas"].pair(),
                             .eps = o["eps"],
                             .weight_decay = o["weight_decay"],
                             .momentum_decay = o["momentum_decay"],
                             .decoupled_weight_decay = o["decoupled_weight_decay"].to<bool>(),
                             .maximize = o["maximize"].to<bool>()};
  for (const Tensor& p : group.params) {
    if (!p.grad().defined()) continue;
    ParameterState& state = state_of(p, {"mu_product", "exp_avg", "exp_avg_sq"});
    const double t = count_step(state);
    if (t == 1) state["mu_product"] = ones({}, {.dtype = get_default_dtype()});
    const double product = state["mu_product"].mul_(functional::nadam_mu(t, options)).item<double>();
    functional::nadam(p, {state["exp_avg"], state["exp_avg_sq"]}, t, product, options);
  }
}

}  // namespace convgrad::optim
