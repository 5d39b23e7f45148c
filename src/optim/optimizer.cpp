#include "convgrad/optim/optimizer.h"

#include <algorithm>
#include <ostream>

#include "convgrad/autograd/grad_mode.h"
#include "convgrad/ops/creation.h"
#include "convgrad/print.h"
#include "core/check.h"
#include "core/python_text.h"

namespace convgrad::optim {

namespace {

/// Options that schedules add to a group.
bool is_of_a_schedule(const std::string& name) {
  return name == "initial_lr" || name == "max_lr" || name == "min_lr" || name == "max_momentum" ||
         name == "base_momentum";
}

std::string option_repr(const OptionValue& value) {
  if (!value.is_pair()) return number_repr(value);
  const auto [first, second] = value.pair();
  return fmt::format("({}, {})", number_repr(first), number_repr(second));
}

}  // namespace

Optimizer::Optimizer(std::string name, OptionMap defaults, std::vector<std::string> switches)
    : name_(std::move(name)), defaults_(std::move(defaults)), switches_(std::move(switches)) {}
Optimizer::~Optimizer() = default;

Tensor Optimizer::step(const Closure& closure) {
  Tensor loss;
  if (closure) {
    EnableGradGuard guard;
    loss = closure();
  }
  NoGradGuard guard;
  for (const ParamGroup& group : groups_) update(group);
  return loss;
}

void Optimizer::zero_grad(bool set_to_none) {
  for (ParamGroup& group : groups_) {
    for (Tensor& p : group.params) {
      if (!p.grad().defined()) continue;
      if (set_to_none)
        p.mutable_grad() = Tensor();
      else
        p.mutable_grad() = p.grad().detach().zero_();
    }
  }
}

std::vector<ParamGroup> Optimizer::one_group(std::vector<Tensor> params) {
  if (params.empty()) return {};
  return {{.params = std::move(params)}};
}

void Optimizer::add_param_groups(std::vector<ParamGroup> groups) {
  check_options(defaults_);
  check<ValueError>(!groups.empty(), "optimizer got an empty parameter list");
  for (ParamGroup& group : groups) add_param_group(std::move(group));
}

void Optimizer::add_param_group(ParamGroup group) {
  OptionMap options = defaults_;
  for (const auto& [name, value] : group.options) {
    if (!options.contains(name))
      throw KeyError(ErrorDetails{.op = name_,
                                  .argument = "options",
                                  .what = fmt::format("{} has no option '{}'", name_, name),
                                  .hint = fmt::format("its options are {}", fmt::join(options.keys(), ", "))});
    options[name] = value;
  }
  check_options(options);
  std::vector<const detail::TensorImpl*> taken;
  for (const ParamGroup& other : groups_)
    for (const Tensor& p : other.params) taken.push_back(&p.impl());
  const size_t elsewhere = taken.size();
  for (const Tensor& p : group.params) {
    check<TypeError>(p.defined(), "optimizer can only optimize Tensors, but one of the params is None");
    check<ValueError>(p.is_leaf() || p.retains_grad(), "can't optimize a non-leaf Tensor");
    const auto found = std::find(taken.begin(), taken.end(), &p.impl());
    check<ValueError>(found == taken.end() || found >= taken.begin() + static_cast<int64_t>(elsewhere),
                      "some parameters appear in more than one parameter group");
    check<ValueError>(found == taken.end(), "optimizer contains a parameter group with duplicate parameters");
    taken.push_back(&p.impl());
  }
  groups_.push_back({.params = std::move(group.params), .options = std::move(options)});
}

void Optimizer::set_lr(double lr) {
  for (ParamGroup& group : groups_) group.options["lr"] = lr;
}

ParameterState& Optimizer::state_of(const Tensor& parameter) { return state_[&parameter.impl()]; }

ParameterState& Optimizer::state_of(const Tensor& parameter, std::initializer_list<const char*> names) {
  ParameterState& state = state_of(parameter);
  if (!state.is_empty()) return state;
  state.insert("step", zeros({}, {.dtype = get_default_dtype()}));
  for (const char* name : names) state.insert(name, zeros_like(parameter));
  return state;
}

double Optimizer::count_step(ParameterState& state) { return state["step"].add_(1).item<double>(); }

OptimizerState Optimizer::state_dict() const {
  OptimizerState out;
  int64_t number = 0;
  for (const ParamGroup& group : groups_) {
    OptimizerState::Group& saved = out.param_groups.emplace_back();
    saved.options = group.options;
    for (const Tensor& p : group.params) {
      if (auto found = state_.find(&p.impl()); found != state_.end()) out.state[number] = found->second;
      saved.params.push_back(number++);
    }
  }
  return out;
}

void Optimizer::load_state_dict(const OptimizerState& state) {
  check<ValueError>(state.param_groups.size() == groups_.size(),
                    "loaded state dict has a different number of parameter groups");
  decltype(state_) loaded;
  NoGradGuard guard;
  for (size_t g = 0; g < groups_.size(); ++g) {
    const auto& [options, numbers] = state.param_groups[g];
    check<ValueError>(numbers.size() == groups_[g].params.size(),
                      "loaded state dict contains a parameter group that doesn't match the size of optimizer's group");
    OptionMap all = groups_[g].options;
    for (const auto& [name, value] : options)
      if (all.contains(name)) all[name] = value;
    check_options(all);
    for (size_t i = 0; i < numbers.size(); ++i) {
      const auto found = state.state.find(numbers[i]);
      if (found == state.state.end()) continue;
      const Tensor& p = groups_[g].params[i];
      for (const auto& [name, tensor] : found->second) {
        const bool number = tensor.dim() == 0 && (name == "step" || name == "mu_product");
        check<ShapeError>(number || tensor.sizes() == p.sizes(),
                          "{} of parameter {} has shape {}, the parameter has shape {}", name, numbers[i],
                          size_repr(tensor.sizes()), size_repr(p.sizes()));
        loaded[&p.impl()].insert(name, name == "step" ? tensor.clone() : tensor.to(p.dtype(), true));
      }
    }
  }
  for (size_t g = 0; g < groups_.size(); ++g) {
    OptionMap& options = groups_[g].options;
    for (const auto& [name, value] : state.param_groups[g].options) {
      if (options.contains(name))
        options[name] = value;
      else if (is_of_a_schedule(name))
        options.insert(name, value);
    }
  }
  state_ = std::move(loaded);
}

std::string Optimizer::str() const {
  std::string out = name_ + " (";
  for (size_t g = 0; g < groups_.size(); ++g) {
    out += fmt::format("\nParameter Group {}\n", g);
    std::map<std::string, std::string> lines;
    for (const std::string& name : switches_) lines[name] = name.starts_with('f') ? "None" : "False";
    for (const auto& [name, value] : groups_[g].options) lines[name] = option_repr(value);
    for (const auto& [name, value] : lines) out += fmt::format("    {}: {}\n", name, value);
  }
  return out + ")";
}

std::ostream& operator<<(std::ostream& out, const Optimizer& optimizer) { return out << optimizer.str(); }

}  // namespace convgrad::optim
