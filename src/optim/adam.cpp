#include "convgrad/optim/adam.h"

#include <cmath>

#include "convgrad/optim/functional.h"
#include "optim/adaptive.h"

namespace convgrad::optim {
namespace {

OptionMap option_map(const AdamOptions& o) {
  return {{"lr", o.lr},
          {"betas", o.betas},
          {"eps", o.eps},
          {"weight_decay", o.weight_decay},
          {"amsgrad", Number(o.amsgrad)},
          {"maximize", Number(o.maximize)},
          {"decoupled_weight_decay", Number(o.decoupled_weight_decay)}};
}

}  // namespace

Adam::Adam(std::vector<Tensor> params, const AdamOptions& options) : Adam(one_group(std::move(params)), options) {}

Adam::Adam(std::vector<ParamGroup> groups, const AdamOptions& options) : Adam("Adam", std::move(groups), options) {}

Adam::Adam(std::string name, std::vector<ParamGroup> groups, const AdamOptions& options)
    : Optimizer(std::move(name), option_map(options), {"capturable", "differentiable", "foreach", "fused"}) {
  add_param_groups(std::move(groups));
}

AdamW::AdamW(std::vector<Tensor> params, const AdamWOptions& options) : AdamW(one_group(std::move(params)), options) {}

AdamW::AdamW(std::vector<ParamGroup> groups, const AdamWOptions& o)
    : Adam("AdamW", std::move(groups),
           {.lr = o.lr,
            .betas = o.betas,
            .eps = o.eps,
            .weight_decay = o.weight_decay,
            .amsgrad = o.amsgrad,
            .maximize = o.maximize,
            .decoupled_weight_decay = true}) {}

void Adam::check_options(const OptionMap& o) const {
  check_not_negative(o, "lr", "learning rate");
  check_not_negative(o, "eps", "epsilon value");
  check_betas(o);
  check_not_negative(o, "weight_decay", "weight_decay value");
}

void functional::adam(const Tensor& parameter, TensorList state, double t, const AdamOptions& o) {
  const double lr = o.lr;
  kernels::AdamStep step{gradient_terms(o)};
  step.beta1 = o.betas.first;
  step.beta2 = o.betas.second;
  step.eps = o.eps;
  step.amsgrad = o.amsgrad;
  if (o.decoupled_weight_decay) {
    step.shrink = 1 - lr * step.weight_decay;
    step.weight_decay = 0;
  }
  step.rate = lr / (1 - std::pow(step.beta1, t));
  step.root_bias = std::pow(1 - std::pow(step.beta2, t), 0.5);
  step_in_one_pass(step, parameter, state);
}

void Adam::update(const ParamGroup& group) {
  const OptionMap& o = group.options;
  const AdamOptions options{.lr = o["lr"],
                            .betas = o["betas"].pair(),
                            .eps = o["eps"],
                            .weight_decay = o["weight_decay"],
                            .amsgrad = o["amsgrad"].to<bool>(),
                            .maximize = o["maximize"].to<bool>(),
                            .decoupled_weight_decay = o["decoupled_weight_decay"].to<bool>()};
  for (const Tensor& p : group.params) {
    if (!p.grad().defined()) continue;
    ParameterState& state = options.amsgrad ? state_of(p, {"exp_avg", "exp_avg_sq", "max_exp_avg_sq"})
                                            : state_of(p, {"exp_avg", "exp_avg_sq"});
    const double t = count_step(state);
    std::vector<Tensor> arrays{state["exp_avg"], state["exp_avg_sq"]};
    if (options.amsgrad) arrays.push_back(state["max_exp_avg_sq"]);
    functional::adam(p, arrays, t, options);
  }
}

}  // namespace convgrad::optim
