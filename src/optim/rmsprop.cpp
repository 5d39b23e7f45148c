#include "convgrad/optim/rmsprop.h"

#include "convgrad/ops/creation.h"
#include "convgrad/optim/functional.h"
#include "optim/adaptive.h"

namespace convgrad::optim {
namespace {

OptionMap option_map(const RMSpropOptions& o) {
  return {{"lr", o.lr},
          {"momentum", o.momentum},
          {"alpha", o.alpha},
          {"eps", o.eps},
          {"centered", Number(o.centered)},
          {"weight_decay", o.weight_decay},
          {"maximize", Number(o.maximize)}};
}

}  // namespace

RMSprop::RMSprop(std::vector<Tensor> params, const RMSpropOptions& options)
    : RMSprop(one_group(std::move(params)), options) {}

RMSprop::RMSprop(std::vector<ParamGroup> groups, const RMSpropOptions& options)
    : Optimizer("RMSprop", option_map(options), {"capturable", "differentiable", "foreach"}) {
  add_param_groups(std::move(groups));
}

void RMSprop::check_options(const OptionMap& o) const {
  check_not_negative(o, "lr", "learning rate");
  check_not_negative(o, "eps", "epsilon value");
  check_not_negative(o, "momentum", "momentum value");
  check_not_negative(o, "weight_decay", "weight_decay value");
  check_not_negative(o, "alpha", "alpha value");
}

void functional::rmsprop(const Tensor& parameter, TensorList state, const RMSpropOptions& o) {
  kernels::RMSpropStep step{gradient_terms(o)};
  step.alpha = o.alpha;
  step.eps = o.eps;
  step.momentum = o.momentum;
  step.lr = o.lr;
  step.centered = o.centered;
  step_in_one_pass(step, parameter, state);
}

void RMSprop::update(const ParamGroup& group) {
  const OptionMap& o = group.options;
  const RMSpropOptions options{.lr = o["lr"],
                               .alpha = o["alpha"],
                               .eps = o["eps"],
                               .weight_decay = o["weight_decay"],
                               .momentum = o["momentum"],
                               .centered = o["centered"].to<bool>(),
                               .maximize = o["maximize"].to<bool>()};
  for (const Tensor& p : group.params) {
    if (!p.grad().defined()) continue;
    const bool fresh = state_of(p).is_empty();
    ParameterState& state = state_of(p, {"square_avg"});
    if (fresh && options.momentum > 0) state.insert("momentum_buffer", zeros_like(p));
    if (fresh && options.centered) state.insert("grad_avg", zeros_like(p));
    count_step(state);
    std::vector<Tensor> arrays{state["square_avg"]};
    if (options.centered) arrays.push_back(state["grad_avg"]);
    if (options.momentum > 0) arrays.push_back(state["momentum_buffer"]);
    functional::rmsprop(p, arrays, options);
  }
}

}  // namespace convgrad::optim
